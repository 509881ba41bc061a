import Records

/// One transaction of a lane: applies batches of any partitions, and keeps their heads in memory meanwhile.
///
/// A batch is planned in memory from what a few reads say, so that its statements travel together; what only the engine
/// knows (taken keys) comes back with their answers.
struct CommitTransaction {
    /// A partition's head during the transaction.
    struct Head {
        var number: Int64
        var stamp: Int64
        var nextRow: Int64
        /// The stamp before the transaction.
        var start: Int64
        var counters: [String: Int64] = [:]
        var changedCounters: Set<String> = []
        var hasDeletions = false
    }

    private struct Ledger: Hashable {
        var partition: Partition
        var id: UInt64
    }

    let connection: any SQLConnection
    let tables: [String: TableLayout]
    let bookkeeping: Bookkeeping
    let dialect: SQLDialect
    let now: Int64
    private var heads = SmallMap<Partition, Head>()
    private var known: [Ledger: Receipt] = [:]
    private var hasNewLedger = false
    /// Whether the savepoint of the batch before is still there.
    private var hasSavepoint = false
    /// Whether every batch can be undone by itself, whatever its statements fail with.
    let isCareful: Bool
    /// Whether there is one batch only, so that undoing it is undoing the transaction: no savepoint is made, which costs
    /// an engine a copy of every page that the batch changes.
    private(set) var isAlone = false
    /// Whether a failed statement has made the transaction useless: it must be rolled back and run again carefully.
    private(set) var isUnusable = false

    private static let savepoint = SQLText(fixed: "SAVEPOINT batch")
    private static let release = SQLText(fixed: "RELEASE SAVEPOINT batch")
    private static let rollback = SQLText(fixed: "ROLLBACK TO SAVEPOINT batch")
    /// How many deletions the change feed of a partition remembers.
    private static let keptDeletions: Int64 = 100_000
    /// How long a batch id is remembered, in microseconds.
    private static let ledgerTime: Int64 = 24 * 3_600 * 1_000_000
    /// Old deletions and batch ids are looked for once in so many commits of a partition.
    private static let pruneInterval: Int64 = 256

    init(
        _ connection: any SQLConnection, _ tables: [String: TableLayout], _ bookkeeping: Bookkeeping,
        _ dialect: SQLDialect, isCareful: Bool, now: Int64
    ) {
        self.isCareful = isCareful
        self.connection = connection
        self.tables = tables
        self.bookkeeping = bookkeeping
        self.dialect = dialect
        self.now = now
    }

    /// Locks the heads of every batch, in order, so that two transactions never wait for each other, and reads the
    /// counters and earlier batches that the batches ask for.
    mutating func open(_ batches: [Batch]) async throws(StoreError) {
        // Where a failed statement ends the transaction, what stood in its way can be asked for at a savepoint only.
        isAlone = batches.count == 1 && dialect.skipTaken == nil
        let partitions =
            batches.count == 1
            ? [batches[0].partition] : Set(batches.map(\.partition)).sorted { $0.name.compareBytes($1.name) < 0 }
        var counters: [(partition: Partition, name: String)] = []
        var asked: [Partition: Set<String>] = [:]
        var ledger: [Ledger] = []
        for batch in batches {
            for name in batch.counters where asked[batch.partition, default: []].insert(name).inserted {
                counters.append((batch.partition, name))
            }
            if let id = batch.id { ledger.append(Ledger(partition: batch.partition, id: id)) }
        }
        try await readHeads(partitions, counters, ledger)
        let missing = partitions.filter { heads[$0] == nil }
        guard !missing.isEmpty else { return }
        for partition in missing {
            do throws(StoreError) {
                try await connection.run(bookkeeping.addHead, [.text(partition.name)])
            } catch {
                // Somebody else added it first; the lock below waits for them.
                guard error.code == .exists else { throw error }
            }
        }
        try await readHeads(missing, counters.filter { missing.contains($0.partition) }, ledger)
        if let lost = missing.first(where: { heads[$0] == nil }) {
            throw StoreError(.corrupted, "the head of a partition is missing (\(lost.name.utf8.count) bytes of name)")
        }
    }

    private mutating func readHeads(
        _ partitions: [Partition], _ counters: [(partition: Partition, name: String)], _ ledger: [Ledger]
    ) async throws(StoreError) {
        var calls = partitions.map { SQLCall(bookkeeping.lockedHead, [.text($0.name)]) }
        for counter in counters {
            calls.append(SQLCall(bookkeeping.counter, [.text(counter.partition.name), .text(counter.name)]))
        }
        for entry in ledger {
            calls.append(
                SQLCall(
                    bookkeeping.batch,
                    [.text(entry.partition.name), .int(Int64(bitPattern: entry.id)), .int(now - Self.ledgerTime)]))
        }
        var values: [Int64?] = Array(repeating: nil, count: counters.count)
        var heads = heads
        var known = known
        try await connection.query(calls) { (place, row) throws(StoreError) in
            if place < partitions.count {
                let stamp = row.integer(1)
                heads.set(
                    Head(number: row.integer(0), stamp: stamp, nextRow: row.integer(2), start: stamp),
                    for: partitions[place])
            } else if place < partitions.count + counters.count {
                values[place - partitions.count] = row.integer(0)
            } else if case .text(let results) = row.value(1, .text(maximumBytes: .max)) {
                known[ledger[place - partitions.count - counters.count]] = Receipt(
                    stamp: Stamp(row.integer(0)), results: results.split(separator: " ").compactMap { Int64($0) })
            }
        }
        for (counter, value) in zip(counters, values) {
            heads.change(counter.partition) { $0.counters[counter.name] = value ?? 0 }
        }
        self.heads = heads
        self.known = known
    }

