// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// What an answer says.
    public struct MemoryHit: Sendable, Hashable, Codable {
        /// `id`
        public var id: String
        /// `memory`
        public var memory: String
        /// `topics`
        public var topics: [String]
        /// `kind`
        public var kind: String
        /// `type`
        public var type: String
        /// `event_time`
        public var eventTime: Timestamp?
        /// `participants`
        public var participants: [String]
        /// `location`
        public var location: String?
        /// `metadata`
        public var metadata: [String: JSONValue]
        /// `relevance`
        public var relevance: Double
        /// `revision`
        public var revision: Int
        /// `created_at`
        public var createdAt: Timestamp
        /// `updated_at`
        public var updatedAt: Timestamp
        /// `accessed_at`
        public var accessedAt: Timestamp
        /// `fingerprint`
        public var fingerprint: String
        /// `score`
        public var score: Double
        /// `similarity`
        public var similarity: Double?
        /// `importance`
        public var importance: Double?
        /// `expires_at`
        public var expiresAt: Timestamp?
        /// `agent`
        public var agent: String?
        /// `session`
        public var session: String?
        /// Every signal behind the score.
        public var explanation: [String: JSONValue]?

        enum CodingKeys: String, CodingKey {
            case id
            case memory
            case topics
            case kind
            case type
            case eventTime = "event_time"
            case participants
            case location
            case metadata
            case relevance
            case revision
            case createdAt = "created_at"
            case updatedAt = "updated_at"
            case accessedAt = "accessed_at"
            case fingerprint
            case score
            case similarity
            case importance
            case expiresAt = "expires_at"
            case agent
            case session
            case explanation
        }
    }
}
