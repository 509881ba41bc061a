// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// What an engine needs to go on with a run that was suspended.
    /// - Parameters:
    ///   - run: The run's id.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `unavailable`.
    public func readRunCheckpoint(run: String, in scope: Scope) async throws(MemoryError) -> ReadRunCheckpointAnswer {
        var members: [String: JSONValue] = [:]
        members["run"] = run.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "run_checkpoint", method: "GET", path: "/v1/runs/{run}/checkpoint", members: members, isRead: true)
        return try await self.answer(call, as: ReadRunCheckpointAnswer.self)
    }

    /// What an answer says.
    public struct ReadRunCheckpointAnswer: Sendable, Hashable, Codable {
        /// `id`
        public var id: String
        /// Base64.
        public var data: String

        enum CodingKeys: String, CodingKey {
            case id
            case data
        }
    }
}
