/// A field, or a place inside a JSON field.
public struct FieldPath: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The field's name; `revision` and `stamp` are fields too.
    public var field: String
    /// Object keys inside a JSON field; empty for the field itself.
    public var path: [String]

    /// The field itself, or a place inside it.
    public init(_ field: String, _ path: [String] = []) {
        self.field = field
        self.path = path
    }

    /// The field of this name.
    public init(stringLiteral value: String) { self.init(value) }
}

/// A condition on a record: one grammar for list, search, count and guards, identical on every database.
///
/// Two-valued: a comparison with a missing value is false, and ``not(_:)`` inverts it. Text compares bytewise; numbers
/// inside JSON compare by value, whether written as integer or fraction. A backend pushes down any part whose answer is
/// provably equal or larger; every returned record is evaluated again by ``CompiledFilter``.
public indirect enum Filter: Sendable, Hashable {
    /// Every record.
    case all
    /// The value equals.
    case equal(FieldPath, Value)
    /// The value is less.
    case less(FieldPath, Value)
    /// The value is less or equal.
    case atMost(FieldPath, Value)
    /// The value is one of these.
    case isIn(FieldPath, [Value])
    /// There is a value.
    case exists(FieldPath)
    /// The JSON array holds this scalar.
    case contains(FieldPath, Value)
    /// The text, or a text element of the JSON array, contains this text bytewise.
    case hasSubstring(FieldPath, String)
    /// The tokens field has at least one of these terms: text candidates.
    case has(String, anyOf: [String])
    /// Every one holds; true when empty.
    case and([Filter])
    /// At least one holds; false when empty.
    case or([Filter])
    /// It does not hold.
    case not(Filter)
}
