// Made from the catalogue of operations: AGENT_MEMORY_WRITE_CLIENT=1 swift test --filter AgentMemoryClientTests

extension AgentMemoryClient {
    /// A whole session as a document: json or yaml to keep or move without loss, markdown to read, or the
    /// message list of a provider or library.
    /// - Parameters:
    ///   - session: The session's id.
    ///   - format: The format; json when left out. What a message list cannot express is left out, and counted
    ///       in the header X-Omissions.
    ///   - scope: Whose.
    /// - Throws: ``MemoryError`` `invalid`, `forbidden`, `not_found`, `conflict`, `limit`, `unavailable`.
    public func exportSession(session: String, format: DocumentFormat? = nil, in scope: Scope) async throws(MemoryError)
        -> String
    {
        var members: [String: JSONValue] = [:]
        members["session"] = session.json
        members["format"] = format?.json
        scope.add(to: &members, narrows: false)
        let call = Call(
            name: "session_export", method: "GET", path: "/v1/sessions/{session}/export", members: members, isRead: true
        )
        return try await self.document(call)
    }

    /// One of a few words.
    public enum DocumentFormat: String, Sendable, Hashable, Codable, CaseIterable, ClientValue {
        case json
        case yaml
        case markdown
        case openai
        case anthropic
        case langchain
        case autogen
        case crewai
    }
}
