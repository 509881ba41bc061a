import Memories
import Records

extension Mem0Filter {
    /// How free the grammar is.
    enum Dialect {
        /// Only the fields that the platform knows.
        case platform
        /// The self-hosted server's: any other name is a key of the metadata.
        case selfHosted
    }

    /// The condition of a parsed document: an object whose members all hold.
    /// - Throws: ``MemoryError`` `invalid`, naming what is wrong.
    init(_ document: JSONValue, _ dialect: Dialect = .platform) throws(MemoryError) {
        var budget = 200
        self = try Self.condition(document, dialect, depth: 0, &budget)
    }

    private static let platformFields =
        "AND, OR, NOT, user_id, agent_id, app_id, run_id, created_at, updated_at, timestamp, expiration_date, text, "
        + "categories, metadata, keywords, memory_ids"

    private static func condition(
        _ document: JSONValue, _ dialect: Dialect, depth: Int, _ budget: inout Int
    ) throws(MemoryError) -> Mem0Filter {
        guard depth < 16, budget > 0 else {
            throw MemoryError(.invalid, "filters have more than 16 levels or 200 tests")
        }
        guard case .object(let members) = document else { throw MemoryError(.invalid, "filters must be an object") }
        var parts: [Mem0Filter] = []
        for name in members.keys.sorted() {
            guard let value = members[name] else { continue }
            budget -= 1
            switch name {
            case "AND", "OR", "NOT", "$and", "$or", "$not":
                let elements: [JSONValue]
                if case .array(let list) = value { elements = list } else { elements = [value] }
                var operands: [Mem0Filter] = []
                for element in elements {
                    operands.append(try condition(element, dialect, depth: depth + 1, &budget))
                }
                // An empty list says nothing, so it asks for nothing.
                guard !operands.isEmpty else { continue }
                switch name.uppercased() {
                case "AND", "$AND": parts.append(.and(operands))
                case "OR", "$OR": parts.append(.or(operands))
                default: parts.append(.not(.or(operands)))
                }
            default: parts.append(try field(name, value, dialect))
            }
        }
        return parts.isEmpty ? .all : (parts.count == 1 ? parts[0] : .and(parts))
    }

    private static func field(
        _ name: String, _ value: JSONValue, _ dialect: Dialect
    ) throws(MemoryError) -> Mem0Filter {
        if let kind = EntityKind(field: name) { return try entity(kind, value) }
        switch name {
        case "session_id": return try entity(.run, value)
        case "created_at", "updated_at", "timestamp":
            return try time(TimeField(rawValue: name) ?? .created, value)
        case "expiration_date": return try expiration(value)
        case "categories": return try categories(value)
        case "keywords", "text", "keywords_search": return try text(name, value)
        case "memory_ids": return .ids(try ids(value))
        case "metadata":
            guard case .object(let members) = value else { throw wrong(name, "must be an object") }
            var parts: [Mem0Filter] = []
            for key in members.keys.sorted() {
                guard let test = members[key] else { continue }
                parts.append(try metadata(key, test))
            }
            return parts.count == 1 ? parts[0] : .and(parts)
        default:
            guard dialect == .selfHosted else {
                throw MemoryError(.invalid, "filters: \(name.prefix(64)) is not known; known are \(platformFields)")
            }
            return try metadata(name, value)
        }
    }

    /// The tests of a field: those of an object, or the one that a bare value stands for.
    private static func tests(_ value: JSONValue) -> [(name: String, operand: JSONValue)] {
        guard case .object(let tests) = value else { return [("", value)] }
        return tests.keys.sorted().compactMap { name in tests[name].map { (name, $0) } }
    }

    private static func all(_ parts: [Mem0Filter]) -> Mem0Filter { parts.count == 1 ? parts[0] : .and(parts) }

    private static func wrong(_ field: String, _ reason: String) -> MemoryError {
        MemoryError(.invalid, "filters: \(field.prefix(64)) \(reason)")
    }

    // MARK: Fields

    private static func entity(_ kind: EntityKind, _ value: JSONValue) throws(MemoryError) -> Mem0Filter {
        var parts: [Mem0Filter] = []
        for (name, operand) in tests(value) {
            switch name {
            case "", "eq":
                switch operand {
                case .string("*"): parts.append(.entity(kind, .isPresent))
                case .null: parts.append(.not(.entity(kind, .isPresent)))
                case .array where name.isEmpty: parts.append(.entity(kind, .isIn(try identifiers(kind.field, operand))))
                default: parts.append(.entity(kind, .isIn([try identifier(kind.field, operand)])))
                }
            case "ne": parts.append(.not(.entity(kind, .isIn([try identifier(kind.field, operand)]))))
            case "in": parts.append(.entity(kind, .isIn(try identifiers(kind.field, operand))))
            case "nin": parts.append(.not(.entity(kind, .isIn(try identifiers(kind.field, operand)))))
            default: throw wrong(kind.field, "knows eq, ne, in, nin and \"*\"")
            }
        }
        return all(parts)
    }

    private static func identifier(_ field: String, _ value: JSONValue) throws(MemoryError) -> String {
        switch value {
        case .string(let text): return text
        case .int(let number): return String(number)
        default: throw wrong(field, "compares with text")
        }
    }

    private static func identifiers(_ field: String, _ value: JSONValue) throws(MemoryError) -> [String] {
        guard case .array(let elements) = value, elements.count <= 1_000 else {
            throw wrong(field, "needs a list of at most 1000 texts")
        }
        var texts: [String] = []
        for element in elements { texts.append(try identifier(field, element)) }
        return texts
    }

