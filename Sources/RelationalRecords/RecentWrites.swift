import Records
import Synchronization

/// The newest stamps that this process wrote, so that its reads from a replica never miss its own writes.
final class RecentWrites: Sendable {
    private struct State {
        var stamps: [Partition: Int64] = [:]
        var older: [Partition: Int64] = [:]
    }

    /// Two generations of at most so many partitions are kept: a replica that lags behind so many writes to others is
    /// asked for its stamp too late to matter.
    private static let limit = 50_000
    private let state = Mutex(State())

    /// Notes a commit.
    func note(_ partition: Partition, _ stamp: Stamp) {
        state.withLock { state in
            state.stamps[partition] = max(state.stamps[partition] ?? 0, stamp.number)
            if state.stamps.count >= Self.limit {
                state.older = state.stamps
                state.stamps = [:]
            }
        }
    }

    /// The least stamp that a read of a partition must see; 0 when nothing was written.
    func least(_ partition: Partition) -> Int64 {
        state.withLock { max($0.stamps[partition] ?? 0, $0.older[partition] ?? 0) }
    }
}
