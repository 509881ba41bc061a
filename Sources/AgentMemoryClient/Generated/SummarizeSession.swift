// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Adds a summary of the older turns to the log, made of their most telling sentences. The originals stay.
    /// - Parameters:
    ///   - session: The session's id.
    ///   - keepTurns: How many of the newest turns are left as they are; 4 when left out.
    ///   - maximumBytes: The most UTF-8 bytes of the summary; 2,000 when left out.
    ///   - idempotencyKey: Sent again within a day, the request does nothing and hears the same.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `conflict`, `session_ended`,
    ///     `unavailable`.
    @discardableResult
    public func summarizeSession(
        session: String, keepTurns: Int? = nil, maximumBytes: Int? = nil, idempotencyKey: String? = nil, in scope: Scope
    ) async throws(MemoryError) -> SummarizeSessionAnswer {
        var members: [String: JSONValue] = [:]
        members["session"] = session.json
        members["keep_turns"] = keepTurns?.json
        members["maximum_bytes"] = maximumBytes?.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "session_summarize", method: "POST", path: "/v1/sessions/{session}/summaries", members: members,
            idempotencyKey: idempotencyKey, isRead: false)
        return try await self.answer(call, as: SummarizeSessionAnswer.self)
    }

    /// What an answer says.
    public struct Summary: Sendable, Hashable, Codable {
        /// `text`
        public var text: String
        /// `through`
        public var through: Int
        /// `summarizer`
        public var summarizer: String

        enum CodingKeys: String, CodingKey {
            case text
            case through
            case summarizer
        }
    }

    /// What an answer says.
    public struct SummarizeSessionAnswer: Sendable, Hashable, Codable {
        /// `summary`
        public var summary: Summary?

        enum CodingKeys: String, CodingKey {
            case summary
        }
    }
}
