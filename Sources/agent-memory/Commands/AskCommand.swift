import AgentMemory
import MemoryAPI

/// The context block for a question.
enum AskCommand: OperationCommand {
    static let operation: any Operation.Type = RecallContext.self
    static let words = "ask"
    static let summary = "Print the context block that an agent would be given for a question."
    static let positional = [Positional("query", placeholder: "QUESTION", help: "the question", takesRest: true)]
    static let spellings = ["budget": OptionSpelling(placeholder: "TOKENS")]

    static func show(_ answer: OperationAnswer, _ context: CommandContext) async throws {
        var members = answer.members
        if context.isJSON {
            // What the operation calls a query has always been a question here.
            members["question"] = members.removeValue(forKey: "query")
            return Terminal.print(members)
        }
        if let block = members["context"]?.string, !block.isEmpty { Terminal.print(block) }
        context.note(degraded: members["degraded"]?.strings ?? [])
    }
}
