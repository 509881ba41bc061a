import Records

/// The part of a filter that an engine evaluates.
struct FilterSQL {
    /// A condition; true for every record that the filter accepts, and exactly for those when ``isExact``.
    var condition: String
    var arguments: [Value] = []
    var isExact = true
    /// Whether the partition's row numbers must be filled in.
    var usesRowRange = false

    /// Renders what the engine can decide; the rest becomes "true" and inexact.
    init(_ filter: Filter, _ layout: TableLayout) throws(StoreError) {
        self = try Self.render(filter, layout)
    }

    private init(_ condition: String, _ arguments: [Value] = [], isExact: Bool = true) {
        self.condition = condition
        self.arguments = arguments
        self.isExact = isExact
    }

    private static func render(_ filter: Filter, _ layout: TableLayout) throws(StoreError) -> FilterSQL {
        switch filter {
        case .all: return FilterSQL("1 = 1")
        case .equal(let place, let value): return try comparison(place, "= ?", [value], layout)
        case .less(let place, let value): return try comparison(place, "< ?", [value], layout)
        case .atMost(let place, let value): return try comparison(place, "<= ?", [value], layout)
        case .isIn(let place, let values):
            guard !values.isEmpty else { return FilterSQL("1 = 0") }
            guard values.count <= 500 else { return FilterSQL("1 = 1", isExact: false) }
            let marks = Array(repeating: "?", count: values.count).joined(separator: ", ")
            return try comparison(place, "IN (\(marks))", values, layout)
        case .exists(let place):
            if place.path.isEmpty, place.field == "revision" || place.field == "stamp" { return FilterSQL("1 = 1") }
            let position = try layout.table.position(of: place.field)
            return FilterSQL("\(layout.columns[position]) IS NOT NULL", isExact: place.path.isEmpty)
        case .contains(let place, _), .hasSubstring(let place, _):
            let position = try layout.table.position(of: place.field)
            return FilterSQL("\(layout.columns[position]) IS NOT NULL", isExact: false)
        case .has(let field, let terms):
            guard !terms.isEmpty else { return FilterSQL("1 = 0") }
            let position = try layout.table.position(of: field)
            guard let fragment = layout.dialect.hasToken(layout.plainName, field, terms) else {
                return FilterSQL("\(layout.columns[position]) IS NOT NULL", isExact: false)
            }
            var part = FilterSQL(fragment.condition, fragment.arguments, isExact: false)
            part.usesRowRange = fragment.arguments.contains(SQLDialect.rowRange)
            return part
        case .and(let parts): return try join(parts, " AND ", "1 = 1", layout)
        case .or(let parts): return try join(parts, " OR ", "1 = 0", layout)
        case .not(let part):
            let inner = try render(part, layout)
            // Only an exact part may be inverted: the inverse of a larger answer is a smaller one.
            guard inner.isExact else { return FilterSQL("1 = 1", isExact: false) }
            return FilterSQL("NOT COALESCE((\(inner.condition)), 1 = 0)", inner.arguments)
        }
    }

    private static func comparison(
        _ place: FieldPath, _ test: String, _ values: [Value], _ layout: TableLayout
    ) throws(StoreError) -> FilterSQL {
        if place.path.isEmpty, place.field == "revision" || place.field == "stamp" {
            return FilterSQL("\(place.field) \(test)", values)
        }
        let position = try layout.table.position(of: place.field)
        let column = layout.columns[position]
        guard place.path.isEmpty, layout.type.fields[position].kind.isOrdered else {
            return FilterSQL("\(column) IS NOT NULL", isExact: false)
        }
        return FilterSQL("\(column) \(test)", values)
    }

    private static func join(
        _ filters: [Filter], _ word: String, _ empty: String, _ layout: TableLayout
    ) throws(StoreError) -> FilterSQL {
        guard !filters.isEmpty else { return FilterSQL(empty) }
        var joined = FilterSQL("")
        var conditions: [String] = []
        for filter in filters {
            let part = try render(filter, layout)
            conditions.append("(\(part.condition))")
            joined.arguments += part.arguments
            joined.isExact = joined.isExact && part.isExact
            joined.usesRowRange = joined.usesRowRange || part.usesRowRange
        }
        joined.condition = conditions.joined(separator: word)
        return joined
    }

    /// The arguments with the partition's row numbers in place.
    func arguments(rows: ClosedRange<Int64>) -> [Value] {
        guard usesRowRange else { return arguments }
        return arguments.flatMap { argument in
            argument == SQLDialect.rowRange ? [Value.int(rows.lowerBound), .int(rows.upperBound)] : [argument]
        }
    }
}
