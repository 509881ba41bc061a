// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Deletes a memory; its history stays.
    /// - Parameters:
    ///   - id: The memory's id, from an answer of another call.
    ///   - expectedRevision: Fails with a conflict unless the memory has this revision.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `conflict`, `unavailable`.
    public func deleteMemory(id: String, expectedRevision: Int? = nil, in scope: Scope) async throws(MemoryError) {
        var members: [String: JSONValue] = [:]
        members["id"] = id.json
        members["expected_revision"] = expectedRevision?.json
        scope.add(to: &members, narrows: true)
        let call = Call(
            name: "memory_delete", method: "DELETE", path: "/v1/memories/{id}", members: members, isRead: false)
        try await self.send(call)
    }
}
