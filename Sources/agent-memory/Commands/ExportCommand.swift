import AgentMemory
import MemoryAPI

/// Writes memories to standard output.
enum ExportCommand: OperationCommand {
    static let operation: any Operation.Type = ExportMemories.self
    static let words = "export"
    static let summary = "Write every memory of the scope; jsonl comes back by import without loss."
    static let ownOptions = [
        Option(name: "format", value: "jsonl|markdown", help: "lines of JSON with history, or a list to read (jsonl)")
    ]
    static let example: String? = "agent-memory export --format markdown"

    static func run(_ context: CommandContext) async throws {
        switch context.arguments.value("format") ?? "jsonl" {
        case "jsonl": try await perform(context)
        case "markdown": try await markdown(context)
        default: throw UsageError(message: "--format must be jsonl or markdown")
        }
    }

    /// The answer is lines of JSON, with and without `--json`.
    static func show(_ answer: OperationAnswer, _ context: CommandContext) async throws {
        if let document = answer.document { try await AnswerReport.write(document) }
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
