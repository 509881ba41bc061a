import Owners
public import Records
import Synchronization

/// A graph of what is known, over any record store.
///
/// All members may be called from any number of tasks and processes: what they decide is guarded in the commit, and
/// decided again where others came between.
public final class GraphStore: KnowledgeGraph {
    /// Where records live.
    public let records: any RecordStore
    /// How it works.
    public let configuration: GraphStoreConfiguration
    private let isClosed = Mutex(false)

    /// Prepares the record types and opens the graphs in a store.
    /// - Throws: ``GraphError``, as ``RecordStore/prepare(_:)`` says.
    public init(
        _ records: any RecordStore, configuration: GraphStoreConfiguration = GraphStoreConfiguration()
    ) async throws(GraphError) {
        do {
            try await records.prepare(GraphRecords.all)
        } catch {
            throw GraphError(error)
        }
        self.records = records
        self.configuration = configuration
    }

    /// Releases what was opened here; a second call does nothing. Afterwards every call fails with `closed`.
    public func close() async {
        let wasClosed = isClosed.withLock { closed in
            defer { closed = true }
            return closed
        }
        if !wasClosed, configuration.ownsRecords { await records.close() }
    }

    /// The owner's partition, for a call that may begin.
    /// - Throws: ``GraphError`` `closed`, `invalid`.
    func partition(of owner: Owner) throws(GraphError) -> Partition {
        guard !isClosed.withLock({ $0 }) else { throw GraphError(.closed, "the graph was closed") }
        try owner.checkForGraph()
        return owner.partition
    }

    func now() -> Timestamp { configuration.clock() }

    func read(_ reads: [Read], _ partition: Partition) async throws(GraphError) -> [Page] {
        let pages: [Page]
        do {
            pages = try await records.read(reads, in: partition, atLeast: nil)
        } catch {
            throw GraphError(error)
        }
        guard pages.count == reads.count else {
            throw GraphError(.unavailable, "the store answered \(pages.count) of \(reads.count) reads")
        }
        return pages
    }

    /// The entities of these ids, nil where there is none.
    func stored(entities ids: [String], _ partition: Partition) async throws(GraphError) -> [StoredEntity?] {
        let page = try await read([.keys(ids.map(GraphRecords.entityKey))], partition)[0]
        var entities: [StoredEntity?] = []
        for record in page.records { entities.append(try record.map(StoredEntity.init)) }
        return entities
    }

    /// Which of these entities are there.
    func present(_ ids: some Sequence<String>, _ partition: Partition) async throws(GraphError) -> Set<Value> {
        let keys = Set(ids.map { GraphRecords.entityKey($0) })
        guard !keys.isEmpty else { return [] }
        let page = try await read([.keys(Array(keys), fields: [])], partition)[0]
        return Set(page.records.compactMap { $0?.values[0] })
    }

    /// What is thrown when a change lost too many races.
    static let contention = GraphError(.conflict, "others kept changing the graph; repeat to continue")
}
