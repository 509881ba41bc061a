// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// One session; one that was purged or has expired is not found.
    /// - Parameters:
    ///   - session: The session's id.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `unavailable`.
    public func getSession(session: String, in scope: Scope) async throws(MemoryError) -> Session {
        var members: [String: JSONValue] = [:]
        members["session"] = session.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "session_get", method: "GET", path: "/v1/sessions/{session}", members: members, isRead: true)
        return try await self.answer(call, as: Session.self)
    }
}
