// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Deletes every memory of the user, agent or session.
    /// - Parameters:
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `unavailable`.
    @discardableResult
    public func clearMemories(in scope: Scope) async throws(MemoryError) -> ClearMemoriesAnswer {
        var members: [String: JSONValue] = [:]
        scope.add(to: &members, narrows: true)
        let call = Call(name: "memory_clear", method: "DELETE", path: "/v1/memories", members: members, isRead: false)
        return try await self.answer(call, as: ClearMemoriesAnswer.self)
    }

    /// What an answer says.
    public struct ClearMemoriesAnswer: Sendable, Hashable, Codable {
        /// `deleted`
        public var deleted: Int

        enum CodingKeys: String, CodingKey {
            case deleted
        }
    }
}
