#if MongoDB
    import Records

    /// What a group of batches will look at, found by reading through them as if all of them succeeded.
    struct Prefetch {
        let schema: Schema
        private(set) var counterNames: Set<String> = []
        /// The counters as stored, then as the batches would leave them: numbers in keys are guessed by them.
        var counters: [String: Int64] = [:]
        private(set) var keys: Set<Key> = []
        var unique: Set<UniqueKey> = []
        private(set) var patches: [(key: Key, changes: [Change])] = []

        init(_ schema: Schema) { self.schema = schema }

        mutating func collectCounters(_ batch: Batch) {
            for write in batch.writes {
                switch write {
                case .count(let name, _, _): counterNames.insert(name)
                case .insert(_, let values):
                    for case .next(let name) in values { counterNames.insert(name) }
                default: break
                }
            }
        }

        mutating func collectKeys(_ batch: Batch, skipsInserts: Bool) throws(StoreError) {
            for condition in batch.guards {
                switch condition {
                case .absent(let key), .matches(let key, _): keys.insert(key)
                }
            }
            for write in batch.writes {
                switch write {
                case .insert(let type, var values):
                    for position in values.indices {
                        guard case .next(let name) = values[position] else { continue }
                        counters[name, default: 0] &+= 1
                        values[position] = .int(counters[name, default: 0])
                    }
                    if !skipsInserts { try collect(type, values) }
                case .put(let type, let values): try collect(type, values)
                case .patch(let key, let changes):
                    keys.insert(key)
                    patches.append((key, changes))
                case .delete(let key): keys.insert(key)
                case .count(let name, let amount, _): counters[name, default: 0] &+= amount
                }
            }
        }

        private mutating func collect(_ type: String, _ values: [Value]) throws(StoreError) {
            let table = try schema.table(type)
            keys.insert(table.key(of: values))
            unique.formUnion(table.uniqueKeys(of: values))
        }
    }
#endif
