import AgentMemory
import MemoryAPI

/// Prints what changes in a scope, as it changes.
enum WatchCommand: Command {
    static let specification = CommandSpecification(
        name: "watch", arguments: "", count: 0...0,
        summary: "Print memories as they are added, changed and deleted, until interrupted.",
        options: [
            Option(name: "all", value: nil, help: "begin with what is there already"),
            Option(name: "limit", value: "N", help: "end after so many lines"),
        ])

    static func run(_ context: CommandContext) async throws {
        let memory = try await context.memory()
        var left: Int?
        if let text = context.arguments.value("limit") {
            guard let number = Int(text), number >= 1 else {
                throw UsageError(message: "--limit must be a number from 1")
            }
            left = number
        }
        let changes = try await memory.memories.subscribe(
            to: context.scope, includesPresent: context.arguments.isSet("all"))
        for try await change in changes {
            show(change, context)
            if let count = left {
                if count == 1 { return }
                left = count - 1
            }
        }
    }

    private static func show(_ change: MemoryChange, _ context: CommandContext) {
        switch change {
        case .saved(let memory):
            if context.isJSON {
                return Terminal.print(["change": .string("saved"), "memory": .object(MemoryJSON.object(memory))])
            }
            Terminal.print("+ \(Terminal.oneLine(memory.content))  (\(memory.id))")
        case .deleted(let id):
            if context.isJSON { return Terminal.print(["change": .string("deleted"), "id": .string(id)]) }
            Terminal.print("- \(id)")
        }
    }
}
