// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// The values that all sessions of the user, and all users of the application, share.
    /// - Parameters:
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `unavailable`.
    public func readState(in scope: Scope) async throws(MemoryError) -> State {
        var members: [String: JSONValue] = [:]
        scope.add(to: &members, narrows: false)
        let call = Call(name: "state_get", method: "GET", path: "/v1/state", members: members, isRead: true)
        return try await self.answer(call, as: State.self)
    }
}