    private static func time(_ field: TimeField, _ value: JSONValue) throws(MemoryError) -> Mem0Filter {
        var parts: [Mem0Filter] = []
        for (name, operand) in tests(value) {
            switch name {
            case "", "eq": parts.append(.time(field, .equal, try period(field.rawValue, operand)))
            case "ne": parts.append(.not(.time(field, .equal, try period(field.rawValue, operand))))
            case "in":
                guard case .array(let elements) = operand else { throw wrong(field.rawValue, "in needs a list") }
                var options: [Mem0Filter] = []
                for element in elements { options.append(.time(field, .equal, try period(field.rawValue, element))) }
                parts.append(.or(options))
            default:
                guard let comparison = Comparison(rawValue: name) else {
                    throw wrong(field.rawValue, "knows gt, gte, lt, lte, ne and in")
                }
                parts.append(.time(field, comparison, try period(field.rawValue, operand)))
            }
        }
        return all(parts)
    }

    static func period(_ field: String, _ value: JSONValue) throws(MemoryError) -> TimePeriod {
        switch value {
        case .string(let text):
            guard let time = FlexibleTime(text) else {
                throw wrong(field, "compares with a time such as 2024-05-07T00:00:00Z")
            }
            return TimePeriod(start: time.start, end: time.end)
        case .int(let seconds) where abs(seconds) < 1 << 40:
            let time = Timestamp(microseconds: seconds * 1_000_000)
            return TimePeriod(start: time, end: time)
        case .double(let seconds) where abs(seconds) < 1e12:
            let time = Timestamp(microseconds: Int64(seconds * 1e6))
            return TimePeriod(start: time, end: time)
        default: throw wrong(field, "compares with a time such as 2024-05-07T00:00:00Z")
        }
    }

    private static func expiration(_ value: JSONValue) throws(MemoryError) -> Mem0Filter {
        func day(_ operand: JSONValue) throws(MemoryError) -> String {
            guard case .string(let text) = operand else { throw wrong("expiration_date", "compares with a date") }
            return try CalendarDay.parse(text, "filters: expiration_date")
        }
        var parts: [Mem0Filter] = []
        for (name, operand) in tests(value) {
            switch name {
            case "" where operand == .null: parts.append(.not(.expiration(.atLeast, "0000-01-01")))
            case "", "eq": parts.append(.expiration(.equal, try day(operand)))
            case "ne": parts.append(.not(.expiration(.equal, try day(operand))))
            case "in":
                guard case .array(let elements) = operand else { throw wrong("expiration_date", "in needs a list") }
                var options: [Mem0Filter] = []
                for element in elements { options.append(.expiration(.equal, try day(element))) }
                parts.append(.or(options))
            default:
                guard let comparison = Comparison(rawValue: name) else {
                    throw wrong("expiration_date", "knows gt, gte, lt, lte, ne and in")
                }
                parts.append(.expiration(comparison, try day(operand)))
            }
        }
        return all(parts)
    }

    private static func categories(_ value: JSONValue) throws(MemoryError) -> Mem0Filter {
        var parts: [Mem0Filter] = []
        for (name, operand) in tests(value) {
            switch name {
            case "", "in":
                if case .string(let text) = operand {
                    parts.append(.categories([text]))
                } else {
                    parts.append(.categories(try identifiers("categories", operand)))
                }
            case "contains", "icontains": parts.append(.categoryContains(try identifier("categories", operand)))
            default: throw wrong("categories", "knows in and contains")
            }
        }
        return all(parts)
    }

    private static func text(_ field: String, _ value: JSONValue) throws(MemoryError) -> Mem0Filter {
        var parts: [Mem0Filter] = []
        for (name, operand) in tests(value) {
            switch name {
            case "", "icontains": parts.append(.text(try identifier(field, operand), ignoresCase: true))
            case "contains": parts.append(.text(try identifier(field, operand), ignoresCase: false))
            default: throw wrong(field, "knows contains and icontains")
            }
        }
        return all(parts)
    }

    private static func ids(_ value: JSONValue) throws(MemoryError) -> [String] {
        var list = value
        if case .object(let tests) = value {
            guard tests.count == 1, let given = tests["in"] else { throw wrong("memory_ids", "knows in") }
            list = given
        }
        return try identifiers("memory_ids", list).map { $0.lowercased() }
    }

    private static func metadata(_ key: String, _ value: JSONValue) throws(MemoryError) -> Mem0Filter {
        guard !key.hasSameBytes(as: Attributes.key) else { throw wrong(key, "is reserved") }
        var parts: [Mem0Filter] = []
        for (name, operand) in tests(value) {
            switch name {
            case "" where operand == .null: parts.append(.not(.metadata(key, .isPresent)))
            case "" where operand == .string("*"): parts.append(.metadata(key, .isPresent))
            case "", "eq": parts.append(.metadata(key, .equal(operand)))
            case "ne": parts.append(.not(.metadata(key, .equal(operand))))
            case "contains": parts.append(.metadata(key, .contains(operand)))
            case "icontains": parts.append(.metadata(key, .containsText(try identifier("metadata", operand))))
            case "in", "nin":
                guard case .array(let elements) = operand else { throw wrong("metadata", "\(name) needs a list") }
                let isIn = Mem0Filter.or(elements.map { .metadata(key, .equal($0)) })
                parts.append(name == "in" ? isIn : .not(isIn))
            default:
                guard let comparison = Comparison(rawValue: name) else {
                    throw wrong("metadata", "knows eq, ne, gt, gte, lt, lte, in, nin, contains and icontains")
                }
                parts.append(.metadata(key, .compare(comparison, operand)))
            }
        }
        return all(parts)
    }
}
