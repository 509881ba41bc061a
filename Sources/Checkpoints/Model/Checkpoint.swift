public import Records

/// Where a checkpoint is: a thread, a namespace in it, and an id.
public struct CheckpointAddress: Sendable, Hashable {
    /// The thread, 1 to 255 UTF-8 bytes.
    public var thread: String
    /// The namespace: empty for the graph itself, a path such as `child:abc` for a graph inside it; at most 768 bytes.
    public var namespace: String
    /// The checkpoint, 1 to 128 bytes; nil is the latest: the one with the greatest id, bytewise.
    public var id: String?

    /// A place in a thread.
    public init(thread: String, namespace: String = "", id: String? = nil) {
        self.thread = thread
        self.namespace = namespace
        self.id = id
    }
}

/// A checkpoint to store.
public struct NewCheckpoint: Sendable, Hashable {
    /// The id: later checkpoints have greater ids, bytewise.
    public var id: String
    /// The checkpoint it was made from, in the same namespace; nil for the first.
    public var parent: String?
    /// Everything but the channels' values.
    public var state: TypedBytes
    /// The version of every channel.
    public var versions: [ChannelVersion]
    /// The channels that it changes. A version names one value: storing another under it replaces the first.
    public var changes: [ChannelChange]
    /// The channels without a value here whose value is the one of the nearest ancestor that has one, plus the writes
    /// since. Pruning keeps what they need.
    public var incremental: [String]
    /// What is said about it.
    public var metadata: [String: JSONValue]

    /// A checkpoint.
    public init(
        id: String, parent: String? = nil, state: TypedBytes, versions: [ChannelVersion] = [],
        changes: [ChannelChange] = [], incremental: [String] = [], metadata: [String: JSONValue] = [:]
    ) {
        self.id = id
        self.parent = parent
        self.state = state
        self.versions = versions
        self.changes = changes
        self.incremental = incremental
        self.metadata = metadata
    }
}

/// A stored checkpoint with the values of its channels.
public struct Checkpoint: Sendable, Hashable {
    /// The thread it belongs to.
    public var thread: String
    /// The namespace in the thread.
    public var namespace: String
    /// Its id.
    public var id: String
    /// The checkpoint it was made from; it may be gone.
    public var parent: String?
    /// Everything but the channels' values.
    public var state: TypedBytes
    /// The version of every channel, by name.
    public var versions: [ChannelVersion]
    /// The channels that have a value, by name.
    public var values: [ChannelValue]
    /// The incremental channels, as they were given.
    public var incremental: [String]
    /// What is said about it.
    public var metadata: CheckpointMetadata
    /// When it was stored, in microseconds since 1970 UTC.
    public var createdAt: Int64

    /// The value of a channel; nil when it has none.
    /// - Complexity: O(channels).
    public func value(of channel: String) -> TypedBytes? {
        values.first { $0.channel.hasSameBytes(as: channel) }?.value
    }
}

/// A checkpoint and what its tasks have written since.
public struct CheckpointTuple: Sendable, Hashable {
    /// The checkpoint.
    public var checkpoint: Checkpoint
    /// What tasks wrote, in the order in which a step applies it: by task path, task and index.
    public var pendingWrites: [PendingWrite]
}
