import Synchronization

/// A clock that stands still until it is told the time, in microseconds.
final class StepClock: Sendable {
    private let time: Mutex<Int64>

    init(_ time: Int64 = 1_715_000_000_000_000) { self.time = Mutex(time) }

    var now: Int64 { time.withLock { $0 } }

    func advance(seconds: Double) { time.withLock { $0 += Int64(seconds * 1_000_000) } }
}
