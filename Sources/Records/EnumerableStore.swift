/// A store whose partitions and counters can be listed: what copying a whole store needs beside the record types.
public protocol EnumerableStore: RecordStore {
    /// Partitions that have had a commit, in the order of their names' UTF-8 bytes.
    /// - Parameters:
    ///   - after: List those after this one; nil from the first.
    ///   - limit: The most to answer, 1 to 10,000.
    /// - Throws: ``StoreError`` `invalid`, `unavailable`, `closed`.
    /// - Complexity: O(limit + log partitions).
    func partitions(after: Partition?, limit: Int) async throws(StoreError) -> [Partition]

    /// Every counter of a partition that was ever changed.
    /// - Throws: ``StoreError`` `unavailable`, `closed`.
    func counters(in partition: Partition) async throws(StoreError) -> [String: Int64]
}
