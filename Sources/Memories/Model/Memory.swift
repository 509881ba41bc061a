public import Records

/// What a memory says.
public enum MemoryKind: String, Sendable, Hashable, CaseIterable {
    /// A stable attribute or piece of background.
    case fact
    /// Something that happened at a time.
    case episode
    /// What somebody likes or wants.
    case preference
    /// How something is done.
    case procedure
}

/// What role a memory plays: an axis beside ``MemoryKind``.
public enum MemoryType: String, Sendable, Hashable, CaseIterable {
    /// For the task at hand.
    case shortTerm = "short_term"
    /// Kept until it is changed: the default.
    case longTerm = "long_term"
    /// Experience.
    case episodic
    /// Knowledge.
    case semantic
    /// Skill.
    case procedural
}

/// A stored memory.
public struct Memory: Sendable, Hashable {
    /// UUID version 7, lower case, stable for life.
    public var id: String
    /// Whose it is.
    public var scope: Scope
    /// What is remembered.
    public var content: String
    /// Labels, in the order given, without repetition.
    public var topics: [String]
    /// What it says.
    public var kind: MemoryKind
    /// What role it plays.
    public var type: MemoryType
    /// When it happened.
    public var eventTime: Timestamp?
    /// Who took part.
    public var participants: [String]
    /// Where it happened.
    public var location: String?
    /// The caller's own data: a JSON object.
    public var metadata: [String: JSONValue]
    /// How much it matters, 0 to 1, if anybody said.
    public var importance: Double?
    /// How relevant it still is, 0 to 1; 1 when new. Multiplies search scores.
    public var relevance: Double
    /// From when it is invisible, and soon after deleted.
    public var expiresAt: Timestamp?
    /// When it was first added.
    public var createdAt: Timestamp
    /// When it was last added, updated or restored.
    public var updatedAt: Timestamp
    /// When it was last written, or read by a call that records access.
    public var accessedAt: Timestamp
    /// When it was softly deleted; nil while it lives.
    public var deletedAt: Timestamp?
    /// The number of its current version, from 1; every kept change makes a new one.
    public var revision: Int64
    /// The place in the user's order of adds, from 1, gap-free at the time of the add.
    public var sequence: Int64
    /// What makes an add of the same again idempotent; see ``Fingerprint``.
    public var fingerprint: String
}

/// A memory to add. Everything but the content has a default.
public struct NewMemory: Sendable, Hashable {
    /// What to remember: 1 to 2,097,152 UTF-8 bytes, no U+0000.
    public var content: String
    /// Labels: at most 64 of 1 to 255 bytes each.
    public var topics: [String]
    /// What it says; nil becomes `fact`.
    public var kind: MemoryKind?
    /// What role it plays.
    public var type: MemoryType
    /// When it happened.
    public var eventTime: Timestamp?
    /// Who took part: at most 64 of 1 to 255 bytes each.
    public var participants: [String]
    /// Where it happened, at most 1,024 bytes.
    public var location: String?
    /// The caller's own data, at most 65,536 bytes as JSON.
    public var metadata: [String: JSONValue]
    /// How much it matters, 0 to 1.
    public var importance: Double?
    /// How relevant it is, 0 to 1.
    public var relevance: Double
    /// From when it is invisible.
    public var expiresAt: Timestamp?
    /// The caller's own embedding, `[dimensions]` of the store's embedder; nil embeds the content.
    public var vector: [Float]?

    /// A memory to add.
    public init(
        _ content: String, topics: [String] = [], kind: MemoryKind? = nil, type: MemoryType = .longTerm,
        eventTime: Timestamp? = nil, participants: [String] = [], location: String? = nil,
        metadata: [String: JSONValue] = [:], importance: Double? = nil, relevance: Double = 1,
        expiresAt: Timestamp? = nil, vector: [Float]? = nil
    ) {
        self.content = content
        self.topics = topics
        self.kind = kind
        self.type = type
        self.eventTime = eventTime
        self.participants = participants
        self.location = location
        self.metadata = metadata
        self.importance = importance
        self.relevance = relevance
        self.expiresAt = expiresAt
        self.vector = vector
    }
}

/// A change of a memory; what is not named stays.
public struct MemoryUpdate: Sendable, Hashable {
    /// The new content; nil keeps it.
    public var content: String?
    /// The new topics; nil keeps them, an empty list clears them.
    public var topics: [String]?
    /// The new kind; nil keeps it.
    public var kind: MemoryKind?
    /// The new type; nil keeps it.
    public var type: MemoryType?
    /// The event time.
    public var eventTime: FieldUpdate<Timestamp>
    /// The new participants; nil keeps them, an empty list clears them.
    public var participants: [String]?
    /// The location.
    public var location: FieldUpdate<String>
    /// The new metadata, replacing the old; nil keeps it.
    public var metadata: [String: JSONValue]?
    /// The importance.
    public var importance: FieldUpdate<Double>
    /// The new relevance; nil keeps it.
    public var relevance: Double?
    /// The expiry.
    public var expiresAt: FieldUpdate<Timestamp>
    /// The caller's own embedding of the new content.
    public var vector: [Float]?

    /// A change.
    public init(
        content: String? = nil, topics: [String]? = nil, kind: MemoryKind? = nil, type: MemoryType? = nil,
        eventTime: FieldUpdate<Timestamp> = .keep, participants: [String]? = nil,
        location: FieldUpdate<String> = .keep, metadata: [String: JSONValue]? = nil,
        importance: FieldUpdate<Double> = .keep, relevance: Double? = nil,
        expiresAt: FieldUpdate<Timestamp> = .keep, vector: [Float]? = nil
    ) {
        self.content = content
        self.topics = topics
        self.kind = kind
        self.type = type
        self.eventTime = eventTime
        self.participants = participants
        self.location = location
        self.metadata = metadata
        self.importance = importance
        self.relevance = relevance
        self.expiresAt = expiresAt
        self.vector = vector
    }
}
