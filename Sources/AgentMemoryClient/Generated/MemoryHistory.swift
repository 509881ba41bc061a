// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Every version of a memory, oldest first, its deletion included.
    /// - Parameters:
    ///   - id: The memory's id, from an answer of another call.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `unavailable`.
    public func memoryHistory(id: String, in scope: Scope) async throws(MemoryError) -> MemoryHistoryAnswer {
        var members: [String: JSONValue] = [:]
        members["id"] = id.json
        scope.add(to: &members, narrows: true)
        let call = Call(
            name: "memory_history", method: "GET", path: "/v1/memories/{id}/history", members: members, isRead: true)
        return try await self.answer(call, as: MemoryHistoryAnswer.self)
    }

    /// What an answer says.
    public struct MemoryHistoryAnswerResult: Sendable, Hashable, Codable {
        /// `revision`
        public var revision: Int
        /// add, update, delete or restore
        public var event: String
        /// `memory`
        public var memory: String?
        /// `previous_memory`
        public var previousMemory: String?
        /// `recorded_at`
        public var recordedAt: Timestamp

        enum CodingKeys: String, CodingKey {
            case revision
            case event
            case memory
            case previousMemory = "previous_memory"
            case recordedAt = "recorded_at"
        }
    }

    /// What an answer says.
    public struct MemoryHistoryAnswer: Sendable, Hashable, Codable {
        /// `count`
        public var count: Int
        /// `results`
        public var results: [MemoryHistoryAnswerResult]
        /// `id`
        public var id: String

        enum CodingKeys: String, CodingKey {
            case count
            case results
            case id
        }
    }
}
