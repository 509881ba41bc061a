public import Records
import Synchronization

/// The indexes of the partitions in use, within a memory budget: the least recently used one leaves first.
public final class IndexCache: Sendable {
    fileprivate struct Slot {
        var index: PartitionIndex
        var lastUse: UInt64
        var byteCount = 0
    }
    fileprivate struct State {
        var slots: [Partition: Slot] = [:]
        var uses: UInt64 = 0
    }

    private let store: any RecordStore
    private let indexed: IndexedType
    private let analyzer: Analyzer
    private let state = Mutex(State())
    /// The budget in bytes. The index in use may pass it alone; nothing else is kept then.
    public let maximumBytes: Int

    /// An empty cache.
    public init(_ store: any RecordStore, _ indexed: IndexedType, analyzer: Analyzer = Analyzer(), maximumBytes: Int) {
        self.store = store
        self.indexed = indexed
        self.analyzer = analyzer
        self.maximumBytes = maximumBytes
    }

    /// Approximate bytes of all indexes.
    public var byteCount: Int { state.withLock { $0.slots.values.reduce(0) { $0 + $1.byteCount } } }

    /// The index of a partition, with everything that was committed before the call.
    /// - Throws: ``StoreError`` from reading the partition.
    /// - Complexity: O(changes since the last use); O(partition) when it was not in memory.
    public func fresh(_ partition: Partition) async throws(StoreError) -> PartitionIndex {
        let index: PartitionIndex
        if let known = state.withLock({ $0.use(partition) }) {
            index = known
        } else {
            let new = try PartitionIndex(store, partition, indexed, analyzer)
            index = state.withLock { state in
                if let known = state.use(partition) { return known }
                state.uses += 1
                state.slots[partition] = Slot(index: new, lastUse: state.uses)
                return new
            }
        }
        try await index.refresh()
        let byteCount = index.byteCount
        state.withLock { $0.settle(partition, byteCount, maximumBytes) }
        return index
    }

    /// Forgets a partition's index, if it is there.
    public func forget(_ partition: Partition) { state.withLock { $0.slots[partition] = nil } }
}

extension IndexCache.State {
    fileprivate mutating func use(_ partition: Partition) -> PartitionIndex? {
        uses += 1
        slots[partition]?.lastUse = uses
        return slots[partition]?.index
    }

    fileprivate mutating func settle(_ partition: Partition, _ byteCount: Int, _ maximumBytes: Int) {
        slots[partition]?.byteCount = byteCount
        var total = slots.values.reduce(0) { $0 + $1.byteCount }
        while total > maximumBytes, slots.count > 1,
            let oldest = slots.filter({ $0.key != partition }).min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            total -= oldest.value.byteCount
            slots[oldest.key] = nil
        }
    }
}
