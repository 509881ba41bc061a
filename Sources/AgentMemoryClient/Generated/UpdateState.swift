// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Sets and removes values that all sessions of the user, or all users of the application, share.
    /// - Parameters:
    ///   - changes: The changes, in order; without a value the name is removed.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `unavailable`.
    @discardableResult
    public func updateState(changes: [StateChange], in scope: Scope) async throws(MemoryError) -> UpdateStateAnswer {
        var members: [String: JSONValue] = [:]
        members["changes"] = changes.json
        scope.add(to: &members, narrows: false)
        let call = Call(name: "state_update", method: "PATCH", path: "/v1/state", members: members, isRead: false)
        return try await self.answer(call, as: UpdateStateAnswer.self)
    }

    /// What an answer says.
    public struct UpdateStateAnswer: Sendable, Hashable, Codable {
        /// Whether changes of the application's state are committed but still on their way.
        public var appStatePending: Bool?

        enum CodingKeys: String, CodingKey {
            case appStatePending = "app_state_pending"
        }
    }
}
