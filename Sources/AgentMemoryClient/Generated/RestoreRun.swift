// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Brings the events of a run back from the archive, under the same ids and numbers.
    /// - Parameters:
    ///   - run: The run's id.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `unsupported`, `unavailable`.
    @discardableResult
    public func restoreRun(run: String, in scope: Scope) async throws(MemoryError) -> Run {
        var members: [String: JSONValue] = [:]
        members["run"] = run.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "archive_restore", method: "POST", path: "/v1/archive/runs/{run}/restore", members: members,
            isRead: false)
        return try await self.answer(call, as: Run.self)
    }
}
