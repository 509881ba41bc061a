/// A JSON document as a value: the only untyped leaf in the system.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number that fits 64 bits, however it was written.
    case int(Int64)
    /// Any other finite number.
    case double(Double)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object([String: JSONValue])

    /// Parses a JSON text.
    /// - Throws: ``StoreError`` with code `invalid` when `text` is not JSON: unpaired surrogates, trailing commas, more
    ///   than 512 levels, and objects that name a member twice (names that Unicode holds to be equivalent are the same)
    ///   included.
    /// - Complexity: O(length).
    public init(parsing text: String) throws(StoreError) { self = try JSONParser.value(of: text) }

    /// The value at a path of object keys; nil where the path ends early.
    /// - Complexity: O(path length).
    public func value(at path: some Sequence<String>) -> JSONValue? {
        var current = self
        for key in path {
            // A dictionary's look-up merges canonically equivalent keys; a path compares bytes.
            guard case .object(let members) = current, let place = members.index(forKey: key),
                members[place].key.hasSameBytes(as: key)
            else { return nil }
            current = members[place].value
        }
        return current
    }
}

extension JSONValue: Codable {
    /// Decodes any JSON value.
    /// - Throws: `DecodingError` when the number cannot be represented.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .int(value)
        } else if let value = try? container.decode(Double.self) {
            self = .double(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Encodes the value.
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension JSONValue {
    /// The scalar as a field value, so that filters compare documents and fields alike; nil for arrays and objects.
    public var scalar: Value? {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        case .string(let value): .text(value)
        case .array, .object: nil
        }
    }
}

extension JSONValue {
    /// The strings of a list of strings in canonical spelling; nil for anything else.
    ///
    /// Without an escape in it, such a list is taken apart by its separators, which cannot occur inside a string.
    /// - Complexity: O(length).
    public static func strings(inList text: String) -> [String]? {
        let bytes = text.utf8
        if bytes.count >= 4, !bytes.contains(UInt8(ascii: "\\")), text.hasPrefix("[\""), text.hasSuffix("\"]") {
            return text.dropFirst(2).dropLast(2).split(separator: "\",\"", omittingEmptySubsequences: false)
                .map(String.init)
        }
        guard case .array(let elements)? = try? JSONValue(parsing: text) else { return nil }
        var strings: [String] = []
        for element in elements {
            guard case .string(let string) = element else { return nil }
            strings.append(string)
        }
        return strings
    }
}
