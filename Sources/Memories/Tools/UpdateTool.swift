import Records

/// `memory_update`. Answers `message, memory_id, memory, topics`; the id never changes.
struct UpdateTool: MemoryTool {
    let store: MemoryStore

    var declaration: ToolDeclaration {
        ToolDeclaration(
            name: ToolName.update.rawValue,
            description: """
                Replaces what a stored memory says, when it turned out wrong or has changed. Take the id from a result \
                of another memory tool; it stays the same. What is left out keeps its value; an empty list or empty \
                text clears it. \(ToolText.owner)
                """,
            parameters: Self.parameters, isDestructive: true)
    }

    private static let id = Parameter.text("memory_id", "The id of the memory to change.").required
    private static let content = Parameter.text(
        "memory", "The complete new text: one self-contained statement."
    ).required
    private static let eventTime = AddTool.eventTime.clearedByBlank
    private static let location = AddTool.location.clearedByBlank
    private static let parameters: [any AnyParameter] = [
        id, content, AddTool.topics, AddTool.kind, eventTime, AddTool.participants, location,
    ]

    func call(_ arguments: JSONValue, in scope: Scope) async throws(MemoryError) -> JSONValue {
        let arguments = try Arguments(tool: arguments, Self.parameters)
        let outcome = try await store.update(
            try arguments.required(Self.id),
            MemoryUpdate(
                content: try arguments.required(Self.content), topics: arguments[AddTool.topics],
                kind: arguments[AddTool.kind], eventTime: (arguments[Self.eventTime] ?? .keep).map(\.start),
                participants: arguments[AddTool.participants], location: arguments[Self.location] ?? .keep),
            in: scope)
        return ToolAnswer.object(
            [
                "message": .string("Memory updated successfully"), "memory_id": .string(outcome.memory.id),
                "memory": .string(outcome.memory.content), "topics": ToolAnswer.list(outcome.memory.topics),
            ], degraded: outcome.degraded)
    }
}
