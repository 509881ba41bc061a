internal import Foundation
public import Records
internal import Synchronization

/// A store that lives in the process: the reference for what every other store must do.
///
/// It keeps the whole contract of ``RecordStore`` except that it survives nothing. Batch ids are kept for 24 hours.
public final class InMemoryRecords: RecordStore {
    /// How long a batch id answers its first receipt, in microseconds.
    private static let ledgerTime: Int64 = 24 * 60 * 60 * 1_000_000

    private let storage: Mutex<Storage>
    private let clock: @Sendable () -> Int64
    private let hints = ChangeHints()

    /// An empty store.
    /// - Parameter clock: the time in microseconds since 1970-01-01T00:00:00Z; the system's by default.
    public init(clock: @escaping @Sendable () -> Int64 = InMemoryRecords.systemTime) {
        self.clock = clock
        storage = Mutex(Storage())
    }

    /// The system's time in microseconds since 1970-01-01T00:00:00Z.
    public static func systemTime() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }

    /// Nothing survives, and every search scans.
    public var capabilities: Capabilities { Capabilities() }

    /// Adds or migrates types at once; see ``RecordStore/prepare(_:)``.
    public func prepare(_ types: [RecordType]) async throws(StoreError) {
        try storage.withLock { storage throws(StoreError) in
            try storage.requireOpen()
            try storage.prepare(types)
        }
    }

    /// Commits each batch; see ``RecordStore/commit(_:)``.
    public func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] {
        batches.map { batch in
            let result = Result { () throws(StoreError) in try commitOne(batch) }
            if case .success = result { hints.notify(batch.partition) }
            return result
        }
    }

    /// Answers reads from one snapshot; see ``RecordStore/read(_:in:atLeast:)``.
    /// - Throws: ``StoreError`` `invalid`, `closed`, and `unavailable` when the partition has not reached `atLeast`.
    /// - Complexity: O(1) a key; O(log records + page + skipped) a query; O(partition) a count and `nearest`.
    public func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page] {
        try storage.withLock { storage throws(StoreError) in
            try storage.requireOpen()
            try partition.validate()
            if let atLeast, atLeast > storage.partitions[partition]?.head ?? .zero {
                throw StoreError(.unavailable, "the partition has not reached stamp \(atLeast.number)")
            }
            var pages: [Page] = []
            for read in reads { pages.append(try storage.answer(read, in: partition)) }
            return pages
        }
    }

    /// What happened to a tracked type; the feed always reaches back to the start. See ``RecordStore``.
    /// - Throws: ``StoreError`` `invalid`, `closed`.
    /// - Complexity: O(changes log changes + log records).
    public func changes(
        of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
    ) async throws(StoreError) -> Changes {
        try storage.withLock { storage throws(StoreError) in
            try storage.requireOpen()
            try partition.validate()
            return try storage.changes(of: type, in: partition, after: after, limit: limit, fields: fields)
        }
    }

    /// Asks across all partitions; see ``RecordStore/survey(_:)``.
    /// - Throws: ``StoreError`` `invalid`, `closed`.
    /// - Complexity: O(log records + page + skipped).
    public func survey(_ query: Query) async throws(StoreError) -> SurveyPage {
        try storage.withLock { storage throws(StoreError) in
            try storage.requireOpen()
            return try storage.survey(query)
        }
    }

    /// Yields at once and after each commit of the partition; ends when the store closes.
    public func watch(_ partition: Partition) -> AsyncStream<Void> { hints.stream(for: partition) }

    /// Nothing remains of a deleted record but its key in the change feed.
    /// - Returns: an empty list: there are no backups and no replicas.
    /// - Throws: ``StoreError`` `closed`.
    public func scrub(within seconds: Double) async throws(StoreError) -> [String] {
        try storage.withLock { storage throws(StoreError) in try storage.requireOpen() }
        return []
    }

    /// Forgets everything and ends every stream.
    public func close() async {
        storage.withLock { storage in
            storage = Storage()
            storage.isClosed = true
        }
        hints.finish()
    }

    /// Looks at the open store.
    func withStorage<T: Sendable>(_ body: (Storage) -> T) throws(StoreError) -> T {
        try storage.withLock { storage throws(StoreError) in
            try storage.requireOpen()
            return body(storage)
        }
    }

    private func commitOne(_ batch: Batch) throws(StoreError) -> Receipt {
        let now = clock()
        return try storage.withLock { storage throws(StoreError) in
            try storage.requireOpen()
            try storage.schema.validate(batch, capabilities)
            let partition = storage.stored(batch.partition)
            if let id = batch.id, let receipt = partition.receipt(of: id, now: now, keeping: Self.ledgerTime) {
                return receipt
            }
            let receipt = try Transaction.commit(batch, to: storage, partition)
            partition.finish(receipt, id: batch.id, now: now)
            return receipt
        }
    }
}

extension Storage {
    fileprivate func requireOpen() throws(StoreError) {
        if isClosed { throw StoreError(.closed, "the store is closed") }
    }
}
