// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Ends a session for good; it stays readable. A repeat answers the session as it ended first.
    /// - Parameters:
    ///   - session: The session's id.
    ///   - endedAt: When it ended; now when left out.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `unavailable`.
    @discardableResult
    public func endSession(session: String, endedAt: Timestamp? = nil, in scope: Scope) async throws(MemoryError)
        -> Session
    {
        var members: [String: JSONValue] = [:]
        members["session"] = session.json
        members["ended_at"] = endedAt?.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "session_end", method: "POST", path: "/v1/sessions/{session}/end", members: members, isRead: false)
        return try await self.answer(call, as: Session.self)
    }
}
