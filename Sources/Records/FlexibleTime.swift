/// Flexible times, as people and models write them; UTC unless an offset is given.
public struct FlexibleTime: Sendable, Hashable {
    /// How much of the time was written.
    public enum Precision: Sendable {
        /// Only a year.
        case year
        /// A year and a month.
        case month
        /// A day.
        case day
        /// A time of day.
        case time
    }

    /// The start of the period.
    public var start: Timestamp
    /// How much of the time was written.
    public var precision: Precision

    /// The last microsecond of the period; of a time of day, that time itself.
    public var end: Timestamp {
        let day: Int64 = 86_400_000_000
        let date = CivilDate(
            daysSinceEpoch: start.microseconds >= 0 ? start.microseconds / day : (start.microseconds - day + 1) / day)
        let next: CivilDate
        switch precision {
        case .time: return start
        case .day: return Timestamp(microseconds: start.microseconds + day - 1)
        case .month:
            next =
                date.month == 12
                ? CivilDate(year: date.year + 1, month: 1, day: 1)
                : CivilDate(year: date.year, month: date.month + 1, day: 1)
        case .year: next = CivilDate(year: date.year + 1, month: 1, day: 1)
        }
        return Timestamp(microseconds: next.daysSinceEpoch * day - 1)
    }

    /// Parses RFC 3339 (`T` or a space, seconds and offset optional), `YYYY-MM-DD`, `2 January 2006`,
    /// `January 2, 2006`, `2 Jan 2006`, `Jan 2, 2006`, `January 2006`, `Jan 2006`, `2006-01` and `2006`; nil otherwise.
    public init?(_ text: String) {
        guard text.utf8.count <= 64 else { return nil }
        let words = text.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)
        if let parsed = Self.named(words) ?? Self.numeric(text) { self = parsed } else { return nil }
    }

    private init?(_ date: CivilDate, _ precision: Precision, microsecondsOfDay: Int64 = 0) {
        guard date.isValid else { return nil }
        start = Timestamp(microseconds: date.daysSinceEpoch * 86_400_000_000 + microsecondsOfDay)
        self.precision = precision
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    private static func month(_ word: String) -> Int64? {
        let lower = word.lowercased()
        let index = months.firstIndex { $0 == lower || $0.prefix(3) == lower || (lower == "sept" && $0 == "september") }
        return index.map { Int64($0 + 1) }
    }

    private static func number(_ text: some StringProtocol, digits: ClosedRange<Int>) -> Int64? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }

    private static func named(_ words: [String]) -> FlexibleTime? {
        switch words.count {
        case 2:
            guard let month = month(words[0]), let year = number(words[1], digits: 4...4) else { return nil }
            return FlexibleTime(CivilDate(year: year, month: month, day: 1), .month)
        case 3:
            guard let year = number(words[2], digits: 4...4) else { return nil }
            if let day = number(words[0], digits: 1...2), let month = month(words[1]) {
                return FlexibleTime(CivilDate(year: year, month: month, day: day), .day)
            }
            if let month = month(words[0]), let day = number(words[1], digits: 1...2) {
                return FlexibleTime(CivilDate(year: year, month: month, day: day), .day)
            }
            return nil
        default: return nil
        }
    }

    private static func numeric(_ text: String) -> FlexibleTime? {
        let separator = text.utf8.firstIndex {
            $0 == UInt8(ascii: "T") || $0 == UInt8(ascii: "t") || $0 == UInt8(ascii: " ")
        }
        let parts = text[..<(separator ?? text.endIndex)].split(separator: "-", omittingEmptySubsequences: false)
        guard let year = parts.first.flatMap({ number($0, digits: 4...4) }), parts.count <= 3 else { return nil }
        var date = CivilDate(year: year, month: 1, day: 1)
        if parts.count > 1 {
            guard let month = number(parts[1], digits: 2...2) else { return nil }
            date.month = month
        }
        if parts.count > 2 {
            guard let day = number(parts[2], digits: 2...2) else { return nil }
            date.day = day
        }
        guard let separator else {
            return FlexibleTime(date, parts.count == 1 ? .year : (parts.count == 2 ? .month : .day))
        }
        guard parts.count == 3, let ofDay = timeOfDay(text[text.utf8.index(after: separator)...]) else { return nil }
        return FlexibleTime(date, .time, microsecondsOfDay: ofDay)
    }

    /// `HH:MM[:SS[.fraction]][Z|±HH:MM]` as microseconds since midnight UTC.
    private static func timeOfDay(_ text: Substring) -> Int64? {
        var clock = text
        var offset: Int64 = 0
        if clock.last == "Z" || clock.last == "z" {
            clock = clock.dropLast()
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            let zone = clock[clock.index(after: sign)...].split(separator: ":", omittingEmptySubsequences: false)
            guard zone.count == 2, let hours = number(zone[0], digits: 2...2),
                let minutes = number(zone[1], digits: 2...2),
                hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (clock[sign] == "-" ? 60_000_000 : -60_000_000)
            clock = clock[..<sign]
        }
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let hours = number(parts[0], digits: 2...2),
            let minutes = number(parts[1], digits: 2...2), hours < 24, minutes < 60
        else { return nil }
        var result = (hours * 60 + minutes) * 60_000_000 + offset
        guard parts.count == 3 else { return result }
        let seconds = parts[2].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = number(seconds[0], digits: 2...2), whole <= 60 else { return nil }
        result += min(whole, 59) * 1_000_000
        if seconds.count == 2 {
            guard number(seconds[1], digits: 1...18) != nil else { return nil }
            let digits = seconds[1].prefix(6)
            guard var fraction = number(digits, digits: 1...6) else { return nil }
            for _ in digits.utf8.count..<6 { fraction *= 10 }
            result += fraction
        }
        return result
    }
}
