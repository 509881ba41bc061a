// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Creates a conversation; the same creation again answers it.
    /// - Parameters:
    ///   - id: The session's id; one is made when left out.
    ///   - agent: The agent it is with.
    ///   - title: What people call it.
    ///   - labels: Names and values to list by, up to 64.
    ///   - metadata: Your own data: a JSON object.
    ///   - ttlSeconds: Seconds without activity after which it expires; never when left out.
    ///   - state: The state it starts with.
    ///   - createdAt: When it began; now when left out.
    ///   - idempotencyKey: Sent again within a day, the request does nothing and hears the same.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `conflict`, `session_ended`, `session_purged`,
    ///     `unavailable`.
    @discardableResult
    public func createSession(
        id: String? = nil, agent: String? = nil, title: String? = nil, labels: [String: String]? = nil,
        metadata: [String: JSONValue]? = nil, ttlSeconds: Int? = nil, state: [StateChange]? = nil,
        createdAt: Timestamp? = nil, idempotencyKey: String? = nil, in scope: Scope
    ) async throws(MemoryError) -> CreateSessionAnswer {
        var members: [String: JSONValue] = [:]
        members["id"] = id?.json
        members["agent"] = agent?.json
        members["title"] = title?.json
        members["labels"] = labels?.json
        members["metadata"] = metadata?.json
        members["ttl_seconds"] = ttlSeconds?.json
        members["state"] = state?.json
        members["created_at"] = createdAt?.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "session_create", method: "POST", path: "/v1/sessions", members: members,
            idempotencyKey: idempotencyKey, isRead: false)
        return try await self.answer(call, as: CreateSessionAnswer.self)
    }

    /// One of a few words.
    public enum StateScope: String, Sendable, Hashable, Codable, CaseIterable, ClientValue {
        case app
        case user
        case session
        case temporary
    }

    /// A part of a request.
    public struct StateChange: Sendable, Hashable, Codable, ClientObject {
        /// `scope`
        public var scope: StateScope
        /// `name`
        public var name: String
        /// `value`
        public var value: JSONValue?

        enum CodingKeys: String, CodingKey {
            case scope
            case name
            case value
        }

        /// What is left out is not said.
        public init(scope: StateScope, name: String, value: JSONValue? = nil) {
            self.scope = scope
            self.name = name
            self.value = value
        }
    }

    /// What an answer says.
    public struct CreateSessionAnswer: Sendable, Hashable, Codable {
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
        /// `created`
        public var created: Bool
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
        /// Whether changes of the application's state are committed but still on their way.
        public var appStatePending: Bool?

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
            case created
            case agent
            case title
            case ttlSeconds = "ttl_seconds"
            case endedAt = "ended_at"
            case expiresAt = "expires_at"
            case appStatePending = "app_state_pending"
        }
    }
}
