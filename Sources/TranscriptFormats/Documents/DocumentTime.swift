import Transcripts

/// Times as RFC 3339 in UTC with microseconds; years 0 to 9999, and beyond them the number of microseconds.
enum DocumentTime {
    static func text(_ time: Timestamp) -> String {
        let (days, rest) = floored(time.microseconds, 86_400_000_000)
        let (year, month, day) = civil(days)
        guard (0...9_999).contains(year) else { return "@\(time.microseconds)" }
        let seconds = rest / 1_000_000
        func padded(_ number: Int64, _ count: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, count - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(padded(seconds / 3_600, 2)):"
            + "\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2)).\(padded(rest % 1_000_000, 6))Z"
    }

    static func timestamp(_ text: String) -> Timestamp? {
        if text.hasPrefix("@") { return Int64(text.dropFirst()).map { Timestamp(microseconds: $0) } }
        let bytes = Array(text.utf8)
        func number(_ start: Int, _ count: Int) -> Int64? {
            guard start + count <= bytes.count, bytes[start..<start + count].allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            return bytes[start..<start + count].reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        }
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"), bytes[4] == 0x2d, bytes[7] == 0x2d,
            bytes[10] == 0x54, bytes[13] == 0x3a, bytes[16] == 0x3a, let year = number(0, 4), let month = number(5, 2),
            let day = number(8, 2), let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var fraction: Int64 = 0
        if bytes.count > 20 {
            let digits = bytes.count - 21
            guard bytes[19] == 0x2e, (1...6).contains(digits), let value = number(20, digits) else { return nil }
            fraction = (0..<(6 - digits)).reduce(value) { value, _ in value * 10 }
        }
        let days = self.days(year, month, day)
        guard civil(days) == (year, month, day) else { return nil }
        return Timestamp(
            microseconds: (days * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000_000 + fraction)
    }

    private static func floored(_ number: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let remainder = number % divisor
        return remainder < 0
            ? (number / divisor - 1, remainder + divisor) : (number / divisor, remainder)
    }

    /// The day of the proleptic Gregorian calendar, by counting from March in eras of 400 years.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floored(days + 719_468, 146_097)
        let year = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (year + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floored(year, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
