import Memories
import Synchronization

/// A clock that stands still until it is told the time.
final class TestClock: Sendable {
    private let microseconds: Mutex<Int64>

    /// Starts at a moment in May 2024.
    init(_ microseconds: Int64 = 1_715_000_000_000_000) { self.microseconds = Mutex(microseconds) }

    var now: Timestamp { Timestamp(microseconds: microseconds.withLock { $0 }) }

    func advance(seconds: Int64) { microseconds.withLock { $0 += seconds * 1_000_000 } }

    /// The moment so many seconds from now.
    func later(seconds: Int64) -> Timestamp { Timestamp(microseconds: now.microseconds + seconds * 1_000_000) }
}
