internal import Records

extension Storage {
    /// The records most similar to a vector, by descending cosine, then by key.
    func nearest(
        _ query: Query, _ field: String, _ vector: [Float], in stored: StoredPartition?
    ) throws(StoreError) -> Page {
        let table = try schema.table(query.type)
        let position = try table.position(of: field)
        let filter = try CompiledFilter(query.filter, table)
        let projection = try Projection(query.fields, table)
        var found: [(score: Double, record: Record)] = []
        for record in (stored?.tables[query.type]?.records ?? [:]).values {
            guard case .vector(let other) = record.values[position], other.count == vector.count,
                filter.accepts(record)
            else { continue }
            found.append((Cosine.similarity(vector, other), record))
        }
        found.sort { left, right in
            left.score == right.score
                ? SortedEntries.compare(left.record.key.id, right.record.key.id) < 0 : left.score > right.score
        }
        let best = found.prefix(query.limit)
        return Page(records: best.map { projection.apply($0.record) }, scores: best.map(\.score))
    }
}
