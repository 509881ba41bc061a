// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Changes a run and appends the events that prove it, in one commit. How it ended is written once.
    /// - Parameters:
    ///   - run: The run's id.
    ///   - status: Where it stands while it is at work.
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
    ///   - expectedRevision: Fails with a conflict unless it has this revision.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `conflict`, `run_not_active`,
    ///     `unavailable`.
    @discardableResult
    public func updateRun(
        run: String, status: RunProgress? = nil, end: RunEnd? = nil, phase: String? = nil, turn: String? = nil,
        labels: [String: String]? = nil, metadata: [String: JSONValue]? = nil, attributes: [String: JSONValue]? = nil,
        startedAt: Timestamp? = nil, cancellationReason: String? = nil, events: [NewEvent]? = nil,
        expectedRevision: Int? = nil, in scope: Scope
    ) async throws(MemoryError) -> RunChange {
        var members: [String: JSONValue] = [:]
        members["run"] = run.json
        members["status"] = status?.json
        members["end"] = end?.json
        members["phase"] = phase?.json
        members["turn"] = turn?.json
        members["labels"] = labels?.json
        members["metadata"] = metadata?.json
        members["attributes"] = attributes?.json
        members["started_at"] = startedAt?.json
        members["cancellation_reason"] = cancellationReason?.json
        members["events"] = events?.json
        members["expected_revision"] = expectedRevision?.json
        scope.add(to: &members, narrows: false)
        let call = Call(name: "run_update", method: "PATCH", path: "/v1/runs/{run}", members: members, isRead: false)
        return try await self.answer(call, as: RunChange.self)
    }

    /// One of a few words.
    public enum RunProgress: String, Sendable, Hashable, Codable, CaseIterable, ClientValue {
        case running
        case paused
    }
}
