public import Records

extension InMemoryRecords: EnumerableStore {
    /// Partitions that have had a commit; see ``EnumerableStore/partitions(after:limit:)``.
    /// - Throws: ``StoreError`` `invalid`, `closed`.
    public func partitions(after: Partition?, limit: Int) async throws(StoreError) -> [Partition] {
        guard (1...10_000).contains(limit) else {
            throw StoreError(.invalid, "limit must be 1 to 10000, not \(limit)")
        }
        return try withStorage { storage in
            let names = storage.partitions.values.filter { $0.head > .zero }.map(\.name)
            let sorted = names.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            let rest = sorted.drop { name in
                guard let after else { return false }
                return !after.name.utf8.lexicographicallyPrecedes(name.name.utf8)
            }
            return Array(rest.prefix(limit))
        }
    }

    /// Every counter of a partition; see ``EnumerableStore/counters(in:)``.
    /// - Throws: ``StoreError`` `closed`.
    public func counters(in partition: Partition) async throws(StoreError) -> [String: Int64] {
        try withStorage { $0.partitions[partition]?.counters ?? [:] }
    }
}
