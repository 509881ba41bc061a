// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Changes a memory; its id stays. What is left out stays, null clears.
    /// - Parameters:
    ///   - id: The memory's id, from an answer of another call.
    ///   - memory: What to remember: one self-contained statement.
    ///   - topics: Short labels to find it by, such as 'food' or 'work'.
    ///   - kind: fact: stable background. episode: something that happened at a time. preference: what somebody
    ///       likes or wants. procedure: how something is done.
    ///   - type: The role it plays.
    ///   - eventTime: When it happened. ISO 8601, or as in '7 May 2024', 'May 2024' or '2024'; UTC unless an
    ///       offset is given.
    ///   - participants: Names of the people involved.
    ///   - location: Where it happened.
    ///   - metadata: Your own data: a JSON object.
    ///   - importance: How much it matters.
    ///   - relevance: How relevant it still is.
    ///   - expiresAt: From when it is forgotten. ISO 8601, or as in '7 May 2024', 'May 2024' or '2024'; UTC
    ///       unless an offset is given.
    ///   - vector: Your own embedding, of the model's dimensions.
    ///   - expectedRevision: Fails with a conflict unless the memory has this revision.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `conflict`, `unavailable`.
    @discardableResult
    public func updateMemory(
        id: String, memory: String? = nil, topics: FieldUpdate<[String]> = .keep, kind: MemoryKind? = nil,
        type: MemoryType? = nil, eventTime: FieldUpdate<Timestamp> = .keep, participants: FieldUpdate<[String]> = .keep,
        location: FieldUpdate<String> = .keep, metadata: FieldUpdate<[String: JSONValue]> = .keep,
        importance: FieldUpdate<Double> = .keep, relevance: Double? = nil, expiresAt: FieldUpdate<Timestamp> = .keep,
        vector: [Double]? = nil, expectedRevision: Int? = nil, in scope: Scope
    ) async throws(MemoryError) -> UpdateMemoryAnswer {
        var members: [String: JSONValue] = [:]
        members["id"] = id.json
        members["memory"] = memory?.json
        members["topics"] = topics.said
        members["kind"] = kind?.json
        members["type"] = type?.json
        members["event_time"] = eventTime.said
        members["participants"] = participants.said
        members["location"] = location.said
        members["metadata"] = metadata.said
        members["importance"] = importance.said
        members["relevance"] = relevance?.json
        members["expires_at"] = expiresAt.said
        members["vector"] = vector?.json
        members["expected_revision"] = expectedRevision?.json
        scope.add(to: &members, narrows: true)
        let call = Call(
            name: "memory_update", method: "PATCH", path: "/v1/memories/{id}", members: members, isRead: false)
        return try await self.answer(call, as: UpdateMemoryAnswer.self)
    }

    /// What an answer says.
    public struct UpdateMemoryAnswer: Sendable, Hashable, Codable {
        /// `id`
        public var id: String
        /// `memory`
        public var memory: String
        /// `topics`
        public var topics: [String]
        /// `kind`
        public var kind: String
        /// `type`
        public var type: String
        /// `event_time`
        public var eventTime: Timestamp?
        /// `participants`
        public var participants: [String]
        /// `location`
        public var location: String?
        /// `metadata`
        public var metadata: [String: JSONValue]
        /// `relevance`
        public var relevance: Double
        /// `revision`
        public var revision: Int
        /// `created_at`
        public var createdAt: Timestamp
        /// `updated_at`
        public var updatedAt: Timestamp
        /// `accessed_at`
        public var accessedAt: Timestamp
        /// `fingerprint`
        public var fingerprint: String
        /// `importance`
        public var importance: Double?
        /// `expires_at`
        public var expiresAt: Timestamp?
        /// `agent`
        public var agent: String?
        /// `session`
        public var session: String?
        /// What the answer lacks, such as embeddings.
        public var degraded: [String]?

        enum CodingKeys: String, CodingKey {
            case id
            case memory
            case topics
            case kind
            case type
            case eventTime = "event_time"
            case participants
            case location
            case metadata
            case relevance
            case revision
            case createdAt = "created_at"
            case updatedAt = "updated_at"
            case accessedAt = "accessed_at"
            case fingerprint
            case importance
            case expiresAt = "expires_at"
            case agent
            case session
            case degraded
        }
    }
}
