// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// What an answer says.
    public struct Session: Sendable, Hashable, Codable {
        /// `id`
        public var id: String
        /// `app`
        public var app: String
        /// `user`
        public var user: String
        /// `status`
        public var status: String
        /// `labels`
        public var labels: [String: String]
        /// `metadata`
        public var metadata: [String: JSONValue]
        /// `created_at`
        public var createdAt: Timestamp
        /// `updated_at`
        public var updatedAt: Timestamp
        /// `revision`
        public var revision: Int
        /// `active_runs`
        public var activeRuns: Int
        /// `agent`
        public var agent: String?
        /// `title`
        public var title: String?
        /// `ttl_seconds`
        public var ttlSeconds: Int?
        /// `ended_at`
        public var endedAt: Timestamp?
        /// `expires_at`
        public var expiresAt: Timestamp?

        enum CodingKeys: String, CodingKey {
            case id
            case app
            case user
            case status
            case labels
            case metadata
            case createdAt = "created_at"
            case updatedAt = "updated_at"
            case revision
            case activeRuns = "active_runs"
            case agent
            case title
            case ttlSeconds = "ttl_seconds"
            case endedAt = "ended_at"
            case expiresAt = "expires_at"
        }
    }
}
