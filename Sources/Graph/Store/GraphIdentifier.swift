public import Records

/// Identifiers of entities and relations, ordered by time.
public enum GraphIdentifier {
    /// A new one: UUID version 7 (RFC 9562 §5.7) with 12 bits of the fraction below the millisecond (method 3 of §6.2)
    /// and 62 random bits.
    @Sendable public static func make(at time: Timestamp) -> String {
        let microseconds = UInt64(max(0, time.microseconds))
        let fraction = (microseconds % 1_000) * 4_096 / 1_000
        let high = (microseconds / 1_000) << 16 | 0x7000 | fraction
        let low = UInt64.random(in: 0...UInt64.max) & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        let digits = Array("0123456789abcdef".utf8)
        var characters: [UInt8] = []
        characters.reserveCapacity(36)
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 { characters.append(UInt8(ascii: "-")) }
            let word = index < 16 ? high : low
            characters.append(digits[Int((word >> UInt64(60 - index % 16 * 4)) & 15)])
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
