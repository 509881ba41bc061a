internal import Records

/// Records in one order: equality fields, then the order field, then (across partitions) the partition, then the key.
struct OrderedIndex {
    let equal: [Int]
    let order: Int?
    private(set) var entries = SortedEntries()

    init(equal: [Int], order: Int?) {
        self.equal = equal
        self.order = order
    }

    /// The indexes of a type inside one partition: the key, every order field alone, and the declared ones.
    static func local(of table: Schema.Table) -> [OrderedIndex] {
        var indexes = [OrderedIndex(equal: [], order: nil)]
        for index in table.type.indexes {
            guard let order = index.order.flatMap({ table.positions[$0] }) else { continue }
            indexes.appendIfAbsent(OrderedIndex(equal: [], order: order))
        }
        for index in table.type.indexes {
            indexes.appendIfAbsent(
                OrderedIndex(equal: index.positions(in: table), order: index.orderPosition(in: table)))
        }
        return indexes
    }

    /// The indexes of a type across partitions: every global order field alone, and the declared global ones.
    static func global(of table: Schema.Table) -> [OrderedIndex] {
        var indexes: [OrderedIndex] = []
        for index in table.type.indexes where index.isGlobal && index.order != nil {
            indexes.appendIfAbsent(OrderedIndex(equal: [], order: index.orderPosition(in: table)))
            indexes.appendIfAbsent(
                OrderedIndex(equal: index.positions(in: table), order: index.orderPosition(in: table)))
        }
        return indexes
    }

    /// Replaces a record's entry.
    mutating func replace(_ old: Record?, with new: Record?, in partition: Partition?) {
        let removed = old.map { entry(of: $0, in: partition) }
        let added = new.map { entry(of: $0, in: partition) }
        guard removed != added else { return }
        if let removed { entries.remove(removed) }
        if let added { entries.insert(added) }
    }

    /// The values of the equality fields, where the filter fixes every one of them.
    func prefix(fixedBy values: [Int: Value]) -> [Value]? {
        var prefix: [Value] = []
        for position in equal {
            guard let value = values[position] else { return nil }
            prefix.append(value)
        }
        return prefix
    }

    private func entry(of record: Record, in partition: Partition?) -> [Value] {
        var entry = equal.map { record.values[$0] }
        if let order { entry.append(record.values[order]) }
        if let partition { entry.append(.text(partition.name)) }
        entry.append(contentsOf: record.values.prefix(record.keyCount))
        return entry
    }
}

extension [OrderedIndex] {
    fileprivate mutating func appendIfAbsent(_ index: OrderedIndex) {
        if !contains(where: { $0.equal == index.equal && $0.order == index.order }) { append(index) }
    }

    /// The index of this order with the longest prefix that the filter fixes.
    func best(order: Int?, fixed: [Int: Value]) -> (index: OrderedIndex, prefix: [Value])? {
        var best: (index: OrderedIndex, prefix: [Value])?
        for index in self where index.order == order {
            guard let prefix = index.prefix(fixedBy: fixed), prefix.count >= best?.prefix.count ?? 0 else { continue }
            best = (index, prefix)
        }
        return best
    }
}

extension Index {
    fileprivate func positions(in table: Schema.Table) -> [Int] { equal.compactMap { table.positions[$0] } }

    fileprivate func orderPosition(in table: Schema.Table) -> Int? { order.flatMap { table.positions[$0] } }
}

extension Filter {
    /// The values of fields that every accepted record must have.
    func fixedValues(in table: Schema.Table) -> [Int: Value] {
        switch self {
        case .equal(let place, let value) where place.path.isEmpty:
            table.positions[place.field].map { [$0: value] } ?? [:]
        case .and(let parts):
            parts.reduce(into: [:]) { fixed, part in
                fixed.merge(part.fixedValues(in: table)) { first, _ in first }
            }
        default: [:]
        }
    }
}
