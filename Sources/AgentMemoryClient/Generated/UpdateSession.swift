// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Changes a session, ended or not. What is left out stays, null clears.
    /// - Parameters:
    ///   - session: The session's id.
    ///   - title: What people call it.
    ///   - agent: The agent it is with.
    ///   - labels: All labels.
    ///   - metadata: All metadata.
    ///   - ttlSeconds: Seconds without activity after which it expires.
    ///   - expectedRevision: Fails with a conflict unless it has this revision.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `conflict`, `unavailable`.
    @discardableResult
    public func updateSession(
        session: String, title: FieldUpdate<String> = .keep, agent: FieldUpdate<String> = .keep,
        labels: FieldUpdate<[String: String]> = .keep, metadata: FieldUpdate<[String: JSONValue]> = .keep,
        ttlSeconds: FieldUpdate<Int> = .keep, expectedRevision: Int? = nil, in scope: Scope
    ) async throws(MemoryError) -> Session {
        var members: [String: JSONValue] = [:]
        members["session"] = session.json
        members["title"] = title.said
        members["agent"] = agent.said
        members["labels"] = labels.said
        members["metadata"] = metadata.said
        members["ttl_seconds"] = ttlSeconds.said
        members["expected_revision"] = expectedRevision?.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "session_update", method: "PATCH", path: "/v1/sessions/{session}", members: members, isRead: false)
        return try await self.answer(call, as: Session.self)
    }
}
