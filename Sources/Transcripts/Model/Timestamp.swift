internal import Foundation

/// A moment in UTC with microsecond precision.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public var microseconds: Int64

    /// The moment so many microseconds after 1970-01-01T00:00:00Z.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The order of time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    /// The system clock's now.
    public static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// So many seconds later, at most the last representable moment.
    func adding(seconds: Int64) -> Timestamp {
        let (product, passes) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, overflows) = microseconds.addingReportingOverflow(product)
        return Timestamp(microseconds: passes || overflows ? .max : sum)
    }
}
