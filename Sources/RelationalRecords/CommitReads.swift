import Records

/// What the guards and writes of a batch need to know of the records before it, read in one round trip.
struct CommitReads {
    /// A record's revision, and the record itself where a patch or a filter needs its values.
    struct Found {
        var revision: Int64
        var record: Record?
    }

    private(set) var found = SmallMap<Key, Found>()

    /// Nothing needs to be known.
    init() {}

    init(_ batch: Batch, _ connection: any SQLConnection, _ tables: [String: TableLayout]) async throws(StoreError) {
        // Whether a key's record is wanted whole.
        var wanted = SmallMap<Key, Bool>()
        func want(_ key: Key, whole: Bool) { wanted.set(whole || wanted[key] == true, for: key) }
        for condition in batch.guards {
            switch condition {
            case .absent(let key): want(key, whole: false)
            case .matches(let key, _): want(key, whole: true)
            }
        }
        for write in batch.writes {
            switch write {
            case .put(let type, let values):
                let layout = try tables.layout(type)
                want(layout.table.key(of: values), whole: false)
            case .patch(let key, _): want(key, whole: true)
            case .delete(let key): want(key, whole: false)
            case .insert, .count: break
            }
        }
        guard !wanted.keys.isEmpty else { return }
        var calls: [SQLCall] = []
        var layouts: [TableLayout] = []
        for (key, isWhole) in zip(wanted.keys, wanted.values) {
            let layout = try tables.layout(key.type)
            layouts.append(layout)
            let text = isWhole ? layout.byKey : layout.revision
            calls.append(SQLCall(text, [.text(batch.partition.name)] + key.id))
        }
        var found = SmallMap<Key, Found>()
        try await connection.query(calls) { (place, row) throws(StoreError) in
            found.set(
                Found(revision: row.integer(0), record: wanted.values[place] ? layouts[place].record(row) : nil),
                for: wanted.keys[place])
        }
        self.found = found
    }

    /// Whether a guard holds.
    func holds(_ condition: Guard, _ tables: [String: TableLayout]) throws(StoreError) -> Bool {
        switch condition {
        case .absent(let key): return found[key] == nil
        case .matches(let key, let filter):
            guard let record = found[key]?.record else { return false }
            return try CompiledFilter(filter, tables.layout(key.type).table).accepts(record)
        }
    }
}

extension [String: TableLayout] {
    /// The layout of a type.
    /// - Throws: ``StoreError`` `invalid` when it was not prepared.
    func layout(_ type: String) throws(StoreError) -> TableLayout {
        guard let layout = self[type] else { throw StoreError(.invalid, "record type \(type) was not prepared") }
        return layout
    }
}
