// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Moves the events of runs that are over into the archive, of every owner that the caller may ask about.
    /// - Parameters:
    ///   - endedBefore: Only runs that were over by then.
    ///   - statuses: Only runs that ended so; all when left out.
    ///   - limit: The most runs; 10,000 when left out.
    ///   - app: Narrows to one application.
    ///   - user: Narrows to one user of it.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `unsupported`, `unavailable`.
    @discardableResult
    public func archiveRuns(
        endedBefore: Timestamp, statuses: [RunEndStatus]? = nil, limit: Int? = nil, app: String? = nil,
        user: String? = nil
    ) async throws(MemoryError) -> ArchiveRunsAnswer {
        var members: [String: JSONValue] = [:]
        members["ended_before"] = endedBefore.json
        members["statuses"] = statuses?.json
        members["limit"] = limit?.json
        members["app"] = app?.json
        members["user"] = user?.json
        let call = Call(name: "archive_runs", method: "POST", path: "/v1/archive/runs", members: members, isRead: false)
        return try await self.answer(call, as: ArchiveRunsAnswer.self)
    }

    /// What an answer says.
    public struct ArchiveRunsAnswer: Sendable, Hashable, Codable {
        /// `archived`
        public var archived: Int

        enum CodingKeys: String, CodingKey {
            case archived
        }
    }
}
