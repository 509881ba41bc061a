// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// One event.
    /// - Parameters:
    ///   - event: The event's id.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `unavailable`.
    public func getEvent(event: String, in scope: Scope) async throws(MemoryError) -> Event {
        var members: [String: JSONValue] = [:]
        members["event"] = event.json
        scope.add(to: &members, narrows: false)
        let call = Call(name: "event_get", method: "GET", path: "/v1/events/{event}", members: members, isRead: true)
        return try await self.answer(call, as: Event.self)
    }
}
