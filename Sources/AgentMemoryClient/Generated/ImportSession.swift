// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// Brings a document of session_export back under the same ids, or appends a message list to a session. A
    /// repeat brings nothing twice.
    /// - Parameters:
    ///   - document: The document.
    ///   - format: The format of the document; json when left out.
    ///   - session: Of a message list, the session it is appended to, which is created where there is none; one
    ///       is made when left out. A session's document has its own.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `conflict`, `session_ended`, `session_purged`,
    ///     `unavailable`.
    @discardableResult
    public func importSession(document: String, format: ImportFormat? = nil, session: String? = nil, in scope: Scope)
        async throws(MemoryError) -> ImportSessionAnswer
    {
        var members: [String: JSONValue] = [:]
        members["document"] = document.json
        members["format"] = format?.json
        members["session"] = session?.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "session_import", method: "POST", path: "/v1/transcripts/import", members: members,
            rawBody: "document", isRead: false)
        return try await self.answer(call, as: ImportSessionAnswer.self)
    }

    /// One of a few words.
    public enum ImportFormat: String, Sendable, Hashable, Codable, CaseIterable, ClientValue {
        case json
        case yaml
        case openai
        case anthropic
        case langchain
        case autogen
        case crewai
    }

    /// What an answer says.
    public struct ImportSessionAnswer: Sendable, Hashable, Codable {
        /// `session`
        public var session: Session
        /// `events`
        public var events: Int
        /// `created`
        public var created: Int?
        /// `omissions`
        public var omissions: [String]?

        enum CodingKeys: String, CodingKey {
            case session
            case events
            case created
            case omissions
        }
    }
}
