import Records

/// One transaction of the writer: applies batches of any partitions, and keeps their heads in memory meanwhile.
struct CommitTransaction {
    let connection: any SQLConnection
    let tables: [String: TableLayout]
    let bookkeeping: Bookkeeping
    let now: Int64

    /// A partition's head during the transaction.
    private struct Head {
        var number: Int64
        var stamp: Int64
        var nextRow: Int64
        var counters: [String: Int64] = [:]
        var changedCounters: Set<String> = []
        var deletions = 0
    }

    private var heads: [Partition: Head] = [:]
    /// Keys that the batch at hand inserted and deleted, kept where it deletes at all: a record that came and went
    /// within one batch never was in the feed.
    private var inserted: Set<Key>?, deleted: Set<Key> = []
    private static let savepoint = SQLText(fixed: "SAVEPOINT batch")
    private static let release = SQLText(fixed: "RELEASE batch")
    private static let rollback = SQLText(fixed: "ROLLBACK TO batch")
    /// How many deletions the change feed of a partition remembers.
    private static let keptDeletions: Int64 = 100_000
    /// How long a batch id is remembered, in microseconds.
    private static let ledgerTime: Int64 = 24 * 3_600 * 1_000_000

    init(_ connection: any SQLConnection, _ tables: [String: TableLayout], _ bookkeeping: Bookkeeping, now: Int64) {
        self.connection = connection
        self.tables = tables
        self.bookkeeping = bookkeeping
        self.now = now
    }

    /// Applies one batch, or nothing of it.
    mutating func apply(_ batch: Batch) throws(StoreError) -> Receipt {
        var head = try self.head(of: batch.partition)
        if let id = batch.id, let receipt = try known(id, batch.partition) { return receipt }
        for (index, condition) in batch.guards.enumerated() {
            guard try holds(condition, batch.partition) else {
                throw StoreError(.guardFailed, "a guard does not hold", index: index)
            }
        }
        // A single statement is atomic by itself; then only a counter could still refuse, and it is asked first.
        var records = 0
        for write in batch.writes { if case .count = write { continue } else { records += 1 } }
        let countsFit = try countersFit(batch, &head)
        let needsSavepoint = records > 1 || !countsFit
        if needsSavepoint { try connection.prepare(Self.savepoint).run() }
        do throws(StoreError) {
            let receipt = try apply(batch.writes, to: batch.partition, &head)
            if let id = batch.id { try remember(id, receipt, batch.partition) }
            if needsSavepoint { try connection.prepare(Self.release).run() }
            heads[batch.partition] = head
            return receipt
        } catch {
            if needsSavepoint {
                try connection.prepare(Self.rollback).run()
                try connection.prepare(Self.release).run()
            }
            throw error
        }
    }

    /// Writes the heads; the caller commits afterwards.
    mutating func finish() throws(StoreError) {
        for (partition, head) in heads {
            let name = Value.text(partition.name)
            try connection.prepare(bookkeeping.setHead, [.int(head.stamp), .int(head.nextRow), name]).run()
            for counter in head.changedCounters {
                let value = Value.int(head.counters[counter] ?? 0)
                try connection.prepare(bookkeeping.setCounter, [name, .text(counter), value]).run()
            }
            if head.deletions > 0 { try forgetOldDeletions(partition) }
        }
    }

    private mutating func head(of partition: Partition) throws(StoreError) -> Head {
        if let head = heads[partition] { return head }
        let name = Value.text(partition.name)
        if let head = try readHead(name) { return head }
        try connection.prepare(bookkeeping.addHead, [name]).run()
        guard let head = try readHead(name) else { throw StoreError(.corrupted, "a partition's head is missing") }
        return head
    }

    private func readHead(_ name: Value) throws(StoreError) -> Head? {
        let statement = try connection.prepare(bookkeeping.head, [name])
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return Head(number: statement.integer(0), stamp: statement.integer(1), nextRow: statement.integer(2))
    }

