public import Models

/// What happens when a memory is added that is already there (its fingerprint is).
public enum DuplicatePolicy: String, Sendable, Hashable, CaseIterable {
    /// Keeps the id, takes the new fields, refreshes `updated_at`: the default.
    case overwrite
    /// Keeps everything as it is and answers the id.
    case ignore
    /// Keeps both: the new one gets an id of its own and holds no fingerprint.
    case append
    /// Fails with code `conflict`, naming the id.
    case reject
}

/// How many memories may be kept.
public struct MemoryLimits: Sendable, Hashable {
    /// What happens to an add beyond a limit.
    public enum Policy: String, Sendable, Hashable, CaseIterable {
        /// It fails with code `limit`: the default.
        case reject
        /// The least recently updated memory leaves, and the history keeps it.
        case evict
    }

    /// The most live memories of a user (all agents together), at least 1; nil is unlimited, the default.
    public var perUser: Int?
    /// The most live memories of one agent of a user, at least 1; nil is unlimited, the default.
    public var perAgent: Int?
    /// What happens beyond them.
    public var policy: Policy

    /// Limits; none by default.
    public init(perUser: Int? = nil, perAgent: Int? = nil, policy: Policy = .reject) {
        self.perUser = perUser
        self.perAgent = perAgent
        self.policy = policy
    }
}

/// How a ``MemoryStore`` works.
public struct MemoryStoreConfiguration: Sendable {
    /// Turns texts into vectors; nil when search is by words only.
    public var embedder: (any Embedder)?
    /// Whether the absence of an embedder was chosen. If not, answers say `degraded: ["embeddings"]`.
    public var isLexicalByChoice: Bool
    /// What happens to duplicates.
    public var onDuplicate: DuplicatePolicy
    /// How many memories may be kept.
    public var limits: MemoryLimits
    /// Whether delete and clear leave a tombstone that ``MemoryStore/restore(_:in:)`` revives. Tombstones stay
    /// invisible, and restorable, when this is switched off later.
    public var softDelete: Bool
    /// Whether get and search write the time of access. Off by default: it makes reads write.
    public var recordsAccess: Bool
    /// The most bytes of search indexes in memory; 256 MiB by default. Less used partitions are read again when needed.
    public var indexBytes: Int
    /// The system clock by default.
    public var clock: @Sendable () -> Timestamp
    /// Whether ``MemoryStore/close()`` closes the record store: false where it was handed in.
    public var ownsRecords: Bool

    /// The defaults.
    public init(
        embedder: (any Embedder)? = nil, isLexicalByChoice: Bool = false, onDuplicate: DuplicatePolicy = .overwrite,
        limits: MemoryLimits = MemoryLimits(), softDelete: Bool = false, recordsAccess: Bool = false,
        indexBytes: Int = 256 << 20, clock: @escaping @Sendable () -> Timestamp = Timestamp.now,
        ownsRecords: Bool = false
    ) {
        self.embedder = embedder
        self.isLexicalByChoice = isLexicalByChoice
        self.onDuplicate = onDuplicate
        self.limits = limits
        self.softDelete = softDelete
        self.recordsAccess = recordsAccess
        self.indexBytes = indexBytes
        self.clock = clock
        self.ownsRecords = ownsRecords
    }
}
