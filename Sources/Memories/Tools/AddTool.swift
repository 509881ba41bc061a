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
            inputSchema: ToolSchema.object(
                Self.details.merging(Self.content) { first, _ in first }, required: ["memory"])
        )
    }

    private static let content = ["memory": ToolSchema.string("What to remember: one self-contained statement.")]
    /// What add and update both accept beside the text.
    static let details = [
        "topics": ToolSchema.strings("Short labels to find it by, such as 'food' or 'work'."),
        "memory_kind": ToolSchema.kind(
            "fact: stable background. episode: something that happened at a time. preference: what somebody likes or "
                + "wants. procedure: how something is done."),
        "event_time": ToolSchema.string("When it happened. " + ToolText.time),
        "participants": ToolSchema.strings("Names of the people involved."),
        "location": ToolSchema.string("Where it happened."),
    ]

    func call(_ arguments: JSONValue, in scope: Scope) async throws(MemoryError) -> JSONValue {
        let arguments = try ToolArguments(arguments, declaration)
        let memory = try NewMemory(
            try arguments.required("memory"), topics: try arguments.texts("topics") ?? [],
            kind: try arguments.kind("memory_kind"), eventTime: try arguments.time("event_time")?.start,
            participants: try arguments.texts("participants") ?? [], location: try arguments.text("location")
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
