import Models
public import Records
import Retrieval
import Synchronization

/// Memories over any record store: what the rest of the system means by remembering.
///
/// All members may be called from any number of tasks. A user's memories are one partition, so limits and idempotency
/// are exact among all processes that share the store.
public final class MemoryStore: Sendable {
    /// Where records live.
    public let records: any RecordStore
    /// How it works.
    public let configuration: MemoryStoreConfiguration
    let indexes: IndexCache
    let analyzer = Analyzer()
    private let lastTime = Mutex(Timestamp(microseconds: 0))
    private let isClosed = Mutex(false)
    let subscriptions = SubscriptionTasks()

    /// Prepares the record types and opens the memories in a store.
    ///
    /// The store is closed by ``close()`` only where ``MemoryStoreConfiguration/ownsRecords`` says so.
    /// - Throws: ``MemoryError`` `invalid` for a limit below 1; otherwise what ``RecordStore/prepare(_:)`` says.
    public init(
        _ records: any RecordStore, configuration: MemoryStoreConfiguration = MemoryStoreConfiguration()
    ) async throws(MemoryError) {
        for (name, limit) in [("perUser", configuration.limits.perUser), ("perAgent", configuration.limits.perAgent)] {
            if let limit, limit < 1 { throw MemoryError(.invalid, "limit \(name) must be at least 1, not \(limit)") }
        }
        do {
            try await records.prepare(MemoryRecords.all)
        } catch {
            throw MemoryError(error)
        }
        self.records = records
        self.configuration = configuration
        indexes = IndexCache(
            records,
            IndexedType(
                MemoryRecords.memory, content: "content", topics: "topics", participants: "participants",
                vector: "vector", space: "vector_model", thread: "session_id", sequence: "sequence",
                expiry: "expires_at", deletion: "deleted_at", eventTime: "event_time", relevance: "relevance",
                filterable: MemoryFilter.filterable),
            analyzer: analyzer, maximumBytes: configuration.indexBytes)
    }

    /// Approximate bytes of the search indexes in memory, at most ``MemoryStoreConfiguration/indexBytes`` or one user's.
    public var indexByteCount: Int { indexes.byteCount }

    /// Releases what was opened here; a second call does nothing.
    public func close() async {
        let wasClosed = isClosed.withLock { closed in
            defer { closed = true }
            return closed
        }
        subscriptions.cancelAll()
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

    /// The name of the counter of an agent's memories.
    static func agentCounter(_ agent: String) -> String { "memories/" + agent }
    /// The name of the counter of a user's memories.
    static let userCounter = "memories"

    /// Writes that count a memory of a scope in or out; coming in it must respect the limits.
    func counts(_ scope: Scope, _ change: Int64) -> [Write] {
        let limits = configuration.limits
        var writes = [Write.count(Self.userCounter, change, atMost: change > 0 ? limits.perUser.map(Int64.init) : nil)]
        if let agent = scope.agent {
            writes.append(
                .count(Self.agentCounter(agent), change, atMost: change > 0 ? limits.perAgent.map(Int64.init) : nil))
        }
        return writes
    }

    /// The live memory of an id in a scope, with its bookkeeping.
    func stored(_ id: String, in scope: Scope, includesDeleted: Bool = false) async throws(MemoryError) -> StoredMemory
    {
        try scope.validate()
        guard let canonical = Identifier.canonical(id) else {
            throw MemoryError(.invalid, "memory_id must be a UUID")
        }
        let record: Record?
        do {
            let read = Read.keys([Key(MemoryRecords.memory.name, canonical)], fields: MemoryField.visible)
            record = try await records.read(read, in: scope.partition).records.first ?? nil
        } catch {
            throw MemoryError(error)
        }
        guard let record else { throw MemoryError(.notFound, "memory with id \(canonical) not found") }
        let stored = try StoredMemory(record)
        let isVisible = includesDeleted ? scope.includes(stored.memory.scope) : isVisible(stored.memory, in: scope)
        guard isVisible else { throw MemoryError(.notFound, "memory with id \(canonical) not found") }
        return stored
    }

    /// Whether a memory belongs to a scope, lives, and has not expired.
    func isVisible(_ memory: Memory, in scope: Scope) -> Bool {
        guard scope.includes(memory.scope), memory.deletedAt == nil else { return false }
        return memory.expiresAt.map { $0 > configuration.clock() } ?? true
    }
}
