/// The unit of atomicity, total order and placement: all that one owner owns.
public struct Partition: Hashable, Sendable {
    /// The owner's name: 1 to 512 UTF-8 bytes, no U+0000. Two owners have different bytes.
    public let name: String

    /// Names a partition; stores refuse an empty, over-long or NUL-bearing name with code `invalid`.
    public init(_ name: String) { self.name = name }

    /// Bytewise equality.
    public static func == (left: Partition, right: Partition) -> Bool { left.name.hasSameBytes(as: right.name) }

    /// A part of a name that is made of several: without a slash, and different for different texts.
    package static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") }) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": escaped += "%25"
            case "/": escaped += "%2F"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// What was escaped; nil for what has a slash or is empty.
    package static func unescape(_ part: String) -> String? {
        guard !part.isEmpty, !part.utf8.contains(UInt8(ascii: "/")) else { return nil }
        guard part.utf8.contains(UInt8(ascii: "%")) else { return part }
        return part.replacing("%2F", with: "/").replacing("%25", with: "%")
    }
}

/// The address of a record inside its partition.
public struct Key: Hashable, Sendable {
    /// The record type's name.
    public var type: String
    /// The key fields' values, in declared order.
    public var id: [Value]

    /// Addresses the record of `type` whose key fields have these values.
    public init(_ type: String, _ id: [Value]) {
        self.type = type
        self.id = id
    }

    /// Addresses a record whose key is one text.
    public init(_ type: String, _ id: String) {
        self.init(type, [.text(id)])
    }
}

/// The number of a commit in one partition: strictly increasing, starting at 1; 0 is before the first commit.
public struct Stamp: Comparable, Hashable, Sendable {
    /// The number.
    public var number: Int64

    /// The stamp with this number.
    public init(_ number: Int64) { self.number = number }

    /// Before the first commit.
    public static let zero = Stamp(0)

    /// The order of commits.
    public static func < (left: Stamp, right: Stamp) -> Bool { left.number < right.number }
}
