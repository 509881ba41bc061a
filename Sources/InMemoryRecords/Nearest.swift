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
            found.append((cosine(vector, other), record))
        }
        found.sort { left, right in
            left.score == right.score
                ? SortedEntries.compare(left.record.key.id, right.record.key.id) < 0 : left.score > right.score
        }
        let best = found.prefix(query.limit)
        return Page(records: best.map { projection.apply($0.record) }, scores: best.map(\.score))
    }
}

/// The cosine of the angle between two vectors of one dimension, −1 to 1; 0 where one has no direction.
private func cosine(_ left: [Float], _ right: [Float]) -> Double {
    var product = 0.0
    var leftSquares = 0.0
    var rightSquares = 0.0
    for (a, b) in zip(left, right) {
        product += Double(a) * Double(b)
        leftSquares += Double(a) * Double(a)
        rightSquares += Double(b) * Double(b)
    }
    let lengths = leftSquares.squareRoot() * rightSquares.squareRoot()
    return lengths == 0 ? 0 : max(-1, min(1, product / lengths))
}
