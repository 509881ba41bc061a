/// A reply in the protocol of Redis, version 2 (https://redis.io/docs/latest/develop/reference/protocol-spec/).
enum RESPValue: Sendable, Hashable {
    case null
    case integer(Int64)
    /// A simple string.
    case status(String)
    /// A bulk string.
    case bytes([UInt8])
    case array([RESPValue])
    /// What the server refused, in its words.
    case error(String)

    /// The text of a status, bulk string or integer; nil for anything else.
    var text: String? {
        switch self {
        case .status(let text): text
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        case .integer(let number): String(number)
        case .null, .array, .error: nil
        }
    }

    /// The bytes of a bulk string; nil for anything else.
    var raw: [UInt8]? {
        switch self {
        case .bytes(let bytes): bytes
        case .status(let text): Array(text.utf8)
        case .null, .integer, .array, .error: nil
        }
    }

    /// The number, whether it came as one or as text.
    var number: Int64? {
        switch self {
        case .integer(let number): number
        case .bytes(let bytes): StoredValue.integer(bytes)
        case .null, .status, .array, .error: nil
        }
    }

    /// The elements of an array; nil for anything else.
    var elements: [RESPValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }
}