    private func counter(_ name: String, _ partition: Partition, _ head: inout Head) throws(StoreError) -> Int64 {
        if let value = head.counters[name] { return value }
        let statement = try connection.prepare(bookkeeping.counter, [.text(partition.name), .text(name)])
        defer { statement.reset() }
        let value = try statement.step() ? statement.integer(0) : 0
        head.counters[name] = value
        return value
    }

    /// Whether every counter change of a batch is allowed, as far as that can be said before its writes.
    private func countersFit(_ batch: Batch, _ head: inout Head) throws(StoreError) -> Bool {
        var values: [String: Int64] = [:]
        for case .count(let name, let change, let bound) in batch.writes {
            let value: Int64
            if let seen = values[name] { value = seen } else { value = try counter(name, batch.partition, &head) }
            let (sum, overflow) = value.addingReportingOverflow(change)
            if overflow || (change > 0 && bound.map { sum > $0 } == true) { return false }
            values[name] = sum
        }
        return true
    }

    private mutating func apply(_ writes: [Write], to partition: Partition, _ head: inout Head) throws(StoreError)
        -> Receipt
    {
        let stamp = head.stamp + 1
        inserted = writes.contains { if case .delete = $0 { true } else { false } } ? [] : nil
        deleted = []
        var results = [Int64](repeating: 0, count: writes.count)
        // Counters change in order with the other writes, but a bound is reported last, so that a duplicate at the limit
        // is seen as a duplicate.
        var boundFailure: StoreError?
        for (index, write) in writes.enumerated() {
            do throws(StoreError) {
                if case .count(let name, let change, let bound) = write {
                    let value = try counter(name, partition, &head)
                    if let error = Self.refusal(of: change, to: value, bound, index) {
                        boundFailure = boundFailure ?? error
                    } else {
                        head.counters[name] = value + change
                        head.changedCounters.insert(name)
                        results[index] = value + change
                    }
                    continue
                }
                results[index] = try apply(write, partition, stamp, &head)
            } catch {
                var error = error
                error.index = index
                throw error
            }
        }
        if let boundFailure { throw boundFailure }
        head.stamp = stamp
        return Receipt(stamp: Stamp(stamp), results: results)
    }

    /// Why a counter may not change like this; nil when it may.
    private static func refusal(of change: Int64, to value: Int64, _ bound: Int64?, _ index: Int) -> StoreError? {
        let (sum, overflow) = value.addingReportingOverflow(change)
        if change > 0, let bound, overflow || sum > bound {
            return StoreError(.limit, "a counter's bound of \(bound) would be passed", index: index, value: value)
        }
        return overflow ? StoreError(.invalid, "a counter would overflow", index: index) : nil
    }

    private mutating func apply(
        _ write: Write, _ partition: Partition, _ stamp: Int64, _ head: inout Head
    ) throws(StoreError) -> Int64 {
        switch write {
        case .insert(let type, let values):
            return try insert(layout(type), values, partition, revision: 1, stamp, &head)
        case .put(let type, let values):
            let layout = try layout(type)
            let key = Array(values.prefix(layout.type.keyCount))
            guard let revision = try revision(layout, key, partition) else {
                return try insert(layout, values, partition, revision: 1, stamp, &head)
            }
            let positions = Array(layout.type.keyCount..<values.count)
            try update(layout, key, positions, positions.map { values[$0] }, partition, stamp)
            return revision + 1
        case .patch(let key, let changes):
            return try patch(layout(key.type), key, changes, partition, stamp)
        case .delete(let key):
            let layout = try layout(key.type)
            guard let revision = try revision(layout, key.id, partition) else { return 0 }
            try connection.prepare(layout.delete, [.text(partition.name)] + key.id).run()
            if layout.type.isTracked, inserted?.contains(key) != true {
                deleted.insert(key)
                let bytes = Value.bytes(ScalarCoding.bytes(of: key.id))
                try connection.prepare(
                    layout.logDeletion, [.text(partition.name), .int(stamp), .text(key.type), bytes]
                )
                .run()
                head.deletions += 1
            }
            return revision
        case .count: return 0
        }
    }

