import AgentMemory
import Foundation

/// Measures the embedding model.
enum BenchEmbeddingCommand: Command {
    static let specification = CommandSpecification(
        name: "bench embedding", arguments: "", count: 0...0, summary: "Measure the embedding model.",
        options: [Option(name: "threads", value: "N", help: "threads for batches (all cores)")])

    static func run(_ context: CommandContext) async throws {
        let threads = try context.arguments.integer(
            "threads", 1...256, default: ProcessInfo.processInfo.activeProcessorCount)
        let path: String
        switch try context.embedderChoice() {
        case .folder(let folder): path = folder
        case .automatic: path = ModelDirectory.defaultPath(environment: context.environment)
        default: throw UsageError(message: "bench embedding measures a model in a folder")
        }
        let directory = ModelDirectory(path: path)
        let start = DispatchTime.now().uptimeNanoseconds
        let embedder = try BERTEmbedder(directory: directory, options: BERTEmbedder.Options(threads: threads))
        let load = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6
        var queries = Measurements()
        for _ in 0..<200 {
            // Nine words and the two markers: eleven tokens.
            queries.add(
                try await Stopwatch.seconds {
                    _ = try await embedder.embed("when did caroline go to the support group meeting", as: .query)
                })
        }
        let texts = (0..<300).map { number in
            "On day \(number) Caroline told Melanie about the support group, "
                + String(repeating: "and how the long walk along the river went, ", count: number % 5 + 1)
        }
        let seconds = try await Stopwatch.seconds { _ = try await embedder.embed(texts, as: .document) }
        let rate = Double(texts.count) / seconds
        if context.isJSON {
            Terminal.print([
                "model": .string(embedder.identifier), "load_ms": .double(load.rounded(places: 1)),
                "query": .object(queries.members),
                "threads": .int(Int64(threads)), "batch_per_second": .double(rate.rounded(places: 1)),
                "peak_rss_mb": .double(ResidentMemory.peak),
            ])
            return
        }
        Terminal.print("model   \(embedder.identifier), loaded in \(load.rounded(places: 1)) ms")
        Terminal.print("query   \(queries.text)")
        Terminal.print("batch   \(Int(rate)) sentences/s on \(threads) threads; peak memory \(ResidentMemory.peak) MB")
    }
}
