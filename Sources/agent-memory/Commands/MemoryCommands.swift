import AgentMemory
import MemoryAPI

/// Shows one memory.
enum GetCommand: OperationCommand {
    static let operation: any Operation.Type = GetMemory.self
    static let words = "get"
    static let summary = "Show one memory."
    static let details = ""
    static let positional = [Positional.memory]
}

/// Counts the memories of the scope.
enum CountCommand: OperationCommand {
    static let operation: any Operation.Type = CountMemories.self
    static let words = "count"
    static let summary = "Count the memories of the user, agent or session."
    static let details = ""

    static func show(_ answer: OperationAnswer, _ context: CommandContext) async throws {
        if context.isJSON { return Terminal.print(answer.members) }
        Terminal.print(AnswerReport.text(answer.members["count"]))
    }
}

/// Changes a memory.
enum UpdateCommand: OperationCommand {
    static let operation: any Operation.Type = UpdateMemory.self
    static let words = "update"
    static let summary = "Replace what a memory says, or what is known of it; its id stays."
    static let details = "What is not named stays as it is; --clear takes it away."
    static let positional: [Positional] = [
        .memory, Positional("memory", placeholder: "TEXT", help: "what it says now", takesRest: true, isOptional: true),
    ]
    static let spellings = ["topics": OptionSpelling(name: "topic", help: "replace the labels")]

    static func complete(_ members: inout [String: JSONValue], _ context: CommandContext) throws {
        guard members.keys.contains(where: { $0 != "id" && $0 != "expected_revision" }) else {
            throw UsageError(message: "update needs TEXT, or an option that changes something")
        }
    }
}

/// Deletes a memory.
enum DeleteCommand: OperationCommand {
    static let operation: any Operation.Type = DeleteMemory.self
    static let words = "delete"
    static let positional = [Positional.memory]

    static func show(_ answer: OperationAnswer, _ context: CommandContext) async throws {
        if context.isJSON { Terminal.print(answer.members) }
    }
}

/// Deletes every memory of the scope.
enum ClearCommand: OperationCommand {
    static let operation: any Operation.Type = ClearMemories.self
    static let words = "clear"
    static let summary = "Delete every memory of the user, agent or session."
    static let details = ""

    static func show(_ answer: OperationAnswer, _ context: CommandContext) async throws {
        if context.isJSON { return Terminal.print(answer.members) }
        Terminal.print("\(AnswerReport.text(answer.members["deleted"])) deleted")
    }
}

/// Shows every version of a memory.
enum HistoryCommand: OperationCommand {
    static let operation: any Operation.Type = MemoryHistory.self
    static let words = "history"
    static let summary = "Show every version of a memory, oldest first."
    static let positional = [Positional.memory]
    static let report = AnswerReport(columns: ["revision", "recorded_at", "event", "memory"])
}

/// Brings a softly deleted memory back.
enum RestoreCommand: OperationCommand {
    static let operation: any Operation.Type = RestoreMemory.self
    static let words = "restore"
    static let summary = "Bring a memory back that was deleted where deletions are kept."
    static let details = "A store keeps deletions where its URL asks for soft-delete."
    static let positional = [Positional.memory]
}

extension Positional {
    /// A memory, by its id.
    fileprivate static let memory = Positional("id", help: "the memory's id, as add, search and list show it")
}
