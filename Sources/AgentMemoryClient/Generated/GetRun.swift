// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// One run of an owner; run_find needs its id alone.
    /// - Parameters:
    ///   - run: The run's id.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `unavailable`.
    public func getRun(run: String, in scope: Scope) async throws(MemoryError) -> Run {
        var members: [String: JSONValue] = [:]
        members["run"] = run.json
        scope.add(to: &members, narrows: false)
        let call = Call(name: "run_get", method: "GET", path: "/v1/runs/{run}", members: members, isRead: true)
        return try await self.answer(call, as: Run.self)
    }
}
