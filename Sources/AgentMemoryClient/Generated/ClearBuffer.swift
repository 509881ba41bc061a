// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Forgets the short-term memory of a session.
    /// - Parameters:
    ///   - session: The session's id.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `conflict`, `unavailable`.
    @discardableResult
    public func clearBuffer(session: String, in scope: Scope) async throws(MemoryError) -> ClearBufferAnswer {
        var members: [String: JSONValue] = [:]
        members["session"] = session.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "buffer_clear", method: "DELETE", path: "/v1/sessions/{session}/buffer", members: members,
            isRead: false)
        return try await self.answer(call, as: ClearBufferAnswer.self)
    }

    /// What an answer says.
    public struct ClearBufferAnswer: Sendable, Hashable, Codable {
        /// `cleared`
        public var cleared: Bool

        enum CodingKeys: String, CodingKey {
            case cleared
        }
    }
}
