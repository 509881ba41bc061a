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
        for value in position { ScalarCoding.append(value, to: &bytes) }
    }

    /// The position this cursor holds.
    /// - Throws: ``StoreError`` `invalid` when it belongs to another query or is damaged.
    public func position(of query: Query, in partition: Partition?) throws(StoreError) -> [Value] {
        let binding = Self.binding(of: query, in: partition)
        guard bytes.count >= binding.count, bytes.prefix(binding.count).elementsEqual(binding) else {
            throw StoreError(.invalid, "after: the cursor belongs to another query")
        }
        guard let position = ScalarCoding.values(of: bytes[binding.count...]) else {
            throw StoreError(.invalid, "after: the cursor is damaged")
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
}
