/// Which checkpoints of a namespace stay. One that any limit excludes leaves; the latest always stays.
public struct PrunePolicy: Sendable, Hashable {
    /// The most checkpoints of a namespace, newest first, at least 1; nil is unlimited.
    public var keepLatest: Int?
    /// The greatest age in seconds, 0 or more; nil is unlimited.
    public var maximumAge: Double?
    /// The most bytes of state, metadata and channel values of a namespace, newest first, each stored value once; 0 or
    /// more; nil is unlimited.
    public var maximumBytes: Int?

    /// A policy; without a limit everything stays.
    public init(keepLatest: Int? = nil, maximumAge: Double? = nil, maximumBytes: Int? = nil) {
        self.keepLatest = keepLatest
        self.maximumAge = maximumAge
        self.maximumBytes = maximumBytes
    }

    /// Only the latest checkpoint of each namespace.
    public static let latestOnly = PrunePolicy(keepLatest: 1)

    /// Checks the limits.
    /// - Throws: ``CheckpointError`` `invalid`, naming the limit.
    public func validate() throws(CheckpointError) {
        if let keepLatest, keepLatest < 1 {
            throw CheckpointError(.invalid, "keepLatest must be at least 1, not \(keepLatest)")
        }
        if let maximumAge, !(maximumAge >= 0 && maximumAge <= 1e11) {
            throw CheckpointError(.invalid, "maximumAge must be 0 to 1e11 seconds")
        }
        if let maximumBytes, maximumBytes < 0 {
            throw CheckpointError(.invalid, "maximumBytes must be at least 0, not \(maximumBytes)")
        }
    }
}

/// What left a store.
public struct RemovalSummary: Sendable, Hashable {
    /// Checkpoints that are gone.
    public var checkpoints = 0
    /// Checkpoints that are gone for readers, but whose writes or values incremental channels of others still need.
    public var retained = 0
    /// Channel values that are gone.
    public var values = 0

    /// Nothing.
    public init() {}

    static func += (left: inout RemovalSummary, right: RemovalSummary) {
        left.checkpoints += right.checkpoints
        left.retained += right.retained
        left.values += right.values
    }
}
