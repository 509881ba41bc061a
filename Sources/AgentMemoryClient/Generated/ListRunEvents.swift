// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Events in the order of the log, a page at a time, in either direction.
    /// - Parameters:
    ///   - run: The run's id.
    ///   - types: Only events of these types, such as user_message.
    ///   - labels: Only what has every one of these labels.
    ///   - after: Only events with a greater sequence.
    ///   - before: Only events with a lesser sequence.
    ///   - descending: Whether the newest come first.
    ///   - limit: The most results; 100 when left out.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `unavailable`.
    public func listRunEvents(
        run: String, types: [String]? = nil, labels: [String: String]? = nil, after: Int? = nil, before: Int? = nil,
        descending: Bool? = nil, limit: Int? = nil, in scope: Scope
    ) async throws(MemoryError) -> ListRunEventsAnswer {
        var members: [String: JSONValue] = [:]
        members["run"] = run.json
        members["types"] = types?.json
        members["labels"] = labels?.json
        members["after"] = after?.json
        members["before"] = before?.json
        members["descending"] = descending?.json
        members["limit"] = limit?.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "run_event_list", method: "GET", path: "/v1/runs/{run}/events", members: members, isRead: true)
        return try await self.answer(call, as: ListRunEventsAnswer.self)
    }

    /// What an answer says.
    public struct ListRunEventsAnswer: Sendable, Hashable, Codable {
        /// `count`
        public var count: Int
        /// `results`
        public var results: [Event]
        /// The sequence to go on from, as after, or as before where descending; null at the end.
        public var next: Int?

        enum CodingKeys: String, CodingKey {
            case count
            case results
            case next
        }
    }
}
