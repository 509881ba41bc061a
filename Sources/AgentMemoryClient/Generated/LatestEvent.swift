// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// The newest event of a type; null where there is none.
    /// - Parameters:
    ///   - session: The session's id.
    ///   - type: The type, such as assistant_message.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `unavailable`.
    public func latestEvent(session: String, type: String, in scope: Scope) async throws(MemoryError)
        -> LatestEventAnswer
    {
        var members: [String: JSONValue] = [:]
        members["session"] = session.json
        members["type"] = type.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "event_latest", method: "GET", path: "/v1/sessions/{session}/events/latest", members: members,
            isRead: true)
        return try await self.answer(call, as: LatestEventAnswer.self)
    }

    /// What an answer says.
    public struct LatestEventAnswer: Sendable, Hashable, Codable {
        /// `event`
        public var event: Event?

        enum CodingKeys: String, CodingKey {
            case event
        }
    }
}
