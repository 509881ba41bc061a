// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// The newest messages of a session within the bounds, oldest first.
    /// - Parameters:
    ///   - session: The session's id.
    ///   - limit: The most messages; all when left out.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `unavailable`.
    public func readBuffer(session: String, limit: Int? = nil, in scope: Scope) async throws(MemoryError)
        -> ReadBufferAnswer
    {
        var members: [String: JSONValue] = [:]
        members["session"] = session.json
        members["limit"] = limit?.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "buffer_read", method: "GET", path: "/v1/sessions/{session}/buffer", members: members, isRead: true)
        return try await self.answer(call, as: ReadBufferAnswer.self)
    }

    /// What an answer says.
    public struct ReadBufferAnswerResult: Sendable, Hashable, Codable {
        /// `sequence`
        public var sequence: Int
        /// `role`
        public var role: String
        /// `content`
        public var content: String
        /// `metadata`
        public var metadata: [String: JSONValue]
        /// `tokens`
        public var tokens: Int
        /// `created_at`
        public var createdAt: Timestamp
        /// `name`
        public var name: String?
        /// `expires_at`
        public var expiresAt: Timestamp?

        enum CodingKeys: String, CodingKey {
            case sequence
            case role
            case content
            case metadata
            case tokens
            case createdAt = "created_at"
            case name
            case expiresAt = "expires_at"
        }
    }

    /// What an answer says.
    public struct ReadBufferAnswer: Sendable, Hashable, Codable {
        /// `count`
        public var count: Int
        /// `results`
        public var results: [ReadBufferAnswerResult]

        enum CodingKeys: String, CodingKey {
            case count
            case results
        }
    }
}
