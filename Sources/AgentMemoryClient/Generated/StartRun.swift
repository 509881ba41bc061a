// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Starts a run and appends the events that prove it, in one commit; the same start again answers the run.
    /// - Parameters:
    ///   - agent: The agent that works.
    ///   - id: The run's id; one is made when left out.
    ///   - session: The conversation it belongs to; none for a run of its own.
    ///   - turn: The turn of the conversation.
    ///   - parent: The active run, of the same session, that calls this one.
    ///   - parentToolCall: The tool call by which it does.
    ///   - predecessor: The suspended run, of the same session, agent and parent, that this one continues.
    ///   - status: Where it begins; running when left out.
    ///   - phase: What it is doing, such as planning or executing_tools.
    ///   - labels: Names and values to list by, up to 64.
    ///   - metadata: Your own data: a JSON object.
    ///   - attributes: Typed values to list by, up to 64, such as {"customer": {"keyword": "acme"}}; keyword,
    ///       bool, int, double, time or keywords.
    ///   - startedAt: When it began to work; the first such moment stays.
    ///   - requestDigest: A digest of the request, 1 to 64 bytes in base64: a repeat with the same one is the
    ///       same start whatever else it says.
    ///   - events: Events that prove it, appended to the run's log in the same commit.
    ///   - idempotencyKey: Sent again within a day, the request does nothing and hears the same.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `conflict`, `session_ended`,
    ///     `session_purged`, `run_not_active`, `unavailable`.
    @discardableResult
    public func startRun(
        agent: String, id: String? = nil, session: String? = nil, turn: String? = nil, parent: String? = nil,
        parentToolCall: String? = nil, predecessor: String? = nil, status: StartRunStatus? = nil, phase: String? = nil,
        labels: [String: String]? = nil, metadata: [String: JSONValue]? = nil, attributes: [String: JSONValue]? = nil,
        startedAt: Timestamp? = nil, requestDigest: String? = nil, events: [NewEvent]? = nil,
        idempotencyKey: String? = nil, in scope: Scope
    ) async throws(MemoryError) -> StartRunAnswer {
        var members: [String: JSONValue] = [:]
        members["agent"] = agent.json
        members["id"] = id?.json
        members["session"] = session?.json
        members["turn"] = turn?.json
        members["parent"] = parent?.json
        members["parent_tool_call"] = parentToolCall?.json
        members["predecessor"] = predecessor?.json
        members["status"] = status?.json
        members["phase"] = phase?.json
        members["labels"] = labels?.json
        members["metadata"] = metadata?.json
        members["attributes"] = attributes?.json
        members["started_at"] = startedAt?.json
        members["request_digest"] = requestDigest?.json
        members["events"] = events?.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "run_start", method: "POST", path: "/v1/runs", members: members, idempotencyKey: idempotencyKey,
            isRead: false)
        return try await self.answer(call, as: StartRunAnswer.self)
    }

    /// One of a few words.
    public enum StartRunStatus: String, Sendable, Hashable, Codable, CaseIterable, ClientValue {
        case pending
        case running
    }

    /// What an answer says.
    public struct StartRunAnswer: Sendable, Hashable, Codable {
        /// `id`
        public var id: String
        /// `run`
        public var run: Run
        /// `created`
        public var created: Bool
        /// Whether to work: false when the run is over already.
        public var shouldProceed: Bool
        /// `events`
        public var events: [AppendedEvent]
        /// Whether changes of the application's state are committed but still on their way.
        public var appStatePending: Bool?
        /// What the answer lacks, such as embeddings.
        public var degraded: [String]?

        enum CodingKeys: String, CodingKey {
            case id
            case run
            case created
            case shouldProceed = "should_proceed"
            case events
            case appStatePending = "app_state_pending"
            case degraded
        }
    }
}
