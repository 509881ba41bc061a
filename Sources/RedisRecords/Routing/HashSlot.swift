/// The slot of a key in a cluster (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/).
enum HashSlot {
    /// How many slots there are.
    static let count = 16_384

    /// The slot of a key: of its hash tag, where it has one that is not empty.
    /// - Complexity: O(length).
    static func of(_ key: String) -> Int {
        let bytes = Array(key.utf8)
        if let open = bytes.firstIndex(of: UInt8(ascii: "{")),
            let close = bytes[(open + 1)...].firstIndex(of: UInt8(ascii: "}")), close > open + 1
        {
            return checksum(bytes[(open + 1)..<close]) % count
        }
        return checksum(bytes) % count
    }

    /// CRC-16/XMODEM: polynomial 0x1021, start 0.
    static func checksum(_ bytes: some Sequence<UInt8>) -> Int {
        var checksum: UInt16 = 0
        for byte in bytes {
            checksum ^= UInt16(byte) << 8
            for _ in 0..<8 { checksum = checksum & 0x8000 == 0 ? checksum << 1 : checksum << 1 ^ 0x1021 }
        }
        return Int(checksum)
    }
}
