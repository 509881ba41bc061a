// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// The newest summary, and every event after what it stands for.
    /// - Parameters:
    ///   - session: The session's id.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `limit`, `unavailable`.
    public func sessionContext(session: String, in scope: Scope) async throws(MemoryError) -> SessionContextAnswer {
        var members: [String: JSONValue] = [:]
        members["session"] = session.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "session_context", method: "GET", path: "/v1/sessions/{session}/context", members: members,
            isRead: true)
        return try await self.answer(call, as: SessionContextAnswer.self)
    }

    /// What an answer says.
    public struct SessionContextAnswer: Sendable, Hashable, Codable {
        /// `summary`
        public var summary: Summary?
        /// `count`
        public var count: Int
        /// `events`
        public var events: [Event]

        enum CodingKeys: String, CodingKey {
            case summary
            case count
            case events
        }
    }
}
