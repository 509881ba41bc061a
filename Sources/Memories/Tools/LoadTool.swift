import Records

/// `memory_load`. Answers `limit, results, count, has_more`, newest first.
struct LoadTool: MemoryTool {
    let store: MemoryStore
    /// The most memories of one call: what 0 asks for.
    static let most = 1_000

    var declaration: ToolDeclaration {
        ToolDeclaration(
            name: ToolName.load.rawValue,
            description: """
                Reads the user's most recently changed memories, newest first. For an overview, such as at the start \
                of a conversation; to answer a question, search instead. \(ToolText.isData) \(ToolText.owner)
                """,
            parameters: [Self.limit], isReadOnly: true)
    }

    private static let limit = Parameter.integer(
        "limit", "The most memories; 10 when left out, and 0 for all, at most \(most).", 0...most)

    func call(_ arguments: JSONValue, in scope: Scope) async throws(MemoryError) -> JSONValue {
        let asked = try Arguments(tool: arguments, [Self.limit])[Self.limit] ?? 10
        let limit = asked == 0 ? Self.most : asked
        // One more than asked for tells whether there is more.
        let memories = try await store.list(in: scope, limit: limit + 1).memories
        let results = memories.prefix(limit).map { ToolAnswer.memory($0) }
        return ToolAnswer.object([
            "limit": .int(Int64(limit)), "count": .int(Int64(results.count)), "results": .array(results),
            "has_more": .bool(memories.count > limit),
        ])
    }
}
