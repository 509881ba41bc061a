import Records

/// A type's fields, a line each: the form in which declarations are stored and compared.
struct Declaration: Sendable, Equatable {
    var text: String

    init(_ text: String) { self.text = text }

    init(_ type: RecordType) {
        text = type.fields.enumerated().map { position, field in
            "\(field.name) \(Self.kind(field.kind))\(position < type.keyCount ? " key" : "")"
        }.joined(separator: "\n")
    }

    /// The lines.
    var lines: [Substring] { text.split(separator: "\n") }

    /// The fields' names.
    var names: [String] { lines.map { String($0.prefix { $0 != " " }) } }

    /// A number over two declarations: FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/).
    static func checksum(before: String?, after: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in ((before ?? "") + "\u{1}" + after).utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func kind(_ kind: Field.Kind) -> String {
        switch kind {
        case .bool: "bool"
        case .int: "int"
        case .double: "double"
        case .text: "text"
        case .bytes: "bytes"
        case .time: "time"
        case .json: "json"
        case .vector(let dimensions): "vector(\(dimensions.map(String.init) ?? "any"))"
        case .tokens: "tokens"
        }
    }
}
