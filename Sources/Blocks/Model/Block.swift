public import Records

/// A labelled text that is part of the prompt of every agent it is attached to: what Letta calls core memory.
///
/// A block is not a ``MemoryFiles/MemoryFile``, though both are texts. A file is found by its path, which is unique in its
/// folder, and read when an agent asks for it. A block has no place: many have the label `human`, one belongs to any number
/// of agents, its label is unique only within each of them, its length is bounded in characters by a limit of its own, and
/// all of an agent's blocks are read together before each call of the model. As a file it would need a second name, a
/// table of who sees it, and no path.
public struct Block: Sendable, Hashable {
    /// `block-` and a UUID.
    public var id: String
    /// What the agent calls it, such as `human`; 1 to 255 UTF-8 bytes.
    public var label: String
    /// The text, at most ``limit`` characters.
    public var value: String
    /// The most characters (Unicode code points) of the value, 1 to 1,000,000.
    public var limit: Int
    /// What it is for; the agent is told. At most 10,000 characters.
    public var description: String?
    /// Whether agents may only read it. Whoever manages it may write.
    public var isReadOnly: Bool
    /// Anything that belongs to it.
    public var metadata: [String: JSONValue]
    /// Words to find it by; at most 64 of at most 255 characters.
    public var tags: [String]
    /// How many agents it is attached to.
    public var agentCount: Int
    /// Microseconds since 1970 UTC.
    public var createdAt: Int64
    /// When anything but its attachments changed last.
    public var updatedAt: Int64

    /// A block.
    public init(
        id: String, label: String, value: String, limit: Int, description: String?, isReadOnly: Bool,
        metadata: [String: JSONValue], tags: [String], agentCount: Int, createdAt: Int64, updatedAt: Int64
    ) {
        self.id = id
        self.label = label
        self.value = value
        self.limit = limit
        self.description = description
        self.isReadOnly = isReadOnly
        self.metadata = metadata
        self.tags = tags
        self.agentCount = agentCount
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// The limit of a block that names none.
    public static let standardLimit = 100_000
}

/// A block to make.
public struct NewBlock: Sendable {
    /// What the agent calls it.
    public var label: String
    /// The text.
    public var value: String
    /// The most characters of the value.
    public var limit: Int
    /// What it is for.
    public var description: String?
    /// Whether agents may only read it.
    public var isReadOnly: Bool
    /// Anything that belongs to it.
    public var metadata: [String: JSONValue]
    /// Words to find it by.
    public var tags: [String]

    /// A block to make, of at most 100,000 characters unless it says otherwise.
    public init(
        _ label: String, _ value: String, limit: Int = Block.standardLimit, description: String? = nil,
        isReadOnly: Bool = false, metadata: [String: JSONValue] = [:], tags: [String] = []
    ) {
        self.label = label
        self.value = value
        self.limit = limit
        self.description = description
        self.isReadOnly = isReadOnly
        self.metadata = metadata
        self.tags = tags
    }
}

/// What to change of a block; nil leaves it.
public struct BlockChange: Sendable {
    /// The new label.
    public var label: String?
    /// The new text.
    public var value: String?
    /// The new limit.
    public var limit: Int?
    /// The new description; `.some(nil)` removes it.
    public var description: String??
    /// Whether agents may only read it.
    public var isReadOnly: Bool?
    /// The new metadata, in place of all that there was.
    public var metadata: [String: JSONValue]?
    /// The new tags.
    public var tags: [String]?

    /// A change.
    public init(
        label: String? = nil, value: String? = nil, limit: Int? = nil, description: String?? = nil,
        isReadOnly: Bool? = nil, metadata: [String: JSONValue]? = nil, tags: [String]? = nil
    ) {
        self.label = label
        self.value = value
        self.limit = limit
        self.description = description
        self.isReadOnly = isReadOnly
        self.metadata = metadata
        self.tags = tags
    }
}

/// Which blocks to list, by when they were made.
public struct BlockQuery: Sendable {
    /// Only of this label.
    public var label: String?
    /// Only with this in the label, byte for byte.
    public var labelContains: String?
    /// Only with this in the value.
    public var valueContains: String?
    /// Only with this in the description.
    public var descriptionContains: String?
    /// Only with these tags.
    public var tags: [String]
    /// Whether every tag is needed; by default one is enough.
    public var needsAllTags: Bool
    /// Only attached to so many agents.
    public var agentCounts: ClosedRange<Int>?
    /// Only those behind this block, by its id.
    public var after: String?
    /// Only those before this block.
    public var before: String?
    /// Whether the newest come first; by default the oldest do.
    public var isDescending: Bool
    /// The most blocks, 1 to 1,000; 50 by default.
    public var limit: Int

    /// Every block, the first 50.
    public init(
        label: String? = nil, labelContains: String? = nil, valueContains: String? = nil,
        descriptionContains: String? = nil, tags: [String] = [], needsAllTags: Bool = false,
        agentCounts: ClosedRange<Int>? = nil, after: String? = nil, before: String? = nil, isDescending: Bool = false,
        limit: Int = 50
    ) {
        self.label = label
        self.labelContains = labelContains
        self.valueContains = valueContains
        self.descriptionContains = descriptionContains
        self.tags = tags
        self.needsAllTags = needsAllTags
        self.agentCounts = agentCounts
        self.after = after
        self.before = before
        self.isDescending = isDescending
        self.limit = limit
    }
}
