import AgentMemory
import Dispatch

/// The operations of `bench store`, in order.
final class StoreBenchmark {
    /// A figure that another part of the run compares with.
    struct Milliseconds { var value = 0.0 }

    private let memory: AgentMemory
    private let records: Int
    private let dimensions: Int
    private(set) var addMedian = Milliseconds()

    init(memory: AgentMemory, records: Int, dimensions: Int) {
        self.memory = memory
        self.records = records
        self.dimensions = dimensions
    }

    func measure(_ show: (String) -> Void) async throws -> [String: JSONValue] {
        let store = memory.memories
        var synthetic = SyntheticMemories(seed: 42, dimensions: dimensions)
        var members: [String: JSONValue] = [
            "backend": .string(memory.location.split(separator: ":").first.map(String.init) ?? ""),
            "records": .int(Int64(records)), "dimensions": .int(Int64(dimensions)),
            "durability": .string(store.records.capabilities.durability),
        ]
        show("store                 \(memory.location)  (\(store.records.capabilities.durability))")

        // One durable add at a time.
        let single = Scope(app: "bench", user: "single")
        var adds = Measurements()
        for number in 0..<1_000 {
            let new = synthetic.memory(number, hasVector: false)
            adds.add(try await Stopwatch.seconds { try await store.add(new, in: single) })
        }
        addMedian.value = adds.percentile(0.5)
        members["add"] = .object(adds.members)
        show("add                   \(adds.text)")

        // Batches, without and with vectors.
        let plain = try await batch(&synthetic, "plain", count: max(records, 10_000), hasVector: false)
        members["add_batch"] = .object(["per_second": .double(plain.rounded(places: 1))])
        show("add in batches        \(Int(plain))/s")
        let concurrent = try await concurrently(&synthetic)
        members["add_16_concurrent"] = .object(concurrent.members)
        show(
            "add by 16 tasks       \(concurrent.text)  (\((100 * concurrent.perSecond / plain).rounded(places: 1)) % of the batch rate)"
        )
        let vectors = try await batch(&synthetic, "search", count: records, hasVector: true)
        members["add_batch_vectors"] = .object(["per_second": .double(vectors.rounded(places: 1))])
        show("… with vectors        \(Int(vectors))/s")

        let scope = Scope(app: "bench", user: "search")
        let first = try await Stopwatch.seconds { _ = try await store.search(MemorySearch("warm up"), in: scope) }
        members["first_search_ms"] = .double((first * 1_000).rounded(places: 1))
        show("first search          \((first * 1_000).rounded(places: 1)) ms (reads the user's memories once)")
        for (name, mode) in [
            ("search_text", SearchMode.lexical), ("search_vector", .vector), ("search_hybrid", .hybrid),
        ] {
            var times = Measurements()
            for _ in 0..<500 {
                let search = MemorySearch(
                    synthetic.sentence(words: 5), mode: mode, vector: mode == .lexical ? nil : synthetic.vector())
                times.add(try await Stopwatch.seconds { _ = try await store.search(search, in: scope) })
            }
            members[name] = .object(times.members)
            show(name.padded(to: 22) + times.text)
        }
        if store.records.capabilities.hasNativeVectors {
            let engine = EngineVectors(records: store.records, partition: scope.partition)
            let outcome = try await engine.measure((0..<100).map { _ in synthetic.vector() })
            members["engine_vectors"] = .object(outcome.members)
            show("vectors by the engine " + outcome.times.text + ", recall@10 \(outcome.recall.rounded(places: 4))")
        }
        let ids = try await store.list(in: scope, limit: 1_000).memories.map(\.id)
        var gets = Measurements()
        for round in 0..<2_000 {
            let id = ids[round * 7 % ids.count]
            gets.add(try await Stopwatch.seconds { _ = try await store.get(id, in: scope) })
        }
        members["get"] = .object(gets.members)
        show("get                   \(gets.text)")
        return members
    }

    /// Adds in batches of 500 and answers the rate.
    private func batch(
        _ synthetic: inout SyntheticMemories, _ user: String, count: Int, hasVector: Bool
    ) async throws -> Double {
        let scope = Scope(app: "bench", user: user)
        var seconds = 0.0
        var done = 0
        while done < count {
            let size = min(500, count - done)
            let memories = (done..<(done + size)).map { synthetic.memory($0, hasVector: hasVector) }
            seconds += try await Stopwatch.seconds {
                for result in await memory.memories.add(memories, in: scope) { _ = try result.get() }
            }
            done += size
        }
        return Double(count) / seconds
    }

    /// Sixteen tasks that each add one at a time.
    private func concurrently(_ synthetic: inout SyntheticMemories) async throws -> Measurements {
        let store = memory.memories
        let scope = Scope(app: "bench", user: "concurrent")
        let shares = (0..<16).map { task in (0..<500).map { synthetic.memory(task * 1_000 + $0, hasVector: false) } }
        let start = DispatchTime.now().uptimeNanoseconds
        let times = try await withThrowingTaskGroup(of: [Double].self) { group in
            for share in shares {
                group.addTask {
                    var own: [Double] = []
                    for new in share {
                        let start = DispatchTime.now().uptimeNanoseconds
                        try await store.add(new, in: scope)
                        own.append(Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
                    }
                    return own
                }
            }
            var all: [Double] = []
            for try await own in group { all += own }
            return all
        }
        return Measurements(times, wall: Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
