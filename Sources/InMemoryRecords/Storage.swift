internal import Records

/// Everything a store holds; guarded by the store's lock.
struct Storage {
    private(set) var schema = Schema()
    private(set) var partitions: [Partition: StoredPartition] = [:]
    private(set) var surveys: [String: GlobalIndexes] = [:]
    var isClosed = false

    /// The partition, created when it is written for the first time.
    mutating func stored(_ partition: Partition) -> StoredPartition {
        if let stored = partitions[partition] { return stored }
        let stored = StoredPartition(partition)
        partitions[partition] = stored
        return stored
    }

    /// Adds or migrates types; all or nothing.
    mutating func prepare(_ types: [RecordType]) throws(StoreError) {
        let incoming = try Schema(types)
        var changed: [Schema.Table] = []
        for type in types {
            let table = try incoming.table(type.name)
            if let stored = schema.tables[type.name] {
                guard try Self.isMigration(from: stored.type, to: type) else { continue }
            }
            changed.append(table)
        }
        guard !changed.isEmpty else { return }
        let merged = Dictionary(uniqueKeysWithValues: schema.tables.values.map { ($0.type.name, $0.type) })
            .merging(types.map { ($0.name, $0) }) { $1 }
        let next = try Schema(Array(merged.values))
        var migrated: [(partition: StoredPartition, table: StoredTable)] = []
        var rebuilt = surveys
        for table in changed {
            let indexes = GlobalIndexes(table)
            for partition in partitions.values {
                guard let old = partition.tables[table.type.name] else { continue }
                let new = try StoredTable(migrating: old, to: table)
                for record in new.records.values { indexes.replace(nil, with: record, in: partition.name) }
                migrated.append((partition, new))
            }
            rebuilt[table.type.name] = indexes
        }
        for (partition, table) in migrated { partition.tables[table.table.type.name] = table }
        surveys = rebuilt
        schema = next
    }

    /// Whether a declaration must be migrated to; false when it is the stored one.
    private static func isMigration(from stored: RecordType, to type: RecordType) throws(StoreError) -> Bool {
        func refuse(_ reason: String) -> StoreError { StoreError(.schema, "record type \(type.name): \(reason)") }
        guard type.version >= stored.version else {
            throw refuse("the store holds version \(stored.version), newer than \(type.version)")
        }
        if type == stored { return false }
        guard type.version > stored.version else {
            throw refuse("the declaration of version \(type.version) differs from the stored one")
        }
        guard type.keyCount == stored.keyCount,
            type.fields.prefix(type.keyCount).map(\.name) == stored.fields.prefix(type.keyCount).map(\.name)
        else { throw refuse("a key cannot change") }
        for field in stored.fields {
            guard let successor = type.fields.first(where: { $0.name == field.name }) else {
                throw refuse("field \(field.name) cannot be removed")
            }
            guard successor.kind.canHold(field.kind) else { throw refuse("field \(field.name) cannot change its kind") }
        }
        return true
    }
}

/// The indexes of one type across partitions.
final class GlobalIndexes {
    private(set) var indexes: [OrderedIndex]

    init(_ table: Schema.Table) { indexes = OrderedIndex.global(of: table) }

    func replace(_ old: Record?, with new: Record?, in partition: Partition) {
        for place in indexes.indices { indexes[place].replace(old, with: new, in: partition) }
    }
}

extension Field.Kind {
    /// Whether every value of a field of the other kind fits.
    fileprivate func canHold(_ other: Field.Kind) -> Bool {
        switch (self, other) {
        case (.text(let new), .text(let old)): new >= old
        case (.vector(let new), .vector(let old)): new == nil || new == old
        default: self == other
        }
    }
}
