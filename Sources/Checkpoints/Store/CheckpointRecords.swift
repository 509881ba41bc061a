public import Records

/// The record types of checkpoints. All of a thread is one partition.
public enum CheckpointRecords {
    /// One namespace of a thread: every put, every write and every removal changes it, so that it guards removals.
    public static let head = RecordType(
        "checkpoint_head",
        fields: [
            Field("namespace", .text(maximumBytes: CheckpointBounds.namespaceBytes)),
            Field("tenant", .text(maximumBytes: CheckpointBounds.tenantBytes)),
            Field("thread", .text(maximumBytes: CheckpointBounds.threadBytes)),
            Field("latest", .text(maximumBytes: CheckpointBounds.idBytes)),
            Field("last_written", .text(maximumBytes: CheckpointBounds.idBytes)),
            Field("removals", .int), Field("created_at", .time), Field("active_at", .time),
        ], indexes: [Index(equal: ["tenant"], order: "active_at", isGlobal: true)])

    /// A checkpoint without its channels' values.
    public static let checkpoint = RecordType(
        "checkpoint", keyCount: 2,
        fields: [
            Field("namespace", .text(maximumBytes: CheckpointBounds.namespaceBytes)),
            Field("id", .text(maximumBytes: CheckpointBounds.idBytes)),
            Field("tenant", .text(maximumBytes: CheckpointBounds.tenantBytes)),
            Field("thread", .text(maximumBytes: CheckpointBounds.threadBytes)),
            Field("parent", .text(maximumBytes: CheckpointBounds.idBytes)),
            Field("run", .text(maximumBytes: CheckpointBounds.runBytes)),
            Field("created_at", .time), Field("is_retained", .bool), Field("metadata", .json),
            Field("versions", .bytes), Field("incremental", .bytes),
            Field("state_type", .text(maximumBytes: CheckpointBounds.typeBytes)),
            Field("cipher", .text(maximumBytes: CheckpointBounds.typeBytes)), Field("state", .bytes),
            Field("byte_count", .int),
        ],
        indexes: [
            Index(equal: ["tenant"], order: "id", isGlobal: true),
            Index(equal: ["tenant", "run"], order: "id", isGlobal: true),
        ])

    /// A channel's value at a version, shared by all checkpoints of the namespace that refer to it; long ones in parts.
    public static let value = RecordType(
        "checkpoint_value", keyCount: 4,
        fields: [
            Field("namespace", .text(maximumBytes: CheckpointBounds.namespaceBytes)),
            Field("channel", .text(maximumBytes: CheckpointBounds.channelBytes)),
            Field("version", .text(maximumBytes: CheckpointBounds.versionBytes + 1)), Field("part", .int),
            Field("parts", .int), Field("type", .text(maximumBytes: CheckpointBounds.typeBytes)),
            Field("cipher", .text(maximumBytes: CheckpointBounds.typeBytes)), Field("body", .bytes),
            Field("byte_count", .int),
        ])

    /// What one task wrote after a checkpoint; long ones in parts.
    public static let write = RecordType(
        "checkpoint_write", keyCount: 4,
        fields: [
            Field("namespace", .text(maximumBytes: CheckpointBounds.namespaceBytes)),
            Field("id", .text(maximumBytes: CheckpointBounds.idBytes)),
            Field("task", .text(maximumBytes: CheckpointBounds.taskBytes)), Field("part", .int),
            Field("parts", .int), Field("cipher", .text(maximumBytes: CheckpointBounds.typeBytes)),
            Field("body", .bytes),
        ])

    /// Every type.
    public static let all = [head, checkpoint, value, write]

    /// The positions of the fields that are read.
    enum Head {
        static let latest = 3, lastWritten = 4, removals = 5, createdAt = 6, activeAt = 7

        /// What a new head's count of removals begins with: another number each time, so that a thread that was deleted
        /// and made again is not taken for the one before.
        static var newRemovals: Int64 { .random(in: 0..<1 << 62) }
    }

    static func headKey(_ namespace: String) -> Key { Key(head.name, namespace) }
    static func key(_ namespace: String, _ id: String) -> Key { Key(checkpoint.name, [.text(namespace), .text(id)]) }
    static func valueKey(_ namespace: String, _ channel: ChannelVersion, part: Int = 0) -> Key {
        Key(
            value.name,
            [.text(namespace), .text(channel.channel), .text(channel.version.keyText), .int(Int64(part))])
    }
    static func writeKey(_ namespace: String, _ id: String, _ task: String, part: Int = 0) -> Key {
        Key(write.name, [.text(namespace), .text(id), .text(task), .int(Int64(part))])
    }
}

extension Value {
    /// The integer or time, where it is one.
    var integer: Int64? {
        switch self {
        case .int(let number), .time(let number): number
        default: nil
        }
    }
    /// The bytes, where it is some.
    var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
}
