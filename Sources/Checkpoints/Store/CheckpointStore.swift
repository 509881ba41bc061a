public import Records
import Synchronization

/// Checkpoints of agents' threads over any record store: what LangGraph calls a checkpointer.
///
/// A thread is one partition: it is deleted, guarded and placed as a whole. A channel's value is stored once a version,
/// and checkpoints refer to versions, so that a long thread does not store its unchanged state again and again.
/// All members may be called from any number of tasks and processes.
public final class CheckpointStore: Sendable {
    /// Where records live.
    public let records: any RecordStore
    /// How it works.
    public let configuration: CheckpointStoreConfiguration
    let sealer: ValueSealer
    let latest: LatestCache
    private let isClosed = Mutex(false)

    /// Prepares the record types and opens the checkpoints in a store.
    /// - Throws: ``CheckpointError`` `invalid` for a wrong option; otherwise what ``RecordStore/prepare(_:)`` says.
    public init(
        _ records: any RecordStore, configuration: CheckpointStoreConfiguration = CheckpointStoreConfiguration()
    ) async throws(CheckpointError) {
        try Self.check(configuration)
        do {
            try await records.prepare(CheckpointRecords.all)
        } catch {
            throw CheckpointError(error)
        }
        self.records = records
        self.configuration = configuration
        sealer = ValueSealer(configuration, records.capabilities)
        latest = LatestCache(maximumBytes: configuration.cacheBytes)
    }

    private init(sharing store: CheckpointStore, _ configuration: CheckpointStoreConfiguration) {
        records = store.records
        self.configuration = configuration
        sealer = store.sealer
        latest = store.latest
    }

    /// The same store for another tenant. It does not close the records.
    /// - Throws: ``CheckpointError`` `invalid` when the name is longer than 64 UTF-8 bytes or holds U+0000.
    public func inTenant(_ tenant: String) throws(CheckpointError) -> CheckpointStore {
        var configuration = configuration
        configuration.tenant = tenant
        configuration.ownsRecords = false
        try Self.check(configuration)
        return CheckpointStore(sharing: self, configuration)
    }

    /// Releases what was opened here; a second call does nothing.
    public func close() async {
        let wasClosed = isClosed.withLock { closed in
            defer { closed = true }
            return closed
        }
        if !wasClosed, configuration.ownsRecords { await records.close() }
    }

    private static func check(_ configuration: CheckpointStoreConfiguration) throws(CheckpointError) {
        try CheckpointBounds.check(configuration.tenant, "tenant", CheckpointBounds.tenantBytes, mayBeEmpty: true)
        guard configuration.partBytes >= 1 else {
            throw CheckpointError(.invalid, "partBytes must be at least 1, not \(configuration.partBytes)")
        }
        guard configuration.cacheBytes >= 0 else {
            throw CheckpointError(.invalid, "cacheBytes must be at least 0, not \(configuration.cacheBytes)")
        }
        if let cipher = configuration.cipher {
            try CheckpointBounds.check(cipher.name, "the cipher's name", CheckpointBounds.typeBytes)
        }
    }

    /// The partition of a thread. It has two slashes at least, so no owner of memories, whose name has one, meets it.
    func partition(_ thread: String) -> Partition {
        // The tenant has no slash once it is escaped, so the rest after it is the thread as it is.
        Partition("checkpoint/" + Partition.escape(configuration.tenant) + "/" + thread)
    }

    /// Reads of one partition.
    func read(_ reads: [Read], _ partition: Partition) async throws(CheckpointError) -> [Page] {
        do {
            return try await records.read(reads, in: partition, atLeast: nil)
        } catch {
            throw CheckpointError(error)
        }
    }

    /// Every record of a query, page after page.
    func each(
        _ query: Query, _ partition: Partition, _ body: (Record) async throws(CheckpointError) -> Void
    ) async throws(CheckpointError) {
        var query = query
        repeat {
            let page = try await read([.query(query)], partition)[0]
            for case let record? in page.records { try await body(record) }
            query.after = page.next
        } while query.after != nil
    }

    /// The heads of a thread's namespaces.
    func heads(_ partition: Partition) async throws(CheckpointError) -> [StoredHead] {
        var heads: [StoredHead] = []
        try await each(Query(CheckpointRecords.head.name, limit: 1_000), partition) { record throws(CheckpointError) in
            heads.append(try StoredHead(record))
        }
        return heads
    }
}
