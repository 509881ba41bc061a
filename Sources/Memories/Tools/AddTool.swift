import Records

/// `memory_add`. Answers `message, memory_id, created, memory, topics`.
struct AddTool: MemoryTool {
    let store: MemoryStore

    var declaration: ToolDeclaration {
        ToolDeclaration(
            name: ToolName.add.rawValue,
            description: """
                Remembers something about the user for later conversations: a fact, a preference, a way of doing \
                things, or something that happened. Write one self-contained statement a call, with names instead of \
                pronouns and dates instead of words like 'yesterday'. Storing the same again is harmless and answers \
                the id it already has. \(ToolText.owner)
                """,
            parameters: Self.parameters)
    }

    private static let content = Parameter.text("memory", "What to remember: one self-contained statement.").required
    private static let parameters: [any AnyParameter] = [
        content, topics, kind, eventTime, participants, location,
    ]

    // What add and update both accept beside the text.
    static let topics = Parameter.texts("topics", "Short labels to find it by, such as 'food' or 'work'.")
    static let kind = Parameter<MemoryKind>.choice(
        "memory_kind",
        "fact: stable background. episode: something that happened at a time. preference: what somebody likes or "
            + "wants. procedure: how something is done.")
    static let eventTime = Parameter.time("event_time", "When it happened. " + ToolText.time, isBlankAbsent: true)
    static let participants = Parameter.texts("participants", "Names of the people involved.")
    static let location = Parameter.text("location", "Where it happened.")

    func call(_ arguments: JSONValue, in scope: Scope) async throws(MemoryError) -> JSONValue {
        let arguments = try Arguments(tool: arguments, Self.parameters)
        let memory = try NewMemory(
            try arguments.required(Self.content), topics: arguments[Self.topics] ?? [], kind: arguments[Self.kind],
            eventTime: arguments[Self.eventTime]?.start, participants: arguments[Self.participants] ?? [],
            location: arguments[Self.location]
        ).normalized()
        let outcome = try await store.add(memory, in: scope)
        return ToolAnswer.object(
            [
                "message": .string(
                    outcome.isCreated ? "Memory added successfully" : "Memory was already stored under this id"),
                "memory_id": .string(outcome.id), "created": .bool(outcome.isCreated),
                "memory": .string(memory.content), "topics": ToolAnswer.list(memory.topics),
            ], degraded: outcome.degraded)
    }
}
