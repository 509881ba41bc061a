// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// One memory, by its id.
    /// - Parameters:
    ///   - id: The memory's id, from an answer of another call.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `unavailable`.
    public func getMemory(id: String, in scope: Scope) async throws(MemoryError) -> Memory {
        var members: [String: JSONValue] = [:]
        members["id"] = id.json
        scope.add(to: &members, narrows: true)
        let call = Call(name: "memory_get", method: "GET", path: "/v1/memories/{id}", members: members, isRead: true)
        return try await self.answer(call, as: Memory.self)
    }
}
