// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Appends events, all or none, with the changes of state that they carry. The same key and content is the
    /// same event.
    /// - Parameters:
    ///   - session: The session's id.
    ///   - events: The events, in order: all are appended, or none.
    ///   - idempotencyKey: Sent again within a day, the request does nothing and hears the same.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `conflict`, `session_ended`,
    ///     `session_purged`, `run_not_active`, `unavailable`.
    @discardableResult
    public func appendEvents(session: String, events: [NewEvent], idempotencyKey: String? = nil, in scope: Scope)
        async throws(MemoryError) -> AppendEventsAnswer
    {
        var members: [String: JSONValue] = [:]
        members["session"] = session.json
        members["events"] = events.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "event_append", method: "POST", path: "/v1/sessions/{session}/events", members: members,
            idempotencyKey: idempotencyKey, isRead: false)
        return try await self.answer(call, as: AppendEventsAnswer.self)
    }

    /// What an answer says.
    public struct AppendedEvent: Sendable, Hashable, Codable {
        /// `id`
        public var id: String
        /// `sequence`
        public var sequence: Int
        /// `timestamp`
        public var timestamp: Timestamp
        /// `created`
        public var created: Bool

        enum CodingKeys: String, CodingKey {
            case id
            case sequence
            case timestamp
            case created
        }
    }

    /// What an answer says.
    public struct AppendEventsAnswer: Sendable, Hashable, Codable {
        /// `count`
        public var count: Int
        /// `results`
        public var results: [AppendedEvent]
        /// `session_status`
        public var sessionStatus: String?
        /// Whether changes of the application's state are committed but still on their way.
        public var appStatePending: Bool?
        /// What the answer lacks, such as embeddings.
        public var degraded: [String]?

        enum CodingKeys: String, CodingKey {
            case count
            case results
            case sessionStatus = "session_status"
            case appStatePending = "app_state_pending"
            case degraded
        }
    }
}
