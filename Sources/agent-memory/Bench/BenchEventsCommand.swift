import AgentMemory
import Foundation
import Transcripts

/// Measures a log of events at ten lengths, the last one the whole: what costs the same at the end as at the start does
/// not grow with the log.
enum BenchEventsCommand: Command {
    static let specification = CommandSpecification(
        name: "bench events", arguments: "", count: 0...0,
        summary: "Measure one long log as it grows, in a new file unless --store names one.",
        options: [
            Option(name: "records", value: "N", help: "how many events (100000)"),
            Option(name: "batch", value: "B", help: "how many events an append has between the measured ones (100)"),
        ])

    private static let owner = Owner(app: "bench", user: "bench")

    static func run(_ context: CommandContext) async throws {
        let records = try context.arguments.integer("records", 10_000...100_000_000, default: 100_000)
        let batch = try context.arguments.integer("batch", 1...256, default: 100)
        let folder = NSTemporaryDirectory() + "agent-memory-bench-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let url = context.arguments.value("store") ?? "sqlite:\(folder)/store.db"
        let memory = try await AgentMemory.open(url, configuration: AgentMemory.Configuration(embedder: .none))
        let store = try await memory.transcripts()
        let bench = EventBenchmark(store: store, owner: owner, session: "bench-\(getpid())-\(UUID().uuidString)")
        try await store.createSession(NewSession(id: bench.session), in: owner)
        if !context.isJSON { Terminal.print(EventBenchmark.heading) }
        var points: [JSONValue] = []
        var filled = 0
        for point in 1...10 {
            let target = records * point / 10
            let seconds = try await Stopwatch.seconds {
                while filled + EventBenchmark.samples < target {
                    let count = min(batch, target - EventBenchmark.samples - filled)
                    try await bench.append(filled..<filled + count)
                    filled += count
                }
            }
            let rate = Double(records / 10) / max(seconds, 1e-9)
            let measured = try await bench.measure(filled, perSecond: rate)
            filled += EventBenchmark.samples
            points.append(.object(measured.members))
            if !context.isJSON { Terminal.print(measured.line) }
        }
        await memory.close()
        if context.isJSON {
            Terminal.print([
                "backend": .string(memory.location), "records": .int(Int64(records)), "batch": .int(Int64(batch)),
                "points": .array(points), "peak_rss_mb": .double(ResidentMemory.peak),
            ])
        }
    }
}
