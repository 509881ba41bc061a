// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Finds events by words and meaning across a user's sessions, best first.
    /// - Parameters:
    ///   - query: A few telling words, names included.
    ///   - limit: The most results; 10 when left out.
    ///   - offset: How many better ones to leave out.
    ///   - mode: Which signals to use; hybrid when left out.
    ///   - sessions: Only events of these sessions.
    ///   - excludedSessions: No events of these sessions, such as the one that goes on.
    ///   - runs: Only events of these runs.
    ///   - agents: Only events of these agents.
    ///   - types: Only events of these types, such as user_message.
    ///   - from: Only what happened from then on.
    ///   - through: Only what happened until then.
    ///   - minimumScore: Leaves weaker results out.
    ///   - vector: Your own embedding of the query.
    ///   - deduplicate: Whether near duplicates of better results are left out.
    ///   - explain: Whether every signal behind a score is shown.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `unavailable`.
    public func searchTranscripts(
        query: String, limit: Int? = nil, offset: Int? = nil, mode: SearchMode? = nil, sessions: [String]? = nil,
        excludedSessions: [String]? = nil, runs: [String]? = nil, agents: [String]? = nil, types: [String]? = nil,
        from: Timestamp? = nil, through: Timestamp? = nil, minimumScore: Double? = nil, vector: [Double]? = nil,
        deduplicate: Bool? = nil, explain: Bool? = nil, in scope: Scope
    ) async throws(MemoryError) -> SearchTranscriptsAnswer {
        var members: [String: JSONValue] = [:]
        members["query"] = query.json
        members["limit"] = limit?.json
        members["offset"] = offset?.json
        members["mode"] = mode?.json
        members["sessions"] = sessions?.json
        members["excluded_sessions"] = excludedSessions?.json
        members["runs"] = runs?.json
        members["agents"] = agents?.json
        members["types"] = types?.json
        members["from"] = from?.json
        members["through"] = through?.json
        members["minimum_score"] = minimumScore?.json
        members["vector"] = vector?.json
        members["deduplicate"] = deduplicate?.json
        members["explain"] = explain?.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "transcript_search", method: "POST", path: "/v1/transcripts/search", members: members, isRead: true)
        return try await self.answer(call, as: SearchTranscriptsAnswer.self)
    }

    /// What an answer says.
    public struct SearchTranscriptsAnswerResult: Sendable, Hashable, Codable {
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
        /// `similarity`
        public var similarity: Double?
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
        /// `explanation`
        public var explanation: [String: JSONValue]?

        enum CodingKeys: String, CodingKey {
            case id
            case sequence
            case type
            case timestamp
            case recordedAt = "recorded_at"
            case score
            case similarity
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
            case explanation
        }
    }

    /// What an answer says.
    public struct SearchTranscriptsAnswer: Sendable, Hashable, Codable {
        /// `count`
        public var count: Int
        /// `results`
        public var results: [SearchTranscriptsAnswerResult]
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
