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
            inputSchema: ToolSchema.object(
                AddTool.details.merging([
                    "memory_id": ToolSchema.string("The id of the memory to change."),
                    "memory": ToolSchema.string("The complete new text: one self-contained statement."),
                ]) { first, _ in first }, required: ["memory_id", "memory"]), isDestructive: true)
    }

    func call(_ arguments: JSONValue, in scope: Scope) async throws(MemoryError) -> JSONValue {
        let arguments = try ToolArguments(arguments, declaration)
        let place = try arguments.text("location").flatMap { $0.trimmed.isEmpty ? nil : $0 }
        let memory = try await store.update(
            try arguments.required("memory_id"),
            MemoryUpdate(
                content: try arguments.required("memory"), topics: try arguments.texts("topics"),
                kind: try arguments.kind("memory_kind"),
                eventTime: try arguments.update("event_time", try arguments.time("event_time")?.start),
                participants: try arguments.texts("participants"), location: try arguments.update("location", place)),
            in: scope)
        return ToolAnswer.object([
            "message": .string("Memory updated successfully"), "memory_id": .string(memory.id),
            "memory": .string(memory.content), "topics": ToolAnswer.list(memory.topics),
        ])
    }
}
