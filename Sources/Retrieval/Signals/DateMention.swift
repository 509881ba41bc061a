/// A date as a text mentions it: any of year, month and day, in UTC; at least one of year and month is known.
package struct DateMention: Sendable, Hashable {
    /// 1900 ... 2099, or nil.
    package let year: Int?
    /// 1 ... 12, or nil.
    package let month: Int?
    /// 1 ... 31, or nil; only with a month.
    package let day: Int?

    /// More mentions than this in one text are ignored.
    package static let mostPerText = 32

    /// Nil if a part is out of range, the day does not exist in the month, or neither year nor month is known.
    package init?(year: Int? = nil, month: Int? = nil, day: Int? = nil) {
        guard year != nil || month != nil else { return nil }
        if let year, !(1900...2099).contains(year) { return nil }
        if let month, !(1...12).contains(month) { return nil }
        if let day {
            guard let month, (1...CalendarDay.count(year: year, month: month)).contains(day) else { return nil }
        }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The dates a text mentions, in its order, without repetition.
    ///
    /// Understood: `2023-05-08`, `2023-05`, `8 May 2023`, `8th of May`, `May 8, 2023`, `May 2023`, `in June`, `2022`,
    /// `25/12/2023` (of `5/8/2023`, where day and month are in doubt, only the year counts), `2023年5月8日`. A month's
    /// name alone counts only after a word such as "in", "during" or "last": April and June are people too.
    /// - Complexity: O(length of the text).
    package static func mentions(in text: String) -> [DateMention] {
        var parser = DateParser(text)
        return parser.mentions()
    }

    /// Whether a moment, in microseconds since 1970-01-01 00:00 UTC, agrees with every part that is known.
    package func contains(microsecondsSince1970 time: Int64) -> Bool {
        contains(CalendarDay(microsecondsSince1970: time))
    }

    /// Whether a day agrees with every part that is known.
    package func contains(_ date: CalendarDay) -> Bool {
        (year ?? date.year) == date.year && (month ?? date.month) == date.month && (day ?? date.day) == date.day
    }

    /// The moments meant, in microseconds since 1970-01-01 00:00 UTC; nil when the year is unknown.
    package var range: Range<Int64>? {
        guard let year else { return nil }
        let first = CalendarDay.number(year: year, month: month ?? 1, day: day ?? 1)
        let end: Int
        if day != nil {
            end = first + 1
        } else if let month {
            end = first + CalendarDay.count(year: year, month: month)
        } else {
            end = CalendarDay.number(year: year + 1, month: 1, day: 1)
        }
        return Int64(first) * CalendarDay.microseconds..<Int64(end) * CalendarDay.microseconds
    }
}

/// English names of months.
enum Month {
    /// The number of the month with the given folded name or abbreviation.
    static func named(_ word: String) -> Int? { numbers[word] }

    private static let numbers: [String: Int] = [
        "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "mar": 3, "april": 4, "apr": 4, "may": 5,
        "june": 6, "jun": 6, "july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sep": 9, "sept": 9,
        "october": 10, "oct": 10, "november": 11, "nov": 11, "december": 12, "dec": 12,
    ]
}
