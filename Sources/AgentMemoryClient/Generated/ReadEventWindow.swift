// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// An event, and what came right before and after it in its session or run.
    /// - Parameters:
    ///   - event: The event's id.
    ///   - before: How many before it; 10 when left out.
    ///   - after: How many after it; 10 when left out.
    ///   - withinRun: Whether only events of the same run count.
    ///   - types: Only events of these types, such as user_message.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `unavailable`.
    public func readEventWindow(
        event: String, before: Int? = nil, after: Int? = nil, withinRun: Bool? = nil, types: [String]? = nil,
        in scope: Scope
    ) async throws(MemoryError) -> ReadEventWindowAnswer {
        var members: [String: JSONValue] = [:]
        members["event"] = event.json
        members["before"] = before?.json
        members["after"] = after?.json
        members["within_run"] = withinRun?.json
        members["types"] = types?.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "event_window", method: "GET", path: "/v1/events/{event}/window", members: members, isRead: true)
        return try await self.answer(call, as: ReadEventWindowAnswer.self)
    }

    /// What an answer says.
    public struct ReadEventWindowAnswer: Sendable, Hashable, Codable {
        /// `before`
        public var before: [Event]
        /// `anchor`
        public var anchor: Event
        /// `after`
        public var after: [Event]

        enum CodingKeys: String, CodingKey {
            case before
            case anchor
            case after
        }
    }
}
