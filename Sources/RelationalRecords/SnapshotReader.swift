import Records

/// Reads over one connection; the caller decides what is one snapshot.
struct SnapshotReader {
    let connection: any SQLConnection
    let tables: [String: TableLayout]
    let bookkeeping: Bookkeeping
    /// Whether rows that are read and dropped are dear.
    let isRemote: Bool

    /// Rows that a page looks at before it gives up with a short one.
    static let scanBudget = 5_000

    func answer(_ read: Read, in partition: Partition) async throws(StoreError) -> Page {
        switch read {
        case .keys(let keys, let fields):
            return Page(records: try await records(keys, fields, partition))
        case .counter(let name):
            let value = try await connection.first(bookkeeping.counter, [.text(partition.name), .text(name)]) {
                $0.integer(0)
            }
            return Page(count: Int(value ?? 0))
        case .count(let type, let filter):
            return Page(count: try await count(tables.layout(type), filter, partition))
        case .query(let query):
            let layout = try tables.layout(query.type)
            if case .nearest(let field, let vector) = query.order {
                return try await nearest(query, field, vector, layout, partition)
            }
            return try await page(query, layout, partition).page
        }
    }

    /// Head number and newest stamp of a partition; zeros when it has no commit.
    func head(_ partition: Partition) async throws(StoreError) -> (number: Int64, stamp: Int64, horizon: Int64) {
        try await connection.first(bookkeeping.head, [.text(partition.name)]) {
            ($0.integer(0), $0.integer(1), $0.integer(3))
        } ?? (0, 0, 0)
    }

    /// Records by key, in one round trip.
    func records(
        _ keys: [Key], _ fields: [String]?, _ partition: Partition
    ) async throws(StoreError) -> [Record?] {
        var records: [Record?] = Array(repeating: nil, count: keys.count)
        var calls: [SQLCall] = []
        calls.reserveCapacity(keys.count)
        var selections: [(layout: TableLayout, positions: [Int], text: SQLText)] = []
        var places: [Int] = []
        let owner = Value.text(partition.name)
        for key in keys {
            if selections.last?.layout.type.name != key.type {
                let layout = try tables.layout(key.type)
                let positions = try layout.positions(fields)
                selections.append((layout, positions, layout.selection(positions)))
            }
            places.append(selections.count - 1)
            calls.append(SQLCall(selections[selections.count - 1].text, [owner] + key.id))
        }
        try await connection.query(calls) { (place, row) throws(StoreError) in
            let selection = selections[places[place]]
            records[place] = selection.layout.record(row, selection.positions)
        }
        return records
    }

    /// The row numbers of a partition, where they are needed.
    func rows(
        _ partition: Partition?, for filter: FilterSQL
    ) async throws(StoreError) -> ClosedRange<Int64> {
        guard filter.usesRowRange, let partition else { return 0...Int64.max }
        let number = try await head(partition).number
        return (number << 32)...(number << 32 | 0xffff_ffff)
    }

    private func count(_ layout: TableLayout, _ filter: Filter, _ partition: Partition) async throws(StoreError) -> Int
    {
        let pushed = try FilterSQL(filter, layout)
        let arguments = try await [.text(partition.name)] + pushed.arguments(rows: rows(partition, for: pushed))
        let condition = "\(layout.partition) = ? AND (\(pushed.condition))"
        if pushed.isExact {
            let sql = SQLText(dynamic: "SELECT COUNT(*) FROM \(layout.name) WHERE \(condition)")
            return try await connection.first(sql, arguments) { Int($0.integer(0)) } ?? 0
        }
        let compiled = try CompiledFilter(filter, layout.table)
        let positions = try layout.positions(Array(filter.fields))
        let sql = "SELECT revision, stamp, \(layout.list(positions)) FROM \(layout.name) WHERE \(condition)"
        var count = 0
        try await connection.query(SQLCall(sql, arguments)) { row in
            if compiled.accepts(layout.record(row, positions)) { count += 1 }
        }
        return count
    }

