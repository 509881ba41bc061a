public import Records

/// A condition on items' values: every member of it must hold.
public struct ItemFilter: Sendable, Hashable {
    /// What one place in a value must be.
    indirect enum Match: Sendable, Hashable {
        /// A scalar, equal by value.
        case scalar(JSONValue)
        /// An object with at least these members.
        case object([String: Match])
        /// An array of exactly these elements.
        case array([Match])
        /// Every comparison holds.
        case comparisons([Comparison])
    }

    /// A comparison, as `{"$gt": 3}` says it.
    struct Comparison: Sendable, Hashable {
        var comparator: Comparator
        var value: JSONValue
    }

    enum Comparator: String, Sendable, CaseIterable {
        case equal = "$eq", notEqual = "$ne", greater = "$gt", atLeast = "$gte", less = "$lt", atMost = "$lte"
    }

    let members: [String: Match]

    /// Everything.
    public init() { members = [:] }

    /// Reads a condition as LangGraph writes it: `{"status": "active", "score": {"$gte": 3}}`.
    ///
    /// A plain value must be equal; an object must have at least the members given, an array exactly its elements. `$gt`,
    /// `$gte`, `$lt` and `$lte` compare numbers with numbers and texts, bytewise, with texts, and are false otherwise;
    /// `$ne` is true where the member is missing.
    /// - Throws: ``KeyValueError`` `invalid` for an unknown operator, or more than 32 levels.
    public init(_ members: [String: JSONValue]) throws(KeyValueError) {
        var matches: [String: Match] = [:]
        for (name, value) in members { matches[name] = try Self.match(value, depth: 1) }
        self.members = matches
    }

    /// Whether it accepts everything.
    public var isEmpty: Bool { members.isEmpty }

    private static let maximumDepth = 32

    private static func match(_ value: JSONValue, depth: Int) throws(KeyValueError) -> Match {
        guard depth <= maximumDepth else {
            throw KeyValueError(.invalid, "a filter has more than \(maximumDepth) levels")
        }
        switch value {
        case .object(let members):
            if members.keys.contains(where: { $0.hasPrefix("$") }) {
                var comparisons: [Comparison] = []
                for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                    guard let comparator = Comparator(rawValue: name) else {
                        throw KeyValueError(
                            .invalid,
                            "a filter knows \(Comparator.allCases.map(\.rawValue).joined(separator: ", ")) only")
                    }
                    comparisons.append(Comparison(comparator: comparator, value: value))
                }
                return .comparisons(comparisons)
            }
            var matches: [String: Match] = [:]
            for (name, value) in members { matches[name] = try match(value, depth: depth + 1) }
            return .object(matches)
        case .array(let elements):
            var matches: [Match] = []
            for element in elements { matches.append(try match(element, depth: depth + 1)) }
            return .array(matches)
        default: return .scalar(value)
        }
    }

    /// Whether a value is accepted.
    /// - Complexity: O(size of the filter).
    public func accepts(_ value: [String: JSONValue]) -> Bool {
        members.allSatisfy { Self.accepts($0.value, value[$0.key]) }
    }

    private static func accepts(_ match: Match, _ value: JSONValue?) -> Bool {
        switch match {
        case .scalar(let wanted): equal(value ?? .null, wanted)
        case .object(let wanted):
            if case .object(let members)? = value {
                wanted.allSatisfy { accepts($0.value, members[$0.key]) }
            } else {
                false
            }
        case .array(let wanted):
            if case .array(let elements)? = value, elements.count == wanted.count {
                zip(wanted, elements).allSatisfy { accepts($0, $1) }
            } else {
                false
            }
        case .comparisons(let comparisons): comparisons.allSatisfy { accepts($0, value ?? .null) }
        }
    }

    private static func accepts(_ comparison: Comparison, _ value: JSONValue) -> Bool {
        switch comparison.comparator {
        case .equal: equal(value, comparison.value)
        case .notEqual: !equal(value, comparison.value)
        case .greater: order(value, comparison.value).map { $0 > 0 } ?? false
        case .atLeast: order(value, comparison.value).map { $0 >= 0 } ?? false
        case .less: order(value, comparison.value).map { $0 < 0 } ?? false
        case .atMost: order(value, comparison.value).map { $0 <= 0 } ?? false
        }
    }

    /// Equality by value: numbers as numbers, texts by their bytes.
    private static func equal(_ left: JSONValue, _ right: JSONValue) -> Bool {
        left == right ? left.canonical.hasSameBytes(as: right.canonical) : order(left, right) == 0
    }

    private static func order(_ left: JSONValue, _ right: JSONValue) -> Int? {
        switch (left, right) {
        case (.string(let a), .string(let b)): a.compareBytes(b)
        case (.int(let a), .int(let b)): a < b ? -1 : (a == b ? 0 : 1)
        case (.double(let a), .double(let b)): order(a, b)
        case (.int(let a), .double(let b)): order(a, b)
        case (.double(let a), .int(let b)): -order(b, a)
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

    /// What the store can narrow by: it accepts every item that this accepts.
    var narrowing: [Filter] {
        members.flatMap { name, match -> [Filter] in
            let place = FieldPath("value", [name])
            switch match {
            case .scalar(let value): return Self.narrowing(place, .equal, value)
            case .comparisons(let comparisons):
                return comparisons.flatMap { Self.narrowing(place, $0.comparator, $0.value) }
            case .object, .array: return []
            }
        }
    }

    private static func narrowing(_ place: FieldPath, _ comparator: Comparator, _ value: JSONValue) -> [Filter] {
        guard let scalar = value.scalar else { return [] }
        if scalar.isNull {
            switch comparator {
            case .equal: return [.not(.exists(place))]
            case .notEqual: return [.exists(place)]
            default: return [.or([])]
            }
        }
        switch comparator {
        case .equal: return [.equal(place, scalar)]
        case .notEqual: return [.not(.equal(place, scalar))]
        case .less: return [.less(place, scalar)]
        case .atMost: return [.atMost(place, scalar)]
        case .greater: return [.exists(place), .not(.atMost(place, scalar))]
        case .atLeast: return [.exists(place), .not(.less(place, scalar))]
        }
    }
}
