// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Memories, the most recently changed first, a page at a time.
    /// - Parameters:
    ///   - limit: The most results; 100 when left out.
    ///   - cursor: The next_cursor of the page before, with the same filter.
    ///   - kind: Only memories of this kind.
    ///   - type: Only memories of this role.
    ///   - topics: Only memories with one of these topics.
    ///   - participants: Only memories with one of these people.
    ///   - after: Leaves out what happened before this time; memories without a time stay. ISO 8601, or as in '7
    ///       May 2024', 'May 2024' or '2024'; UTC unless an offset is given.
    ///   - before: Leaves out what happened after this time or, of a day, month or year, after its end; memories
    ///       without a time stay. ISO 8601, or as in '7 May 2024', 'May 2024' or '2024'; UTC unless an offset is
    ///       given.
    ///   - filter: A condition on metadata and fields, such as {"source": "chat", "importance": {"gte": 0.5}};
    ///       AND, OR and NOT nest.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `unavailable`.
    public func listMemories(
        limit: Int? = nil, cursor: String? = nil, kind: MemoryKind? = nil, type: MemoryType? = nil,
        topics: [String]? = nil, participants: [String]? = nil, after: Timestamp? = nil, before: Timestamp? = nil,
        filter: JSONValue? = nil, in scope: Scope
    ) async throws(MemoryError) -> ListMemoriesAnswer {
        var members: [String: JSONValue] = [:]
        members["limit"] = limit?.json
        members["cursor"] = cursor?.json
        members["kind"] = kind?.json
        members["type"] = type?.json
        members["topics"] = topics?.json
        members["participants"] = participants?.json
        members["after"] = after?.json
        members["before"] = before?.json
        members["filter"] = filter?.json
        scope.add(to: &members, narrows: true)
        let call = Call(name: "memory_list", method: "GET", path: "/v1/memories", members: members, isRead: true)
        return try await self.answer(call, as: ListMemoriesAnswer.self)
    }

    /// What an answer says.
    public struct ListMemoriesAnswer: Sendable, Hashable, Codable {
        /// `count`
        public var count: Int
        /// `results`
        public var results: [Memory]
        /// `next_cursor`
        public var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case count
            case results
            case nextCursor = "next_cursor"
        }
    }
}
