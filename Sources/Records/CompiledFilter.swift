/// A filter bound to a record type: checked once, then evaluated without look-ups.
///
/// This is the definition of what a ``Filter`` means; backends only narrow.
public struct CompiledFilter: Sendable {
    private indirect enum Node: Sendable {
        case all
        case test(Operand, Test)
        case has(Int, Set<Value>)
        case and([Node])
        case or([Node])
        case not(Node)
    }
    private enum Operand: Sendable {
        case field(Int)
        case path(Int, [String])
        case revision
        case stamp
    }
    fileprivate enum Test: Sendable {
        case equal(Value)
        case less(Value)
        case atMost(Value)
        case isIn([Value])
        case exists
        case contains(Value)
        case hasSubstring(String)
    }

    private let root: Node
    /// Whether it uses scalar fields only, as a ``Guard`` requires.
    public let isScalar: Bool
    /// Whether it is ``Filter/all``.
    public let acceptsAll: Bool

    /// Binds a filter to a table.
    /// - Throws: ``StoreError`` `invalid` for an unknown field, or a comparison that can never be meant (with null, of
    ///   another kind, by order on JSON documents).
    public init(_ filter: Filter, _ table: Schema.Table) throws(StoreError) {
        var isScalar = true
        root = try Self.compile(filter, table, &isScalar)
        self.isScalar = isScalar
        if case .all = root { acceptsAll = true } else { acceptsAll = false }
    }

    /// Whether the filter accepts a record.
    /// - Complexity: O(size of the filter and of the values it looks at).
    public func accepts(_ record: Record) -> Bool {
        accepts(record.values, revision: record.revision, stamp: record.stamp)
    }

    /// Whether the filter accepts these values, in declared order.
    /// - Complexity: O(size of the filter and of the values it looks at).
    public func accepts(_ values: [Value], revision: Int64, stamp: Stamp) -> Bool {
        Self.evaluate(root, values, revision, stamp)
    }

    private static func compile(
        _ filter: Filter, _ table: Schema.Table, _ isScalar: inout Bool
    ) throws(StoreError) -> Node {
        switch filter {
        case .all: return .all
        case .equal(let place, let value):
            return .test(try operand(place, [value], table, &isScalar, isOrder: false), .equal(value))
        case .less(let place, let value):
            return .test(try operand(place, [value], table, &isScalar, isOrder: true), .less(value))
        case .atMost(let place, let value):
            return .test(try operand(place, [value], table, &isScalar, isOrder: true), .atMost(value))
        case .isIn(let place, let values):
            return .test(try operand(place, values, table, &isScalar, isOrder: false), .isIn(values))
        case .exists(let place):
            return .test(try operand(place, [], table, &isScalar, isOrder: false), .exists)
        case .contains(let place, let value):
            isScalar = false
            guard value.isJSONScalar else { throw StoreError(.invalid, "contains needs a JSON scalar") }
            return .test(try operand(place, [], table, &isScalar, isOrder: false), .contains(value))
        case .hasSubstring(let place, let text):
            isScalar = false
            return .test(try operand(place, [], table, &isScalar, isOrder: false), .hasSubstring(text))
        case .has(let field, let terms):
            isScalar = false
            let position = try table.position(of: field)
            guard table.type.fields[position].kind == .tokens else {
                throw StoreError(.invalid, "field \(field) does not hold tokens")
            }
            return .has(position, Set(terms.map(Value.text)))
        case .and(let parts):
            return .and(try compile(parts, table, &isScalar))
        case .or(let parts):
            return .or(try compile(parts, table, &isScalar))
        case .not(let part):
            return .not(try compile(part, table, &isScalar))
        }
    }

    private static func compile(
        _ filters: [Filter], _ table: Schema.Table, _ isScalar: inout Bool
    ) throws(StoreError) -> [Node] {
        var nodes: [Node] = []
        for filter in filters { nodes.append(try compile(filter, table, &isScalar)) }
        return nodes
    }

    private static func operand(
        _ place: FieldPath, _ values: [Value], _ table: Schema.Table, _ isScalar: inout Bool, isOrder: Bool
    ) throws(StoreError) -> Operand {
        if values.contains(where: \.isNull) {
            throw StoreError(.invalid, "field \(place.field): compare with exists, not with null")
        }
        if place.path.isEmpty, place.field == "revision" || place.field == "stamp" {
            for value in values {
                guard case .int = value else { throw StoreError(.invalid, "\(place.field) compares with an integer") }
            }
            return place.field == "stamp" ? .stamp : .revision
        }
        let position = try table.position(of: place.field)
        let field = table.type.fields[position]
        if !place.path.isEmpty {
            isScalar = false
            guard field.kind == .json else { throw StoreError(.invalid, "field \(place.field) is not JSON") }
            guard values.allSatisfy(\.isJSONScalar) else {
                throw StoreError(.invalid, "a path in \(place.field) compares with a JSON scalar")
            }
            return .path(position, place.path)
        }
        if !field.kind.isOrdered { isScalar = false }
        guard !isOrder || field.kind.isOrdered else {
            throw StoreError(.invalid, "field \(place.field) has no order")
        }
        for value in values { try field.check(value) }
        return .field(position)
    }

