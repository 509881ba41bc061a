import Checkpoints
import Memories
import Records

/// What the calls of `/v1/checkpoints/…` take and answer.
enum CheckpointSchemas {
    private typealias Schemas = StateSchemas
    private typealias Property = JSONSchema.Property
    private typealias Bounds = CheckpointBounds

    // MARK: Names

    private static let threadName = Schemas.text(1...Bounds.threadBytes, "The thread.")
    private static let thread = Property("thread", threadName)
    private static let namespace = Schemas.optional(
        "namespace", Schemas.text(0...Bounds.namespaceBytes, "The namespace; the root when left out."))
    private static let checkpointID = Schemas.text(1...Bounds.idBytes, "The checkpoint.")
    private static let id = Property("id", checkpointID)
    private static let latestID = Schemas.optional(
        "id", Schemas.text(1...Bounds.idBytes, "The checkpoint; the one with the greatest id when left out."))
    private static let channel = Schemas.text(1...Bounds.channelBytes, "The channel.")
    private static let version = JSONSchema(
        .anyOf([
            JSONSchema(.number(-Double.infinity...Double.infinity)), Schemas.text(0...Bounds.versionBytes),
        ]), "Its version.")
    private static let metadata = Schemas.optional(
        "metadata", Schemas.object("What is known about it; run_id names the run that made it."))

    // MARK: Values

    /// A value, as base64; of attached bytes PROTOCOL.md tells.
    static let value = JSONSchema(.reference("StateValue", valueShape))
    private static let valueShape = JSONSchema(
        .object(
            [
                Property("type", Schemas.text(1...Bounds.typeBytes, "The format of the bytes, such as msgpack.")),
                Property(
                    "data", JSONSchema(.text(0...(.max), pattern: JSONSchema.base64, format: nil), "The bytes.")),
            ], rest: nil))
    private static let write = JSONSchema(.reference("CheckpointWrite", writeShape))
    private static let writeShape = Schemas.answer([
        Property("task", Schemas.anyText), Property("task_path", Schemas.anyText),
        Property("index", JSONSchema(.integer(-4...(.max)))), Property("channel", Schemas.anyText),
        Property("value", value),
    ])
    private static let writes = Property("writes", JSONSchema(.list(write, 0...(.max))))
    private static let tuple = JSONSchema(.reference("CheckpointTuple", tupleShape))
    private static let tupleShape = Schemas.answer([
        Property("thread", Schemas.anyText), Property("namespace", Schemas.anyText), Property("id", Schemas.anyText),
        Property("parent", Schemas.anyText.orNull), Property("state", value),
        Property("versions", JSONSchema(.list(JSONSchema(.tuple([channel, version])), 0...(.max)))),
        Property("values", JSONSchema(.list(JSONSchema(.tuple([channel, value])), 0...(.max)))),
        Property("incremental", JSONSchema(.list(Schemas.anyText, 0...(.max)))),
        Property("metadata", Schemas.object()), Property("created_at", Schemas.time), writes,
    ])

    /// What the schemas refer to by name.
    static let named: [(name: String, schema: JSONSchema)] = [
        ("StateValue", valueShape), ("CheckpointWrite", writeShape), ("CheckpointTuple", tupleShape),
    ]

    // MARK: Bodies

