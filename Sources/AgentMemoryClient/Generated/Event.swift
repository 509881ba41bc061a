// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// What an answer says.
    public struct Event: Sendable, Hashable, Codable {
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
}
