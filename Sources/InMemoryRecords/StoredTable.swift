internal import Records

/// The records of one type in one partition.
final class StoredTable {
    let table: Schema.Table
    private(set) var records: [[Value]: Record] = [:]
    private(set) var indexes: [OrderedIndex]
    private let unique: [[Int]]
    private var holders: [[[Value]: [Value]]]
    /// Keys by the stamp of their last write: the change feed, kept for tracked types.
    private(set) var written = SortedEntries()
    /// The stamps of deleted keys, and their order.
    private var deletions: [[Value]: Stamp] = [:]
    private(set) var deleted = SortedEntries()

    init(_ table: Schema.Table) {
        self.table = table
        indexes = OrderedIndex.local(of: table)
        unique = table.type.unique.map { names in names.compactMap { table.positions[$0] } }
        holders = unique.map { _ in [:] }
    }

    /// The same records under a later declaration; added fields are null.
    /// - Throws: ``StoreError`` `schema` when an added unique key does not hold.
    init(migrating old: StoredTable, to table: Schema.Table) throws(StoreError) {
        self.table = table
        indexes = OrderedIndex.local(of: table)
        unique = table.type.unique.map { names in names.compactMap { table.positions[$0] } }
        holders = unique.map { _ in [:] }
        let sources = table.type.fields.map { old.table.positions[$0.name] }
        for record in old.records.values {
            var migrated = record
            migrated.values = sources.map { $0.map { record.values[$0] } ?? .null }
            guard conflict(with: migrated, of: nil) == nil else {
                throw StoreError(.schema, "record type \(table.type.name): stored records break an added unique key")
            }
            replace(nil, with: migrated)
        }
        guard table.type.isTracked else { return }
        deletions = old.deletions
        deleted = old.deleted
    }

    /// The record in the way of writing `new` in the place of `old`: by key, then by each unique key in declared order.
    func conflict(with new: Record, of old: Record?) -> Record? {
        let key = new.key.id
        if old == nil, let holder = records[key] { return holder }
        for (place, positions) in unique.enumerated() {
            guard let values = uniqueValues(of: new, positions), let holder = holders[place][values], holder != key
            else {
                continue
            }
            return records[holder]
        }
        return nil
    }

    /// Replaces a record everywhere; both have the same key.
    func replace(_ old: Record?, with new: Record?) {
        guard let key = (old ?? new)?.key.id else { return }
        records[key] = new
        for place in indexes.indices { indexes[place].replace(old, with: new, in: nil) }
        for (place, positions) in unique.enumerated() {
            let freed = old.flatMap { uniqueValues(of: $0, positions) }
            let taken = new.flatMap { uniqueValues(of: $0, positions) }
            guard freed != taken else { continue }
            if let freed { holders[place][freed] = nil }
            if let taken { holders[place][taken] = key }
        }
        guard table.type.isTracked else { return }
        if let old { written.remove([.int(old.stamp.number)] + key) }
        if let new { written.insert([.int(new.stamp.number)] + key) }
    }

    /// Notes what a finished commit did to a key, for the change feed.
    func finish(_ key: [Value], wasStored: Bool, at stamp: Stamp) {
        guard table.type.isTracked else { return }
        if records[key] != nil {
            if let earlier = deletions.removeValue(forKey: key) { deleted.remove([.int(earlier.number)] + key) }
        } else if wasStored {
            deletions[key] = stamp
            deleted.insert([.int(stamp.number)] + key)
        }
    }

    private func uniqueValues(of record: Record, _ positions: [Int]) -> [Value]? {
        let values = positions.map { record.values[$0] }
        return values.contains(where: \.isNull) ? nil : values
    }
}
