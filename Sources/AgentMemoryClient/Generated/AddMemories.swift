// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Adds up to 1,000 memories in order, each with an outcome of its own.
    /// - Parameters:
    ///   - memories: The memories.
    ///   - idempotencyKey: Sent again within a day, the request does nothing and hears the same.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `unavailable`.
    @discardableResult
    public func addMemories(memories: [AddMemoriesMemory], idempotencyKey: String? = nil, in scope: Scope)
        async throws(MemoryError) -> AddMemoriesAnswer
    {
        var members: [String: JSONValue] = [:]
        members["memories"] = memories.json
        scope.add(to: &members, narrows: true)
        let call = Call(
            name: "memory_add_batch", method: "POST", path: "/v1/memories/batch", members: members,
            idempotencyKey: idempotencyKey, isRead: false)
        return try await self.answer(call, as: AddMemoriesAnswer.self)
    }

    /// A part of a request.
    public struct AddMemoriesMemory: Sendable, Hashable, Codable, ClientObject {
        /// What to remember: one self-contained statement.
        public var memory: String
        /// Short labels to find it by, such as 'food' or 'work'.
        public var topics: [String]?
        /// fact: stable background. episode: something that happened at a time. preference: what somebody likes or
        /// wants. procedure: how something is done.
        public var kind: MemoryKind?
        /// The role it plays; long_term when left out.
        public var type: MemoryType?
        /// When it happened. ISO 8601, or as in '7 May 2024', 'May 2024' or '2024'; UTC unless an offset is given.
        public var eventTime: Timestamp?
        /// Names of the people involved.
        public var participants: [String]?
        /// Where it happened.
        public var location: String?
        /// Your own data: a JSON object.
        public var metadata: [String: JSONValue]?
        /// How much it matters.
        public var importance: Double?
        /// How relevant it still is; 1 when left out.
        public var relevance: Double?
        /// From when it is forgotten. ISO 8601, or as in '7 May 2024', 'May 2024' or '2024'; UTC unless an offset is
        /// given.
        public var expiresAt: Timestamp?
        /// Your own embedding, of the model's dimensions.
        public var vector: [Double]?

        enum CodingKeys: String, CodingKey {
            case memory
            case topics
            case kind
            case type
            case eventTime = "event_time"
            case participants
            case location
            case metadata
            case importance
            case relevance
            case expiresAt = "expires_at"
            case vector
        }

        /// What is left out is not said.
        public init(
            memory: String, topics: [String]? = nil, kind: MemoryKind? = nil, type: MemoryType? = nil,
            eventTime: Timestamp? = nil, participants: [String]? = nil, location: String? = nil,
            metadata: [String: JSONValue]? = nil, importance: Double? = nil, relevance: Double? = nil,
            expiresAt: Timestamp? = nil, vector: [Double]? = nil
        ) {
            self.memory = memory
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

    /// What an answer says.
    public struct AddMemoriesAnswerResultError: Sendable, Hashable, Codable {
        /// `code`
        public var code: String
        /// `message`
        public var message: String
        /// `conflicting_id`
        public var conflictingId: String?

        enum CodingKeys: String, CodingKey {
            case code
            case message
            case conflictingId = "conflicting_id"
        }
    }

    /// What an answer says.
    public struct AddMemoriesAnswerResult: Sendable, Hashable, Codable {
        /// `id`
        public var id: String?
        /// `created`
        public var created: Bool?
        /// What the answer lacks, such as embeddings.
        public var degraded: [String]?
        /// `error`
        public var error: AddMemoriesAnswerResultError?

        enum CodingKeys: String, CodingKey {
            case id
            case created
            case degraded
            case error
        }
    }

    /// What an answer says.
    public struct AddMemoriesAnswer: Sendable, Hashable, Codable {
        /// `count`
        public var count: Int
        /// `results`
        public var results: [AddMemoriesAnswerResult]
        /// `failed`
        public var failed: Int

        enum CodingKeys: String, CodingKey {
            case count
            case results
            case failed
        }
    }
}
