import AgentMemory
import Records

/// How well and how fast the store's own engine finds near vectors, beside a look at every vector.
struct EngineVectors {
    /// What was measured.
    struct Outcome {
        var times: Measurements
        /// Of the ten nearest, the share that the engine found.
        var recall: Double
        var questions: Int

        var members: [String: JSONValue] {
            times.members.merging(["recall_at_10": .double(recall.rounded(places: 4))]) { $1 }
        }
    }

    private static let depth = 10
    let records: any RecordStore
    let partition: Partition

    func measure(_ questions: [[Float]]) async throws -> Outcome {
        let exact = try await exact(questions)
        var times = Measurements()
        var found = 0
        for (question, expected) in zip(questions, exact) {
            var keys: [Key] = []
            times.add(
                try await Stopwatch.seconds {
                    let query = Query(
                        "memory", order: .nearest("vector", to: question), limit: Self.depth, fields: ["id"])
                    keys = try await records.read(.query(query), in: partition).records.compactMap { $0?.key }
                })
            found += expected.intersection(keys).count
        }
        let wanted = exact.reduce(0) { $0 + $1.count }
        return Outcome(
            times: times, recall: Double(found) / Double(max(1, wanted)), questions: questions.count)
    }

    /// The nearest of every question, by one pass over all vectors.
    private func exact(_ questions: [[Float]]) async throws -> [Set<Key>] {
        var best = questions.map { _ in [(score: Float, key: Key)]() }
        let lengths = questions.map(length)
        var query = Query("memory", limit: 2_000, fields: ["vector"])
        repeat {
            let page = try await records.read(.query(query), in: partition)
            for case .some(let record) in page.records {
                guard let vector = record.values.firstVector, !vector.isEmpty else { continue }
                let own = length(vector)
                for (place, question) in questions.enumerated() where question.count == vector.count {
                    var dot: Float = 0
                    for index in vector.indices { dot += vector[index] * question[index] }
                    best[place].append((dot / max(own * lengths[place], .leastNormalMagnitude), record.key))
                    if best[place].count >= 1_000 { best[place].keepBest(Self.depth) }
                }
            }
            query.after = page.next
        } while query.after != nil
        return best.map { list in
            var list = list
            list.keepBest(Self.depth)
            return Set(list.map(\.key))
        }
    }

    private func length(_ vector: [Float]) -> Float {
        vector.reduce(into: 0) { $0 += $1 * $1 }.squareRoot()
    }
}

extension [Value] {
    fileprivate var firstVector: [Float]? {
        for case .vector(let vector) in self { return vector }
        return nil
    }
}

extension [(score: Float, key: Key)] {
    fileprivate mutating func keepBest(_ count: Int) {
        sort { $0.score > $1.score }
        if self.count > count { removeLast(self.count - count) }
    }
}
