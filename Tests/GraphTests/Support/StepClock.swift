import Records
import Synchronization

/// A clock that stands still until it is told the time.
final class StepClock: Sendable {
    private let time: Mutex<Int64>

    init(_ seconds: Int64 = 1_715_000_000) { time = Mutex(seconds * 1_000_000) }

    var now: Timestamp { Timestamp(microseconds: time.withLock { $0 }) }

    func advance(seconds: Int64 = 1) { time.withLock { $0 += seconds * 1_000_000 } }
}
