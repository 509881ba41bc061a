// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Brings a memory back that was deleted where deletions are kept.
    /// - Parameters:
    ///   - id: The memory's id, from an answer of another call.
    ///   - idempotencyKey: Sent again within a day, the request does nothing and hears the same.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `conflict`, `limit`, `unavailable`.
    @discardableResult
    public func restoreMemory(id: String, idempotencyKey: String? = nil, in scope: Scope) async throws(MemoryError)
        -> Memory
    {
        var members: [String: JSONValue] = [:]
        members["id"] = id.json
        scope.add(to: &members, narrows: true)
        let call = Call(
            name: "memory_restore", method: "POST", path: "/v1/memories/{id}/restore", members: members,
            idempotencyKey: idempotencyKey, isRead: false)
        return try await self.answer(call, as: Memory.self)
    }
}
