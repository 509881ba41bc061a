/// A JSON document as it was written: members in their order, numbers in their spelling. Strings are their characters.
public enum JSONTree: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number in its spelling, so that none is rounded.
    case number(String)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONTree])
    /// An object: members in order.
    case object([Member])

    /// A member of an object.
    public struct Member: Sendable {
        /// Its name.
        public var name: String
        /// Its value.
        public var value: JSONTree

        /// A member.
        public init(_ name: String, _ value: JSONTree) {
            self.name = name
            self.value = value
        }
    }

    /// An object of the members that have a value.
    public static func object(of members: KeyValuePairs<String, JSONTree?>) -> JSONTree {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }

    /// A whole number.
    public static func number(_ value: some BinaryInteger) -> JSONTree { .number(String(value)) }

    /// The value of the last member of a name, compared bytewise; nil where there is none or this is no object.
    public subscript(_ name: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// The characters of a string; nil for anything else.
    public var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The elements of an array; nil for anything else.
    public var elements: [JSONTree]? { if case .array(let elements) = self { elements } else { nil } }

    /// The members of an object; nil for anything else.
    public var members: [Member]? { if case .object(let members) = self { members } else { nil } }

    /// Whether it is `true`; nil for anything that is no truth value.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// A whole number that fits; nil for anything else.
    public var int: Int64? { if case .number(let text) = self { Int64(text) } else { nil } }

    /// Whether it is `null`.
    public var isNull: Bool { if case .null = self { true } else { false } }
}

extension JSONTree: Hashable {
    /// Equal documents: names and strings bytewise, numbers by their spelling, members in any order.
    public static func == (left: JSONTree, right: JSONTree) -> Bool {
        switch (left, right) {
        case (.null, .null): return true
        case (.bool(let one), .bool(let other)): return one == other
        case (.number(let one), .number(let other)): return one == other
        case (.string(let one), .string(let other)): return one.utf8.elementsEqual(other.utf8)
        case (.array(let one), .array(let other)): return one == other
        case (.object(let one), .object(let other)):
            guard one.count == other.count else { return false }
            let names = one.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            let others = other.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            return zip(names, others).allSatisfy {
                $0.name.utf8.elementsEqual($1.name.utf8) && $0.value == $1.value
            }
        default: return false
        }
    }

    /// Hashes what equal documents share.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .number(let text): hasher.combine(text)
        case .string(let text): hasher.combine(Array(text.utf8))
        case .array(let elements): hasher.combine(elements)
        case .object(let members): hasher.combine(members.count)
        }
    }
}
