public import Records
import Retrieval
import Synchronization

/// JSON values by namespace and key, over any record store: what LangGraph calls a store.
///
/// Everything below a namespace's first label is one partition. So a search below any namespace is one read of one
/// partition and consistent, an index covers what is searched together, and roots (users, applications) are placed and
/// written independently. A root with very many writers is serial: choose first labels that spread, such as the user.
/// All members may be called from any number of tasks and processes.
public final class KeyValueStore: Sendable {
    /// Where records live.
    public let records: any RecordStore
    /// How it works.
    public let configuration: KeyValueStoreConfiguration
    let indexes: IndexCache?
    let standardFields: [FieldPathText]
    private let isClosed = Mutex(false)

    /// Prepares the record types and opens the items in a store.
    /// - Throws: ``KeyValueError`` `invalid` for a wrong option; otherwise what ``RecordStore/prepare(_:)`` says.
    public init(
        _ records: any RecordStore, configuration: KeyValueStoreConfiguration = KeyValueStoreConfiguration()
    ) async throws(KeyValueError) {
        try Self.check(configuration)
        standardFields = try Self.fields(configuration.index?.fields ?? [])
        do {
            try await records.prepare(KeyValueRecords.all)
        } catch {
            throw KeyValueError(error)
        }
        self.records = records
        self.configuration = configuration
        indexes = configuration.index.map {
            IndexCache(
                records,
                IndexedType(
                    KeyValueRecords.passage, content: "content", vector: "vector", space: "space",
                    filterable: ["namespace"]), maximumBytes: $0.maximumBytes)
        }
    }

    private init(sharing store: KeyValueStore, _ configuration: KeyValueStoreConfiguration) {
        records = store.records
        self.configuration = configuration
        indexes = store.indexes
        standardFields = store.standardFields
    }

    /// The same store for another tenant. It does not close the records.
    /// - Throws: ``KeyValueError`` `invalid` when the name is longer than 64 UTF-8 bytes or holds U+0000.
    public func inTenant(_ tenant: String) throws(KeyValueError) -> KeyValueStore {
        var configuration = configuration
        configuration.tenant = tenant
        configuration.ownsRecords = false
        try Self.check(configuration)
        return KeyValueStore(sharing: self, configuration)
    }

    /// Releases what was opened here; a second call does nothing.
    public func close() async {
        let wasClosed = isClosed.withLock { closed in
            defer { closed = true }
            return closed
        }
        if !wasClosed, configuration.ownsRecords { await records.close() }
    }

    private static func check(_ configuration: KeyValueStoreConfiguration) throws(KeyValueError) {
        try KeyValueBounds.check(configuration.tenant, "tenant", KeyValueBounds.tenantBytes, mayBeEmpty: true)
        if let lifetime = configuration.defaultLifetime { _ = try microseconds(lifetime, "defaultLifetime") }
        if let index = configuration.index {
            guard index.maximumBytes >= 1 else {
                throw KeyValueError(.invalid, "maximumBytes must be at least 1, not \(index.maximumBytes)")
            }
            if let space = index.embedder?.space {
                try KeyValueBounds.check(space, "the embedding space", KeyValueBounds.spaceBytes)
            }
        }
    }

    static func fields(_ paths: [String]) throws(KeyValueError) -> [FieldPathText] {
        guard paths.count <= KeyValueBounds.indexFields else {
            throw KeyValueError(.invalid, "\(paths.count) index fields; the limit is \(KeyValueBounds.indexFields)")
        }
        var fields: [FieldPathText] = []
        for path in paths { fields.append(try FieldPathText(path)) }
        return fields
    }

    static func microseconds(_ seconds: Double, _ name: String) throws(KeyValueError) -> Int64 {
        guard seconds > 0, seconds <= 1e9 else {
            throw KeyValueError(.invalid, "\(name) must be more than 0 and at most 1e9 seconds")
        }
        return max(1, Int64(seconds * 1_000_000))
    }

    /// The partition of a first label.
    func partition(_ root: String) -> Partition {
        // The tenant has no slash once it is escaped, so the rest after it is the label as it is.
        Partition("kv/" + Partition.escape(configuration.tenant) + "/" + root)
    }

    /// Reads of one partition.
    func read(_ reads: [Read], _ partition: Partition) async throws(KeyValueError) -> [Page] {
        do {
            return try await records.read(reads, in: partition, atLeast: nil)
        } catch {
            throw KeyValueError(error)
        }
    }

    func survey(_ query: Query) async throws(KeyValueError) -> SurveyPage {
        do {
            return try await records.survey(query)
        } catch {
            throw KeyValueError(error)
        }
    }

    /// What items satisfy that have not expired.
    static func alive(_ now: Int64) -> Filter {
        .or([.not(.exists("expires_at")), .not(.atMost("expires_at", .time(now)))])
    }
}
