public import Records

/// Random operations on two stores, which must answer the same.
public enum ModelCheck {
    /// A difference between the stores, with what repeats it.
    public struct Difference: Error, CustomStringConvertible {
        /// The seed and the step, from 0.
        public var seed: UInt64, step: Int
        /// What was asked.
        public var operation: String
        /// The answers' shapes.
        public var reference: String, subject: String

        /// Everything in one line.
        public var description: String {
            "seed \(seed), step \(step), \(operation): reference \(reference.prefix(9_000)), subject \(subject.prefix(9_000))"
        }
    }

    /// Runs `steps` random operations on both stores, which must be empty, and compares every answer.
    /// - Throws: ``Difference`` at the first one; what preparing throws.
    public static func run(
        seed: UInt64, steps: Int = 40, reference: any RecordStore, subject: any RecordStore
    ) async throws {
        try await reference.prepare(Samples.types)
        try await subject.prepare(Samples.types)
        var random = SeededGenerator(seed: seed)
        let partitions = [Partition("p/1"), Partition("p/2")]
        for step in 0..<steps {
            let partition = partitions.randomElement(using: &random) ?? partitions[0]
            let operation = operation(in: partition, using: &random)
            let wanted = await operation.answer(from: reference)
            let found = await operation.answer(from: subject)
            guard wanted == found else {
                throw Difference(seed: seed, step: step, operation: "\(operation)", reference: wanted, subject: found)
            }
        }
    }

    private enum Operation: CustomStringConvertible {
        case commit([Batch])
        case pages(Query, Partition)
        case reads([Read], Partition)
        case feed(Partition, Stamp, limit: Int)
        case survey(Query)

        var description: String {
            switch self {
            case .commit(let batches): "commit of \(batches.map { "\($0.guards) \($0.writes)" })"
            case .pages(let query, _): "query \(query.filter) by \(query.order), \(query.isDescending), \(query.limit)"
            case .reads(let reads, _): "\(reads.count) reads"
            case .feed(_, let stamp, let limit): "feed after \(stamp.number), \(limit)"
            case .survey: "survey"
            }
        }

        /// The answer as a text that is equal for equal answers.
        func answer(from store: any RecordStore) async -> String {
            do {
                switch self {
                case .commit(let batches):
                    return await store.commit(batches).map { result in
                        switch result {
                        case .success(let receipt): "\(receipt)"
                        case .failure(let error): Self.text(error)
                        }
                    }.joined(separator: "; ")
                case .pages(var query, let partition):
                    var text = ""
                    for _ in 0..<100 {
                        let page = try await store.read(.query(query), in: partition)
                        text += page.records.map { "\($0.map(Self.text) ?? "-")" }.joined(separator: ",")
                        text += page.scores.map { " \(Float($0))" }.joined()
                        guard let next = page.next else { break }
                        query.after = next
                    }
                    return text
                case .reads(let reads, let partition):
                    return try await store.read(reads, in: partition, atLeast: nil)
                        .map { page in
                            "\(page.count) " + page.records.map { "\($0.map(Self.text) ?? "-")" }.joined(separator: ",")
                        }
                        .joined(separator: "; ")
                case .feed(let partition, var after, let limit):
                    // Where a piece ends is the store's choice; what all pieces say together is not.
                    var outcome: [String: String] = [:]
                    for _ in 0..<100 {
                        let piece = try await store.changes(
                            of: "item", in: partition, after: after, limit: limit, fields: nil)
                        for key in piece.deleted { outcome["\(key)"] = "deleted" }
                        for record in piece.put { outcome["\(record.key)"] = Self.text(record) }
                        after = piece.upTo
                        if !piece.hasMore { break }
                    }
                    return "\(outcome.sorted { $0.key < $1.key }.map(\.value)) \(after.number)"
                case .survey(var query):
                    var text = ""
                    for _ in 0..<100 {
                        let survey = try await store.survey(query)
                        for (partition, record) in zip(survey.partitions, survey.page.records) {
                            text += "\(partition.name) \(record.map(Self.text) ?? "-"),"
                        }
                        guard let next = survey.page.next else { break }
                        query.after = next
                    }
                    return text
                }
            } catch {
                return Self.text(error)
            }
        }

        private static func text(_ record: Record) -> String {
            "\(record.values) r\(record.revision) s\(record.stamp.number)"
        }

        private static func text(_ error: StoreError) -> String {
            // A store that cannot answer at all never answers as the reference, so why is worth reading.
            if error.code == .unavailable { return "unavailable: \(error.message)" }
            let index = error.index.map(String.init) ?? "-"
            return "\(error.code.rawValue) \(index) \(error.record.map(text) ?? "-") \(error.value ?? -1)"
        }
    }

    private static func operation(in partition: Partition, using random: inout SeededGenerator) -> Operation {
        switch Int.random(in: 0..<12, using: &random) {
        case 0...5:
            return .commit(
                (0..<Int.random(in: 1...4, using: &random)).map { _ in RandomInputs.batch(in: partition, using: &random)
                })
        case 6, 7:
            let orders: [Query.Order] = [.key, .field("at"), .field("rank")]
            return .pages(
                Query(
                    "item", RandomInputs.filter(depth: 2, using: &random),
                    order: orders.randomElement(using: &random) ?? .key,
                    isDescending: Bool.random(using: &random), limit: Int.random(in: 1...6, using: &random)), partition)
        case 8:
            return .pages(
                Query(
                    "item", RandomInputs.filter(depth: 1, using: &random), order: .nearest("place", to: [1, 0.5]),
                    limit: 4), partition)
        case 9:
            let filter = RandomInputs.filter(depth: 2, using: &random)
            let keys = (0..<3).map { _ in Samples.key("k\(Int.random(in: 0..<14, using: &random))") }
            return .reads(
                [
                    .keys(keys, fields: ["rank", "tag"]), .count("item", filter), .counter("c0"),
                    .query(Query("event")),
                ], partition)
        case 10:
            return .feed(
                partition, Stamp(Int64.random(in: 0...20, using: &random)), limit: Int.random(in: 1...6, using: &random)
            )
        default:
            return .survey(
                Query(
                    "item", RandomInputs.filter(depth: 1, using: &random), order: .field("rank"),
                    limit: Int.random(in: 1...5, using: &random)))
        }
    }
}
