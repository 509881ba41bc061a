public import Records

/// The search index of one partition and type, in memory: rebuilt from the store's change feed and kept fresh by it.
///
/// It holds no truth. Hits are keys; the caller reads the records and checks them again.
public final class PartitionIndex: Sendable {
    let store: any RecordStore
    let partition: Partition
    let indexed: IndexedType
    private let state: SharedState<PartitionState>

    /// An empty index; ``refresh()`` fills it.
    /// - Throws: ``StoreError`` `invalid` when the description names a field that the type lacks.
    init(_ store: any RecordStore, _ partition: Partition, _ indexed: IndexedType, _ analyzer: Analyzer)
        throws(StoreError)
    {
        self.store = store
        self.partition = partition
        self.indexed = indexed
        let empty = try PartitionState(indexed, analyzer)
        state = SharedState(empty)
    }

    /// Approximate bytes in memory.
    var byteCount: Int { state.read { $0.byteCount } }

    /// How many records it holds.
    public var count: Int { state.read { $0.count } }

    /// Applies what was committed since the last call.
    /// - Throws: what ``RecordStore/changes(of:in:after:limit:fields:)`` throws.
    /// - Complexity: O(changes); the first call reads the whole partition.
    func refresh() async throws(StoreError) {
        while true {
            let seen = state.read { $0.upTo }
            let changes: Changes
            do {
                changes = try await store.changes(
                    of: indexed.type.name, in: partition, after: seen, limit: 2_000, fields: indexed.fields)
            } catch {
                guard error.code == .tooOld else { throw error }
                state.change { $0.reset() }
                continue
            }
            if changes.upTo == seen, !changes.hasMore { return }
            // Somebody else may have applied the same piece meanwhile; then theirs counts.
            state.change { state in
                if state.upTo == seen { state.apply(changes) }
            }
            if !changes.hasMore { return }
        }
    }

    /// The best records for a question, best first; ties by newer sequence.
    /// - Throws: ``StoreError`` `invalid` for a filter over fields that are not filterable, or a vector of another
    ///   dimension than the stored ones.
    /// - Complexity: O(postings of the question's terms + vectors × dimensions).
    public func search(_ question: IndexSearch) throws(StoreError) -> [IndexHit] {
        try state.read { (state) throws(StoreError) in try state.search(question) }
    }
}
