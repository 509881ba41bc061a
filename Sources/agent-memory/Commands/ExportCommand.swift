import AgentMemory

/// Writes memories to standard output.
enum ExportCommand: Command {
    static let specification = CommandSpecification(
        name: "export", arguments: "", count: 0...0,
        summary: "Write every memory of the scope to standard output; jsonl comes back without loss.",
        options: [
            Option(name: "format", value: "F", help: "jsonl (with history) or markdown (jsonl)"),
            Option(name: "vectors", value: nil, help: "include vectors that the model could make again"),
        ])

    static func run(_ context: CommandContext) async throws {
        switch context.arguments.value("format") ?? "jsonl" {
        case "jsonl":
            try await context.memory().memories.archive(
                of: context.scope, includesVectors: context.arguments.isSet("vectors")
            ) { line in Terminal.print(line.members) }
        case "markdown":
            try await markdown(context)
        default: throw UsageError(message: "--format must be jsonl or markdown")
        }
    }

    private static func markdown(_ context: CommandContext) async throws {
        let memory = try await context.memory()
        Terminal.print("# Memories of \(Terminal.oneLine(context.scope.user))\n")
        var cursor: Cursor?
        repeat {
            let page = try await memory.memories.list(in: context.scope, limit: 500, after: cursor)
            for memory in page.memories {
                var line = "- "
                if let time = memory.eventTime { line += "**\(time.description.prefix(10))** " }
                if !memory.participants.isEmpty { line += memory.participants.joined(separator: ", ") + ": " }
                line += Terminal.oneLine(memory.content)
                if !memory.topics.isEmpty { line += " _(" + memory.topics.joined(separator: ", ") + ")_" }
                Terminal.print(line)
            }
            cursor = page.next
        } while cursor != nil
    }
}
