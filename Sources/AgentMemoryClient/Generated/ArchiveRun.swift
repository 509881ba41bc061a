// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Moves the events of a run that is over into the archive.
    /// - Parameters:
    ///   - run: The run's id.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `run_active`, `unsupported`,
    ///     `unavailable`.
    @discardableResult
    public func archiveRun(run: String, in scope: Scope) async throws(MemoryError) -> ArchiveRunAnswer {
        var members: [String: JSONValue] = [:]
        members["run"] = run.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "archive_run", method: "PUT", path: "/v1/archive/runs/{run}", members: members, isRead: false)
        return try await self.answer(call, as: ArchiveRunAnswer.self)
    }

    /// What an answer says.
    public struct ArchiveRunAnswer: Sendable, Hashable, Codable {
        /// `id`
        public var id: String
        /// Whether it was moved by this call.
        public var archived: Bool

        enum CodingKeys: String, CodingKey {
            case id
            case archived
        }
    }
}
