public import Records

/// A message of the current conversation.
public struct BufferedMessage: Sendable, Hashable {
    /// Its number in the session: later messages have greater ones. Assigned by the store.
    public var sequence: Int64
    /// Who speaks: `user`, `assistant`, `system`, `tool` or another word.
    public var role: String
    /// The speaker's own name, where there are several of a role.
    public var name: String?
    /// What was said.
    public var content: String
    /// Anything else.
    public var metadata: [String: JSONValue]
    /// Its estimated tokens.
    public var tokens: Int
    /// When it was appended.
    public var createdAt: Timestamp
    /// When it leaves by itself.
    public var expiresAt: Timestamp?
}

/// A message to append.
public struct NewMessage: Sendable, Hashable {
    /// Who speaks, 1 to 64 UTF-8 bytes.
    public var role: String
    /// The speaker's own name, at most 255 UTF-8 bytes.
    public var name: String?
    /// What was said, at most 2 MiB of UTF-8.
    public var content: String
    /// Anything else, at most 65,536 UTF-8 bytes as JSON.
    public var metadata: [String: JSONValue]

    /// A message.
    public init(_ role: String, _ content: String, name: String? = nil, metadata: [String: JSONValue] = [:]) {
        self.role = role
        self.name = name
        self.content = content
        self.metadata = metadata
    }
}

/// How much of a conversation is kept.
public struct ShortTermConfiguration: Sendable {
    /// The most messages of a session, 1 to 1,000; 50 by default.
    public var maximumMessages: Int
    /// The most estimated tokens of a session's messages together, at least 1; 8,000 by default.
    public var maximumTokens: Int
    /// How many seconds a message is kept, more than 0; nil for as long as there is room. A day by default.
    public var lifetime: Double?
    /// Estimates the tokens of a text; one for every four UTF-8 bytes by default.
    public var tokens: @Sendable (String) -> Int
    /// The time; the system clock by default.
    public var clock: @Sendable () -> Timestamp

    /// The defaults.
    public init(
        maximumMessages: Int = 50, maximumTokens: Int = 8_000, lifetime: Double? = 86_400,
        tokens: @escaping @Sendable (String) -> Int = { ($0.utf8.count + 3) / 4 },
        clock: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) {
        self.maximumMessages = maximumMessages
        self.maximumTokens = maximumTokens
        self.lifetime = lifetime
        self.tokens = tokens
        self.clock = clock
    }

    func validate() throws(MemoryError) {
        guard (1...1_000).contains(maximumMessages) else {
            throw MemoryError(.invalid, "maximum messages must be 1 to 1000, not \(maximumMessages)")
        }
        guard maximumTokens >= 1 else {
            throw MemoryError(.invalid, "maximum tokens must be at least 1, not \(maximumTokens)")
        }
        guard lifetime.map({ $0 > 0 && $0 <= 1e9 }) ?? true else {
            throw MemoryError(.invalid, "lifetime must be more than 0 and at most 1000000000 seconds")
        }
    }
}
