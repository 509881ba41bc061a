/// Where a query continues: opaque to callers, bound to type, filter, order, direction and partition.
public struct Cursor: Sendable, Hashable {
    /// The bytes, as a client keeps them.
    public var bytes: [UInt8]

    /// A cursor that a client kept.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// A cursor after the record at this position of a query.
    ///
    /// For implementers of ``RecordStore``: `position` is the order value (if the order is a field), then for a survey
    /// the partition's name, then the key.
    public init(after position: [Value], of query: Query, in partition: Partition?) {
        bytes = Self.binding(of: query, in: partition)
        for value in position { Self.append(value, to: &bytes) }
    }

    /// The position this cursor holds.
    /// - Throws: ``StoreError`` `invalid` when it belongs to another query or is damaged.
    public func position(of query: Query, in partition: Partition?) throws(StoreError) -> [Value] {
        let binding = Self.binding(of: query, in: partition)
        guard bytes.count >= binding.count, bytes.prefix(binding.count).elementsEqual(binding) else {
            throw StoreError(.invalid, "after: the cursor belongs to another query")
        }
        var reader = bytes[binding.count...]
        var position: [Value] = []
        while !reader.isEmpty {
            guard let value = Self.take(from: &reader) else {
                throw StoreError(.invalid, "after: the cursor is damaged")
            }
            position.append(value)
        }
        return position
    }

    /// A 64-bit FNV-1a hash of what the query asks (http://www.isthe.com/chongo/tech/comp/fnv/): the same in every process.
    private static func binding(of query: Query, in partition: Partition?) -> [UInt8] {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let identity =
            "\(query.type)\u{0}\(query.filter)\u{0}\(query.order)\u{0}\(query.isDescending)\u{0}\(partition?.name ?? "\u{0}")"
        for byte in identity.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return withUnsafeBytes(of: hash.littleEndian) { Array($0) }
    }

    private static func append(_ value: Value, to bytes: inout [UInt8]) {
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
