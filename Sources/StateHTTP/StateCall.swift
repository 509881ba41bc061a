package import Access

/// The calls of the protocol; there are no others.
package enum StateCall: String, CaseIterable, Sendable {
    case putCheckpoint = "checkpoints/put"
    case putWrites = "checkpoints/writes"
    case getCheckpoint = "checkpoints/get"
    case listCheckpoints = "checkpoints/list"
    case channelHistory = "checkpoints/history"
    case listThreads = "checkpoints/threads"
    case deleteThread = "checkpoints/delete-thread"
    case copyThread = "checkpoints/copy-thread"
    case deleteRuns = "checkpoints/delete-runs"
    case prune = "checkpoints/prune"
    case fork = "checkpoints/fork"
    case batch = "kv/batch"
    case sweep = "kv/sweep"

    /// The call at a path; nil when there is none.
    init?(_ segments: [String]) {
        guard segments.count == 3, segments[0] == "v1" else { return nil }
        self.init(rawValue: segments[1] + "/" + segments[2])
    }

    /// Where it is.
    package var path: String { "/v1/" + rawValue }

    /// What a key needs for it; everything where it may hold any operation.
    package var permissions: [Permission] {
        switch self {
        case .getCheckpoint, .listCheckpoints, .channelHistory, .listThreads: [.read]
        case .putCheckpoint, .putWrites, .copyThread, .fork: [.read, .write]
        case .deleteThread, .deleteRuns, .prune, .batch, .sweep: [.read, .write, .delete]
        }
    }
}
