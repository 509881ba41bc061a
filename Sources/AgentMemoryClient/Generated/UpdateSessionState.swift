// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Sets and removes values of the state without an event, in one commit but for the application's.
    /// - Parameters:
    ///   - session: The session's id.
    ///   - changes: The changes, in order; without a value the name is removed.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `session_ended`, `session_purged`,
    ///     `unavailable`.
    @discardableResult
    public func updateSessionState(session: String, changes: [StateChange], in scope: Scope) async throws(MemoryError)
        -> UpdateSessionStateAnswer
    {
        var members: [String: JSONValue] = [:]
        members["session"] = session.json
        members["changes"] = changes.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "session_state_update", method: "PATCH", path: "/v1/sessions/{session}/state", members: members,
            isRead: false)
        return try await self.answer(call, as: UpdateSessionStateAnswer.self)
    }

    /// What an answer says.
    public struct UpdateSessionStateAnswer: Sendable, Hashable, Codable {
        /// Whether changes of the application's state are committed but still on their way.
        public var appStatePending: Bool?

        enum CodingKeys: String, CodingKey {
            case appStatePending = "app_state_pending"
        }
    }
}
