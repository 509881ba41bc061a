import AgentMemory
import Checkpoints
import Foundation

/// Measures checkpoints in a store that `--store` names; without, in SQLite files of both durabilities.
enum BenchCheckpointsCommand: Command {
    static let specification = CommandSpecification(
        name: "bench checkpoints", arguments: "", count: 0...0,
        summary: "Measure checkpoints, in new SQLite files unless --store names a store.",
        options: [
            Option(name: "steps", value: "N", help: "how many steps of a thread (1000)"),
            Option(name: "bytes", value: "B", help: "bytes of the conversation that each step stores (6000)"),
            Option(name: "folder", value: "PATH", help: "where the SQLite files are made (the temporary folder)"),
            Option(name: "sealed", help: "with AES-256-GCM"),
        ])

    static func run(_ context: CommandContext) async throws {
        let steps = try context.arguments.integer("steps", 10...1_000_000, default: 1_000)
        let bytes = try context.arguments.integer("bytes", 1...1_000_000, default: 6_000)
        let parent = context.arguments.value("folder") ?? NSTemporaryDirectory()
        let folder = parent + "/agent-memory-checkpoints-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let urls =
            context.arguments.value("store").map { [$0] }
            ?? ["full", "normal"].map { "sqlite:\(folder)/\($0).db?synchronous=\($0)" }
        let cipher =
            context.arguments.isSet("sealed") ? try KeyRing([UInt8](repeating: 7, count: 32)) : nil as KeyRing?
        var results: [JSONValue] = []
        for url in urls {
            let memory = try await AgentMemory.open(url, configuration: AgentMemory.Configuration(embedder: .none))
            let benchmark = CheckpointBenchmark(
                store: try await memory.checkpoints(cipher: cipher), steps: steps, conversationBytes: bytes,
                writeBytes: 200)
            let figures = try await benchmark.run(thread: "bench-\(getpid())")
            let durability = memory.memories.records.capabilities.durability
            await memory.close()
            var members: [String: JSONValue] = [
                "durability": .string(durability), "steps": .int(Int64(steps)), "bytes": .int(Int64(bytes)),
                "sealed": .bool(cipher != nil),
            ]
            if !context.isJSON { Terminal.print(durability) }
            for (name, measurements) in figures.all {
                members[name] = .object(measurements.members)
                if !context.isJSON {
                    Terminal.print("  \(name)\(String(repeating: " ", count: 12 - name.count))\(measurements.text)")
                }
            }
            results.append(.object(members))
        }
        if context.isJSON { Terminal.print(["results": .array(results)]) }
    }
}
