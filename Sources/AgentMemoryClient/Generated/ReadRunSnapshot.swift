// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// A run and all its events as they are now, also from the archive; of a run that nobody knows there are
    /// none.
    /// - Parameters:
    ///   - run: The run's id.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `limit`, `unavailable`.
    public func readRunSnapshot(run: String, in scope: Scope) async throws(MemoryError) -> ReadRunSnapshotAnswer {
        var members: [String: JSONValue] = [:]
        members["run"] = run.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "run_snapshot", method: "GET", path: "/v1/runs/{run}/snapshot", members: members, isRead: true)
        return try await self.answer(call, as: ReadRunSnapshotAnswer.self)
    }

    /// What an answer says.
    public struct ReadRunSnapshotAnswer: Sendable, Hashable, Codable {
        /// `id`
        public var id: String
        /// `run`
        public var run: Run?
        /// `meta`
        public var meta: [String: JSONValue]
        /// `count`
        public var count: Int
        /// `events`
        public var events: [Event]

        enum CodingKeys: String, CodingKey {
            case id
            case run
            case meta
            case count
            case events
        }
    }
}
