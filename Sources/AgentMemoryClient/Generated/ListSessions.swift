// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Conversations, the most recently active first, a page at a time.
    /// - Parameters:
    ///   - status: Only those of this status.
    ///   - agent: Only those with this agent.
    ///   - labels: Only what has every one of these labels.
    ///   - from: From when on, inclusive.
    ///   - through: Until when, inclusive; of a day, month or year its end.
    ///   - order: The time that orders them and that from and through mean; updated_at when left out.
    ///   - ascending: Whether the oldest come first.
    ///   - limit: The most results; 100 when left out.
    ///   - cursor: The next_cursor of the page before, with the same question.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `unavailable`.
    public func listSessions(
        status: SessionStatus? = nil, agent: String? = nil, labels: [String: String]? = nil, from: Timestamp? = nil,
        through: Timestamp? = nil, order: SessionOrder? = nil, ascending: Bool? = nil, limit: Int? = nil,
        cursor: String? = nil, in scope: Scope
    ) async throws(MemoryError) -> ListSessionsAnswer {
        var members: [String: JSONValue] = [:]
        members["status"] = status?.json
        members["agent"] = agent?.json
        members["labels"] = labels?.json
        members["from"] = from?.json
        members["through"] = through?.json
        members["order"] = order?.json
        members["ascending"] = ascending?.json
        members["limit"] = limit?.json
        members["cursor"] = cursor?.json
        scope.add(to: &members, narrows: false)
        let call = Call(name: "session_list", method: "GET", path: "/v1/sessions", members: members, isRead: true)
        return try await self.answer(call, as: ListSessionsAnswer.self)
    }

    /// One of a few words.
    public enum SessionStatus: String, Sendable, Hashable, Codable, CaseIterable, ClientValue {
        case active
        case ended
    }

    /// One of a few words.
    public enum SessionOrder: String, Sendable, Hashable, Codable, CaseIterable, ClientValue {
        case updatedAt = "updated_at"
        case createdAt = "created_at"
    }

    /// What an answer says.
    public struct ListSessionsAnswer: Sendable, Hashable, Codable {
        /// `count`
        public var count: Int
        /// `results`
        public var results: [Session]
        /// `next_cursor`
        public var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case count
            case results
            case nextCursor = "next_cursor"
        }
    }
}
