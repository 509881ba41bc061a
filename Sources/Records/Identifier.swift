/// Identifiers in the spelling of UUIDs, lower case.
public enum Identifier {
    /// A new one, ordered by time: UUID version 7 (RFC 9562 §5.7) with 12 bits of the fraction below the millisecond
    /// (method 3 of §6.2) and 62 random bits.
    @Sendable public static func make(at time: Timestamp) -> String {
        var random = SystemRandomNumberGenerator()
        return make(at: time, random: &random)
    }

    /// The same with random bits of the caller's.
    package static func make(at time: Timestamp, random: inout some RandomNumberGenerator) -> String {
        let microseconds = UInt64(max(0, time.microseconds))
        let fraction = (microseconds % 1_000) * 4_096 / 1_000
        let high = (microseconds / 1_000) << 16 | 0x7000 | fraction
        let low = UInt64.random(in: 0...UInt64.max, using: &random) & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        return spell(high, low)
    }

    /// The spelling of these 128 bits.
    package static func spell(_ high: UInt64, _ low: UInt64) -> String {
        let digits: StaticString = "0123456789abcdef"
        return String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                let word = index < 16 ? high : low
                buffer[position] = digits.utf8Start[Int((word >> UInt64(60 - index % 16 * 4)) & 15)]
                position += 1
            }
            return 36
        }
    }

    /// The canonical spelling of a UUID; nil when `text` is none.
    package static func canonical(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        for (index, byte) in bytes.enumerated() {
            let isDash = index == 8 || index == 13 || index == 18 || index == 23
            guard isDash ? byte == UInt8(ascii: "-") : isHexDigit(byte) else { return nil }
        }
        return text.lowercased()
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
