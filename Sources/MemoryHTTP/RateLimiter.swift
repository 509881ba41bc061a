import Synchronization

/// Lets each caller ask so often: a bucket that holds a burst and fills again steadily.
package final class RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var time: Double
    }

    private let perSecond: Double
    private let burst: Double
    private let clock: @Sendable () -> Double
    private let buckets = Mutex<[String: Bucket]>([:])
    private static let capacity = 10_000

    /// - Parameters:
    ///   - perSecond: Requests a second, above 0.
    ///   - burst: How many may come at once, at least 1.
    ///   - clock: Seconds since any moment.
    package init(perSecond: Double, burst: Double, clock: @escaping @Sendable () -> Double = RateLimiter.uptime) {
        self.perSecond = perSecond
        self.burst = max(1, burst)
        self.clock = clock
    }

    /// Whether somebody may ask now; if not, in how many seconds.
    package func admit(_ name: String) -> (isAdmitted: Bool, retryAfter: Int) {
        let now = clock()
        return buckets.withLock { buckets in
            if buckets[name] == nil, buckets.count >= Self.capacity {
                // Full buckets say nothing that a new one would not.
                buckets = buckets.filter { $0.value.tokens + (now - $0.value.time) * perSecond < burst }
            }
            var bucket = buckets[name] ?? Bucket(tokens: burst, time: now)
            bucket.tokens = min(burst, bucket.tokens + max(0, now - bucket.time) * perSecond)
            bucket.time = now
            defer { buckets[name] = bucket }
            guard bucket.tokens >= 1 else {
                return (false, max(1, Int(((1 - bucket.tokens) / perSecond).rounded(.up))))
            }
            bucket.tokens -= 1
            return (true, 0)
        }
    }

    /// Seconds of a clock that only goes forward.
    package static func uptime() -> Double {
        let time = ContinuousClock.now - start
        return Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    }

    private static let start = ContinuousClock.now
}
