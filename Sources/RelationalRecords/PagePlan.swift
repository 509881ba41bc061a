import Records

/// How a page is read: one or two statements in order, so that missing order values come first on every engine.
struct PagePlan {
    /// One statement's condition and order.
    struct Segment {
        var condition: String
        var arguments: [Value]
        var order: String
    }

    let query: Query
    let partition: Partition?
    /// The position of the order field; nil for key order.
    let orderPosition: Int?
    private(set) var segments: [Segment] = []

    init(_ query: Query, _ layout: TableLayout, _ partition: Partition?) throws(StoreError) {
        self.query = query
        self.partition = partition
        let key = (partition == nil ? [layout.partition] : []) + layout.columns.prefix(layout.type.keyCount)
        let position = try query.after?.position(of: query, in: partition)
        let direction = query.isDescending ? " DESC" : ""
        let comparison = query.isDescending ? "<" : ">"
        /// Whether the columns come after the values, with the values that the condition needs.
        func after(_ columns: [String], _ values: [Value]) -> (condition: String, arguments: [Value]) {
            if layout.dialect.comparesTuples || columns.count == 1 {
                let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
                let left = columns.joined(separator: ", ")
                return columns.count == 1
                    ? ("\(left) \(comparison) ?", values) : ("(\(left)) \(comparison) (\(marks))", values)
            }
            // Written out, with a bound on the first column by itself, so that an index is used.
            var parts: [String] = []
            var arguments = [values[0]]
            for end in columns.indices {
                parts.append(
                    "("
                        + (columns[..<end].map { "\($0) = ?" } + ["\(columns[end]) \(comparison) ?"])
                        .joined(separator: " AND ") + ")")
                arguments += values[...end]
            }
            return ("\(columns[0]) \(comparison)= ? AND (\(parts.joined(separator: " OR ")))", arguments)
        }
        func order(_ columns: [String]) -> String { columns.map { $0 + direction }.joined(separator: ", ") }
        guard case .field(let name) = query.order else {
            orderPosition = nil
            if let position, position.count != key.count { throw StoreError(.invalid, "after: the cursor is damaged") }
            let (condition, arguments) = position.map { after(key, $0) } ?? ("1 = 1", [])
            segments = [Segment(condition: condition, arguments: arguments, order: order(key))]
            return
        }
        let place = try layout.table.position(of: name)
        orderPosition = place
        let column = layout.columns[place]
        if let position, position.count != key.count + 1 { throw StoreError(.invalid, "after: the cursor is damaged") }
        var missing: Segment? = Segment(condition: "\(column) IS NULL", arguments: [], order: order(key))
        var present: Segment? = Segment(condition: "\(column) IS NOT NULL", arguments: [], order: order([column] + key))
        if let position {
            if position[0].isNull {
                let (condition, arguments) = after(key, Array(position.dropFirst()))
                missing?.condition += " AND \(condition)"
                missing?.arguments = arguments
                if query.isDescending { present = nil }
            } else {
                let (condition, arguments) = after([column] + key, position)
                present?.condition = condition
                present?.arguments = arguments
                if !query.isDescending { missing = nil }
            }
        }
        // A survey leaves missing order values out.
        if partition == nil { missing = nil }
        segments = (query.isDescending ? [present, missing] : [missing, present]).compactMap { $0 }
    }

    /// The cursor after a record.
    func cursor(after record: Record, _ owner: Partition) -> Cursor {
        var position: [Value] = []
        if let orderPosition { position.append(record.values[orderPosition]) }
        if partition == nil { position.append(.text(owner.name)) }
        position += record.values.prefix(record.keyCount)
        return Cursor(after: position, of: query, in: partition)
    }

    /// The last record of a page that an earlier segment filled.
    func lastOf(_ page: Page, _ partitions: [Partition], _ owner: Partition?) -> (record: Record, partition: Partition)?
    {
        guard let record = page.records.last ?? nil, let owner = owner ?? partitions.last else { return nil }
        return (record, owner)
    }
}
