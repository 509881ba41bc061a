public import Records

extension MemoryFilter {
    /// Parses a JSON condition.
    ///
    /// An object whose members all hold: `{"AND": [..]}`, `{"OR": [..]}`, `{"NOT": [..]}` (none of them holds), or
    /// `{"name": test}`, where the name is `kind`, `type`, `topics`, `participants`, `location`, `event_time`,
    /// `created_at`, `updated_at`, `importance`, `relevance`, `agent`, `session`, or else a key in the metadata
    /// (`metadata.a.b` reaches into it). A test is a scalar (equal; of a list: contains), `null` (absent), `"*"`
    /// (present), or an object of `eq, ne, gt, gte, lt, lte, in, nin, contains`.
    /// - Throws: ``MemoryError`` `invalid`, naming what is wrong.
    public static func condition(parsing text: String) throws(MemoryError) -> Filter {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: text)
        } catch {
            throw MemoryError(.invalid, "filter is not JSON")
        }
        return try condition(document)
    }

    /// The condition of a parsed document; see ``condition(parsing:)``.
    /// - Throws: ``MemoryError`` `invalid`, naming what is wrong.
    public static func condition(_ document: JSONValue) throws(MemoryError) -> Filter {
        var budget = 1_000
        return try condition(document, depth: 0, &budget)
    }

    private static func condition(
        _ document: JSONValue, depth: Int, _ budget: inout Int
    ) throws(MemoryError) -> Filter {
        guard depth < 16, budget > 0 else {
            throw MemoryError(.invalid, "filter has more than 16 levels or 1000 tests")
        }
        guard case .object(let members) = document else { throw MemoryError(.invalid, "filter must be a JSON object") }
        var parts: [Filter] = []
        for name in members.keys.sorted() {
            guard let value = members[name] else { continue }
            budget -= 1
            switch name {
            case "AND", "OR", "NOT":
                var operands: [Filter] = []
                let elements: [JSONValue]
                if case .array(let list) = value { elements = list } else { elements = [value] }
                for element in elements { operands.append(try condition(element, depth: depth + 1, &budget)) }
                parts.append(name == "AND" ? .and(operands) : (name == "OR" ? .or(operands) : .not(.or(operands))))
            default:
                parts.append(try test(place(name), name, value))
            }
        }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private static let fields: [String: String] = [
        "kind": "kind", "type": "memory_type", "memory_type": "memory_type", "topics": "topics",
        "participants": "participants", "location": "location", "event_time": "event_time", "created_at": "created_at",
        "updated_at": "updated_at", "importance": "importance", "relevance": "relevance", "agent": "agent_id",
        "agent_id": "agent_id", "session": "session_id", "session_id": "session_id",
    ]
    private static let timeFields: Set<String> = ["event_time", "created_at", "updated_at"]
    private static let numberFields: Set<String> = ["importance", "relevance"]
    private static let listFields: Set<String> = ["topics", "participants"]

    private static func place(_ name: String) -> FieldPath {
        if let field = fields[name] { return FieldPath(field) }
        let path = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        return FieldPath("metadata", path.first == "metadata" && path.count > 1 ? Array(path.dropFirst()) : path)
    }

    private static func test(_ place: FieldPath, _ name: String, _ value: JSONValue) throws(MemoryError) -> Filter {
        switch value {
        case .null: return .not(.exists(place))
        case .string("*"): return .exists(place)
        case .object(let tests):
            var parts: [Filter] = []
            for comparison in tests.keys.sorted() {
                guard let operand = tests[comparison] else { continue }
                parts.append(try compare(place, name, comparison, operand))
            }
            return parts.count == 1 ? parts[0] : .and(parts)
        case .array:
            throw MemoryError(.invalid, "filter \(name): use {\"in\": […]} to compare with a list")
        default: return try compare(place, name, "eq", value)
        }
    }

    private static func compare(
        _ place: FieldPath, _ name: String, _ comparison: String, _ operand: JSONValue
    ) throws(MemoryError) -> Filter {
        switch comparison {
        case "eq": return equal(place, try scalar(place, name, operand))
        case "ne": return .not(equal(place, try scalar(place, name, operand)))
        case "lt": return less(place, try scalar(place, name, operand))
        case "lte": return atMost(place, try scalar(place, name, operand))
        case "gt":
            let bound = try scalar(place, name, operand)
            return .and([comparable(place, bound), .not(atMost(place, bound))])
        case "gte":
            let bound = try scalar(place, name, operand)
            return .and([comparable(place, bound), .not(less(place, bound))])
        case "in", "nin":
            guard case .array(let elements) = operand else {
                throw MemoryError(.invalid, "filter \(name): \(comparison) needs a list")
            }
            var options: [Filter] = []
            for element in elements { options.append(equal(place, try scalar(place, name, element))) }
            return comparison == "in" ? .or(options) : .not(.or(options))
        case "contains":
            guard case .string(let text) = operand, !listFields.contains(place.field) else {
                return .contains(place, try scalar(place, name, operand))
            }
            return .or([.hasSubstring(place, text), place.path.isEmpty ? .or([]) : .contains(place, .text(text))])
        default:
            throw MemoryError(
                .invalid,
                "filter \(name): unknown comparison; known are eq, ne, gt, gte, lt, lte, in, nin and contains")
        }
    }

    /// That there is a value which has an order with `bound`: in metadata, one of the same JSON type.
    private static func comparable(_ place: FieldPath, _ bound: Value) -> Filter {
        switch bound {
        case _ where place.path.isEmpty: .exists(place)
        case .int, .double: .atMost(place, .double(.infinity))
        case .bool: .atMost(place, .bool(true))
        // Only text is at most the greatest text; the greatest that anybody writes begins below this.
        default: .less(place, .text(String(repeating: "\u{10FFFF}", count: 4)))
        }
    }

    private static func less(_ place: FieldPath, _ bound: Value) -> Filter {
        greatestHeld(bound, at: place).map { .atMost(place, $0) } ?? .less(place, bound)
    }

    private static func atMost(_ place: FieldPath, _ bound: Value) -> Filter {
        .atMost(place, greatestHeld(bound, at: place) ?? bound)
    }

    /// Of a text that is longer than its field can hold: the greatest text below it which the field does hold, so that
    /// a comparison with either is the same; nil of any other value.
    private static func greatestHeld(_ value: Value, at place: FieldPath) -> Value? {
        guard case .text(let text) = value, place.path.isEmpty, let limit = textLimits[place.field],
            text.utf8.count > limit
        else { return nil }
        var held = ""
        var room = limit
        for scalar in text.unicodeScalars {
            let width = UTF8.width(scalar)
            guard width <= room else { break }
            held.unicodeScalars.append(scalar)
            room -= width
        }
        // The scalar that did not fit is greater than every shorter one.
        return .text(held + ["", "\u{7F}", "\u{7FF}", "\u{FFFF}"][room])
    }

    private static let textLimits: [String: Int] = Dictionary(
        uniqueKeysWithValues: MemoryField.allCases.compactMap { field in
            if case .text(let limit) = field.kind { (field.name, limit) } else { nil }
        })

    private static func equal(_ place: FieldPath, _ value: Value) -> Filter {
        if listFields.contains(place.field) { return .contains(place, value) }
        // What the field cannot hold equals nothing in it.
        if greatestHeld(value, at: place) != nil { return .or([]) }
        // In metadata a scalar equals a scalar, or is an element of a list.
        return place.path.isEmpty ? .equal(place, value) : .or([.equal(place, value), .contains(place, value)])
    }

    private static func scalar(_ place: FieldPath, _ name: String, _ value: JSONValue) throws(MemoryError) -> Value {
        if timeFields.contains(place.field) {
            guard case .string(let text) = value, let time = FlexibleTime(text) else {
                throw MemoryError(.invalid, "filter \(name) compares with a time such as 2024-05-07T00:00:00Z")
            }
            return .time(time.start.microseconds)
        }
        switch (value.scalar, numberFields.contains(place.field), place.field == "metadata") {
        case (.int(let number)?, true, _): return .double(Double(number))
        case (.double(let number)?, true, _): return .double(number)
        case (.text(let text)?, false, false): return .text(text)
        case (let scalar?, false, true) where !scalar.isNull: return scalar
        default: throw MemoryError(.invalid, "filter \(name): the value is not of the field's kind")
        }
    }
}
