// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// The best memories for a question as one block of text within a budget, marked as data.
    /// - Parameters:
    ///   - query: A few telling words, names included.
    ///   - budget: The most tokens, estimated; 1,000 when left out.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `unavailable`.
    public func recallContext(query: String, budget: Int? = nil, in scope: Scope) async throws(MemoryError)
        -> RecallContextAnswer
    {
        var members: [String: JSONValue] = [:]
        members["query"] = query.json
        members["budget"] = budget?.json
        scope.add(to: &members, narrows: true)
        let call = Call(
            name: "memory_context", method: "POST", path: "/v1/memories/context", members: members, isRead: true)
        return try await self.answer(call, as: RecallContextAnswer.self)
    }

    /// What an answer says.
    public struct RecallContextAnswer: Sendable, Hashable, Codable {
        /// `count`
        public var count: Int
        /// `results`
        public var results: [MemoryHit]
        /// `query`
        public var query: String
        /// `context`
        public var context: String
        /// `tokens`
        public var tokens: Int
        /// `degraded`
        public var degraded: [String]

        enum CodingKeys: String, CodingKey {
            case count
            case results
            case query
            case context
            case tokens
            case degraded
        }
    }
}
