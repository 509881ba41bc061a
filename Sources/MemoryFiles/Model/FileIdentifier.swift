import Digests

/// Identifiers: a prefix that tells of what, then a ULID in lower case (48 bits of milliseconds, 80 random bits), so that
/// they are in the order of their making.
enum FileIdentifier {
    enum Kind: String {
        case folder = "memstore_"
        case file = "mem_"
        case version = "memver_"
    }

    static func make(_ kind: Kind, at microseconds: Int64) -> String {
        var random = SystemRandomNumberGenerator()
        let milliseconds = UInt64(max(0, microseconds)) / 1_000
        var bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> UInt64(40 - $0 * 8)) }
        for _ in 0..<10 { bytes.append(UInt8.random(in: 0...255, using: &random)) }
        return kind.rawValue + text(bytes)
    }

    /// The identifier of what has a meaning instead of a time.
    static func derived(_ kind: Kind, from meaning: String) -> String {
        var digest = Digest()
        digest.update(meaning.utf8)
        return kind.rawValue + text(Array(digest.finish().prefix(16)))
    }

    /// A directory's key, which follows from its path, so that putting one twice changes nothing.
    static func directory(_ path: String) -> String { "dir_" + Digest.sha256Hex(path) }

    /// 16 bytes as 26 digits of Crockford's base 32.
    private static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var count = 2  // 130 bits hold 128: the first two are zero.
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 5 {
                count -= 5
                text.append(digits[Int(bits >> UInt32(count)) & 31])
            }
            bits &= (1 << UInt32(count)) - 1
        }
        return String(decoding: text, as: UTF8.self)
    }
}