    private func layout(_ type: String) throws(StoreError) -> TableLayout {
        guard let layout = tables[type] else { throw StoreError(.invalid, "record type \(type) was not prepared") }
        return layout
    }

    private mutating func insert(
        _ layout: TableLayout, _ values: [Value], _ partition: Partition, revision: Int64, _ stamp: Int64,
        _ head: inout Head
    ) throws(StoreError) -> Int64 {
        var result = revision
        let statement = try connection.prepare(layout.insert)
        statement.bind(1, .int(head.number << 32 | head.nextRow))
        statement.bind(2, .text(partition.name))
        var assigned: (position: Int, number: Int64)?
        for (position, value) in values.enumerated() {
            if case .next(let name) = value {
                let number = try counter(name, partition, &head) + 1
                head.counters[name] = number
                head.changedCounters.insert(name)
                assigned = (position, number)
                result = number
                statement.bind(Int32(position + 3), .int(number))
            } else {
                statement.bind(Int32(position + 3), value)
            }
        }
        statement.bind(Int32(values.count + 3), .int(revision))
        statement.bind(Int32(values.count + 4), .int(stamp))
        do throws(StoreError) {
            try statement.run()
        } catch {
            guard error.code == .exists else { throw error }
            var values = values
            if let assigned { values[assigned.position] = .int(assigned.number) }
            throw try inTheWay(layout, values, partition, except: nil)
        }
        head.nextRow += 1
        if inserted != nil {
            let key = layout.table.key(of: values)
            if !deleted.contains(key) { inserted?.insert(key) }
        }
        return result
    }

    private func revision(
        _ layout: TableLayout, _ key: [Value], _ partition: Partition
    ) throws(StoreError) -> Int64? {
        let statement = try connection.prepare(layout.revision, [.text(partition.name)] + key)
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : nil
    }

    private func record(_ layout: TableLayout, _ key: [Value], _ partition: Partition) throws(StoreError) -> Record? {
        let statement = try connection.prepare(layout.byKey, [.text(partition.name)] + key)
        defer { statement.reset() }
        return try statement.step() ? layout.record(statement, Array(layout.columns.indices)) : nil
    }

    private func update(
        _ layout: TableLayout, _ key: [Value], _ positions: [Int], _ values: [Value], _ partition: Partition,
        _ stamp: Int64
    ) throws(StoreError) {
        let assignments = positions.map { "\(layout.columns[$0]) = ?" } + ["revision = revision + 1", "stamp = ?"]
        let sql = "UPDATE \(layout.name) SET \(assignments.joined(separator: ", ")) WHERE \(layout.keyCondition)"
        let arguments = values + [.int(stamp), .text(partition.name)] + key
        do throws(StoreError) {
            try connection.prepare(SQLText(dynamic: sql), arguments).run()
        } catch {
            guard error.code == .exists, var record = try record(layout, key, partition) else { throw error }
            for (position, value) in zip(positions, values) { record.values[position] = value }
            throw try inTheWay(layout, record.values, partition, except: key)
        }
    }

    private func patch(
        _ layout: TableLayout, _ key: Key, _ changes: [Change], _ partition: Partition, _ stamp: Int64
    ) throws(StoreError) -> Int64 {
        guard var record = try record(layout, key.id, partition) else {
            throw StoreError(.missing, "a record to change is not there")
        }
        var positions: [Int] = []
        for change in changes {
            let position = try change.apply(to: &record.values, layout.table)
            if !positions.contains(position) { positions.append(position) }
        }
        try update(layout, key.id, positions, positions.map { record.values[$0] }, partition, stamp)
        return record.revision + 1
    }

