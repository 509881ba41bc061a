import Records

/// What a task writes to a channel.
public struct NewWrite: Sendable, Hashable {
    /// The channel, 1 to 512 UTF-8 bytes. The ``SpecialChannel``s are written once a task: a later write replaces.
    public var channel: String
    /// The value.
    public var value: TypedBytes

    /// A write.
    public init(_ channel: String, _ value: TypedBytes) {
        self.channel = channel
        self.value = value
    }
}

/// What a task wrote after a checkpoint.
public struct PendingWrite: Sendable, Hashable {
    /// The task.
    public var task: String
    /// Where the task is in its graph; empty when unknown.
    public var taskPath: String
    /// The place among the task's writes, from 0; negative for a ``SpecialChannel``.
    public var index: Int64
    /// The channel.
    public var channel: String
    /// The value.
    public var value: TypedBytes

    /// The order in which a step applies its writes: by path, task and index, so that replaying them gives the same.
    static func precedes(_ left: PendingWrite, _ right: PendingWrite) -> Bool {
        let path = left.taskPath.compareBytes(right.taskPath)
        if path != 0 { return path < 0 }
        let task = left.task.compareBytes(right.task)
        return task != 0 ? task < 0 : left.index < right.index
    }
}

/// Channels that a task writes at most once: they have an index of their own, and a later write replaces.
public enum SpecialChannel: Int64, Sendable, CaseIterable {
    /// The task failed.
    case error = -1
    /// The task scheduled another.
    case scheduled = -2
    /// The task waits for somebody.
    case interrupt = -3
    /// What the task waited for.
    case resume = -4

    /// The channel's name, as LangGraph spells it.
    public var name: String {
        switch self {
        case .error: "__error__"
        case .scheduled: "__scheduled__"
        case .interrupt: "__interrupt__"
        case .resume: "__resume__"
        }
    }

    /// The index of a write to a channel at a place among a task's writes.
    static func index(of channel: String, at place: Int) -> Int64 {
        allCases.first { $0.name.hasSameBytes(as: channel) }?.rawValue ?? Int64(place)
    }
}
