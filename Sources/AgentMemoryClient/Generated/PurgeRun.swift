// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Removes a run of its own that is over, with its events, for good. Runs of a session go with the session.
    /// - Parameters:
    ///   - run: The run's id.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `run_active`, `conflict`, `unsupported`,
    ///     `unavailable`.
    @discardableResult
    public func purgeRun(run: String, in scope: Scope) async throws(MemoryError) -> PurgeRunAnswer {
        var members: [String: JSONValue] = [:]
        members["run"] = run.json
        scope.add(to: &members, narrows: false)
        let call = Call(name: "run_purge", method: "DELETE", path: "/v1/runs/{run}", members: members, isRead: false)
        return try await self.answer(call, as: PurgeRunAnswer.self)
    }

    /// What an answer says.
    public struct PurgeRunAnswer: Sendable, Hashable, Codable {
        /// `events`
        public var events: Int
        /// `runs`
        public var runs: Int

        enum CodingKeys: String, CodingKey {
            case events
            case runs
        }
    }
}
