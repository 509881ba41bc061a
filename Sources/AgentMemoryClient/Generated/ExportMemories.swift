// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Every memory of the scope with its history, deleted ones included, as lines of JSON that memory_import
    /// takes back without loss.
    /// - Parameters:
    ///   - vectors: Whether vectors are included that the model could make again.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `unavailable`.
    public func exportMemories(vectors: Bool? = nil, in scope: Scope) async throws(MemoryError) -> String {
        var members: [String: JSONValue] = [:]
        members["vectors"] = vectors?.json
        scope.add(to: &members, narrows: true)
        let call = Call(
            name: "memory_export", method: "GET", path: "/v1/memories/export", members: members, isRead: true)
        return try await self.document(call)
    }
}
