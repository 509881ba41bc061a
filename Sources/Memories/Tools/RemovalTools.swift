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
            parameters: [Self.id], isDestructive: true)
    }

    private static let id = Parameter.text("memory_id", "The id of the memory to delete.").required

    func call(_ arguments: JSONValue, in scope: Scope) async throws(MemoryError) -> JSONValue {
        let id = try Arguments(tool: arguments, [Self.id]).required(Self.id)
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
            parameters: [Self.reason], isDestructive: true)
    }

    /// Some services refuse a schema without properties, so there is one that is only for the record.
    private static let reason = Parameter.text("reason", "Why, in a few words. Not stored.")

    func call(_ arguments: JSONValue, in scope: Scope) async throws(MemoryError) -> JSONValue {
        _ = try Arguments(tool: arguments, [Self.reason])
        let count = try await store.clear(in: scope)
        return ToolAnswer.object([
            "message": .string("All memories cleared successfully"), "deleted": .int(Int64(count)),
        ])
    }
}
