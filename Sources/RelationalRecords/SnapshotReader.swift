import Records

/// Reads over one connection; the caller decides what is one snapshot.
struct SnapshotReader {
    let connection: any SQLConnection
    let tables: [String: TableLayout]
    let bookkeeping: Bookkeeping

    /// Rows that a page looks at before it gives up with a short one.
    static let scanBudget = 5_000

    func answer(_ read: Read, in partition: Partition) throws(StoreError) -> Page {
        switch read {
        case .keys(let keys, let fields):
            return Page(records: try records(keys, fields, partition))
        case .counter(let name):
            let statement = try connection.prepare(bookkeeping.counter, [.text(partition.name), .text(name)])
            defer { statement.reset() }
            return Page(count: try statement.step() ? Int(statement.integer(0)) : 0)
        case .count(let type, let filter):
            return Page(count: try count(layout(type), filter, partition))
        case .query(let query):
            let layout = try layout(query.type)
            if case .nearest(let field, let vector) = query.order {
                return try nearest(query, field, vector, layout, partition)
            }
            return try page(query, layout, partition).page
        }
    }

    func layout(_ type: String) throws(StoreError) -> TableLayout {
        guard let layout = tables[type] else { throw StoreError(.invalid, "record type \(type) was not prepared") }
        return layout
    }

    /// Head number and newest stamp of a partition; zeros when it has no commit.
    func head(_ partition: Partition) throws(StoreError) -> (number: Int64, stamp: Int64, horizon: Int64) {
        let statement = try connection.prepare(bookkeeping.head, [.text(partition.name)])
        defer { statement.reset() }
        guard try statement.step() else { return (0, 0, 0) }
        return (statement.integer(0), statement.integer(1), statement.integer(3))
    }

    /// Records by key: one preparation for a run of keys of one type.
    private func records(
        _ keys: [Key], _ fields: [String]?, _ partition: Partition
    ) throws(StoreError) -> [Record?] {
        var records: [Record?] = []
        records.reserveCapacity(keys.count)
        var prepared: (type: String, layout: TableLayout, positions: [Int], statement: any SQLStatement)?
        let owner = Value.text(partition.name)
        for key in keys {
            if prepared?.type != key.type {
                let layout = try layout(key.type)
                let positions = try layout.positions(fields)
                prepared = (key.type, layout, positions, try connection.prepare(layout.selection(positions)))
            }
            guard let (_, layout, positions, statement) = prepared else { continue }
            statement.bind(1, owner)
            for (place, value) in key.id.enumerated() { statement.bind(Int32(place + 2), value) }
            defer { statement.reset() }
            records.append(try statement.step() ? layout.record(statement, positions) : nil)
        }
        return records
    }

    private func record(_ key: Key, _ fields: [String]?, _ partition: Partition) throws(StoreError) -> Record? {
        try records([key], fields, partition)[0]
    }

    /// The row numbers of a partition; of all when there is none.
    private func rows(_ partition: Partition?, for filter: FilterSQL) throws(StoreError) -> ClosedRange<Int64> {
        guard filter.usesTokens, let partition else { return 0...Int64.max }
        let number = try head(partition).number
        return (number << 32)...(number << 32 | 0xffff_ffff)
    }

    private func count(_ layout: TableLayout, _ filter: Filter, _ partition: Partition) throws(StoreError) -> Int {
        let pushed = try FilterSQL(filter, layout)
        let arguments = try [.text(partition.name)] + pushed.arguments(rows: rows(partition, for: pushed))
        if pushed.isExact {
            let sql = "SELECT COUNT(*) FROM \(layout.name) WHERE partition = ? AND (\(pushed.condition))"
            let statement = try connection.prepare(SQLText(dynamic: sql), arguments)
            defer { statement.reset() }
            return try statement.step() ? Int(statement.integer(0)) : 0
        }
        let compiled = try CompiledFilter(filter, layout.table)
        let positions = try layout.positions(Array(filter.fields))
        let sql =
            "SELECT revision, stamp, \(layout.list(positions)) FROM \(layout.name) "
            + "WHERE partition = ? AND (\(pushed.condition))"
        let statement = try connection.prepare(SQLText(dynamic: sql), arguments)
        defer { statement.reset() }
        var count = 0
        while try statement.step() {
            if compiled.accepts(layout.record(statement, positions)) { count += 1 }
        }
        return count
    }

