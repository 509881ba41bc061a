// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Finds events in the archive by their words, best first. Every archived run of the owner is read.
    /// - Parameters:
    ///   - query: A few telling words, names included.
    ///   - limit: The most results; 10 when left out.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `unsupported`, `unavailable`.
    public func searchArchive(query: String, limit: Int? = nil, in scope: Scope) async throws(MemoryError)
        -> SearchArchiveAnswer
    {
        var members: [String: JSONValue] = [:]
        members["query"] = query.json
        members["limit"] = limit?.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "archive_search", method: "POST", path: "/v1/archive/search", members: members, isRead: true)
        return try await self.answer(call, as: SearchArchiveAnswer.self)
    }

    /// What an answer says.
    public struct SearchArchiveAnswerResult: Sendable, Hashable, Codable {
        /// `id`
        public var id: String
        /// `sequence`
        public var sequence: Int
        /// `type`
        public var type: String
        /// `timestamp`
        public var timestamp: Timestamp
        /// `recorded_at`
        public var recordedAt: Timestamp
        /// `score`
        public var score: Double
        /// `key`
        public var key: String?
        /// `session`
        public var session: String?
        /// `run`
        public var run: String?
        /// `agent`
        public var agent: String?
        /// `turn`
        public var turn: String?
        /// `author`
        public var author: String?
        /// `labels`
        public var labels: [String: String]?
        /// `state_changes`
        public var stateChanges: [[String: JSONValue]]?
        /// `payload`
        public var payload: [String: JSONValue]?
        /// `data`
        public var data: String?

        enum CodingKeys: String, CodingKey {
            case id
            case sequence
            case type
            case timestamp
            case recordedAt = "recorded_at"
            case score
            case key
            case session
            case run
            case agent
            case turn
            case author
            case labels
            case stateChanges = "state_changes"
            case payload
            case data
        }
    }

    /// What an answer says.
    public struct SearchArchiveAnswer: Sendable, Hashable, Codable {
        /// `count`
        public var count: Int
        /// `results`
        public var results: [SearchArchiveAnswerResult]
        /// `query`
        public var query: String

        enum CodingKeys: String, CodingKey {
            case count
            case results
            case query
        }
    }
}
