import Records

/// The statements of one batch, and what it answers when they succeed.
struct CommitPlan {
    /// A statement of a write.
    struct Statement {
        var call: SQLCall
        /// The write it belongs to, from 0.
        var write: Int
        var type: String
        /// The record's values as they will be; empty for a deletion.
        var values: [Value] = []
        var isInsert = false
        /// Whether changing no row means that a key is taken.
        var mustChangeRow = false
    }

    /// The head as it will be.
    private(set) var head: CommitTransaction.Head
    private(set) var statements: [Statement] = []
    /// Why the batch must be undone although its statements may succeed; those must run first, because a taken key of
    /// an earlier write is reported before it.
    private(set) var failure: StoreError?
    private(set) var receipt = Receipt(stamp: Stamp(0), results: [])
    private(set) var hasUpdates = false

    private let tables: [String: TableLayout]
    private let bookkeeping: Bookkeeping
    private var partition = Value.null
    /// Records as the writes so far leave them; nil for a deleted one.
    private var changed = SmallMap<Key, CommitReads.Found?>()
    /// The types of which a later write may meet a record of an earlier one.
    private var revisited: Set<String> = []
    /// Keys that the batch inserted and deleted: a record that came and went within one batch never was in the feed.
    private var inserted: Set<Key> = [], deleted: Set<Key> = []

    init(head: CommitTransaction.Head, tables: [String: TableLayout], bookkeeping: Bookkeeping) {
        self.head = head
        self.tables = tables
        self.bookkeeping = bookkeeping
    }

    /// Plans a batch whose guards hold.
    mutating func make(_ batch: Batch, _ reads: CommitReads) throws(StoreError) {
        partition = .text(batch.partition.name)
        revisited = batch.revisitedTypes
        let stamp = head.stamp + 1
        var results = [Int64](repeating: 0, count: batch.writes.count)
        // Counters change in order with the other writes, but a bound is reported last, so that a duplicate at the limit
        // is seen as a duplicate.
        var boundFailure: StoreError?
        for (index, write) in batch.writes.enumerated() {
            do throws(StoreError) {
                if case .count(let name, let change, let bound) = write {
                    let value = head.counters[name] ?? 0
                    if let error = Self.refusal(of: change, to: value, bound, index) {
                        boundFailure = boundFailure ?? error
                    } else {
                        head.counters[name] = value + change
                        head.changedCounters.insert(name)
                        results[index] = value + change
                    }
                } else {
                    results[index] = try plan(write, index, stamp, reads)
                }
            } catch {
                var error = error
                error.index = index
                failure = error
                return
            }
        }
        failure = boundFailure
        head.stamp = stamp
        receipt = Receipt(stamp: Stamp(stamp), results: results)
    }

    /// Why a counter may not change like this; nil when it may.
    private static func refusal(of change: Int64, to value: Int64, _ bound: Int64?, _ index: Int) -> StoreError? {
        let (sum, overflow) = value.addingReportingOverflow(change)
        if change > 0, let bound, overflow || sum > bound {
            return StoreError(.limit, "a counter's bound of \(bound) would be passed", index: index, value: value)
        }
        return overflow ? StoreError(.invalid, "a counter would overflow", index: index) : nil
    }

    private mutating func plan(
        _ write: Write, _ index: Int, _ stamp: Int64, _ reads: CommitReads
    ) throws(StoreError) -> Int64 {
        func current(_ key: Key) -> CommitReads.Found? {
            if let change = changed[key] { return change }
            return reads.found[key]
        }
        switch write {
        case .insert(let type, let values):
            return insert(try tables.layout(type), values, index, stamp)
        case .put(let type, let values):
            let layout = try tables.layout(type)
            let key = layout.table.key(of: values)
            guard let old = current(key) else { return insert(layout, values, index, stamp) }
            update(layout, key, Array(layout.type.keyCount..<values.count), values, old.revision + 1, index, stamp)
            return old.revision + 1
        case .patch(let key, let changes):
            let layout = try tables.layout(key.type)
            guard let old = current(key), var record = old.record else {
                throw StoreError(.missing, "a record to change is not there")
            }
            var positions: [Int] = []
            for change in changes {
                let position = try change.apply(to: &record.values, layout.table)
                if !positions.contains(position) { positions.append(position) }
            }
            update(layout, key, positions, record.values, old.revision + 1, index, stamp)
            return old.revision + 1
        case .delete(let key):
            let layout = try tables.layout(key.type)
            guard let old = current(key) else { return 0 }
            delete(layout, key, index, stamp)
            return old.revision
        case .count: return 0
        }
    }