    /// A page in key or field order; for a survey (`partition` nil) with each record's partition.
    func page(
        _ query: Query, _ layout: TableLayout, _ partition: Partition?
    ) throws(StoreError) -> (page: Page, partitions: [Partition]) {
        let plan = try PagePlan(query, layout, partition)
        let pushed = try FilterSQL(query.filter, layout)
        let compiled = try CompiledFilter(query.filter, layout.table)
        var wanted = try layout.positions(query.fields)
        if !pushed.isExact, query.fields != nil {
            wanted = Set(wanted + (try layout.positions(Array(query.filter.fields)))).sorted()
        }
        if let order = plan.orderPosition, !wanted.contains(order) { wanted = (wanted + [order]).sorted() }
        let returned = Set(try layout.positions(query.fields))
        let range = try rows(partition, for: pushed)
        var page = Page()
        var partitions: [Partition] = []
        var examined = 0
        for segment in plan.segments {
            let conditions = (partition == nil ? [] : ["partition = ?"]) + [segment.condition, "(\(pushed.condition))"]
            let sql =
                "SELECT revision, stamp, \(layout.list(wanted)), partition FROM \(layout.name) "
                + "WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(segment.order) LIMIT ?"
            // One row more than asked tells whether there is a next page.
            let rowLimit = pushed.isExact ? query.limit - page.records.count + 1 : Self.scanBudget + 1
            let arguments =
                (partition.map { [Value.text($0.name)] } ?? []) + segment.arguments
                + pushed.arguments(rows: range) + [.int(Int64(rowLimit))]
            let statement = try connection.prepare(SQLText(dynamic: sql), arguments)
            defer { statement.reset() }
            var last: (record: Record, partition: Partition)?
            while try statement.step() {
                if page.records.count == query.limit || examined == Self.scanBudget {
                    page.next = (last ?? plan.lastOf(page, partitions, partition)).map {
                        plan.cursor(after: $0.record, $0.partition)
                    }
                    page.project(to: returned)
                    return (page, partitions)
                }
                var record = layout.record(statement, wanted)
                let owner: Partition
                if let partition {
                    owner = partition
                } else {
                    owner = try Self.partition(statement, Int32(wanted.count + 2))
                }
                if !pushed.isExact { examined += 1 }
                last = (record, owner)
                if pushed.isExact || compiled.accepts(record) {
                    // Values that only the filter or the cursor needed leave at the end.
                    record.values = last?.record.values ?? record.values
                    page.records.append(record)
                    partitions.append(owner)
                }
            }
        }
        page.project(to: returned)
        return (page, partitions)
    }

    private static func partition(_ statement: any SQLStatement, _ column: Int32) throws(StoreError) -> Partition {
        guard case .text(let name) = statement.value(column, .text(maximumBytes: .max)) else {
            throw StoreError(.corrupted, "a row has no partition")
        }
        return Partition(name)
    }

    private func nearest(
        _ query: Query, _ field: String, _ vector: [Float], _ layout: TableLayout, _ partition: Partition
    ) throws(StoreError) -> Page {
        let pushed = try FilterSQL(query.filter, layout)
        let compiled = try CompiledFilter(query.filter, layout.table)
        let vectorPosition = try layout.table.position(of: field)
        let positions = try layout.positions(Array(query.filter.fields) + [field])
        let sql =
            "SELECT revision, stamp, \(layout.list(positions)) FROM \(layout.name) "
            + "WHERE partition = ? AND \(layout.columns[vectorPosition]) IS NOT NULL AND (\(pushed.condition))"
        let arguments = try [.text(partition.name)] + pushed.arguments(rows: rows(partition, for: pushed))
        let statement = try connection.prepare(SQLText(dynamic: sql), arguments)
        var best: [(score: Double, key: Key)] = []
        defer { statement.reset() }
        while try statement.step() {
            let record = layout.record(statement, positions)
            guard case .vector(let stored) = record.values[vectorPosition], stored.count == vector.count,
                pushed.isExact || compiled.accepts(record)
            else { continue }
            best.append((Cosine.similarity(vector, stored), record.key))
            if best.count > 4 * query.limit + 1_000 { best.keepNearest(query.limit) }
        }
        best.keepNearest(query.limit)
        var page = Page()
        for (score, key) in best {
            guard let record = try record(key, query.fields, partition) else { continue }
            page.records.append(record)
            page.scores.append(score)
        }
        return page
    }

