public import Records

extension RelationalRecords: EnumerableStore {
    /// Partitions that have had a commit; see ``EnumerableStore/partitions(after:limit:)``.
    /// - Throws: ``StoreError`` `invalid`, `unavailable`, `closed`.
    public func partitions(after: Partition?, limit: Int) async throws(StoreError) -> [Partition] {
        guard (1...10_000).contains(limit) else {
            throw StoreError(.invalid, "limit must be 1 to 10000, not \(limit)")
        }
        let column = engine.dialect.quote("partition")
        let sql =
            "SELECT \(column) FROM \(bookkeeping.partitions) WHERE \(column) > ? AND stamp > 0 ORDER BY \(column) LIMIT ?"
        // Every name is greater than the empty text.
        let arguments: [Value] = [.text(after?.name ?? ""), .int(Int64(limit))]
        return try await read(isShort: false) { (connection) async throws(StoreError) in
            var partitions: [Partition] = []
            try await connection.query(SQLCall(sql, arguments)) { row in
                if case .text(let name) = row.value(0, .text(maximumBytes: .max)) { partitions.append(Partition(name)) }
            }
            return partitions
        }
    }

    /// Every counter of a partition; see ``EnumerableStore/counters(in:)``.
    /// - Throws: ``StoreError`` `unavailable`, `closed`.
    public func counters(in partition: Partition) async throws(StoreError) -> [String: Int64] {
        let sql =
            "SELECT name, value FROM \(bookkeeping.counters) WHERE \(engine.dialect.quote("partition")) = ?"
        return try await read(isShort: false) { (connection) async throws(StoreError) in
            var counters: [String: Int64] = [:]
            try await connection.query(SQLCall(sql, [.text(partition.name)])) { row in
                if case .text(let name) = row.value(0, .text(maximumBytes: .max)) { counters[name] = row.integer(1) }
            }
            return counters
        }
    }
}
