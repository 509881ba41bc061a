public import Records

/// Copies everything of one store into another: any engine to any engine.
///
/// Records are copied as they are, their history included, partition by partition. A copy that was interrupted goes on
/// where it stopped. Nobody may write to either store meanwhile; the comparison at the end tells when somebody did.
public struct StoreCopy: Sendable {
    /// How far a copy is.
    public struct Progress: Sendable, Hashable {
        /// Partitions that are copied.
        public var partitions: Int
        /// Records that this run wrote.
        public var records: Int
    }

    /// What a copy did.
    public struct Outcome: Sendable, Hashable {
        /// What this run wrote.
        public var written: Progress
        /// What both stores hold, the same in both.
        public var content: StoreContent
    }

    private let source: any EnumerableStore
    private let target: any EnumerableStore
    private let types: [RecordType]

    /// How far a copy is, in the target itself, in a partition that is not copied.
    private static let progressType = RecordType(
        "copy_progress", fields: [Field("id", .text(maximumBytes: 64)), Field("name", .text(maximumBytes: 512))])
    static let progressPartition = Partition("copy//progress")
    private static let progressKey = Key("copy_progress", [.text("last")])

    /// A copy of the records of these types.
    public init(from source: any EnumerableStore, to target: any EnumerableStore, types: [RecordType]) {
        self.source = source
        self.target = target
        self.types = types
    }

    /// Copies and compares.
    /// - Parameter progress: Called after every partition.
    /// - Throws: ``StoreError`` `exists` when the target holds records and no copy was interrupted there, `guard_failed`
    ///   when the stores differ at the end, and what the stores throw.
    /// - Complexity: O(records of both stores).
    public func run(_ progress: @Sendable (Progress) -> Void = { _ in }) async throws(StoreError) -> Outcome {
        try await source.prepare(types)
        try await target.prepare(types + [Self.progressType])
        var last = try await resumed()
        var done = Progress(partitions: 0, records: 0)
        while true {
            let partitions = try await source.partitions(after: last, limit: 1_000)
            for partition in partitions where partition != Self.progressPartition {
                done.records += try await copy(partition)
                done.partitions += 1
                last = partition
                try await note(partition)
                progress(done)
            }
            if partitions.count < 1_000 { break }
            last = partitions.last
        }
        let wanted = try await StoreContent(of: source, types: types)
        let found = try await StoreContent(of: target, types: types)
        guard wanted == found else {
            throw StoreError(
                .guardFailed,
                "the stores differ: \(wanted.summary) in the source, \(found.summary) in the target; was one written to?"
            )
        }
        try await target.commit(Batch(Self.progressPartition, [.delete(Self.progressKey)]))
        return Outcome(written: done, content: found)
    }

    /// The last partition of an interrupted copy; nil for a new one, into an empty store.
    private func resumed() async throws(StoreError) -> Partition? {
        let page = try await target.read(.keys([Self.progressKey]), in: Self.progressPartition)
        if let record = page.records.first ?? nil {
            if case .text(let name) = record.values[1] { return Partition(name) }
            return nil
        }
        let others = try await target.partitions(after: nil, limit: 2).filter { $0 != Self.progressPartition }
        for partition in others {
            for type in types where try await target.read(.count(type.name, .all), in: partition).count > 0 {
                throw StoreError(.exists, "the target holds records already; copy into an empty store")
            }
        }
        // From here on the target is one of an interrupted copy.
        try await target.commit(
            Batch(Self.progressPartition, [.put("copy_progress", [.text("last"), .null])]))
        return nil
    }

    private func note(_ partition: Partition) async throws(StoreError) {
        try await target.commit(
            Batch(Self.progressPartition, [.put("copy_progress", [.text("last"), .text(partition.name)])]))
    }

    private func copy(_ partition: Partition) async throws(StoreError) -> Int {
        var count = 0
        for type in types {
            var query = Query(type.name, limit: 250)
            repeat {
                let page = try await source.read(.query(query), in: partition)
                let writes = page.records.compactMap { $0 }.map { Write.put(type.name, $0.values) }
                for start in stride(from: 0, to: writes.count, by: target.capabilities.maximumWrites) {
                    let end = min(writes.count, start + target.capabilities.maximumWrites)
                    try await target.commit(Batch(partition, Array(writes[start..<end])))
                }
                count += writes.count
                query.after = page.next
            } while query.after != nil
        }
        let wanted = try await source.counters(in: partition)
        let found = try await target.counters(in: partition)
        let changes = wanted.filter { $0.value != found[$0.key] ?? 0 }.map { name, value in
            Write.count(name, value - (found[name] ?? 0), atMost: nil)
        }
        for start in stride(from: 0, to: changes.count, by: target.capabilities.maximumWrites) {
            let end = min(changes.count, start + target.capabilities.maximumWrites)
            try await target.commit(Batch(partition, Array(changes[start..<end])))
        }
        return count
    }
}