    static let put = Schemas.body([
        thread, namespace, id, Schemas.optional("parent", Schemas.text(1...Bounds.idBytes, "The one before.")),
        Property("state", value),
        Schemas.optional(
            "versions",
            JSONSchema(
                .list(JSONSchema(.tuple([channel, version])), 0...Bounds.channels),
                "Every channel with its version, each channel once.")),
        Schemas.optional(
            "changes",
            JSONSchema(
                .list(JSONSchema(.tuple([channel, version, value.orNull])), 0...Bounds.channels),
                "The channels whose value is new; null says that the channel is empty at this version.")),
        Schemas.optional(
            "incremental",
            Schemas.texts(
                1...Bounds.channelBytes, 0...Bounds.channels,
                "Channels whose value is what was written since an ancestor that has it.")),
        metadata,
    ])
    static let putWrites = Schemas.body([
        thread, namespace, id, Property("task", Schemas.text(1...Bounds.taskBytes, "The task.")),
        Schemas.optional("task_path", Schemas.text(0...Bounds.taskPathBytes, "Where the task is in the graph.")),
        Schemas.optional(
            "writes", JSONSchema(.list(JSONSchema(.tuple([channel, value])), 0...Bounds.writes), "What it wrote.")),
    ])
    static let get = Schemas.body([thread, namespace, latestID])
    static let list = Schemas.body([
        Schemas.optional("thread", Schemas.text(1...Bounds.threadBytes, "The thread; all when left out.")),
        Schemas.optional("namespace", Schemas.text(0...Bounds.namespaceBytes, "The namespace; all when left out.")),
        Schemas.optional("id", checkpointID),
        Schemas.optional("before", Schemas.text(1...Bounds.idBytes, "Only those with lesser ids.")),
        Schemas.optional("metadata", Schemas.object("Members that must be equal; null where they are missing.")),
        Schemas.limit(1...1_000, 100), Schemas.cursor,
    ])
    static let history = Schemas.body([
        thread, namespace, latestID,
        Schemas.optional("channels", Schemas.texts(1...Bounds.channelBytes, 0...Bounds.channels, "The channels.")),
    ])
    static let threads = Schemas.body([
        Schemas.limit(1...1_000, 100), Schemas.cursor,
        Schemas.optional(
            "idle_since",
            JSONSchema(
                .text(0...(.max), pattern: nil, format: "date-time"), "Only those without a checkpoint since.")),
    ])
    static let deleteThread = Schemas.body([thread])
    static let copyThread = Schemas.body([
        Property("source", Schemas.text(1...Bounds.threadBytes, "The thread to copy.")),
        Property("target", Schemas.text(1...Bounds.threadBytes, "Another thread.")),
    ])
    static let deleteRuns = Schemas.body([
        Schemas.optional("runs", Schemas.texts(1...Bounds.runBytes, 0...Bounds.names, "The runs."))
    ])
    static let prune = Schemas.body([
        Schemas.optional("threads", Schemas.texts(1...Bounds.threadBytes, 0...Bounds.names, "The threads.")),
        Schemas.optional(
            "keep_latest", JSONSchema(.integer(1...(.max)), "The most checkpoints of a namespace that stay.")),
        Schemas.optional(
            "maximum_age", JSONSchema(.number(0...1e11), "The greatest age of those that stay, in seconds.")),
        Schemas.optional(
            "maximum_bytes", JSONSchema(.integer(0...(.max)), "The most bytes that those of a namespace have.")),
    ])
    static let fork = Schemas.body([
        thread, namespace, id, Property("as", Schemas.text(1...Bounds.idBytes, "The id of the copy.")), metadata,
    ])

    // MARK: Answers

    static let address = Schemas.answer([
        Property("thread", Schemas.anyText), Property("namespace", Schemas.anyText), Property("id", Schemas.anyText),
    ])
    static let nothing = Schemas.answer([])
    static let found = Schemas.answer([Property("tuple", tuple.orNull)])
    static let page = Schemas.answer([Property("tuples", JSONSchema(.list(tuple, 0...1_000))), Schemas.nextCursor])
    static let channels = Schemas.answer([
        Property(
            "channels",
            JSONSchema(
                .list(
                    Schemas.answer([
                        Property("channel", Schemas.anyText), Property("seed", value.orNull), writes,
                    ]), 0...(.max))))
    ])
    static let threadPage = Schemas.answer([
        Property(
            "threads",
            JSONSchema(
                .list(
                    Schemas.answer([
                        Property("thread", Schemas.anyText), Property("latest", Schemas.anyText.orNull),
                        Property("created_at", Schemas.time), Property("active_at", Schemas.time),
                    ]), 0...1_000))), Schemas.nextCursor,
    ])
    static let deleted = Schemas.answer([Property("deleted", Schemas.count)])
    static let copied = Schemas.answer([Property("copied", Schemas.count)])
    static let removed = Schemas.answer([
        Property("checkpoints", Schemas.count), Property("retained", Schemas.count),
        Property("values", Schemas.count),
    ])
}
