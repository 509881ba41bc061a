// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Creates a run as it stands, or changes the one that is there, with the events that prove it, in one
    /// commit. Nothing is erased because it was not named.
    /// - Parameters:
    ///   - run: The run's id.
    ///   - agent: The agent that works.
    ///   - session: The conversation it belongs to; none for a run of its own.
    ///   - parent: The active run, of the same session, that calls this one.
    ///   - parentToolCall: The tool call by which it does.
    ///   - predecessor: The suspended run, of the same session, agent and parent, that this one continues.
    ///   - status: Where it stands while it is at work; running when left out. pending only counts for a run
    ///       that is new.
    ///   - createSession: Whether an empty session is created where there is none of that id.
    ///   - end: How it ended, instead of status; written once.
    ///   - phase: What it is doing, such as planning or executing_tools.
    ///   - turn: The turn of the conversation.
    ///   - labels: Names and values to list by, up to 64.
    ///   - metadata: Your own data: a JSON object.
    ///   - attributes: Typed values to list by, up to 64, such as {"customer": {"keyword": "acme"}}; keyword,
    ///       bool, int, double, time or keywords.
    ///   - startedAt: When it began to work; the first such moment stays.
    ///   - cancellationReason: Why it is to stop; the first reason stays.
    ///   - events: Events that prove it, appended to the run's log in the same commit.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `conflict`, `session_ended`,
    ///     `session_purged`, `run_not_active`, `unavailable`.
    @discardableResult
    public func upsertRun(
        run: String, agent: String, session: String? = nil, parent: String? = nil, parentToolCall: String? = nil,
        predecessor: String? = nil, status: FirstRunStatus? = nil, createSession: Bool? = nil, end: RunEnd? = nil,
        phase: String? = nil, turn: String? = nil, labels: [String: String]? = nil,
        metadata: [String: JSONValue]? = nil, attributes: [String: JSONValue]? = nil, startedAt: Timestamp? = nil,
        cancellationReason: String? = nil, events: [NewEvent]? = nil, in scope: Scope
    ) async throws(MemoryError) -> RunChange {
        var members: [String: JSONValue] = [:]
        members["run"] = run.json
        members["agent"] = agent.json
        members["session"] = session?.json
        members["parent"] = parent?.json
        members["parent_tool_call"] = parentToolCall?.json
        members["predecessor"] = predecessor?.json
        members["status"] = status?.json
        members["create_session"] = createSession?.json
        members["end"] = end?.json
        members["phase"] = phase?.json
        members["turn"] = turn?.json
        members["labels"] = labels?.json
        members["metadata"] = metadata?.json
        members["attributes"] = attributes?.json
        members["started_at"] = startedAt?.json
        members["cancellation_reason"] = cancellationReason?.json
        members["events"] = events?.json
        scope.add(to: &members, narrows: false)
        let call = Call(name: "run_upsert", method: "PUT", path: "/v1/runs/{run}", members: members, isRead: false)
        return try await self.answer(call, as: RunChange.self)
    }

    /// One of a few words.
    public enum FirstRunStatus: String, Sendable, Hashable, Codable, CaseIterable, ClientValue {
        case pending
        case running
        case paused
    }

    /// One of a few words.
    public enum RunEndStatus: String, Sendable, Hashable, Codable, CaseIterable, ClientValue {
        case completed
        case failed
        case canceled
        case suspended
    }

    /// A part of a request.
    public struct RunEndOutcome: Sendable, Hashable, Codable, ClientObject {
        /// JSON, kept as it is written.
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

        /// What is left out is not said.
        public init(result: String? = nil, errorCode: String? = nil, errorMessage: String? = nil) {
            self.result = result
            self.errorCode = errorCode
            self.errorMessage = errorMessage
        }
    }

    /// A part of a request.
    public struct RunEndCheckpoint: Sendable, Hashable, Codable, ClientObject {
        /// `id`
        public var id: String
        /// Base64.
        public var data: String

        enum CodingKeys: String, CodingKey {
            case id
            case data
        }

        /// What is left out is not said.
        public init(id: String, data: String) {
            self.id = id
            self.data = data
        }
    }

    /// A part of a request.
    public struct RunEnd: Sendable, Hashable, Codable, ClientObject {
        /// `status`
        public var status: RunEndStatus
        /// `outcome`
        public var outcome: RunEndOutcome?
        /// Now when left out.
        public var endedAt: String?
        /// What the engine needs to go on.
        public var checkpoint: RunEndCheckpoint?

        enum CodingKeys: String, CodingKey {
            case status
            case outcome
            case endedAt = "ended_at"
            case checkpoint
        }

        /// What is left out is not said.
        public init(
            status: RunEndStatus, outcome: RunEndOutcome? = nil, endedAt: String? = nil,
            checkpoint: RunEndCheckpoint? = nil
        ) {
            self.status = status
            self.outcome = outcome
            self.endedAt = endedAt
            self.checkpoint = checkpoint
        }
    }

    /// What an answer says.
    public struct RunChange: Sendable, Hashable, Codable {
        /// `run`
        public var run: Run
        /// `changed`
        public var changed: Bool
        /// `events`
        public var events: [AppendedEvent]
        /// Whether changes of the application's state are committed but still on their way.
        public var appStatePending: Bool?
        /// What the answer lacks, such as embeddings.
        public var degraded: [String]?

        enum CodingKeys: String, CodingKey {
            case run
            case changed
            case events
            case appStatePending = "app_state_pending"
            case degraded
        }
    }
}
