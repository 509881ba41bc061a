import AgentMemory
import Foundation

/// Measures one user's search alone and among many users in one store.
enum BenchUsersCommand: Command {
    static let specification = CommandSpecification(
        name: "bench users", arguments: "", count: 0...0,
        summary: "Compare one user's search alone with the same search among many users.",
        options: [
            Option(name: "users", value: "N", help: "how many users (1000)"),
            Option(name: "records", value: "N", help: "memories of each (1000)"),
            Option(name: "dimensions", value: "D", help: "dimensions of the vectors (384)"),
        ])

    static func run(_ context: CommandContext) async throws {
        let users = try context.arguments.integer("users", 1...100_000, default: 1_000)
        let records = try context.arguments.integer("records", 10...100_000, default: 1_000)
        let dimensions = try context.arguments.integer("dimensions", 2...4_096, default: 384)
        let folder = NSTemporaryDirectory() + "agent-memory-users-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let alone = try await open(folder + "/alone.db")
        let shared = try await open(folder + "/shared.db")
        // The same seed gives the watched user the same memories in both stores.
        try await fill(alone, user: 0, records, dimensions)
        var progress = ProgressBar("users", total: users)
        for user in 0..<users {
            try await fill(shared, user: user, records, dimensions)
            progress.show(user + 1)
        }
        progress.finish()
        var members: [String: JSONValue] = [
            "users": .int(Int64(users)), "records": .int(Int64(users * records)), "dimensions": .int(Int64(dimensions)),
        ]
        for (name, mode) in [("text", SearchMode.lexical), ("vector", .vector)] {
            // The cold figure is the first search of a user whose index is not in memory.
            let coldAlone = try await cold(folder + "/alone.db", [0], mode, dimensions)
            let coldShared = try await cold(
                folder + "/shared.db", Array(stride(from: 0, to: users, by: max(1, users / 20))), mode, dimensions)
            let (warmAlone, warmShared) = try await warm(alone, shared, mode, dimensions)
            let ratio = warmShared.percentile(0.5) / warmAlone.percentile(0.5)
            let coldRatio = coldShared.percentile(0.5) / coldAlone.percentile(0.5)
            members[name] = .object([
                "alone": .object(warmAlone.members), "shared": .object(warmShared.members),
                "ratio": .double(ratio.rounded(places: 2)),
                "cold_alone_ms": .double(coldAlone.percentile(0.5).rounded(places: 2)),
                "cold_shared_ms": .double(coldShared.percentile(0.5).rounded(places: 2)),
                "cold_ratio": .double(coldRatio.rounded(places: 2)),
            ])
            if !context.isJSON {
                Terminal.print(
                    "\(name.padded(to: 7)) alone  \(warmAlone.text); first \(coldAlone.percentile(0.5).rounded(places: 2)) ms"
                )
                Terminal.print(
                    "\(name.padded(to: 7)) shared \(warmShared.text); first \(coldShared.percentile(0.5).rounded(places: 2)) ms"
                )
                Terminal.print(
                    "\(name.padded(to: 7)) shared / alone \(ratio.rounded(places: 2)); first \(coldRatio.rounded(places: 2))"
                )
            }
        }
        // Every user in turn: the index budget keeps memory bounded.
        for user in 0..<users {
            _ = try await shared.memories.search(MemorySearch("bababa", mode: .lexical), in: scope(user))
        }
        members["index_mb_after_all_users"] = .double(
            (Double(shared.memories.indexByteCount) / 1_048_576).rounded(places: 1))
        members["index_budget_mb"] = .int(Int64(shared.memories.configuration.indexBytes >> 20))
        members["rss_mb"] = .double(ResidentMemory.current)
        members["peak_rss_mb"] = .double(ResidentMemory.peak)
        members["store_mb"] = .double((Double(FileReader.size(folder + "/shared.db")) / 1_048_576).rounded(places: 1))
        await alone.close()
        await shared.close()
        if context.isJSON { return Terminal.print(members) }
        Terminal.print(
            "after a search of every user: indexes \((Double(shared.memories.indexByteCount) / 1_048_576).rounded(places: 1)) MB "
                + "of \(shared.memories.configuration.indexBytes >> 20), process \(ResidentMemory.current) MB (peak \(ResidentMemory.peak))"
        )
    }

    private static func scope(_ user: Int) -> Scope { Scope(app: "bench", user: "user-\(user)") }

    private static func open(_ path: String) async throws -> AgentMemory {
        try await AgentMemory.open("sqlite:\(path)", configuration: AgentMemory.Configuration(embedder: .none))
    }

    private static func fill(_ memory: AgentMemory, user: Int, _ records: Int, _ dimensions: Int) async throws {
        var synthetic = SyntheticMemories(seed: UInt64(1_000 + user), dimensions: dimensions)
        var done = 0
        while done < records {
            let size = min(500, records - done)
            let memories = (done..<(done + size)).map { synthetic.memory($0, hasVector: true) }
            for result in await memory.memories.add(memories, in: scope(user)) { _ = try result.get() }
            done += size
        }
    }

    private static func search(_ synthetic: inout SyntheticMemories, _ mode: SearchMode) -> MemorySearch {
        MemorySearch(synthetic.sentence(words: 5), mode: mode, vector: mode == .vector ? synthetic.vector() : nil)
    }

    private static func cold(_ path: String, _ users: [Int], _ mode: SearchMode, _ dimensions: Int) async throws
        -> Measurements
    {
        var times = Measurements()
        var synthetic = SyntheticMemories(seed: 9, dimensions: dimensions)
        for round in 0..<20 {
            let memory = try await open(path)
            // Another user first, so that the connection itself is warm.
            _ = try await memory.memories.search(MemorySearch("x"), in: Scope(app: "bench", user: "nobody"))
            let user = users[round % users.count]
            let question = search(&synthetic, mode)
            times.add(try await Stopwatch.seconds { _ = try await memory.memories.search(question, in: scope(user)) })
            await memory.close()
        }
        return times
    }

    /// The two stores in turn, so that both see the same moments of the machine.
    private static func warm(
        _ alone: AgentMemory, _ shared: AgentMemory, _ mode: SearchMode, _ dimensions: Int
    ) async throws -> (alone: Measurements, shared: Measurements) {
        var synthetic = SyntheticMemories(seed: 9, dimensions: dimensions)
        var times = (alone: Measurements(), shared: Measurements())
        for round in 0..<600 {
            let question = search(&synthetic, mode)
            let first = try await Stopwatch.seconds { _ = try await alone.memories.search(question, in: scope(0)) }
            let second = try await Stopwatch.seconds { _ = try await shared.memories.search(question, in: scope(0)) }
            if round >= 100 {
                times.alone.add(first)
                times.shared.add(second)
            }
        }
        return times
    }
}
