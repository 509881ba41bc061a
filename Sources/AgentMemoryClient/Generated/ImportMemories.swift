// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Takes lines of memory_export back with their ids, times and history; a line without an id is a new
    /// memory. What is there stays, so a repeat is harmless. Lines that cannot be taken are told, and the others
    /// are taken.
    /// - Parameters:
    ///   - document: Lines of JSON.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `limit`, `unavailable`.
    @discardableResult
    public func importMemories(document: String, in scope: Scope) async throws(MemoryError) -> ImportMemoriesAnswer {
        var members: [String: JSONValue] = [:]
        members["document"] = document.json
        scope.add(to: &members, narrows: true)
        let call = Call(
            name: "memory_import", method: "POST", path: "/v1/memories/import", members: members, rawBody: "document",
            isRead: false)
        return try await self.answer(call, as: ImportMemoriesAnswer.self)
    }

    /// What an answer says.
    public struct ImportMemoriesAnswerRefused: Sendable, Hashable, Codable {
        /// `line`
        public var line: Int
        /// `reason`
        public var reason: String

        enum CodingKeys: String, CodingKey {
            case line
            case reason
        }
    }

    /// What an answer says.
    public struct ImportMemoriesAnswer: Sendable, Hashable, Codable {
        /// `created`
        public var created: Int
        /// `existing`
        public var existing: Int
        /// `versions`
        public var versions: Int
        /// `refused`
        public var refused: [ImportMemoriesAnswerRefused]
        /// `degraded`
        public var degraded: [String]

        enum CodingKeys: String, CodingKey {
            case created
            case existing
            case versions
            case refused
            case degraded
        }
    }
}
