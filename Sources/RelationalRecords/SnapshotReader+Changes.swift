import Records

extension SnapshotReader {
    /// The change feed of one type.
    func changes(
        of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
    ) async throws(StoreError) -> Changes {
        let layout = try tables.layout(type)
        let head = try await head(partition)
        guard after.number >= head.horizon || after.number == 0 else {
            throw StoreError(.tooOld, "the change feed begins after stamp \(head.horizon)")
        }
        guard after.number < head.stamp else {
            return Changes(put: [], deleted: [], upTo: Stamp(head.stamp), hasMore: false)
        }
        let name = Value.text(partition.name)
        let feed: [Value] = [name, .int(after.number)]
        let owned = "\(layout.partition) = ?"
        // The row past the limit tells that there is more; whole stamps before it belong to this piece, or, when one
        // stamp alone is longer than the limit, that stamp.
        let both =
            "(SELECT stamp FROM \(layout.name) WHERE \(owned) AND stamp > ? UNION ALL "
            + "SELECT stamp FROM \(bookkeeping.deletions) WHERE \(owned) AND stamp > ? AND type = ?) AS feed"
        let bound = try await stamp(
            "SELECT stamp FROM \(both) ORDER BY stamp LIMIT 1 OFFSET ?",
            feed + feed + [.text(type), .int(Int64(limit))])
        var upTo = head.stamp
        if let bound {
            let first = try await stamp("SELECT MIN(stamp) FROM \(both)", feed + feed + [.text(type)])
            upTo = max(bound - 1, first ?? bound)
        }
        let positions = try layout.positions(fields)
        var changes = Changes(put: [], deleted: [], upTo: Stamp(upTo), hasMore: bound != nil && upTo < head.stamp)
        let puts = SQLCall(
            "SELECT revision, stamp, \(layout.list(positions)) FROM \(layout.name) "
                + "WHERE \(owned) AND stamp > ? AND stamp <= ? ORDER BY stamp", feed + [.int(upTo)])
        let deletions = SQLCall(
            "SELECT record_key FROM \(bookkeeping.deletions) WHERE \(owned) AND stamp > ? AND stamp <= ? AND type = ?",
            feed + [.int(upTo), .text(type)])
        var seen: Set<Key> = []
        try await connection.query([puts, deletions]) { (place, row) throws(StoreError) in
            if place == 0 { return changes.put.append(layout.record(row, positions)) }
            guard case .bytes(let bytes) = row.value(0, .bytes), let id = ScalarCoding.values(of: bytes[...]) else {
                throw StoreError(.corrupted, "a deletion's key is damaged")
            }
            let key = Key(type, id)
            if seen.insert(key).inserted { changes.deleted.append(key) }
        }
        return changes
    }

    private func stamp(_ sql: String, _ arguments: [Value]) async throws(StoreError) -> Int64? {
        try await connection.first(SQLText(dynamic: sql), arguments) { $0.integer(0) }
    }
}
