// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Asks for a run to stop. The first reason stays; its engine then records the end.
    /// - Parameters:
    ///   - run: The run's id.
    ///   - reason: Why, such as user_requested, which is meant when left out.
    ///   - events: Events that prove it, appended to the run's log in the same commit.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `conflict`, `run_not_active`,
    ///     `unavailable`.
    @discardableResult
    public func cancelRun(run: String, reason: String? = nil, events: [NewEvent]? = nil, in scope: Scope)
        async throws(MemoryError) -> RunChange
    {
        var members: [String: JSONValue] = [:]
        members["run"] = run.json
        members["reason"] = reason?.json
        members["events"] = events?.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "run_cancel", method: "POST", path: "/v1/runs/{run}/cancel", members: members, isRead: false)
        return try await self.answer(call, as: RunChange.self)
    }
}
