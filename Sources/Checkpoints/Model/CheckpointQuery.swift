public import Records

/// Which checkpoints to list, newest first.
public struct CheckpointQuery: Sendable {
    /// The thread; nil is every thread of the tenant.
    public var thread: String?
    /// The namespace; nil is every namespace, the root has the empty name.
    public var namespace: String?
    /// This checkpoint only.
    public var id: String?
    /// Only checkpoints with a lesser id.
    public var before: String?
    /// Members that the metadata must have: equal values, numbers by value; null also where the member is missing.
    public var metadata: [String: JSONValue]
    /// The most checkpoints in a page, 1 to 1,000; 100 by default.
    public var limit: Int
    /// Where to continue: what the page before said.
    public var after: Cursor?

    /// A list; every checkpoint by default.
    public init(
        thread: String? = nil, namespace: String? = nil, id: String? = nil, before: String? = nil,
        metadata: [String: JSONValue] = [:], limit: Int = 100, after: Cursor? = nil
    ) {
        self.thread = thread
        self.namespace = namespace
        self.id = id
        self.before = before
        self.metadata = metadata
        self.limit = limit
        self.after = after
    }
}

/// A page of checkpoints.
public struct CheckpointPage: Sendable {
    /// The checkpoints, newest first. A page may be short while ``next`` is set.
    public var tuples: [CheckpointTuple]
    /// Where to continue; nil at the end.
    public var next: Cursor?
}

/// A thread that has checkpoints.
public struct ThreadSummary: Sendable, Hashable {
    /// The thread.
    public var thread: String
    /// The latest checkpoint of its root namespace; nil when it has none there.
    public var latest: String?
    /// When its first and its last checkpoint was stored, in microseconds since 1970 UTC.
    public var createdAt: Int64, activeAt: Int64
}

/// A page of threads.
public struct ThreadPage: Sendable {
    /// The threads, most recently active first.
    public var threads: [ThreadSummary]
    /// Where to continue; nil at the end.
    public var next: Cursor?
}

/// What one incremental channel is made of at a checkpoint.
public struct ChannelHistory: Sendable, Hashable {
    /// The channel.
    public var channel: String
    /// The value of the nearest ancestor that has one; nil when the channel starts empty.
    public var seed: TypedBytes?
    /// What ancestors wrote since the seed, oldest first.
    public var writes: [PendingWrite]
}
