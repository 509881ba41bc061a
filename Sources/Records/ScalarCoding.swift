/// Scalars as bytes: in cursors, and where a store keeps a key in one column.
package enum ScalarCoding {
    /// The bytes of several values.
    package static func bytes(of values: [Value]) -> [UInt8] {
        var bytes: [UInt8] = []
        for value in values { append(value, to: &bytes) }
        return bytes
    }

    /// The values of bytes that ``bytes(of:)`` made; nil when they are damaged.
    package static func values(of bytes: ArraySlice<UInt8>) -> [Value]? {
        var reader = bytes
        var values: [Value] = []
        while !reader.isEmpty {
            guard let value = take(from: &reader) else { return nil }
            values.append(value)
        }
        return values
    }

    /// Appends a scalar; other values are written as null.
    static func append(_ value: Value, to bytes: inout [UInt8]) {
        func append(_ tag: UInt8, _ payload: some Collection<UInt8>) {
            bytes.append(tag)
            withUnsafeBytes(of: UInt32(payload.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: payload)
        }
        func append(_ tag: UInt8, _ number: UInt64) {
            append(tag, withUnsafeBytes(of: number.littleEndian) { Array($0) })
        }
        switch value {
        case .null, .json, .vector, .tokens, .next: append(0, [])
        case .bool(let value): append(1, [value ? 1 : 0])
        case .int(let value): append(2, UInt64(bitPattern: value))
        case .double(let value): append(3, value.bitPattern)
        case .text(let value): append(4, Array(value.utf8))
        case .bytes(let value): append(5, value)
        case .time(let value): append(6, UInt64(bitPattern: value))
        }
    }

    private static func take(from bytes: inout ArraySlice<UInt8>) -> Value? {
        guard bytes.count >= 5, let tag = bytes.popFirst() else { return nil }
        let count = Int(number(bytes.prefix(4)))
        bytes = bytes.dropFirst(4)
        guard bytes.count >= count else { return nil }
        let payload = bytes.prefix(count)
        bytes = bytes.dropFirst(count)
        switch tag {
        case 0 where count == 0: return .null
        case 1 where count == 1: return .bool(payload.first == 1)
        case 2 where count == 8: return .int(Int64(bitPattern: number(payload)))
        case 3 where count == 8: return .double(Double(bitPattern: number(payload)))
        case 4: return String(validating: payload, as: UTF8.self).map { .text($0) }
        case 5: return .bytes(Array(payload))
        case 6 where count == 8: return .time(Int64(bitPattern: number(payload)))
        default: return nil
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
