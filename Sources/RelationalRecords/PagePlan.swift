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
        let key = (partition == nil ? ["partition"] : []) + layout.columns.prefix(layout.type.keyCount)
        let position = try query.after?.position(of: query, in: partition)
        let direction = query.isDescending ? " DESC" : ""
        let comparison = query.isDescending ? "<" : ">"
        func tuple(_ columns: [String]) -> String { "(\(columns.joined(separator: ", ")))" }
        func marks(_ count: Int) -> String { tuple(Array(repeating: "?", count: count)) }
        func order(_ columns: [String]) -> String { columns.map { $0 + direction }.joined(separator: ", ") }
        guard case .field(let name) = query.order else {
            orderPosition = nil
            if let position, position.count != key.count { throw StoreError(.invalid, "after: the cursor is damaged") }
            let condition = position == nil ? "1 = 1" : "\(tuple(key)) \(comparison) \(marks(key.count))"
            segments = [Segment(condition: condition, arguments: position ?? [], order: order(key))]
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
                missing?.condition += " AND \(tuple(key)) \(comparison) \(marks(key.count))"
                missing?.arguments = Array(position.dropFirst())
                if query.isDescending { present = nil }
            } else {
                present?.condition = "\(tuple([column] + key)) \(comparison) \(marks(key.count + 1))"
                present?.arguments = position
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
