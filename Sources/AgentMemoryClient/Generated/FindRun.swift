// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// The runs of an id, of whatever owner the caller may ask about: none, one, or several where owners chose
    /// the same id.
    /// - Parameters:
    ///   - run: The run's id.
    ///   - app: Narrows to one application.
    ///   - user: Narrows to one user of it.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `unavailable`.
    public func findRun(run: String, app: String? = nil, user: String? = nil) async throws(MemoryError) -> FindRunAnswer
    {
        var members: [String: JSONValue] = [:]
        members["run"] = run.json
        members["app"] = app?.json
        members["user"] = user?.json
        let call = Call(
            name: "run_find", method: "GET", path: "/v1/run-directory/{run}", members: members, isRead: true)
        return try await self.answer(call, as: FindRunAnswer.self)
    }

    /// What an answer says.
    public struct FindRunAnswer: Sendable, Hashable, Codable {
        /// `count`
        public var count: Int
        /// `results`
        public var results: [Run]

        enum CodingKeys: String, CodingKey {
            case count
            case results
        }
    }
}
