// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Runs by session, status, agent, parent, labels, typed attributes and time, a page at a time.
    /// - Parameters:
    ///   - session: Only those of this session.
    ///   - statuses: Only those of one of these statuses.
    ///   - agent: Only those of this agent.
    ///   - parent: Only those that this run called.
    ///   - labels: Only what has every one of these labels.
    ///   - attributes: Only runs whose attributes equal these; of keywords, have one of them.
    ///   - from: From when on, inclusive.
    ///   - through: Until when, inclusive; of a day, month or year its end.
    ///   - descending: Whether the newest come first.
    ///   - limit: The most results; 100 when left out.
    ///   - cursor: The next_cursor of the page before, with the same question.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `unavailable`.
    public func listRuns(
        session: String? = nil, statuses: [RunStatus]? = nil, agent: String? = nil, parent: String? = nil,
        labels: [String: String]? = nil, attributes: [String: JSONValue]? = nil, from: Timestamp? = nil,
        through: Timestamp? = nil, descending: Bool? = nil, limit: Int? = nil, cursor: String? = nil, in scope: Scope
    ) async throws(MemoryError) -> ListRunsAnswer {
        var members: [String: JSONValue] = [:]
        members["session"] = session?.json
        members["statuses"] = statuses?.json
        members["agent"] = agent?.json
        members["parent"] = parent?.json
        members["labels"] = labels?.json
        members["attributes"] = attributes?.json
        members["from"] = from?.json
        members["through"] = through?.json
        members["descending"] = descending?.json
        members["limit"] = limit?.json
        members["cursor"] = cursor?.json
        scope.add(to: &members, narrows: false)
        let call = Call(name: "run_list", method: "GET", path: "/v1/runs", members: members, isRead: true)
        return try await self.answer(call, as: ListRunsAnswer.self)
    }

    /// One of a few words.
    public enum RunStatus: String, Sendable, Hashable, Codable, CaseIterable, ClientValue {
        case pending
        case running
        case paused
        case suspended
        case completed
        case failed
        case canceled
    }

    /// What an answer says.
    public struct ListRunsAnswer: Sendable, Hashable, Codable {
        /// `count`
        public var count: Int
        /// `results`
        public var results: [Run]
        /// `next_cursor`
        public var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case count
            case results
            case nextCursor = "next_cursor"
        }
    }
}
