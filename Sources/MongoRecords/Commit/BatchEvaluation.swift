#if MongoDB
    import Records

    /// Batches of one partition, decided in memory: guards, then keys and unique keys, then counter bounds.
    struct BatchEvaluation<Source: PartitionSource> {
        /// A deletion for the change feed.
        struct Deletion {
            var key: Key
            var stamp: Int64
        }

        private(set) var state: PartitionState<Source>
        /// The newest stamp after the batches so far.
        private(set) var stamp: Int64
        private(set) var deletions: [Deletion] = []
        /// The receipts that the ledger must learn.
        private(set) var receipts: [UInt64: Receipt] = [:]
        private var known: [UInt64: Receipt] = [:]
        private var schema: Schema { state.schema }

        init(_ state: PartitionState<Source>, stamp: Int64) {
            self.state = state
            self.stamp = stamp
        }

        /// Reads what the batches will need, in as few questions as possible; what this misses is read when it is needed.
        mutating func prefetch(_ batches: [Batch]) throws(StoreError) {
            let ids = batches.compactMap(\.id)
            if !ids.isEmpty { known = try state.source.receipts(ids) }
            var plan = Prefetch(schema)
            for batch in batches { plan.collectCounters(batch) }
            try state.load(counters: plan.counterNames)
            plan.counters = state.counters
            for batch in batches { try plan.collectKeys(batch, skipsInserts: state.trustsInserts) }
            try state.load(plan.keys)
            for (key, changes) in plan.patches {
                guard let record = state.current[key] ?? nil else { continue }
                let table = try schema.table(key.type)
                // A change that fails here fails again where it counts.
                guard let values = try? changes.applied(to: record.values, of: table) else { continue }
                plan.unique.formUnion(table.uniqueKeys(of: values))
            }
            try state.load(unique: plan.unique)
        }

        /// Decides one batch.
        /// - Throws: Why it is refused; ``StoreError`` with an `underlying` error when the engine failed.
        mutating func apply(_ batch: Batch) throws(StoreError) -> Receipt {
            if let id = batch.id, let receipt = receipts[id] ?? known[id] { return receipt }
            for (index, condition) in batch.guards.enumerated() {
                guard try holds(condition) else {
                    throw StoreError(.guardFailed, "guard \(index) does not hold", index: index)
                }
            }
            state.begin()
            let receipt: Receipt
            do throws(StoreError) {
                receipt = Receipt(stamp: Stamp(stamp + 1), results: try apply(batch.writes))
            } catch {
                state.rollBack()
                throw error
            }
            stamp += 1
            for record in state.deletedByBatch() where try schema.table(record.type).type.isTracked {
                deletions.append(Deletion(key: record.key, stamp: stamp))
            }
            if let id = batch.id { receipts[id] = receipt }
            return receipt
        }

        private mutating func holds(_ condition: Guard) throws(StoreError) -> Bool {
            switch condition {
            case .absent(let key): return try state.record(key) == nil
            case .matches(let key, let filter):
                let compiled = try CompiledFilter(filter, schema.table(key.type))
                return try state.record(key).map { compiled.accepts($0) } ?? false
            }
        }

        private mutating func apply(_ writes: [Write]) throws(StoreError) -> [Int64] {
            var results: [Int64] = []
            results.reserveCapacity(writes.count)
            // A passed bound only counts when nothing else fails.
            var boundFailure: StoreError?
            for (index, write) in writes.enumerated() {
                do throws(StoreError) {
                    if case .count(let name, let amount, let bound) = write {
                        results.append(try count(name, amount, bound, index, &boundFailure))
                    } else {
                        results.append(try apply(write))
                    }
                } catch {
                    var error = error
                    error.index = index
                    throw error
                }
            }
            if let boundFailure { throw boundFailure }
            return results
        }

        private mutating func count(
            _ name: String, _ amount: Int64, _ bound: Int64?, _ index: Int, _ failure: inout StoreError?
        ) throws(StoreError) -> Int64 {
            let before = try state.counter(name)
            let (after, overflow) = before.addingReportingOverflow(amount)
            if amount > 0, let bound, overflow || after > bound {
                let refusal = StoreError(.limit, "the counter's limit is \(bound)", index: index, value: before)
                failure = failure ?? refusal
            } else if overflow {
                failure = failure ?? StoreError(.invalid, "the counter would overflow", index: index)
            }
            if !overflow { state.setCounter(name, after) }
            return overflow ? before : after
        }

        private mutating func apply(_ write: Write) throws(StoreError) -> Int64 {
            switch write {
            case .insert(let type, var values):
                var number: Int64?
                for position in values.indices {
                    guard case .next(let counter) = values[position] else { continue }
                    let (next, overflow) = try state.counter(counter).addingReportingOverflow(1)
                    guard !overflow else { throw StoreError(.invalid, "the counter has reached its greatest number") }
                    state.setCounter(counter, next)
                    values[position] = .int(next)
                    number = next
                }
                let table = try schema.table(type)
                if let holder = try state.recordBeforeInsert(table.key(of: values)) {
                    throw StoreError(.exists, "a record of \(type) has this key", record: holder)
                }
                let revision = try store(values, table, over: nil, isInsert: true)
                return number ?? revision
            case .put(let type, let values):
                let table = try schema.table(type)
                return try store(values, table, over: state.record(table.key(of: values)), isInsert: false)
            case .patch(let key, let changes):
                let table = try schema.table(key.type)
                guard let old = try state.record(key) else {
                    throw StoreError(.missing, "there is no record to patch")
                }
                return try store(changes.applied(to: old.values, of: table), table, over: old, isInsert: false)
            case .delete(let key):
                guard let old = try state.record(key) else { return 0 }
                try state.replace(old, with: nil)
                return old.revision
            case .count: return 0
            }
        }

        private mutating func store(
            _ values: [Value], _ table: Schema.Table, over old: Record?, isInsert: Bool
        ) throws(StoreError) -> Int64 {
            let new = Record(
                type: table.type.name, keyCount: table.type.keyCount, revision: (old?.revision ?? 0) + 1,
                stamp: Stamp(stamp + 1), values: values)
            for unique in table.uniqueKeys(of: values) {
                guard let holder = try state.holder(unique, isInsert: isInsert), holder != new.key else { continue }
                throw StoreError(
                    .exists, "a record of \(new.type) has this unique key", record: try state.record(holder))
            }
            guard new.approximateBytes <= Record.maximumBytes else {
                throw StoreError(.invalid, "a record of \(new.type) is larger than MongoDB's limit of 16 MiB")
            }
            try state.replace(old, with: new)
            return new.revision
        }
    }

    extension Record {
        /// What a document may have, less some room for its frame.
        static let maximumBytes = (16 << 20) - (16 << 10)

        /// Not less than the bytes of its document's fields.
        var approximateBytes: Int {
            values.reduce(2_048) { sum, value in
                switch value {
                case .text(let text), .json(let text): sum + text.utf8.count + 64
                // An index that orders by it may hold it as text beside it.
                case .bytes(let bytes): sum + bytes.count + 64
                case .vector(let vector): sum + vector.count * 4 + 64
                case .tokens(let tokens): tokens.reduce(sum + 64) { $0 + $1.utf8.count + 16 }
                default: sum + 64
                }
            }
        }
    }

    extension [Change] {
        /// The values after the changes, in order.
        func applied(to values: [Value], of table: Schema.Table) throws(StoreError) -> [Value] {
            var values = values
            for change in self {
                switch change {
                case .set(let field, let value): values[try table.position(of: field)] = value
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
#endif
