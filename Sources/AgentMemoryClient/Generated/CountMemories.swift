// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// How many memories there are.
    /// - Parameters:
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `unavailable`.
    public func countMemories(in scope: Scope) async throws(MemoryError) -> CountMemoriesAnswer {
        var members: [String: JSONValue] = [:]
        scope.add(to: &members, narrows: true)
        let call = Call(name: "memory_count", method: "GET", path: "/v1/memories/count", members: members, isRead: true)
        return try await self.answer(call, as: CountMemoriesAnswer.self)
    }

    /// What an answer says.
    public struct CountMemoriesAnswer: Sendable, Hashable, Codable {
        /// `count`
        public var count: Int

        enum CodingKeys: String, CodingKey {
            case count
        }
    }
}
