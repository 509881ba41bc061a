internal import Records

/// One batch being applied to a partition, with what it takes to undo it.
struct Transaction {
    private let storage: Storage
    private let partition: StoredPartition
    private let stamp: Stamp
    private var undone: [(table: StoredTable, before: Record?, after: Record?)] = []
    private var counters: [String: Int64]
    /// A passed bound only counts when nothing else fails.
    private var boundFailure: StoreError?

    private init(_ storage: Storage, _ partition: StoredPartition) {
        self.storage = storage
        self.partition = partition
        stamp = Stamp(partition.head.number + 1)
        counters = partition.counters
    }

    /// Applies a validated batch whole, or leaves the partition as it was.
    static func commit(_ batch: Batch, to storage: Storage, _ partition: StoredPartition) throws(StoreError) -> Receipt
    {
        var transaction = Transaction(storage, partition)
        try transaction.check(batch.guards)
        let results: [Int64]
        do {
            results = try transaction.apply(batch.writes)
        } catch {
            transaction.rollBack()
            throw error
        }
        transaction.finish()
        return Receipt(stamp: transaction.stamp, results: results)
    }

    private func check(_ guards: [Guard]) throws(StoreError) {
        for (index, condition) in guards.enumerated() {
            let holds: Bool
            switch condition {
            case .absent(let key):
                holds = partition.tables[key.type]?.records[key.id] == nil
            case .matches(let key, let filter):
                let filter = try CompiledFilter(filter, storage.schema.table(key.type))
                holds = partition.tables[key.type]?.records[key.id].map { filter.accepts($0) } ?? false
            }
            guard holds else { throw StoreError(.guardFailed, "guard \(index) does not hold", index: index) }
        }
    }

    private mutating func apply(_ writes: [Write]) throws(StoreError) -> [Int64] {
        var results: [Int64] = []
        results.reserveCapacity(writes.count)
        for (index, write) in writes.enumerated() {
            do {
                results.append(try apply(write, index))
            } catch {
                var error = error
                error.index = index
                throw error
            }
        }
        if let boundFailure { throw boundFailure }
        return results
    }

    private mutating func apply(_ change: Write, _ index: Int) throws(StoreError) -> Int64 {
        switch change {
        case .insert(let type, var values):
            var number: Int64?
            for position in values.indices {
                guard case .next(let counter) = values[position] else { continue }
                let (next, overflow) = counters[counter, default: 0].addingReportingOverflow(1)
                guard !overflow else { throw StoreError(.invalid, "the counter has reached its greatest number") }
                counters[counter] = next
                values[position] = .int(next)
                number = next
            }
            let table = partition.stored(try storage.schema.table(type))
            try write(values, to: table, over: nil)
            return number ?? 1
        case .put(let type, let values):
            let declared = try storage.schema.table(type)
            let table = partition.stored(declared)
            return try write(values, to: table, over: table.records[declared.key(of: values).id])
        case .patch(let key, let changes):
            let table = partition.stored(try storage.schema.table(key.type))
            guard let old = table.records[key.id] else {
                throw StoreError(.missing, "write \(index): there is no record to patch")
            }
            return try write(try changes.applied(to: old.values, of: table.table), to: table, over: old)
        case .delete(let key):
            let table = partition.stored(try storage.schema.table(key.type))
            guard let old = table.records[key.id] else { return 0 }
            replace(old, with: nil, in: table)
            return old.revision
        case .count(let name, let amount, let bound):
            return count(name, amount, atMost: bound, index)
        }
    }

    /// Writes a record and answers its revision.
    @discardableResult
    private mutating func write(_ values: [Value], to table: StoredTable, over old: Record?) throws(StoreError) -> Int64
    {
        let new = Record(
            type: table.table.type.name, keyCount: table.table.type.keyCount, revision: (old?.revision ?? 0) + 1,
            stamp: stamp, values: values)
        if let holder = table.conflict(with: new, of: old) {
            throw StoreError(.exists, "a record of \(new.type) has this key or unique key", record: holder)
        }
        replace(old, with: new, in: table)
        return new.revision
    }

    private mutating func count(_ name: String, _ amount: Int64, atMost bound: Int64?, _ index: Int) -> Int64 {
        let before = counters[name, default: 0]
        let (after, overflow) = before.addingReportingOverflow(amount)
        if amount > 0, let bound, overflow || after > bound {
            boundFailure =
                boundFailure
                ?? StoreError(.limit, "write \(index): the counter's limit is \(bound)", index: index, value: before)
        } else if overflow {
            boundFailure =
                boundFailure ?? StoreError(.invalid, "write \(index): the counter would overflow", index: index)
        }
        counters[name] = overflow ? before : after
        return after
    }

    private mutating func replace(_ old: Record?, with new: Record?, in table: StoredTable) {
        table.replace(old, with: new)
        storage.surveys[table.table.type.name]?.replace(old, with: new, in: partition.name)
        undone.append((table, old, new))
    }

    private mutating func rollBack() {
        for (table, before, after) in undone.reversed() {
            table.replace(after, with: before)
            storage.surveys[table.table.type.name]?.replace(after, with: before, in: partition.name)
        }
    }

    private func finish() {
        partition.counters = counters
        var seen: Set<Key> = []
        for (table, before, after) in undone {
            guard let key = (before ?? after)?.key, seen.insert(key).inserted else { continue }
            table.finish(key.id, wasStored: before != nil, at: stamp)
        }
    }
}

extension [Change] {
    /// The values after the changes, in order.
    fileprivate func applied(to values: [Value], of table: Schema.Table) throws(StoreError) -> [Value] {
        var values = values
        for change in self {
            switch change {
            case .set(let field, let value):
                values[try table.position(of: field)] = value
            case .add(let field, let amount):
                let position = try table.position(of: field)
                var before: Int64 = 0
                if case .int(let stored) = values[position] { before = stored }
                let (after, overflow) = before.addingReportingOverflow(amount)
                guard !overflow else { throw StoreError(.invalid, "field \(field): the sum passes 64 bits") }
                values[position] = .int(after)
            case .least(let field, let value):
                let position = try table.position(of: field)
                if values[position].isNull || value.compare(values[position]) < 0 { values[position] = value }
            case .greatest(let field, let value):
                let position = try table.position(of: field)
                if values[position].isNull || value.compare(values[position]) > 0 { values[position] = value }
            }
        }
        return values
    }
}
