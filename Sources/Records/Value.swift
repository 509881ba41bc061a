internal import Glibc

/// One field's value.
///
/// Equality and order are bytewise and the same on every store: text compares by its UTF-8 bytes, never by Swift's
/// canonical equivalence, so `"e\u{301}"` and `"é"` are two values. `null` sorts before everything else; NaN is refused.
public enum Value: Sendable {
    /// No value. Comparisons with it are false, and it never conflicts in a unique key.
    case null
    /// A truth value; `false` sorts before `true`.
    case bool(Bool)
    /// A 64-bit signed integer.
    case int(Int64)
    /// A finite or infinite double; NaN is refused by every store.
    case double(Double)
    /// Text without U+0000, stored byte for byte.
    case text(String)
    /// Bytes, stored as they are.
    case bytes([UInt8])
    /// A moment in microseconds since 1970-01-01T00:00:00Z.
    case time(Int64)
    /// A JSON document in its canonical spelling (see ``JSONValue/canonical``).
    case json(String)
    /// A vector of finite floats, `[dimensions]`.
    case vector([Float])
    /// Analysed terms, none of which is empty or contains white space.
    case tokens([String])
    /// Only inside ``Write/insert(_:_:)``: the next number of this counter of the partition, gap-free and in commit order.
    case next(String)

    /// Whether this is ``null``.
    public var isNull: Bool {
        if case .null = self { return true }
        return false
    }
}

extension Value: Hashable {
    /// Bytewise equality.
    public static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.double(let a), .double(let b)): a == b
        case (.text(let a), .text(let b)), (.json(let a), .json(let b)), (.next(let a), .next(let b)):
            a.hasSameBytes(as: b)
        case (.bytes(let a), .bytes(let b)): a == b
        case (.time(let a), .time(let b)): a == b
        case (.vector(let a), .vector(let b)): a == b
        case (.tokens(let a), .tokens(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.hasSameBytes(as: $1) }
        default: false
        }
    }

    /// Hashes the bytes that equality compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(rank)
        switch self {
        case .null: break
        case .bool(let value): hasher.combine(value)
        case .int(let value), .time(let value): hasher.combine(value)
        case .double(let value): hasher.combine(value)
        case .text(let value), .json(let value), .next(let value):
            // Equal bytes hash equally, and so do canonically equivalent strings, which is allowed.
            hasher.combine(value)
        case .bytes(let value): hasher.combine(value)
        case .vector(let value): hasher.combine(value)
        case .tokens(let value): hasher.combine(value)
        }
    }

    /// The place of each kind in the total order, `null` first.
    private var rank: Int {
        switch self {
        case .null: 0
        case .bool: 1
        case .int: 2
        case .double: 3
        case .text: 4
        case .bytes: 5
        case .time: 6
        case .json: 7
        case .vector: 8
        case .tokens: 9
        case .next: 10
        }
    }
}

extension Value {
    /// The total order: negative, zero or positive as `self` sorts before, with or after `other`.
    ///
    /// Values of one field have one kind, so the order between kinds only matters for `null`, which comes first.
    /// - Complexity: O(length) of the shorter text.
    public func compare(_ other: Value) -> Int {
        switch (self, other) {
        case (.bool(let a), .bool(let b)): (a ? 1 : 0) - (b ? 1 : 0)
        case (.int(let a), .int(let b)), (.time(let a), .time(let b)): a < b ? -1 : (a == b ? 0 : 1)
        case (.double(let a), .double(let b)): a < b ? -1 : (a == b ? 0 : 1)
        case (.text(let a), .text(let b)), (.json(let a), .json(let b)): a.compareBytes(b)
        case (.bytes(let a), .bytes(let b)):
            a.lexicographicallyPrecedes(b) ? -1 : (a == b ? 0 : 1)
        default: rank - other.rank
        }
    }
}

extension Value {
    /// The text, where it is one.
    package var text: String? { if case .text(let text) = self { text } else { nil } }

    /// The text, or null.
    package init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    /// The time, or null.
    package init(_ time: Timestamp?) { self = time.map { .time($0.microseconds) } ?? .null }
}

extension String {
    /// Whether both strings have the same UTF-8 bytes.
    /// - Complexity: O(length).
    public func hasSameBytes(as other: String) -> Bool {
        utf8.count == other.utf8.count && compareBytes(other) == 0
    }

    /// Negative, zero or positive by the order of the UTF-8 bytes.
    /// - Complexity: O(length).
    public func compareBytes(_ other: String) -> Int {
        // Not by iterators: keys are compared with every read and write.
        var left = self
        var right = other
        return left.withUTF8 { left in
            right.withUTF8 { right in
                guard let start = left.baseAddress, let otherStart = right.baseAddress else {
                    return left.count - right.count
                }
                let order = memcmp(start, otherStart, min(left.count, right.count))
                return order == 0 ? left.count - right.count : Int(order)
            }
        }
    }

    /// Whether U+0000 is in it, which not every engine's text can hold.
    /// - Complexity: O(length).
    package var hasNUL: Bool {
        var text = self
        return text.withUTF8 { text in text.baseAddress.map { memchr($0, 0, text.count) != nil } ?? false }
    }
}

extension JSONValue {
    /// Whether a string or key in the document has U+0000.
    /// - Complexity: O(length).
    package var holdsNUL: Bool {
        switch self {
        case .string(let text): text.hasNUL
        case .array(let elements): elements.contains(where: \.holdsNUL)
        case .object(let members): members.contains { $0.key.hasNUL || $0.value.holdsNUL }
        default: false
        }
    }
}
