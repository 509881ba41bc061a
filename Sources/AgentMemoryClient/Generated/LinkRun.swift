// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Links a run to its parent, of the same session, and appends the events that prove it to the parent's log.
    /// - Parameters:
    ///   - run: The run's id.
    ///   - parent: The active run, of the same session, that calls this one.
    ///   - events: Events that prove it, appended to the parent's log in the same commit.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `conflict`, `run_not_active`,
    ///     `unavailable`.
    @discardableResult
    public func linkRun(run: String, parent: String, events: [NewEvent]? = nil, in scope: Scope)
        async throws(MemoryError) -> RunChange
    {
        var members: [String: JSONValue] = [:]
        members["run"] = run.json
        members["parent"] = parent.json
        members["events"] = events?.json
        scope.add(to: &members, narrows: false)
        let call = Call(name: "run_link", method: "PUT", path: "/v1/runs/{run}/parent", members: members, isRead: false)
        return try await self.answer(call, as: RunChange.self)
    }
}