    /// A page in key or field order; for a survey (`partition` nil) with each record's partition.
    func page(
        _ query: Query, _ layout: TableLayout, _ partition: Partition?
    ) async throws(StoreError) -> (page: Page, partitions: [Partition]) {
        let plan = try PagePlan(query, layout, partition)
        let pushed = try FilterSQL(query.filter, layout)
        let compiled = try CompiledFilter(query.filter, layout.table)
        var wanted = try layout.positions(query.fields)
        if !pushed.isExact, query.fields != nil {
            wanted = Set(wanted + (try layout.positions(Array(query.filter.fields)))).sorted()
        }
        if let order = plan.orderPosition, !wanted.contains(order) { wanted = (wanted + [order]).sorted() }
        let returned = Set(try layout.positions(query.fields))
        let range = try await rows(partition, for: pushed)
        let scanBudget = isRemote ? min(Self.scanBudget, query.limit * 8 + 64) : Self.scanBudget
        var page = Page()
        var partitions: [Partition] = []
        var examined = 0
        var isFull = false
        for segment in plan.segments {
            let owned = partition == nil ? [] : ["\(layout.partition) = ?"]
            let conditions = owned + [segment.condition, "(\(pushed.condition))"]
            let sql =
                "SELECT revision, stamp, \(layout.list(wanted)), \(layout.partition) FROM \(layout.name) "
                + "WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(segment.order) LIMIT ?"
            // One row more than asked tells whether there is a next page.
            let rowLimit = pushed.isExact ? query.limit - page.records.count + 1 : scanBudget - examined + 1
            let arguments =
                (partition.map { [Value.text($0.name)] } ?? []) + segment.arguments
                + pushed.arguments(rows: range) + [.int(Int64(rowLimit))]
            var last: (record: Record, partition: Partition)?
            do throws(StoreError) {
                try await connection.query(SQLCall(sql, arguments)) { (row) throws(StoreError) in
                    guard page.records.count < query.limit, examined < scanBudget else {
                        page.next = (last ?? plan.lastOf(page, partitions, partition)).map {
                            plan.cursor(after: $0.record, $0.partition)
                        }
                        isFull = true
                        throw StoreError(.enough, "the page is full")
                    }
                    let record = layout.record(row, wanted)
                    let owner: Partition
                    if let partition { owner = partition } else { owner = try Self.partition(row, wanted.count + 2) }
                    if !pushed.isExact { examined += 1 }
                    last = (record, owner)
                    if pushed.isExact || compiled.accepts(record) {
                        page.records.append(record)
                        partitions.append(owner)
                    }
                }
            } catch {
                guard error.code == .enough else { throw error }
            }
            if isFull { break }
        }
        page.project(to: returned)
        return (page, partitions)
    }

    private static func partition(_ row: any SQLRow, _ column: Int) throws(StoreError) -> Partition {
        guard case .text(let name) = row.value(column, .text(maximumBytes: .max)) else {
            throw StoreError(.corrupted, "a row has no partition")
        }
        return Partition(name)
    }
}

extension Page {
    /// Empties values that were read for the filter or the cursor only.
    fileprivate mutating func project(to positions: Set<Int>) {
        for index in records.indices {
            guard let count = records[index]?.values.count, positions.count < count else { continue }
            for position in 0..<count where !positions.contains(position) { records[index]?.values[position] = .null }
        }
    }
}

extension Filter {
    /// The fields it looks at, `revision` and `stamp` apart.
    var fields: Set<String> {
        switch self {
        case .all: []
        case .equal(let place, _), .less(let place, _), .atMost(let place, _), .isIn(let place, _), .exists(let place),
            .contains(let place, _), .hasSubstring(let place, _):
            place.field == "revision" || place.field == "stamp" ? [] : [place.field]
        case .has(let field, _): [field]
        case .and(let parts), .or(let parts): parts.reduce(into: []) { $0.formUnion($1.fields) }
        case .not(let part): part.fields
        }
    }
}

extension StoreError.Code {
    /// A page is full: ends a query early. Never leaves this file.
    fileprivate static let enough = StoreError.Code(rawValue: "enough")
}
