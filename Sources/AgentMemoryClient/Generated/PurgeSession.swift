// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Removes an ended session with its runs, events and state for good. Its id is never used again.
    /// - Parameters:
    ///   - session: The session's id.
    ///   - includeMemories: Whether the memories of the session are removed, too.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `session_active`,
    ///     `session_has_active_runs`, `unsupported`, `unavailable`.
    @discardableResult
    public func purgeSession(session: String, includeMemories: Bool? = nil, in scope: Scope) async throws(MemoryError)
        -> PurgeSessionAnswer
    {
        var members: [String: JSONValue] = [:]
        members["session"] = session.json
        members["include_memories"] = includeMemories?.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "session_purge", method: "DELETE", path: "/v1/sessions/{session}", members: members, isRead: false)
        return try await self.answer(call, as: PurgeSessionAnswer.self)
    }

    /// What an answer says.
    public struct PurgeSessionAnswer: Sendable, Hashable, Codable {
        /// `events`
        public var events: Int
        /// `runs`
        public var runs: Int
        /// `state_values`
        public var stateValues: Int
        /// `includes_memories`
        public var includesMemories: Bool

        enum CodingKeys: String, CodingKey {
            case events
            case runs
            case stateValues = "state_values"
            case includesMemories = "includes_memories"
        }
    }
}
