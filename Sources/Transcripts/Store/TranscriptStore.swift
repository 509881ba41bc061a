public import Records
import Retrieval
import Synchronization

/// Sessions, runs and events over any record store.
///
/// All members may be called from any number of tasks. What an owner has is one partition, so sequences, states and the
/// records that prove them are exact among all processes that share the store.
public final class TranscriptStore: Sendable {
    /// Where records live.
    public let records: any RecordStore
    /// How it works.
    public let configuration: TranscriptStoreConfiguration
    let indexes: IndexCache
    let analyzer = Analyzer()
    let facts = FactCache()
    let temporaryState = TemporaryState()
    private let lastTime = Mutex(Timestamp(microseconds: 0))
    private let isClosed = Mutex(false)

    /// How often a write that lost a race is tried again: every lost race is somebody else's progress.
    static let attempts = 1_000

    /// Prepares the record types and opens the transcripts in a store.
    ///
    /// The store is closed by ``close()`` only where ``TranscriptStoreConfiguration/ownsRecords`` says so.
    /// - Throws: ``TranscriptError`` `invalid` for a limit out of range; otherwise what ``RecordStore/prepare(_:)`` says.
    public init(
        _ records: any RecordStore, configuration: TranscriptStoreConfiguration = TranscriptStoreConfiguration()
    ) async throws(TranscriptError) {
        try Check.timeToLive(configuration.defaultTimeToLive)
        guard configuration.maximumSnapshotEvents >= 1 else {
            throw TranscriptError(.invalid, "maximumSnapshotEvents must be at least 1")
        }
        do {
            try await records.prepare(TranscriptRecords.all)
        } catch {
            throw TranscriptError(error)
        }
        let largest = records.capabilities.maximumValueBytes
        var configuration = configuration
        if configuration.maximumEventBytes == TranscriptStoreConfiguration.defaultEventBytes {
            configuration.maximumEventBytes = min(largest, configuration.maximumEventBytes)
        }
        guard (1...largest).contains(configuration.maximumEventBytes) else {
            throw TranscriptError(.invalid, "maximumEventBytes must be 1 to \(largest), which is the store's limit")
        }
        self.records = records
        self.configuration = configuration
        indexes = IndexCache(
            records,
            IndexedType(
                TranscriptRecords.event, content: EventField.content.rawValue,
                participants: EventField.participants.rawValue, vector: EventField.vector.rawValue,
                space: EventField.vectorModel.rawValue, thread: EventField.sessionID.rawValue,
                sequence: EventField.sequence.rawValue, eventTime: EventField.occurredAt.rawValue,
                filterable: EventSearch.filterable.map(\.rawValue)),
            analyzer: analyzer, maximumBytes: configuration.indexBytes)
    }

    /// Approximate bytes of the search indexes in memory.
    public var indexByteCount: Int { indexes.byteCount }

    /// Releases what was opened here; a second call does nothing. Temporary state is gone.
    public func close() async {
        let wasClosed = isClosed.withLock { closed in
            defer { closed = true }
            return closed
        }
        temporaryState.removeAll()
        if !wasClosed, configuration.ownsRecords { await records.close() }
    }

    /// Now, strictly later than any earlier answer, so that the order of writes is the order of their times.
    func now() -> Timestamp {
        let time = configuration.clock()
        return lastTime.withLock { last in
            last = max(time, Timestamp(microseconds: last.microseconds + 1))
            return last
        }
    }

    func read(_ reads: [Read], in partition: Partition) async throws(TranscriptError) -> [Page] {
        let pages: [Page]
        do {
            pages = try await records.read(reads, in: partition, atLeast: nil)
        } catch {
            throw TranscriptError(error)
        }
        guard pages.count == reads.count else {
            throw TranscriptError(.unavailable, "the store answered \(pages.count) of \(reads.count) reads")
        }
        return pages
    }

    func record(_ key: Key, in partition: Partition) async throws(TranscriptError) -> Record? {
        try await read([.keys([key])], in: partition)[0].records.first ?? nil
    }

    /// Commits one batch.
    func commit(_ batch: Batch) async -> Result<Receipt, StoreError> {
        guard batch.writes.count <= records.capabilities.maximumWrites else {
            return .failure(
                StoreError(
                    .invalid,
                    "the events and state changes need \(batch.writes.count) writes; the store's limit is "
                        + "\(records.capabilities.maximumWrites)"))
        }
        return await records.commit([batch]).first
            ?? .failure(StoreError(.outcomeUnknown, "the store gave no outcome"))
    }

    /// What is thrown when a write lost too many races.
    static let contention = TranscriptError(.conflict, "the record changed too often meanwhile; try again")
}

extension StoreError {
    /// Whether looking again may tell what happened, so that the write can be settled or tried once more.
    var isUndecided: Bool { [.exists, .guardFailed, .missing, .outcomeUnknown].contains(code) }
}
