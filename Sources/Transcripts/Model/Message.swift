/// What a model call consumed.
public struct Usage: Sendable, Hashable, Codable {
    /// Tokens read, and those of them that came from a cache.
    public var inputTokens: Int?, cachedTokens: Int?
    /// Tokens written, and those of them that were thought.
    public var outputTokens: Int?, reasoningTokens: Int?
    /// All tokens, as the provider counts them.
    public var totalTokens: Int?
    /// What else the provider says.
    public var details: JSONText?

    private enum CodingKeys: String, CodingKey {
        case inputTokens = "input_tokens"
        case cachedTokens = "cached_tokens"
        case outputTokens = "output_tokens"
        case reasoningTokens = "reasoning_tokens"
        case totalTokens = "total_tokens"
        case details
    }

    /// What a model call consumed.
    public init(
        inputTokens: Int? = nil, cachedTokens: Int? = nil, outputTokens: Int? = nil, reasoningTokens: Int? = nil,
        totalTokens: Int? = nil, details: JSONText? = nil
    ) {
        self.inputTokens = inputTokens
        self.cachedTokens = cachedTokens
        self.outputTokens = outputTokens
        self.reasoningTokens = reasoningTokens
        self.totalTokens = totalTokens
        self.details = details
    }
}

/// What a person, a model or the system said.
public struct Message: Sendable, Hashable, Codable {
    /// The pieces in order.
    public var parts: [ContentPart]
    /// The same as structured data, where it was asked for.
    public var structured: JSONText?
    /// The model that said it.
    public var model: String?
    /// What saying it consumed.
    public var usage: Usage?
    /// Anything else, byte for byte.
    public var metadata: JSONText?

    /// A message of several pieces.
    public init(
        _ parts: [ContentPart], structured: JSONText? = nil, model: String? = nil, usage: Usage? = nil,
        metadata: JSONText? = nil
    ) {
        self.parts = parts
        self.structured = structured
        self.model = model
        self.usage = usage
        self.metadata = metadata
    }

    /// A message of one text.
    public init(_ text: String) { self.init([.text(text)]) }

    /// The texts, a line break between them.
    public var text: String {
        parts.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n")
    }
}

/// What a model thought before it spoke.
public struct Thinking: Sendable, Hashable {
    /// The thought, where it is shown.
    public var text: String?
    /// The provider's signature of it.
    public var signature: String?
    /// The thought as the provider hides it.
    public var redacted: [UInt8]?
    /// Its place among the pieces of the answer.
    public var contentIndex: Int
    /// Whether it is whole.
    public var isFinal: Bool

    /// A thought.
    public init(
        text: String? = nil, signature: String? = nil, redacted: [UInt8]? = nil, contentIndex: Int = 0,
        isFinal: Bool = true
    ) {
        self.text = text
        self.signature = signature
        self.redacted = redacted
        self.contentIndex = contentIndex
        self.isFinal = isFinal
    }
}

extension Thinking: Codable {
    private enum CodingKeys: String, CodingKey {
        case text, signature, redacted
        case contentIndex = "content_index"
        case isFinal = "final"
    }

    /// Reads the members `text`, `signature`, `redacted` (base64), `content_index` and `final`.
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        text = try container.decodeIfPresent(String.self, forKey: .text)
        signature = try container.decodeIfPresent(String.self, forKey: .signature)
        redacted = try container.decodeIfPresent(Base64.self, forKey: .redacted)?.bytes
        contentIndex = try container.decodeIfPresent(Int.self, forKey: .contentIndex) ?? 0
        isFinal = try container.decodeIfPresent(Bool.self, forKey: .isFinal) ?? false
    }

    /// Writes the same members.
    /// - Throws: `EncodingError`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(text, forKey: .text)
        try container.encodeIfPresent(signature, forKey: .signature)
        try container.encodeIfPresent(redacted.map(Base64.init), forKey: .redacted)
        try container.encode(contentIndex, forKey: .contentIndex)
        try container.encode(isFinal, forKey: .isFinal)
    }
}
