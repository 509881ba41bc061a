/// Makes vectors of texts, so that events are found by meaning.
public struct TextEmbedder: Sendable {
    /// What a text is embedded as.
    public enum Role: Sendable, Hashable {
        /// Something to be found.
        case document
        /// A question.
        case query
    }

    /// The name of the embedding space; vectors of different spaces are never compared. Up to 255 UTF-8 bytes.
    public var identifier: String
    /// The dimension of the vectors; nil when it is not known before.
    public var dimensions: Int?
    /// One vector a text, in order.
    public var embed: @Sendable ([String], Role) async throws -> [[Float]]

    /// An embedder.
    public init(
        identifier: String, dimensions: Int? = nil,
        embed: @escaping @Sendable ([String], Role) async throws -> [[Float]]
    ) {
        self.identifier = identifier
        self.dimensions = dimensions
        self.embed = embed
    }
}

/// How a ``TranscriptStore`` works.
public struct TranscriptStoreConfiguration: Sendable {
    /// Makes vectors; nil searches by words only.
    public var embedder: TextEmbedder?
    /// Whether the absence of an embedder was chosen. If not, answers say `degraded: ["embeddings"]`.
    public var isLexicalByChoice: Bool
    /// Seconds without activity after which a session expires, where it does not say so itself; nil for never.
    public var defaultTimeToLive: Int64?
    /// The most bytes of one event's payload as it is stored, 1 to what one value of the store takes, which is 8 MiB
    /// for most; the default is 8 MiB, or what the store takes where that is less.
    public var maximumEventBytes: Int
    /// The most events of a run's snapshot; 100,000 by default.
    public var maximumSnapshotEvents: Int
    /// The most bytes of search indexes in memory; 256 MiB by default. Less used partitions are read again when needed.
    public var indexBytes: Int
    /// Removes the memories that were made from a session, when a purge asks for it. It may be called again for the
    /// same session, and must then succeed.
    public var purgeMemories: (@Sendable (_ session: String, _ owner: Owner) async throws -> Void)?
    /// Removes the conversation at hand of a session, which every purge of the session takes along. It may be called
    /// again for the same session, and must then succeed.
    public var purgeConversation: (@Sendable (_ session: String, _ owner: Owner) async throws -> Void)?
    /// Where the events of runs that are over may be moved; nil keeps them in the store.
    public var archive: (any RunArchive)?
    /// The system clock by default.
    public var clock: @Sendable () -> Timestamp
    /// Makes identifiers of sessions, runs and events without a key; UUIDs of version 7 by default.
    public var makeIdentifier: @Sendable (Timestamp) -> String
    /// Whether ``TranscriptStore/close()`` closes the record store: false where it was handed in.
    public var ownsRecords: Bool

    /// ``maximumEventBytes`` where nothing else is chosen: enough for a message with a few pictures.
    public static let defaultEventBytes = 8 << 20

    /// The defaults.
    public init(
        embedder: TextEmbedder? = nil, isLexicalByChoice: Bool = false, defaultTimeToLive: Int64? = nil,
        maximumEventBytes: Int = Self.defaultEventBytes, maximumSnapshotEvents: Int = 100_000,
        indexBytes: Int = 256 << 20,
        purgeMemories: (@Sendable (_ session: String, _ owner: Owner) async throws -> Void)? = nil,
        purgeConversation: (@Sendable (_ session: String, _ owner: Owner) async throws -> Void)? = nil,
        archive: (any RunArchive)? = nil, clock: @escaping @Sendable () -> Timestamp = Timestamp.now,
        makeIdentifier: @escaping @Sendable (Timestamp) -> String = Identifier.make(at:), ownsRecords: Bool = false
    ) {
        self.embedder = embedder
        self.isLexicalByChoice = isLexicalByChoice
        self.defaultTimeToLive = defaultTimeToLive
        self.maximumEventBytes = maximumEventBytes
        self.maximumSnapshotEvents = maximumSnapshotEvents
        self.indexBytes = indexBytes
        self.purgeMemories = purgeMemories
        self.purgeConversation = purgeConversation
        self.archive = archive
        self.clock = clock
        self.makeIdentifier = makeIdentifier
        self.ownsRecords = ownsRecords
    }
}
