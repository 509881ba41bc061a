// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Adds a memory; adding the same again answers the id it already has.
    /// - Parameters:
    ///   - memory: What to remember: one self-contained statement.
    ///   - topics: Short labels to find it by, such as 'food' or 'work'.
    ///   - kind: fact: stable background. episode: something that happened at a time. preference: what somebody
    ///       likes or wants. procedure: how something is done.
    ///   - type: The role it plays; long_term when left out.
    ///   - eventTime: When it happened. ISO 8601, or as in '7 May 2024', 'May 2024' or '2024'; UTC unless an
    ///       offset is given.
    ///   - participants: Names of the people involved.
    ///   - location: Where it happened.
    ///   - metadata: Your own data: a JSON object.
    ///   - importance: How much it matters.
    ///   - relevance: How relevant it still is; 1 when left out.
    ///   - expiresAt: From when it is forgotten. ISO 8601, or as in '7 May 2024', 'May 2024' or '2024'; UTC
    ///       unless an offset is given.
    ///   - vector: Your own embedding, of the model's dimensions.
    ///   - idempotencyKey: Sent again within a day, the request does nothing and hears the same.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `conflict`, `limit`, `unavailable`.
    @discardableResult
    public func addMemory(
        memory: String, topics: [String]? = nil, kind: MemoryKind? = nil, type: MemoryType? = nil,
        eventTime: Timestamp? = nil, participants: [String]? = nil, location: String? = nil,
        metadata: [String: JSONValue]? = nil, importance: Double? = nil, relevance: Double? = nil,
        expiresAt: Timestamp? = nil, vector: [Double]? = nil, idempotencyKey: String? = nil, in scope: Scope
    ) async throws(MemoryError) -> AddMemoryAnswer {
        var members: [String: JSONValue] = [:]
        members["memory"] = memory.json
        members["topics"] = topics?.json
        members["kind"] = kind?.json
        members["type"] = type?.json
        members["event_time"] = eventTime?.json
        members["participants"] = participants?.json
        members["location"] = location?.json
        members["metadata"] = metadata?.json
        members["importance"] = importance?.json
        members["relevance"] = relevance?.json
        members["expires_at"] = expiresAt?.json
        members["vector"] = vector?.json
        scope.add(to: &members, narrows: true)
        let call = Call(
            name: "memory_add", method: "POST", path: "/v1/memories", members: members, idempotencyKey: idempotencyKey,
            isRead: false)
        return try await self.answer(call, as: AddMemoryAnswer.self)
    }

    /// What an answer says.
    public struct AddMemoryAnswer: Sendable, Hashable, Codable {
        /// `id`
        public var id: String
        /// `created`
        public var created: Bool
        /// What the answer lacks, such as embeddings.
        public var degraded: [String]?

        enum CodingKeys: String, CodingKey {
            case id
            case created
            case degraded
        }
    }
}