    private static func evaluate(_ node: Node, _ values: [Value], _ revision: Int64, _ stamp: Stamp) -> Bool {
        switch node {
        case .all: return true
        case .and(let parts): return parts.allSatisfy { evaluate($0, values, revision, stamp) }
        case .or(let parts): return parts.contains { evaluate($0, values, revision, stamp) }
        case .not(let part): return !evaluate(part, values, revision, stamp)
        case .has(let position, let terms):
            guard case .tokens(let tokens) = values[position] else { return false }
            return tokens.contains { terms.contains(.text($0)) }
        case .test(.revision, let test): return test.accepts(Value.int(revision))
        case .test(.stamp, let test): return test.accepts(Value.int(stamp.number))
        case .test(.field(let position), let test): return test.accepts(values[position])
        case .test(.path(let position, let path), let test):
            guard case .json(let text) = values[position], let document = try? JSONValue(parsing: text),
                let found = document.value(at: path)
            else { return false }
            return test.accepts(document: found)
        }
    }
}

extension CompiledFilter.Test {
    fileprivate func accepts(_ value: Value) -> Bool {
        if value.isNull { return false }
        switch self {
        case .equal(let wanted): return value == wanted
        case .less(let bound): return value.compare(bound) < 0
        case .atMost(let bound): return value.compare(bound) <= 0
        case .isIn(let wanted): return wanted.contains(value)
        case .exists: return true
        case .contains, .hasSubstring:
            switch value {
            case .json(let text):
                guard let document = try? JSONValue(parsing: text) else { return false }
                return accepts(document: document)
            case .text(let text): return accepts(document: .string(text))
            default: return false
            }
        }
    }

    fileprivate func accepts(document found: JSONValue) -> Bool {
        switch self {
        case .exists: return found != .null
        case .equal(let wanted): return found.equals(wanted)
        case .isIn(let wanted): return wanted.contains { found.equals($0) }
        case .less(let bound): return found.compare(bound).map { $0 < 0 } ?? false
        case .atMost(let bound): return found.compare(bound).map { $0 <= 0 } ?? false
        case .contains(let wanted):
            guard case .array(let elements) = found else { return false }
            return elements.contains { $0.equals(wanted) }
        case .hasSubstring(let text):
            switch found {
            case .string(let whole): return whole.containsBytes(of: text)
            case .array(let elements):
                return elements.contains {
                    if case .string(let element) = $0 { element.containsBytes(of: text) } else { false }
                }
            default: return false
            }
        }
    }
}

extension Value {
    /// Whether a JSON document can hold the value as a scalar.
    public var isJSONScalar: Bool {
        switch self {
        case .bool, .int, .double, .text: true
        default: false
        }
    }
}

extension JSONValue {
    /// Equality with a scalar; numbers compare by value.
    fileprivate func equals(_ value: Value) -> Bool { compare(value) == 0 }

    /// The order against a scalar of the same JSON type, else nil.
    fileprivate func compare(_ value: Value) -> Int? {
        switch (self, value) {
        case (.bool(let a), .bool(let b)): (a ? 1 : 0) - (b ? 1 : 0)
        case (.string(let a), .text(let b)): a.compareBytes(b)
        case (.int(let a), .int(let b)): a < b ? -1 : (a == b ? 0 : 1)
        case (.int(let a), .double(let b)): Self.order(a, b)
        case (.double(let a), .int(let b)): -Self.order(b, a)
        case (.double(let a), .double(let b)): Self.order(a, b)
        default: nil
        }
    }

    private static func order(_ a: Double, _ b: Double) -> Int { a < b ? -1 : (a == b ? 0 : 1) }

    /// Exact also beyond 2^53, where converting the integer would round.
    private static func order(_ a: Int64, _ b: Double) -> Int {
        if b >= 0x1p63 { return -1 }
        if b < -0x1p63 { return 1 }
        let whole = Int64(b)
        if a != whole { return a < whole ? -1 : 1 }
        return order(0.0, b - Double(whole))
    }
}

extension String {
    /// Whether the UTF-8 bytes of `part` appear in a row; true for an empty part.
    /// - Complexity: O(length × part length).
    func containsBytes(of part: String) -> Bool {
        let whole = Array(utf8)
        let wanted = Array(part.utf8)
        guard wanted.count <= whole.count else { return false }
        return (0...(whole.count - wanted.count)).contains { whole[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }
}
