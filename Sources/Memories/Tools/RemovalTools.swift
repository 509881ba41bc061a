import Records

/// `memory_delete`. Answers `message, memory_id`.
struct DeleteTool: MemoryTool {
    let store: MemoryStore

    var declaration: ToolDeclaration {
        ToolDeclaration(
            name: ToolName.delete.rawValue,
            description: """
                Deletes one memory that is wrong or no longer wanted. Take the id from a result of another memory \
                tool. Prefer an update where the memory has merely changed. \(ToolText.owner)
                """,
            inputSchema: ToolSchema.object(
                ["memory_id": ToolSchema.string("The id of the memory to delete.")], required: ["memory_id"]),
            isDestructive: true)
    }

    func call(_ arguments: JSONValue, in scope: Scope) async throws(MemoryError) -> JSONValue {
        let id = try ToolArguments(arguments, declaration).required("memory_id")
        try await store.delete(id, in: scope)
        return ToolAnswer.object([
            "message": .string("Memory deleted successfully"), "memory_id": .string(id.lowercased()),
        ])
    }
}

/// `memory_clear`. Answers `message, deleted`.
struct ClearTool: MemoryTool {
    let store: MemoryStore

    var declaration: ToolDeclaration {
        ToolDeclaration(
            name: ToolName.clear.rawValue,
            description: """
                Deletes all memories. Only for a user who asked, in so many words, to have everything forgotten; for \
                anything less delete single memories. \(ToolText.owner)
                """,
            // Some services refuse a schema without properties, so there is one that is only for the record.
            inputSchema: ToolSchema.object(["reason": ToolSchema.string("Why, in a few words. Not stored.")]),
            isDestructive: true)
    }

    func call(_ arguments: JSONValue, in scope: Scope) async throws(MemoryError) -> JSONValue {
        _ = try ToolArguments(arguments, declaration).text("reason")
        let count = try await store.clear(in: scope)
        return ToolAnswer.object([
            "message": .string("All memories cleared successfully"), "deleted": .int(Int64(count)),
        ])
    }
}
