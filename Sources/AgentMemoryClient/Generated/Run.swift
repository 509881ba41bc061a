// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// What an answer says.
    public struct RunOutcome: Sendable, Hashable, Codable {
        /// `result`
        public var result: String?
        /// `error_code`
        public var errorCode: String?
        /// `error_message`
        public var errorMessage: String?

        enum CodingKeys: String, CodingKey {
            case result
            case errorCode = "error_code"
            case errorMessage = "error_message"
        }
    }

    /// What an answer says.
    public struct Run: Sendable, Hashable, Codable {
        /// `id`
        public var id: String
        /// `app`
        public var app: String
        /// `user`
        public var user: String
        /// `agent`
        public var agent: String
        /// `status`
        public var status: String
        /// `created_at`
        public var createdAt: Timestamp
        /// `updated_at`
        public var updatedAt: Timestamp
        /// `revision`
        public var revision: Int
        /// `session`
        public var session: String?
        /// `turn`
        public var turn: String?
        /// `parent`
        public var parent: String?
        /// `parent_tool_call`
        public var parentToolCall: String?
        /// `predecessor`
        public var predecessor: String?
        /// `phase`
        public var phase: String?
        /// `labels`
        public var labels: [String: String]?
        /// `metadata`
        public var metadata: [String: JSONValue]?
        /// `attributes`
        public var attributes: [String: JSONValue]?
        /// `started_at`
        public var startedAt: Timestamp?
        /// `ended_at`
        public var endedAt: Timestamp?
        /// `outcome`
        public var outcome: RunOutcome?
        /// `cancellation_reason`
        public var cancellationReason: String?
        /// `suspension_id`
        public var suspensionId: String?
        /// `request_digest`
        public var requestDigest: String?
        /// `archived_at`
        public var archivedAt: Timestamp?

        enum CodingKeys: String, CodingKey {
            case id
            case app
            case user
            case agent
            case status
            case createdAt = "created_at"
            case updatedAt = "updated_at"
            case revision
            case session
            case turn
            case parent
            case parentToolCall = "parent_tool_call"
            case predecessor
            case phase
            case labels
            case metadata
            case attributes
            case startedAt = "started_at"
            case endedAt = "ended_at"
            case outcome
            case cancellationReason = "cancellation_reason"
            case suspensionId = "suspension_id"
            case requestDigest = "request_digest"
            case archivedAt = "archived_at"
        }
    }
}
