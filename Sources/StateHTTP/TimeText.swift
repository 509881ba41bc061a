import Foundation

/// RFC 3339 in UTC with six fractional digits, such as `2024-05-07T09:30:00.000000Z`.
enum TimeText {
    static func text(_ microseconds: Int64) -> String {
        var (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        if fraction < 0 {
            seconds -= 1
            fraction += 1_000_000
        }
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        func pad(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(pad(Int(parts.tm_year) + 1_900, 4))-\(pad(Int(parts.tm_mon) + 1, 2))-\(pad(Int(parts.tm_mday), 2))T"
            + "\(pad(Int(parts.tm_hour), 2)):\(pad(Int(parts.tm_min), 2)):\(pad(Int(parts.tm_sec), 2))."
            + "\(pad(Int(fraction), 6))Z"
    }

    /// Microseconds since 1970 UTC; nil when it is no such time. The fraction may be absent or shorter.
    static func microseconds(_ text: String) -> Int64? {
        guard let match = text.wholeMatch(of: /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?Z/) else {
            return nil
        }
        var parts = tm()
        parts.tm_year = Int32(match.1).map { $0 - 1_900 } ?? 0
        parts.tm_mon = Int32(match.2).map { $0 - 1 } ?? 0
        parts.tm_mday = Int32(match.3) ?? 0
        parts.tm_hour = Int32(match.4) ?? 0
        parts.tm_min = Int32(match.5) ?? 0
        parts.tm_sec = Int32(match.6) ?? 0
        let fraction = match.7.map { String($0) + String(repeating: "0", count: 6 - $0.count) } ?? "0"
        let microseconds = Int64(timegm(&parts)) * 1_000_000 + (Int64(fraction) ?? 0)
        // February 30 became March 1: that is no such time.
        let whole = Self.text(microseconds).prefix(19)
        return whole == text.prefix(19) ? microseconds : nil
    }
}
