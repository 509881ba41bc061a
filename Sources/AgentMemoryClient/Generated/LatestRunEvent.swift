// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// The newest event of a type; null where there is none.
    /// - Parameters:
    ///   - run: The run's id.
    ///   - type: The type, such as assistant_message.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `unavailable`.
    public func latestRunEvent(run: String, type: String, in scope: Scope) async throws(MemoryError)
        -> LatestRunEventAnswer
    {
        var members: [String: JSONValue] = [:]
        members["run"] = run.json
        members["type"] = type.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "run_event_latest", method: "GET", path: "/v1/runs/{run}/events/latest", members: members,
            isRead: true)
        return try await self.answer(call, as: LatestRunEventAnswer.self)
    }

    /// What an answer says.
    public struct LatestRunEventAnswer: Sendable, Hashable, Codable {
        /// `event`
        public var event: Event?

        enum CodingKeys: String, CodingKey {
            case event
        }
    }
}
