public import Retrieval

/// What a text is embedded for.
public enum EmbeddingPurpose: Sendable, Hashable {
    /// A question.
    case query
    /// A text that is stored and found.
    case document
}

/// Turns texts into vectors, for the index of a ``KeyValueStore``.
public struct ItemEmbedder: Sendable {
    /// The embedding space, at most 255 UTF-8 bytes. Vectors are compared only where it is equal.
    public var space: String
    /// Embeds texts, in order: `[texts × dimensions]`.
    public var embed: @Sendable (_ texts: [String], _ purpose: EmbeddingPurpose) async throws -> [[Float]]

    /// An embedder of a space.
    public init(
        space: String, embed: @escaping @Sendable ([String], EmbeddingPurpose) async throws -> [[Float]]
    ) {
        self.space = space
        self.embed = embed
    }
}

/// How items are indexed for questions.
public struct ItemIndex: Sendable {
    /// The paths of the fields that are indexed unless an item says otherwise; the whole value by default.
    public var fields: [String]
    /// Turns fields and questions into vectors; nil searches by words only.
    public var embedder: ItemEmbedder?
    /// Whether words, meaning or both make the score; both by default.
    public var mode: SearchMode
    /// The most bytes of indexes in memory; 64 MiB by default. Less used roots are read again when needed.
    public var maximumBytes: Int

    /// An index.
    public init(
        fields: [String] = ["$"], embedder: ItemEmbedder? = nil, mode: SearchMode = .hybrid,
        maximumBytes: Int = 64 << 20
    ) {
        self.fields = fields
        self.embedder = embedder
        self.mode = mode
        self.maximumBytes = maximumBytes
    }
}
