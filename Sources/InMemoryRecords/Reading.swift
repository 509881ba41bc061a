internal import Records

extension Storage {
    /// Answers one read of a partition, which may not exist yet.
    func answer(_ read: Read, in partition: Partition) throws(StoreError) -> Page {
        let stored = partitions[partition]
        switch read {
        case .keys(let keys, let fields):
            var records: [Record?] = []
            for key in keys {
                try schema.validate(key)
                let table = try schema.table(key.type)
                let projection = try Projection(fields, table)
                records.append(stored?.tables[key.type]?.records[key.id].map { projection.apply($0) })
            }
            return Page(records: records)
        case .query(let query):
            try schema.validate(query)
            if case .nearest(let field, let vector) = query.order {
                return try nearest(query, field, vector, in: stored)
            }
            return try page(of: query, in: partition, stored)
        case .count(let type, let filter):
            let table = try schema.table(type)
            let compiled = try CompiledFilter(filter, table)
            guard let records = stored?.tables[type]?.records else { return Page() }
            if compiled.acceptsAll { return Page(count: records.count) }
            return Page(count: records.values.count { compiled.accepts($0) })
        case .counter(let name):
            return Page(count: Int(stored?.counters[name] ?? 0))
        }
    }

    /// Answers a survey.
    func survey(_ query: Query) throws(StoreError) -> SurveyPage {
        try schema.validate(query, isSurvey: true)
        let table = try schema.table(query.type)
        let walk = try Walk(query, table, partition: nil)
        guard let indexes = surveys[query.type]?.indexes else { return SurveyPage(page: Page(), partitions: []) }
        var names: [Partition] = []
        let page = walk.page(over: indexes) { entry in
            // After the equality and order fields, an entry holds the partition's name and the key.
            guard case .text(let name) = entry[0] else { return nil }
            let partition = Partition(name)
            let key = Array(entry.dropFirst())
            guard let record = partitions[partition]?.tables[query.type]?.records[key] else { return nil }
            // A survey leaves records without an order value out.
            if let order = walk.order, record.values[order].isNull { return nil }
            return (record, partition)
        } accepted: { partition in
            if let partition { names.append(partition) }
        }
        return SurveyPage(page: page, partitions: names)
    }

    private func page(of query: Query, in partition: Partition, _ stored: StoredPartition?) throws(StoreError) -> Page {
        let table = try schema.table(query.type)
        let walk = try Walk(query, table, partition: partition)
        guard let rows = stored?.tables[query.type] else { return Page() }
        return walk.page(over: rows.indexes) { key in
            rows.records[Array(key)].map { (record: $0, partition: nil as Partition?) }
        } accepted: { _ in
        }
    }
}

/// A query bound to its order and start.
private struct Walk {
    let query: Query
    let partition: Partition?
    let filter: CompiledFilter
    let projection: Projection
    let order: Int?
    let start: [Value]?
    let fixed: [Int: Value]

    init(_ query: Query, _ table: Schema.Table, partition: Partition?) throws(StoreError) {
        self.query = query
        self.partition = partition
        filter = try CompiledFilter(query.filter, table)
        projection = try Projection(query.fields, table)
        if case .field(let field) = query.order { order = try table.position(of: field) } else { order = nil }
        fixed = query.filter.fixedValues(in: table)
        start = try query.after?.position(of: query, in: partition)
        if let start { try Self.check(start, order, table, isSurvey: partition == nil) }
    }

    /// A page over the best index; `record` finds what an entry's end (the partition, if any, and the key) stands for.
    func page(
        over indexes: [OrderedIndex], record: (ArraySlice<Value>) -> (Record, Partition?)?,
        accepted: (Partition?) -> Void
    ) -> Page {
        var page = Page()
        guard let (index, prefix) = indexes.best(order: order, fixed: fixed) else { return page }
        let skipped = index.equal.count + (order == nil ? 0 : 1)
        var last: [Value] = []
        index.entries.walk(prefix: prefix, beyond: start.map { prefix + $0 }, isDescending: query.isDescending) {
            entry in
            guard let (found, partition) = record(ArraySlice(Array(entry[skipped...]))), filter.accepts(found) else {
                return true
            }
            guard page.records.count < query.limit else {
                page.next = Cursor(after: last, of: query, in: self.partition)
                return false
            }
            page.records.append(projection.apply(found))
            accepted(partition)
            last = Array(entry[index.equal.count...])
            return true
        }
        return page
    }

    /// Checks that a cursor's position has the shape of this order, so that a damaged one is refused.
    private static func check(
        _ position: [Value], _ order: Int?, _ table: Schema.Table, isSurvey: Bool
    ) throws(StoreError) {
        let damaged = StoreError(.invalid, "after: the cursor is damaged")
        var fields: [Field] = []
        if let order { fields.append(table.type.fields[order]) }
        if isSurvey { fields.append(Field("partition", .text(maximumBytes: 512))) }
        fields.append(contentsOf: table.type.fields.prefix(table.type.keyCount))
        guard position.count == fields.count else { throw damaged }
        for (place, value) in position.enumerated() {
            guard !value.isNull || (place == 0 && order != nil) else { throw damaged }
            do { try fields[place].check(value) } catch { throw damaged }
        }
    }
}

/// The fields that a read asks for.
struct Projection {
    private let hidden: [Int]

    /// - Throws: ``StoreError`` `invalid` for an unknown field.
    init(_ fields: [String]?, _ table: Schema.Table) throws(StoreError) {
        guard let fields else {
            hidden = []
            return
        }
        var shown = Set(0..<table.type.keyCount)
        for field in fields { shown.insert(try table.position(of: field)) }
        hidden = table.type.fields.indices.filter { !shown.contains($0) }
    }

    func apply(_ record: Record) -> Record {
        guard !hidden.isEmpty else { return record }
        var record = record
        for position in hidden { record.values[position] = .null }
        return record
    }
}
