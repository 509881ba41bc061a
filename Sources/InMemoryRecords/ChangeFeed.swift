internal import Records

extension Storage {
    /// The change feed of one tracked type, in whole stamps.
    func changes(
        of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
    ) throws(StoreError) -> Changes {
        let table = try schema.table(type)
        guard table.type.isTracked else { throw StoreError(.invalid, "record type \(type) is not tracked") }
        guard limit >= 1 else { throw StoreError(.invalid, "limit must be at least 1, not \(limit)") }
        let projection = try Projection(fields, table)
        let stored = partitions[partition]
        var changes = Changes(put: [], deleted: [], upTo: stored?.head ?? .zero, hasMore: false)
        guard let rows = stored?.tables[type] else { return changes }

        var entries = Self.entries(rows.written, after, limit).map { (entry: $0, isDeletion: false) }
        entries += Self.entries(rows.deleted, after, limit).map { (entry: $0, isDeletion: true) }
        entries.sort { SortedEntries.compare($0.entry, $1.entry) < 0 }
        var taken = entries.count
        if taken > limit {
            taken = limit
            // Back to the end of a stamp; one stamp that is larger than the limit is taken whole.
            while taken > 0, entries[taken - 1].entry[0] == entries[taken].entry[0] { taken -= 1 }
            if taken == 0 { taken = entries.firstIndex { $0.entry[0] != entries[0].entry[0] } ?? entries.count }
        }
        for (entry, isDeletion) in entries.prefix(taken) {
            let key = Array(entry.dropFirst())
            if isDeletion {
                changes.deleted.append(Key(type, key))
            } else if let record = rows.records[key] {
                changes.put.append(projection.apply(record))
            }
        }
        if taken < entries.count, case .int(let number) = entries[taken - 1].entry[0] {
            changes.upTo = Stamp(number)
            changes.hasMore = true
        }
        return changes
    }

    /// The entries after a stamp: where there are more than `limit`, whole stamps beyond it and one entry of the next,
    /// which says that there is more.
    private static func entries(_ source: SortedEntries, _ after: Stamp, _ limit: Int) -> [[Value]] {
        var entries: [[Value]] = []
        source.walk(prefix: [], beyond: [.int(after.number)], isDescending: false) { entry in
            let isBeyond = entries.count > limit && entry[0] != entries[entries.count - 1][0]
            entries.append(entry)
            return !isBeyond
        }
        return entries
    }
}
