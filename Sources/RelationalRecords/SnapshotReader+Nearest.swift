import Records

extension SnapshotReader {
    /// The records nearest to a vector: by the engine where it can, else by a look at every vector of the partition.
    func nearest(
        _ query: Query, _ field: String, _ vector: [Float], _ layout: TableLayout, _ partition: Partition
    ) async throws(StoreError) -> Page {
        let pushed = try FilterSQL(query.filter, layout)
        let compiled = try CompiledFilter(query.filter, layout.table)
        let vectorPosition = try layout.table.position(of: field)
        let positions = try layout.positions(Array(query.filter.fields) + [field])
        let column = layout.columns[vectorPosition]
        var sql =
            "SELECT revision, stamp, \(layout.list(positions)) FROM \(layout.name) "
            + "WHERE \(layout.partition) = ? AND \(column) IS NOT NULL AND (\(pushed.condition))"
        var arguments = try await [.text(partition.name)] + pushed.arguments(rows: rows(partition, for: pushed))
        if let engine = layout.dialect.nearest, let order = engine.order(column, vector.count) {
            for setting in engine.settings { try await connection.execute([setting]) }
            sql += " AND \(order.condition) ORDER BY \(order.distance) LIMIT ?"
            // More than asked for: ours is the last word on the filter and on the order.
            arguments += [.vector(vector), .int(Int64(pushed.isExact ? query.limit + 8 : query.limit * 4 + 64))]
        }
        var best: [(score: Double, key: Key)] = []
        try await connection.query(SQLCall(sql, arguments)) { row in
            let record = layout.record(row, positions)
            guard case .vector(let stored) = record.values[vectorPosition], stored.count == vector.count,
                pushed.isExact || compiled.accepts(record)
            else { return }
            best.append((Cosine.similarity(vector, stored), record.key))
            if best.count > 4 * query.limit + 1_000 { best.keepNearest(query.limit) }
        }
        best.keepNearest(query.limit)
        var page = Page()
        let records = try await records(best.map(\.key), query.fields, partition)
        for (found, record) in zip(best, records) {
            guard let record else { continue }
            page.records.append(record)
            page.scores.append(found.score)
        }
        return page
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