    /// The change feed of one type.
    func changes(
        of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
    ) throws(StoreError) -> Changes {
        let layout = try layout(type)
        let head = try head(partition)
        guard after.number >= head.horizon || after.number == 0 else {
            throw StoreError(.tooOld, "the change feed begins after stamp \(head.horizon)")
        }
        guard after.number < head.stamp else {
            return Changes(put: [], deleted: [], upTo: Stamp(head.stamp), hasMore: false)
        }
        let name = Value.text(partition.name)
        let feed: [Value] = [name, .int(after.number)]
        let bound = try stamp(
            "SELECT stamp FROM (SELECT stamp FROM \(layout.name) WHERE partition = ? AND stamp > ? UNION ALL "
                + "SELECT stamp FROM \(bookkeeping.deletions) WHERE partition = ? AND stamp > ? AND type = ?) AS feed "
                + "ORDER BY stamp LIMIT 1 OFFSET ?",
            feed + feed + [.text(type), .int(Int64(limit))])
        // The row past the limit tells that there is more; whole stamps before it belong to this piece, or, when one
        // stamp alone is longer than the limit, that stamp.
        var upTo = head.stamp
        if let bound {
            let first = try stamp(
                "SELECT MIN(stamp) FROM (SELECT stamp FROM \(layout.name) WHERE partition = ? AND stamp > ? UNION ALL "
                    + "SELECT stamp FROM \(bookkeeping.deletions) WHERE partition = ? AND stamp > ? AND type = ?) AS feed",
                feed + feed + [.text(type)])
            upTo = max(bound - 1, first ?? bound)
        }
        let positions = try layout.positions(fields)
        var changes = Changes(put: [], deleted: [], upTo: Stamp(upTo), hasMore: bound != nil && upTo < head.stamp)
        let puts = try connection.prepare(
            SQLText(
                dynamic: "SELECT revision, stamp, \(layout.list(positions)) FROM \(layout.name) "
                    + "WHERE partition = ? AND stamp > ? AND stamp <= ? ORDER BY stamp"), feed + [.int(upTo)])
        defer { puts.reset() }
        while try puts.step() { changes.put.append(layout.record(puts, positions)) }
        let deletions = try connection.prepare(
            SQLText(
                dynamic: "SELECT record_key FROM \(bookkeeping.deletions) WHERE partition = ? AND stamp > ? "
                    + "AND stamp <= ? AND type = ?"), feed + [.int(upTo), .text(type)])
        defer { deletions.reset() }
        var seen: Set<Key> = []
        while try deletions.step() {
            guard case .bytes(let bytes) = deletions.value(0, .bytes), let id = ScalarCoding.values(of: bytes[...])
            else {
                throw StoreError(.corrupted, "a deletion's key is damaged")
            }
            let key = Key(type, id)
            if seen.insert(key).inserted { changes.deleted.append(key) }
        }
        return changes
    }

    private func stamp(_ sql: String, _ arguments: [Value]) throws(StoreError) -> Int64? {
        let statement = try connection.prepare(SQLText(dynamic: sql), arguments)
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : nil
    }
}

extension TableLayout {
    /// The columns at these positions, for a SELECT.
    func list(_ positions: [Int]) -> String { positions.map { columns[$0] }.joined(separator: ", ") }

    /// The statement that reads these positions of one record by its key.
    func selection(_ positions: [Int]) -> SQLText {
        if positions.count == columns.count { return byKey }
        return selections.text(for: positions) {
            "SELECT revision, stamp, \(list(positions)) FROM \(name) WHERE \(keyCondition)"
        }
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

extension [(score: Double, key: Key)] {
    /// Keeps the best, ties by key.
    fileprivate mutating func keepNearest(_ limit: Int) {
        sort { left, right in
            if left.score != right.score { return left.score > right.score }
            for (a, b) in zip(left.key.id, right.key.id) {
                let order = a.compare(b)
                if order != 0 { return order < 0 }
            }
            return false
        }
        if count > limit { removeLast(count - limit) }
    }
}
