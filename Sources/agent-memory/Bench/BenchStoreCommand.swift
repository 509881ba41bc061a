import AgentMemory
import Foundation

#if SQLite
    import SQLiteDriver
#endif

/// Measures the store that `--store` names. Vectors are synthetic, so no embedding is part of any figure.
enum BenchStoreCommand: Command {
    static let specification = CommandSpecification(
        name: "bench store", arguments: "", count: 0...0,
        summary: "Measure the speed of a store, a new file unless --store names one.",
        options: [
            Option(name: "records", value: "N", help: "how many memories (10000)"),
            Option(name: "dimensions", value: "D", help: "dimensions of the vectors (384)"),
        ])

    static func run(_ context: CommandContext) async throws {
        let records = try context.arguments.integer("records", 1_000...10_000_000, default: 10_000)
        let dimensions = try context.arguments.integer("dimensions", 2...4_096, default: 384)
        let folder = NSTemporaryDirectory() + "agent-memory-bench-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let url = context.arguments.value("store") ?? "sqlite:\(folder)/store.db"
        let memory = try await AgentMemory.open(url, configuration: AgentMemory.Configuration(embedder: .none))
        let run = StoreBenchmark(memory: memory, records: records, dimensions: dimensions)
        var members = try await run.measure { line in if !context.isJSON { Terminal.print(line) } }
        #if SQLite
            if url.hasPrefix("sqlite:"), !url.hasPrefix("sqlite::memory:") {
                let bare = Measurements(try SQLiteBaseline.insertTimes(path: folder + "/bare.db", count: 500))
                members["bare_insert"] = .object(bare.members)
                let ratio = run.addMedian.value / max(bare.percentile(0.5), 1e-9)
                members["add_to_bare_insert"] = .double(ratio.rounded(places: 2))
                if !context.isJSON {
                    Terminal.print("bare one-row insert   \(bare.text)")
                    Terminal.print("add / bare insert     \(ratio.rounded(places: 2))")
                }
            }
        #endif
        let path = String(url.split(separator: "?")[0].dropFirst("sqlite:".count))
        let bytes = ["", "-wal"].reduce(0) { $0 + FileReader.size(path + $1) }
        members["store_mb"] = .double((Double(bytes) / 1_048_576).rounded(places: 1))
        members["peak_rss_mb"] = .double(ResidentMemory.peak)
        await memory.close()
        if context.isJSON {
            Terminal.print(members)
        } else {
            Terminal.print(
                "peak memory           \(ResidentMemory.peak) MB, store \((Double(bytes) / 1_048_576).rounded(places: 1)) MB"
            )
        }
    }
}
