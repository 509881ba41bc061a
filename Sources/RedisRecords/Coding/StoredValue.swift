internal import Records

/// A field's spelling in a record's hash: what people see there, and what the scripts compare.
///
/// Integers and times are decimal, a bool is `0` or `1`, a double its shortest decimal (`inf`, `-inf`), text and JSON are
/// themselves, a vector its floats little-endian (as vector searches take it), tokens are joined by spaces, which no
/// token contains. A null field is absent.
enum StoredValue {
    /// The spelling; nil for null and for a number that the store assigns.
    static func bytes(of value: Value) -> [UInt8]? {
        switch value {
        case .null, .next: return nil
        case .bool(let flag): return [flag ? UInt8(ascii: "1") : UInt8(ascii: "0")]
        case .int(let number), .time(let number): return Array(String(number).utf8)
        case .double(let number): return Array(number.description.utf8)
        case .text(let text), .json(let text): return Array(text.utf8)
        case .bytes(let bytes): return bytes
        case .vector(let elements):
            var bytes: [UInt8] = []
            bytes.reserveCapacity(elements.count * 4)
            for element in elements {
                withUnsafeBytes(of: element.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
            }
            return bytes
        case .tokens(let tokens): return Array(tokens.joined(separator: " ").utf8)
        }
    }

    /// The value of a spelling.
    /// - Throws: ``StoreError`` `corrupted`, naming the field.
    static func value(of bytes: [UInt8]?, _ field: Field) throws(StoreError) -> Value {
        guard let bytes else { return .null }
        func text() -> String? { String(validating: bytes, as: UTF8.self) }
        let value: Value?
        switch field.kind {
        case .bool:
            value = bytes == [UInt8(ascii: "1")] ? .bool(true) : bytes == [UInt8(ascii: "0")] ? .bool(false) : nil
        case .int: value = integer(bytes).map { .int($0) }
        case .time: value = integer(bytes).map { .time($0) }
        case .double: value = Double(String(decoding: bytes, as: UTF8.self)).map { .double($0) }
        case .text: value = text().map { .text($0) }
        case .json: value = text().map { .json($0) }
        case .bytes: value = .bytes(bytes)
        case .vector: value = bytes.count % 4 == 0 ? .vector(floats(bytes)) : nil
        case .tokens: value = .tokens(tokens(bytes))
        }
        guard let value else { throw StoreError(.corrupted, "field \(field.name): the stored value is damaged") }
        return value
    }

    /// A decimal integer; nil when it is none.
    static func integer(_ bytes: [UInt8]) -> Int64? { Int64(String(decoding: bytes, as: UTF8.self)) }

    private static func floats(_ bytes: [UInt8]) -> [Float] {
        bytes.withUnsafeBytes { raw in
            (0..<bytes.count / 4).map { place in
                Float(
                    bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)))
            }
        }
    }

    private static func tokens(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    }
}
