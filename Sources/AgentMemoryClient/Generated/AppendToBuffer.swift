// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Appends messages to the short-term memory of a session, which keeps the newest within bounds.
    /// - Parameters:
    ///   - session: The session's id.
    ///   - messages: The messages, in order.
    ///   - idempotencyKey: Sent again within a day, the request does nothing and hears the same.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `unavailable`.
    @discardableResult
    public func appendToBuffer(
        session: String, messages: [AppendToBufferMessage], idempotencyKey: String? = nil, in scope: Scope
    ) async throws(MemoryError) -> AppendToBufferAnswer {
        var members: [String: JSONValue] = [:]
        members["session"] = session.json
        members["messages"] = messages.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "buffer_append", method: "POST", path: "/v1/sessions/{session}/buffer", members: members,
            idempotencyKey: idempotencyKey, isRead: false)
        return try await self.answer(call, as: AppendToBufferAnswer.self)
    }

    /// A part of a request.
    public struct AppendToBufferMessage: Sendable, Hashable, Codable, ClientObject {
        /// Who speaks: user, assistant, system, tool or another word.
        public var role: String
        /// What was said.
        public var content: String
        /// The speaker's own name.
        public var name: String?
        /// Your own data: a JSON object.
        public var metadata: [String: JSONValue]?

        enum CodingKeys: String, CodingKey {
            case role
            case content
            case name
            case metadata
        }

        /// What is left out is not said.
        public init(role: String, content: String, name: String? = nil, metadata: [String: JSONValue]? = nil) {
            self.role = role
            self.content = content
            self.name = name
            self.metadata = metadata
        }
    }

    /// What an answer says.
    public struct AppendToBufferAnswerResult: Sendable, Hashable, Codable {
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
    public struct AppendToBufferAnswer: Sendable, Hashable, Codable {
        /// `count`
        public var count: Int
        /// `results`
        public var results: [AppendToBufferAnswerResult]

        enum CodingKeys: String, CodingKey {
            case count
            case results
        }
    }
}