    private mutating func insert(_ layout: TableLayout, _ values: [Value], _ index: Int, _ stamp: Int64) -> Int64 {
        var values = values
        var result: Int64 = 1
        for (position, value) in values.enumerated() {
            guard case .next(let name) = value else { continue }
            let number = (head.counters[name] ?? 0) + 1
            head.counters[name] = number
            head.changedCounters.insert(name)
            values[position] = .int(number)
            result = number
        }
        var arguments: [Value] = []
        arguments.reserveCapacity(values.count + 4)
        if layout.dialect.numbersRows { arguments.append(.int(head.number << 32 | head.nextRow)) }
        arguments.append(partition)
        arguments += values
        arguments.append(.int(1))
        arguments.append(.int(stamp))
        head.nextRow += 1
        statements.append(
            Statement(
                call: SQLCall(layout.insert, arguments), write: index, type: layout.type.name, values: values,
                isInsert: true, mustChangeRow: true))
        if revisited.contains(layout.type.name) {
            let key = layout.table.key(of: values)
            note(key, CommitReads.Found(revision: 1, record: record(layout, values, 1, stamp)))
            if !deleted.contains(key) { inserted.insert(key) }
        }
        return result
    }

    private mutating func update(
        _ layout: TableLayout, _ key: Key, _ positions: [Int], _ values: [Value], _ revision: Int64, _ index: Int,
        _ stamp: Int64
    ) {
        let arguments = positions.map { values[$0] } + [.int(stamp), partition] + key.id
        hasUpdates = true
        statements.append(
            Statement(
                call: SQLCall(layout.update(positions), arguments), write: index, type: layout.type.name, values: values
            ))
        guard revisited.contains(layout.type.name) else { return }
        note(key, CommitReads.Found(revision: revision, record: record(layout, values, revision, stamp)))
    }

    private mutating func delete(_ layout: TableLayout, _ key: Key, _ index: Int, _ stamp: Int64) {
        statements.append(
            Statement(call: SQLCall(layout.delete, [partition] + key.id), write: index, type: key.type))
        if layout.type.isTracked, !inserted.contains(key) {
            deleted.insert(key)
            let bytes = Value.bytes(ScalarCoding.bytes(of: key.id))
            statements.append(
                Statement(
                    call: SQLCall(bookkeeping.logDeletion, [partition, .int(stamp), .text(key.type), bytes]),
                    write: index, type: key.type))
            head.hasDeletions = true
        }
        note(key, nil)
    }

    /// Remembers a record for the writes after it.
    private mutating func note(_ key: Key, _ found: CommitReads.Found?) {
        changed.set(found, for: key)
    }

    private func record(_ layout: TableLayout, _ values: [Value], _ revision: Int64, _ stamp: Int64) -> Record {
        Record(
            type: layout.type.name, keyCount: layout.type.keyCount, revision: revision, stamp: Stamp(stamp),
            values: values)
    }
}

extension Batch {
    /// The types with several writes of which one or more changes or deletes, and so may meet what another wrote.
    fileprivate var revisitedTypes: Set<String> {
        guard writes.count > 1 else { return [] }
        var seen = SmallMap<String, (writes: Int, areInserts: Bool)>()
        for write in writes {
            let (type, isInsert): (String, Bool)
            switch write {
            case .insert(let name, _): (type, isInsert) = (name, true)
            case .put(let name, _): (type, isInsert) = (name, false)
            case .patch(let key, _), .delete(let key): (type, isInsert) = (key.type, false)
            case .count: continue
            }
            let before = seen[type] ?? (0, true)
            seen.set((before.writes + 1, before.areInserts && isInsert), for: type)
        }
        return Set(zip(seen.keys, seen.values).filter { $1.writes > 1 && !$1.areInserts }.map(\.0))
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
