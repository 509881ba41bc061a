import Records

extension KeyValueStore {
    /// The item of a key; nil when there is none, or it has expired.
    /// - Parameter refreshesLifetime: Whether an item that expires lives on from now; nil is as configured.
    /// - Throws: ``KeyValueError`` `invalid`, `corrupted`, `unavailable`.
    /// - Complexity: O(log records).
    public func get(
        _ key: String, in namespace: [String], refreshesLifetime: Bool? = nil
    ) async throws(KeyValueError) -> Item? {
        let path = try NamespacePath(namespace)
        try KeyValueBounds.check(key, "key", KeyValueBounds.keyBytes)
        let partition = partition(path.labels[0])
        guard let record = try await read([.keys([KeyValueRecords.key(path, key)])], partition)[0].records[0] else {
            return nil
        }
        var stored = [(try StoredItem(record), partition)]
        let now = configuration.clock()
        if stored[0].0.isExpired(now) { return nil }
        try await refresh(&stored, refreshesLifetime, now)
        return stored[0].0.item
    }

    /// Lets items that expire live on from now, where that is wanted.
    func refresh(
        _ items: inout [(StoredItem, Partition)], _ isWanted: Bool?, _ now: Int64
    ) async throws(KeyValueError) {
        guard isWanted ?? configuration.refreshesOnRead else { return }
        var batches: [Batch] = []
        for place in items.indices {
            guard let lifetime = items[place].0.lifetime else { continue }
            let (stored, partition) = items[place]
            // Whoever put the item meanwhile decided how long it lives.
            batches.append(
                Batch(
                    partition,
                    guards: [.matches(stored.key, .equal("lifetime", .int(lifetime)))],
                    [.patch(stored.key, [.greatest("expires_at", .time(now + lifetime))])]))
            items[place].0.item.expiresAt = max(stored.item.expiresAt ?? 0, now + lifetime)
        }
        if batches.isEmpty { return }
        for case .failure(let error) in await records.commit(batches) where error.code != .guardFailed {
            throw KeyValueError(error)
        }
    }
}
