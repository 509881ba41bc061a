// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Appends events, all or none, with the changes of state that they carry. The same key and content is the
    /// same event.
    /// - Parameters:
    ///   - run: The run's id.
    ///   - events: The events, in order: all are appended, or none.
    ///   - idempotencyKey: Sent again within a day, the request does nothing and hears the same.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `conflict`, `session_ended`,
    ///     `session_purged`, `run_not_active`, `unavailable`.
    @discardableResult
    public func appendRunEvents(run: String, events: [NewEvent], idempotencyKey: String? = nil, in scope: Scope)
        async throws(MemoryError) -> AppendRunEventsAnswer
    {
        var members: [String: JSONValue] = [:]
        members["run"] = run.json
        members["events"] = events.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "run_event_append", method: "POST", path: "/v1/runs/{run}/events", members: members,
            idempotencyKey: idempotencyKey, isRead: false)
        return try await self.answer(call, as: AppendRunEventsAnswer.self)
    }

    /// What an answer says.
    public struct AppendRunEventsAnswer: Sendable, Hashable, Codable {
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
