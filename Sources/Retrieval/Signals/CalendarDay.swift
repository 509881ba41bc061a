/// A day of the proleptic Gregorian calendar in UTC.
///
/// Conversions follow Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": plain integer arithmetic, so that
/// thousands of documents can be compared with a date mention in microseconds each.
package struct CalendarDay: Sendable, Equatable {
    package let year: Int
    package let month: Int
    package let day: Int

    static let microseconds: Int64 = 86_400_000_000

    /// The day of a moment in microseconds since 1970-01-01 00:00 UTC.
    package init(microsecondsSince1970 time: Int64) {
        let day = Int(time / Self.microseconds) - (time % Self.microseconds < 0 ? 1 : 0)
        let shifted = day + 719_468  // days since 0000-03-01
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        self.day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    static func number(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The days of a month; February has 29 when the year is unknown.
    static func count(year: Int?, month: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2:
            if let year, year % 4 != 0 || (year % 100 == 0 && year % 400 != 0) { 28 } else { 29 }
        default: 31
        }
    }
}
