#if MongoDB
    import Records

    /// A partition in memory, as far as batches need it: what is stored, and over it what they write.
    ///
    /// Every batch of a group sees those before it, and one that fails costs nothing, because nothing was sent. So a group
    /// of batches is one read and one write of what changed, and no savepoints are needed, which MongoDB does not have.
    struct PartitionState<Source: PartitionSource> {
        /// What it takes to forget a batch.
        private enum Undo {
            case record(Key, Record?)
            case holder(UniqueKey, Key?)
            case counter(String, Int64)
        }

        let schema: Schema
        let source: Source
        /// Whether a key or unique key that only inserts need is taken to be free without a look: the engine's indexes
        /// refuse it otherwise, and then the group is evaluated again with looking.
        let trustsInserts: Bool
        /// What is stored; a nil value is a record that is not.
        private(set) var stored: [Key: Record?] = [:]
        private(set) var current: [Key: Record?] = [:]
        private(set) var counters: [String: Int64]
        private(set) var changedCounters: Set<String> = []
        private var holders: [UniqueKey: Key?] = [:]
        private var undo: [Undo] = []

        init(_ schema: Schema, _ source: Source, counters: [String: Int64], trustsInserts: Bool) {
            self.schema = schema
            self.source = source
            self.counters = counters
            self.trustsInserts = trustsInserts
        }

        // MARK: Reading

        /// Reads records that were not read yet, at once.
        mutating func load(_ keys: some Sequence<Key>) throws(StoreError) {
            let missing = Array(Set(keys.filter { current[$0] == nil }))
            guard !missing.isEmpty else { return }
            for record in try source.records(missing) { try note(record) }
            for key in missing where current[key] == nil { note(absent: key) }
        }

        /// Reads the holders of unique keys that were not read yet, at once.
        mutating func load(unique: some Sequence<UniqueKey>) throws(StoreError) {
            let missing = Array(Set(unique.filter { holders[$0] == nil }))
            guard !missing.isEmpty else { return }
            for record in try source.holders(missing) { try note(record) }
            for key in missing where holders[key] == nil { holders[key] = .some(nil) }
        }

        mutating func load(counters names: some Sequence<String>) throws(StoreError) {
            let missing = Array(Set(names.filter { counters[$0] == nil }))
            guard !missing.isEmpty else { return }
            let values = try source.counters(missing)
            for name in missing { counters[name] = values[name] ?? 0 }
        }

        mutating func record(_ key: Key) throws(StoreError) -> Record? {
            if let known = current[key] { return known }
            try load([key])
            return current[key] ?? nil
        }

        /// The record of an insert's key, which may be taken to be absent.
        mutating func recordBeforeInsert(_ key: Key) throws(StoreError) -> Record? {
            if trustsInserts, current[key] == nil { note(absent: key) }
            return try record(key)
        }

        mutating func holder(_ unique: UniqueKey, isInsert: Bool) throws(StoreError) -> Key? {
            if let known = holders[unique] { return known }
            if isInsert, trustsInserts { return nil }
            try load(unique: [unique])
            return holders[unique] ?? nil
        }

        mutating func counter(_ name: String) throws(StoreError) -> Int64 {
            try load(counters: [name])
            return counters[name] ?? 0
        }

        private mutating func note(_ record: Record) throws(StoreError) {
            let key = record.key
            guard current[key] == nil else { return }
            stored[key] = .some(record)
            current[key] = .some(record)
            for unique in try schema.table(key.type).uniqueKeys(of: record.values) where holders[unique] == nil {
                holders[unique] = .some(key)
            }
        }

        private mutating func note(absent key: Key) {
            stored[key] = .some(nil)
            current[key] = .some(nil)
        }

        // MARK: Writing

        mutating func setCounter(_ name: String, _ value: Int64) {
            undo.append(.counter(name, counters[name] ?? 0))
            counters[name] = value
            changedCounters.insert(name)
        }

        /// Replaces a record that was read; both have the same key.
        mutating func replace(_ old: Record?, with new: Record?) throws(StoreError) {
            guard let key = (old ?? new)?.key else { return }
            let table = try schema.table(key.type)
            undo.append(.record(key, old))
            current[key] = .some(new)
            let freed = Set(old.map { table.uniqueKeys(of: $0.values) } ?? [])
            let taken = Set(new.map { table.uniqueKeys(of: $0.values) } ?? [])
            for unique in freed.subtracting(taken) { set(unique, nil) }
            for unique in taken.subtracting(freed) { set(unique, key) }
        }

        private mutating func set(_ unique: UniqueKey, _ key: Key?) {
            undo.append(.holder(unique, holders[unique] ?? nil))
            holders[unique] = .some(key)
        }

        /// Begins a batch.
        mutating func begin() { undo = [] }

        /// Forgets what the batch did.
        mutating func rollBack() {
            for step in undo.reversed() {
                switch step {
                case .record(let key, let record): current[key] = .some(record)
                case .holder(let unique, let key): holders[unique] = .some(key)
                case .counter(let name, let value): counters[name] = value
                }
            }
            undo = []
        }

        /// The records that the batch deleted, as they were before it.
        func deletedByBatch() -> [Record] {
            var seen: Set<Key> = []
            var deleted: [Record] = []
            for case .record(let key, let before) in undo where seen.insert(key).inserted {
                if let before, case .some(nil) = current[key] { deleted.append(before) }
            }
            return deleted
        }

        /// What all batches together changed.
        var changes: [(before: Record?, after: Record?)] {
            current.compactMap { key, after in
                let before = stored[key] ?? nil
                return before == after ? nil : (before, after)
            }
        }
    }
#endif
