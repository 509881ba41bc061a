// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Finds memories by words and meaning, best first.
    /// - Parameters:
    ///   - query: A few telling words, names included.
    ///   - limit: The most results; 10 when left out.
    ///   - mode: Which signals to use; hybrid when left out.
    ///   - minimumScore: Leaves weaker results out.
    ///   - vector: Your own embedding of the query.
    ///   - deduplicate: Whether near duplicates of better results are left out; true when left out.
    ///   - explain: Whether every signal behind a score is shown.
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
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `unavailable`.
    public func searchMemories(
        query: String, limit: Int? = nil, mode: SearchMode? = nil, minimumScore: Double? = nil, vector: [Double]? = nil,
        deduplicate: Bool? = nil, explain: Bool? = nil, kind: MemoryKind? = nil, type: MemoryType? = nil,
        topics: [String]? = nil, participants: [String]? = nil, after: Timestamp? = nil, before: Timestamp? = nil,
        filter: JSONValue? = nil, in scope: Scope
    ) async throws(MemoryError) -> SearchMemoriesAnswer {
        var members: [String: JSONValue] = [:]
        members["query"] = query.json
        members["limit"] = limit?.json
        members["mode"] = mode?.json
        members["minimum_score"] = minimumScore?.json
        members["vector"] = vector?.json
        members["deduplicate"] = deduplicate?.json
        members["explain"] = explain?.json
        members["kind"] = kind?.json
        members["type"] = type?.json
        members["topics"] = topics?.json
        members["participants"] = participants?.json
        members["after"] = after?.json
        members["before"] = before?.json
        members["filter"] = filter?.json
        scope.add(to: &members, narrows: true)
        let call = Call(
            name: "memory_search", method: "POST", path: "/v1/memories/search", members: members, isRead: true)
        return try await self.answer(call, as: SearchMemoriesAnswer.self)
    }

    /// What an answer says.
    public struct SearchMemoriesAnswer: Sendable, Hashable, Codable {
        /// `count`
        public var count: Int
        /// `results`
        public var results: [MemoryHit]
        /// `query`
        public var query: String
        /// `degraded`
        public var degraded: [String]

        enum CodingKeys: String, CodingKey {
            case count
            case results
            case query
            case degraded
        }
    }
}
