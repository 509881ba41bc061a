// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// The state as a session sees it: merged, and by scope.
    /// - Parameters:
    ///   - session: The session's id.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `unavailable`.
    public func readSessionState(session: String, in scope: Scope) async throws(MemoryError) -> State {
        var members: [String: JSONValue] = [:]
        members["session"] = session.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "session_state_get", method: "GET", path: "/v1/sessions/{session}/state", members: members,
            isRead: true)
        return try await self.answer(call, as: State.self)
    }

    /// What an answer says.
    public struct State: Sendable, Hashable, Codable {
        /// All values; those of the other scopes begin with app:, user: and temp:.
        public var state: [String: JSONValue]
        /// `app`
        public var app: [String: JSONValue]
        /// `user`
        public var user: [String: JSONValue]
        /// `session`
        public var session: [String: JSONValue]
        /// `temporary`
        public var temporary: [String: JSONValue]

        enum CodingKeys: String, CodingKey {
            case state
            case app
            case user
            case session
            case temporary
        }
    }
}