    /// Applies one batch, or nothing of it. After a failure, look at ``isUnusable``.
    mutating func apply(_ batch: Batch) async throws(StoreError) -> Receipt {
        if let id = batch.id, let receipt = known[Ledger(partition: batch.partition, id: id)] { return receipt }
        guard let head = heads[batch.partition] else { throw StoreError(.corrupted, "a partition was not opened") }
        let found = try await CommitReads(batch, connection, tables)
        for (index, condition) in batch.guards.enumerated() {
            guard try found.holds(condition, tables) else {
                throw StoreError(.guardFailed, "a guard does not hold", index: index)
            }
        }
        var plan = CommitPlan(head: head, tables: tables, bookkeeping: bookkeeping)
        try plan.make(batch, found)
        // A single insert is atomic by itself; everything else can leave half of a batch, or a failed transaction.
        let skips = dialect.skipTaken != nil
        let isGuarded =
            !isAlone
            && (isCareful || plan.statements.count > 1 || plan.failure != nil
                || (skips && (plan.hasUpdates || batch.id != nil)))
        var calls = plan.statements.map(\.call)
        if let id = batch.id, plan.failure == nil { calls.append(ledgerEntry(id, plan.receipt, batch.partition)) }
        // A taken key may show only afterwards, as a row that did not change: then the savepoint is still needed, and the
        // next batch releases it on its way.
        let maySkip = skips && plan.statements.contains { $0.mustChangeRow }
        let opening = isGuarded ? (hasSavepoint ? [Self.release, Self.savepoint] : [Self.savepoint]) : []
        calls = opening.map { SQLCall($0) } + calls
        if isGuarded, plan.failure == nil, !maySkip { calls.append(SQLCall(Self.release)) }
        let offset = opening.count
        if isGuarded { hasSavepoint = false }
        do throws(StoreError) {
            let changed = calls.isEmpty ? [] : try await connection.run(calls)
            for (place, statement) in plan.statements.enumerated() where statement.mustChangeRow {
                if changed[place + offset] == 0 {
                    throw StoreError(.exists, "a unique key is taken", index: place + offset)
                }
            }
        } catch {
            var error = error
            let place = (error.index ?? offset) - offset
            if error.code == .exists, plan.statements.indices.contains(place) {
                error = try await explain(plan, place, batch, isGuarded)
            } else if isGuarded, error.code != .conflict, !connection.isBroken {
                try await undo()
            } else {
                isUnusable = skips || error.code == .conflict
            }
            throw error
        }
        if let failure = plan.failure {
            if isGuarded { try await undo() }
            throw failure
        }
        hasSavepoint = hasSavepoint || (isGuarded && maySkip)
        if let id = batch.id {
            known[Ledger(partition: batch.partition, id: id)] = plan.receipt
            hasNewLedger = true
        }
        heads.set(plan.head, for: batch.partition)
        return plan.receipt
    }

    /// Applies batches that only insert and count, all in one round trip; nil when one of them cannot succeed: then the
    /// transaction must be rolled back, and the batches applied one by one.
    mutating func applyTogether(_ batches: [Batch]) async throws(StoreError) -> [Receipt]? {
        var receipts: [Receipt] = []
        var calls: [SQLCall] = []
        var mustChange: [Int] = []
        for batch in batches {
            if let id = batch.id, let receipt = known[Ledger(partition: batch.partition, id: id)] {
                receipts.append(receipt)
                continue
            }
            guard let head = heads[batch.partition] else { throw StoreError(.corrupted, "a partition was not opened") }
            var plan = CommitPlan(head: head, tables: tables, bookkeeping: bookkeeping)
            try plan.make(batch, CommitReads())
            guard plan.failure == nil else { return nil }
            for statement in plan.statements {
                mustChange.append(calls.count)
                calls.append(statement.call)
            }
            if let id = batch.id {
                calls.append(ledgerEntry(id, plan.receipt, batch.partition))
                known[Ledger(partition: batch.partition, id: id)] = plan.receipt
                hasNewLedger = true
            }
            heads.set(plan.head, for: batch.partition)
            receipts.append(plan.receipt)
        }
        do throws(StoreError) {
            let changed = calls.isEmpty ? [] : try await connection.run(calls)
            return mustChange.allSatisfy { changed[$0] != 0 } ? receipts : nil
        } catch {
            guard error.code == .exists else { throw error }
            return nil
        }
    }

