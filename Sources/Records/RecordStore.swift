/// The narrow waist: what a database must do to hold an agent's memory, and nothing else.
///
/// A partition is a serial log with a head. Every commit names one partition, is serial with the others of that
/// partition, and gets the next stamp. From this follow gap-free numbers, exact limits, unique keys, the change feed and
/// reads of one's own writes, on every engine alike. `RecordStoreConformance` proves an implementation.
public protocol RecordStore: Sendable {
    /// What this deployment can do; known after ``prepare(_:)``.
    var capabilities: Capabilities { get }

    /// Creates or migrates the types under one lock; may be called again, and is resumable when killed half way.
    /// - Throws: ``StoreError`` `schema` when the store holds a newer version, `unsupported` when the engine cannot
    ///   commit atomically, `invalid` when a declaration is wrong, `unavailable`, `closed`.
    func prepare(_ types: [RecordType]) async throws(StoreError)

    /// Commits batches, each all or nothing and independent of the others; one round trip and one flush where possible.
    /// Commits of one partition are serial; each sees all earlier ones and gets a greater stamp. Success means that it
    /// survives what ``Capabilities/survives`` says. Never throws as a whole: each batch has its own outcome
    /// (`exists`, `missing`, `guardFailed`, `limit`, `invalid`, `outcomeUnknown`, `unavailable`, `closed`).
    func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>]

    /// Answers reads of one partition in one round trip from one snapshot, at least as new as `atLeast`.
    /// - Throws: ``StoreError`` `invalid`, `unavailable`, `closed`.
    /// - Complexity: O(log records) a key; O(page + skipped) a query on a declared index; O(partition) otherwise.
    func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page]

    /// What happened to a tracked type since a stamp, deletions included; pages end on whole stamps.
    /// With nothing new, ``Changes/upTo`` is the partition's newest stamp.
    /// - Throws: ``StoreError`` `tooOld` when the feed does not reach back, `invalid` when the type is not tracked.
    /// - Complexity: O(changes + log records).
    func changes(
        of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
    ) async throws(StoreError) -> Changes

    /// Asks across all partitions by a global index's order, then partition, then key. Complete, but no snapshot.
    /// Records without a value in the order field are left out, so that the index may leave them out too.
    /// - Throws: ``StoreError`` `invalid` when the order is not that of a global index.
    /// - Complexity: O(page + skipped).
    func survey(_ query: Query) async throws(StoreError) -> SurveyPage

    /// A hint, never data: yields once when listening, then at least once after each commit. Read the changes.
    func watch(_ partition: Partition) -> AsyncStream<Void>

    /// Makes earlier deletions unrecoverable as far as the engine can within so many seconds.
    /// - Returns: what remains, by name (backups, replicas, …).
    /// - Throws: ``StoreError`` `unavailable`, `closed`.
    func scrub(within seconds: Double) async throws(StoreError) -> [String]

    /// Releases what the store opened itself; a second call does nothing. Afterwards every call fails with `closed`.
    func close() async
}

extension RecordStore {
    /// Commits one batch.
    /// - Throws: ``StoreError``, as ``commit(_:)`` says.
    @discardableResult
    public func commit(_ batch: Batch) async throws(StoreError) -> Receipt {
        guard let result = await commit([batch]).first else {
            throw StoreError(.outcomeUnknown, "the store gave no outcome")
        }
        return try result.get()
    }

    /// Answers one read.
    /// - Throws: ``StoreError``, as ``read(_:in:atLeast:)`` says.
    public func read(_ read: Read, in partition: Partition, atLeast: Stamp? = nil) async throws(StoreError) -> Page {
        guard let page = try await self.read([read], in: partition, atLeast: atLeast).first else {
            throw StoreError(.unavailable, "the store gave no answer")
        }
        return page
    }

    /// The record of a key; nil when there is none.
    /// - Throws: ``StoreError``, as ``read(_:in:atLeast:)`` says.
    /// - Complexity: O(log records).
    public func record(_ key: Key, in partition: Partition) async throws(StoreError) -> Record? {
        try await read(.keys([key]), in: partition).records.first ?? nil
    }
}
