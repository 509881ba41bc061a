import Records

extension KeyValueStore {
    /// Removes items that have expired, of all namespaces of the tenant.
    ///
    /// Expired items are invisible before that; this frees their space. Call it now and then.
    /// - Parameter limit: The most items, 1 to 10,000.
    /// - Returns: How many were removed.
    /// - Throws: ``KeyValueError`` `invalid`, `unavailable`, `outcomeUnknown`; `conflict`, `corrupted` after all others were
    ///   tried.
    /// - Complexity: O(removed × log records).
    @discardableResult
    public func sweepExpired(limit: Int = 1_000) async throws(KeyValueError) -> Int {
        guard (1...10_000).contains(limit) else {
            throw KeyValueError(.invalid, "limit must be 1 to 10000, not \(limit)")
        }
        return try await sweep(limit: limit) { now in
            .and([.equal("tenant", .text(self.configuration.tenant)), .atMost("expires_at", .time(now))])
        }
    }

    /// Removes the items of every tenant that have expired: a server calls it now and then.
    /// - Returns: How many were removed.
    /// - Throws: ``KeyValueError`` `unavailable`, `outcomeUnknown`; `conflict`, `corrupted` after all others were tried.
    /// - Complexity: O(removed × log records).
    @discardableResult
    package func sweepEveryTenant() async throws(KeyValueError) -> Int {
        try await sweep(limit: .max) { .atMost("expires_at", .time($0)) }
    }

    private func sweep(limit: Int, _ filter: (_ now: Int64) -> Filter) async throws(KeyValueError) -> Int {
        let now = configuration.clock()
        var removed = 0
        var failure: KeyValueError?
        var query = Query(KeyValueRecords.item.name, filter(now), order: .field("expires_at"), fields: [])
        repeat {
            query.limit = min(1_000, limit - removed)
            let found = try await survey(query)
            for (record, partition) in zip(found.page.records, found.partitions) {
                guard let record else { continue }
                do {
                    // It may have been put or read again since.
                    if try await remove(record.key, partition, where: { $0.isExpired(now) }) { removed += 1 }
                } catch {
                    // One item keeps none of the others; a store that is away keeps all.
                    guard error.code == .conflict || error.code == .corrupted else { throw error }
                    failure = failure ?? error
                }
            }
            query.after = found.page.next
        } while removed < limit && query.after != nil
        if let failure { throw failure }
        return removed
    }
}