    /// Undoes a batch and says which record holds the key that a statement wanted.
    private func explain(
        _ plan: CommitPlan, _ place: Int, _ batch: Batch, _ isGuarded: Bool
    ) async throws(StoreError) -> StoreError {
        var place = place
        while isGuarded, dialect.skipTaken != nil {
            // Statements after the failed one have run, or the transaction has failed: back to just before it.
            let earlier = plan.statements[..<place]
            let changed = try await connection.run([SQLCall(Self.rollback)] + earlier.map(\.call))
            // What failed may stand behind an insert that was skipped: the first one is the one to report.
            guard let skipped = earlier.indices.first(where: { earlier[$0].mustChangeRow && changed[$0 + 1] == 0 })
            else { break }
            place = skipped
        }
        let statement = plan.statements[place]
        var error = try await inTheWay(statement, batch.partition)
        error.index = statement.write
        if isGuarded { try await undo() }
        return error
    }

    private func undo() async throws(StoreError) {
        _ = try await connection.run([SQLCall(Self.rollback), SQLCall(Self.release)])
    }

    /// The error that names the record holding the key or a unique key of a statement's values.
    private func inTheWay(
        _ statement: CommitPlan.Statement, _ partition: Partition
    ) async throws(StoreError) -> StoreError {
        guard let layout = tables[statement.type] else { throw StoreError(.corrupted, "a type is missing") }
        let values = statement.values
        let key = Array(values.prefix(layout.type.keyCount))
        if statement.isInsert {
            let record = try await connection.first(layout.byKey, [.text(partition.name)] + key) { layout.record($0) }
            if let record { return StoreError(.exists, "a record with this key exists", record: record) }
        }
        for (names, text) in zip(layout.type.unique, layout.byUnique) {
            var wanted: [Value] = []
            for name in names { wanted.append(values[try layout.table.position(of: name)]) }
            if wanted.contains(where: \.isNull) { continue }
            var holder: Record?
            try await connection.query(SQLCall(text, [.text(partition.name)] + wanted)) { row in
                let record = layout.record(row)
                if statement.isInsert || record.key.id != key { holder = record }
            }
            if let holder { return StoreError(.exists, "a record with this unique key exists", record: holder) }
        }
        return StoreError(.corrupted, "the engine refused a key that no record holds")
    }

    private func ledgerEntry(_ id: UInt64, _ receipt: Receipt, _ partition: Partition) -> SQLCall {
        let results = receipt.results.map(String.init).joined(separator: " ")
        return SQLCall(
            bookkeeping.addBatch,
            [
                .text(partition.name), .int(Int64(bitPattern: id)), .int(receipt.stamp.number), .text(results),
                .int(now),
            ])
    }

    /// Writes the heads; the caller commits afterwards.
    mutating func finish() async throws(StoreError) {
        var calls: [SQLCall] = []
        for (partition, head) in zip(heads.keys, heads.values) where head.stamp != head.start {
            let name = Value.text(partition.name)
            let row: [Value] = dialect.numbersRows ? [.int(head.nextRow)] : []
            calls.append(SQLCall(bookkeeping.setHead, [.int(head.stamp)] + row + [name]))
            for counter in head.changedCounters.sorted() {
                calls.append(
                    SQLCall(bookkeeping.setCounter, [name, .text(counter), .int(head.counters[counter] ?? 0)]))
            }
        }
        guard !calls.isEmpty else { return }
        let mayPrune = heads.values.contains { $0.start / Self.pruneInterval != $0.stamp / Self.pruneInterval }
        if hasNewLedger, mayPrune { calls.append(SQLCall(bookkeeping.pruneBatches, [.int(now - Self.ledgerTime)])) }
        _ = try await connection.run(calls)
        for (partition, head) in zip(heads.keys, heads.values) where head.hasDeletions {
            if head.start / Self.pruneInterval != head.stamp / Self.pruneInterval {
                try await forgetOldDeletions(partition)
            }
        }
    }

    private func forgetOldDeletions(_ partition: Partition) async throws(StoreError) {
        let name = Value.text(partition.name)
        let horizon = try await connection.first(bookkeeping.deletionAt, [name, .int(Self.keptDeletions)]) {
            $0.integer(0)
        }
        guard let horizon else { return }
        _ = try await connection.run([
            SQLCall(bookkeeping.pruneDeletions, [name, .int(horizon)]),
            SQLCall(bookkeeping.setHorizon, [.int(horizon), name]),
        ])
    }
}

extension Batch {
    /// Whether it needs to know nothing of the records before it, unless one is in its way.
    var onlyAdds: Bool {
        guards.isEmpty
            && writes.allSatisfy {
                switch $0 {
                case .insert, .count: true
                case .put, .patch, .delete: false
                }
            }
    }

    /// The counters that it changes or takes numbers from.
    var counters: [String] {
        var names: [String] = []
        for write in writes {
            switch write {
            case .count(let name, _, _): names.append(name)
            case .insert(_, let values), .put(_, let values):
                for case .next(let name) in values { names.append(name) }
            case .patch, .delete: break
            }
        }
        return names
    }
}
