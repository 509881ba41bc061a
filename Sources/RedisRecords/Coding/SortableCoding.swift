internal import Records

/// Scalars as bytes whose order is the order of the values: members of sorted sets.
///
/// Every member of an index has the score 0, so Redis sorts by bytes, and a page is a range of them. The scripts make the
/// same bytes (`ScriptPrelude`), which is why integers are decimal: Lua's numbers are doubles. A component is
///
/// * null: `01`; anything else: `02` and the value, so that null sorts first;
/// * bool: `0` or `1`; integer and time: 64 ± the number of digits, then the digits (complemented to 9 where negative);
/// * double: its 64 bits big-endian, with the sign bit flipped, or all bits where negative; −0 is 0;
/// * text: its UTF-8 and `00`, which text cannot contain; bytes: with `00` doubled to `00 FF`, and `00 01` at the end.
///
/// A key has no nulls, hence no first byte, and its last text or bytes need no end: so a record's key ends in the plain
/// identifier.
enum SortableCoding {
    /// Appends a component that may be null.
    static func append(_ value: Value, to bytes: inout [UInt8]) {
        if value.isNull {
            bytes.append(1)
        } else {
            bytes.append(2)
            appendPresent(value, to: &bytes)
        }
    }

    /// The bytes of components that may be null.
    static func bytes(of values: some Sequence<Value>) -> [UInt8] {
        var bytes: [UInt8] = []
        for value in values { append(value, to: &bytes) }
        return bytes
    }

    /// The bytes of a key.
    static func key(_ values: some Collection<Value>) -> [UInt8] {
        var bytes: [UInt8] = []
        for (place, value) in values.enumerated() {
            switch value {
            case .text(let text) where place == values.count - 1: bytes.append(contentsOf: text.utf8)
            case .bytes(let raw) where place == values.count - 1: bytes.append(contentsOf: raw)
            default: appendPresent(value, to: &bytes)
            }
        }
        return bytes
    }

    /// Appends a value that is not null.
    static func appendPresent(_ value: Value, to bytes: inout [UInt8]) {
        switch value {
        case .bool(let flag): bytes.append(flag ? UInt8(ascii: "1") : UInt8(ascii: "0"))
        case .int(let number), .time(let number):
            let digits = String(number.magnitude).utf8
            if number < 0 {
                bytes.append(64 - UInt8(digits.count))
                for digit in digits { bytes.append(UInt8(ascii: "9") - digit + UInt8(ascii: "0")) }
            } else {
                bytes.append(64 + UInt8(digits.count))
                bytes.append(contentsOf: digits)
            }
        case .double(let number):
            let bits = (number == 0 ? 0.0 : number).bitPattern
            let sortable = bits >> 63 == 1 ? ~bits : bits | 1 << 63
            withUnsafeBytes(of: sortable.bigEndian) { bytes.append(contentsOf: $0) }
        case .text(let text):
            bytes.append(contentsOf: text.utf8)
            bytes.append(0)
        case .bytes(let raw):
            for byte in raw {
                bytes.append(byte)
                if byte == 0 { bytes.append(0xff) }
            }
            bytes.append(contentsOf: [0, 1])
        case .null, .json, .vector, .tokens, .next: break
        }
    }

    /// The least bytes above everything that begins with a prefix; nil when there are none.
    static func successor(_ prefix: [UInt8]) -> [UInt8]? {
        var bytes = prefix
        while let last = bytes.last {
            if last < 0xff {
                bytes[bytes.count - 1] = last + 1
                return bytes
            }
            bytes.removeLast()
        }
        return nil
    }
}

/// Reads components back.
struct SortableReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// A component that may be null; nil when the bytes are damaged.
    mutating func take(_ kind: Field.Kind) -> Value? {
        switch rest.popFirst() {
        case 1: .null
        case 2: takePresent(kind)
        default: nil
        }
    }

    /// The text up to the next zero byte, which is left behind.
    mutating func takeText() -> String? {
        guard let end = rest.firstIndex(of: 0) else { return nil }
        let text = String(validating: rest[..<end], as: UTF8.self)
        rest = rest[(end + 1)...]
        return text
    }

    /// Everything that is left, as a key.
    mutating func takeKey(_ kinds: [Field.Kind]) -> [Value]? {
        var values: [Value] = []
        for (place, kind) in kinds.enumerated() {
            let value: Value?
            switch kind {
            case .text where place == kinds.count - 1:
                value = String(validating: rest, as: UTF8.self).map { .text($0) }
                rest = []
            case .bytes where place == kinds.count - 1:
                value = .bytes(Array(rest))
                rest = []
            default: value = takePresent(kind)
            }
            guard let value else { return nil }
            values.append(value)
        }
        return rest.isEmpty ? values : nil
    }

    private mutating func takePresent(_ kind: Field.Kind) -> Value? {
        switch kind {
        case .bool:
            guard let byte = rest.popFirst() else { return nil }
            return .bool(byte == UInt8(ascii: "1"))
        case .int: return takeInteger().map { .int($0) }
        case .time: return takeInteger().map { .time($0) }
        case .double:
            guard rest.count >= 8 else { return nil }
            let bits = rest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            rest = rest.dropFirst(8)
            return .double(Double(bitPattern: bits >> 63 == 1 ? bits & ~(1 << 63) : ~bits))
        case .text: return takeText().map { .text($0) }
        case .bytes:
            var raw: [UInt8] = []
            while let byte = rest.popFirst() {
                if byte == 0 {
                    guard let next = rest.popFirst() else { return nil }
                    if next == 1 { return .bytes(raw) }
                }
                raw.append(byte)
            }
            return nil
        case .json, .vector, .tokens: return nil
        }
    }

    private mutating func takeInteger() -> Int64? {
        guard let first = rest.popFirst() else { return nil }
        let count = abs(Int(first) - 64)
        guard count >= 1, count <= 19, rest.count >= count else { return nil }
        let digits = rest.prefix(count)
        rest = rest.dropFirst(count)
        if first > 64 { return Int64(String(decoding: digits, as: UTF8.self)) }
        let complemented = digits.map { UInt8(ascii: "9") &- $0 &+ UInt8(ascii: "0") }
        return Int64("-" + String(decoding: complemented, as: UTF8.self))
    }
}