    /// The error that names the record holding the key or a unique key of these values.
    private func inTheWay(
        _ layout: TableLayout, _ values: [Value], _ partition: Partition, except key: [Value]?
    ) throws(StoreError) -> StoreError {
        if key == nil, let record = try record(layout, Array(values.prefix(layout.type.keyCount)), partition) {
            return StoreError(.exists, "a record with this key exists", record: record)
        }
        for names in layout.type.unique {
            var wanted: [Value] = []
            for name in names { wanted.append(values[try layout.table.position(of: name)]) }
            if wanted.contains(where: \.isNull) { continue }
            let conditions = (["partition"] + names.map(layout.dialect.quote)).map { "\($0) = ?" }
            let sql =
                "SELECT revision, stamp, \(layout.columns.joined(separator: ", ")) FROM \(layout.name) "
                + "WHERE \(conditions.joined(separator: " AND "))"
            let statement = try connection.prepare(SQLText(dynamic: sql), [.text(partition.name)] + wanted)
            defer { statement.reset() }
            while try statement.step() {
                let record = layout.record(statement, Array(layout.columns.indices))
                if let key, record.key.id == key { continue }
                return StoreError(.exists, "a record with this unique key exists", record: record)
            }
        }
        return StoreError(.corrupted, "the engine refused a key that no record holds")
    }

    private func holds(_ condition: Guard, _ partition: Partition) throws(StoreError) -> Bool {
        switch condition {
        case .absent(let key):
            return try revision(layout(key.type), key.id, partition) == nil
        case .matches(let key, let filter):
            let layout = try layout(key.type)
            guard let record = try record(layout, key.id, partition) else { return false }
            return try CompiledFilter(filter, layout.table).accepts(record)
        }
    }

    private func known(_ id: UInt64, _ partition: Partition) throws(StoreError) -> Receipt? {
        let arguments: [Value] = [
            .text(partition.name), .int(Int64(bitPattern: id)), .int(now - Self.ledgerTime),
        ]
        let statement = try connection.prepare(bookkeeping.batch, arguments)
        defer { statement.reset() }
        guard try statement.step(), case .text(let results) = statement.value(1, .text(maximumBytes: .max)) else {
            return nil
        }
        return Receipt(
            stamp: Stamp(statement.integer(0)), results: results.split(separator: " ").compactMap { Int64($0) })
    }

    private func remember(_ id: UInt64, _ receipt: Receipt, _ partition: Partition) throws(StoreError) {
        try connection.prepare(bookkeeping.pruneBatches, [.int(now - Self.ledgerTime)]).run()
        let results = receipt.results.map(String.init).joined(separator: " ")
        let arguments: [Value] = [
            .text(partition.name), .int(Int64(bitPattern: id)), .int(receipt.stamp.number), .text(results), .int(now),
        ]
        try connection.prepare(bookkeeping.addBatch, arguments).run()
    }

    private func forgetOldDeletions(_ partition: Partition) throws(StoreError) {
        let name = Value.text(partition.name)
        let statement = try connection.prepare(bookkeeping.deletionAt, [name, .int(Self.keptDeletions)])
        let horizon = try statement.step() ? statement.integer(0) : nil
        statement.reset()
        guard let horizon else { return }
        try connection.prepare(bookkeeping.pruneDeletions, [name, .int(horizon)]).run()
        try connection.prepare(bookkeeping.setHorizon, [.int(horizon), name]).run()
    }
}

extension Change {
    /// Applies the change to values in declared order and answers the field's position.
    func apply(to values: inout [Value], _ table: Schema.Table) throws(StoreError) -> Int {
        switch self {
        case .set(let field, let new):
            let position = try table.position(of: field)
            values[position] = new
            return position
        case .add(let field, let amount):
            let position = try table.position(of: field)
            var old: Int64 = 0
            if case .int(let number) = values[position] { old = number }
            let (sum, overflow) = old.addingReportingOverflow(amount)
            guard !overflow else { throw StoreError(.invalid, "field \(field): the sum overflows") }
            values[position] = .int(sum)
            return position
        case .least(let field, let new), .greatest(let field, let new):
            let position = try table.position(of: field)
            let order = values[position].compare(new)
            var replaces = values[position].isNull
            if case .least = self { replaces = replaces || order > 0 } else { replaces = replaces || order < 0 }
            if replaces { values[position] = new }
            return position
        }
    }
}
