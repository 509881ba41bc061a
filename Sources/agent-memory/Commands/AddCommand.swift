import AgentMemory
import MemoryAPI

/// Adds memories from words or from standard input.
enum AddCommand: OperationCommand {
    static let operation: any Operation.Type = AddMemory.self
    static let words = "add"
    static let summary = "Add a memory and print its id; - reads one a line from standard input."
    static let positional = [Positional("memory", placeholder: "TEXT…", takesRest: true)]

    static func run(_ context: CommandContext) async throws {
        guard context.arguments.positional == ["-"] else { return try await perform(context) }
        var members = try members(context)
        _ = try await context.memory()
        var failure: MemoryError?
        // Each line as it comes, so that an id on standard output means that the memory is durable.
        while let line = readLine() {
            if line.allSatisfy(\.isWhitespace) { continue }
            members["memory"] = .string(line)
            do {
                try await show(try await answer(members, context), context)
            } catch let error as MemoryError {
                Terminal.note("agent-memory: \(error.message)")
                failure = error
            }
        }
        if let failure { throw failure }
    }

    static func show(_ answer: OperationAnswer, _ context: CommandContext) async throws {
        if context.isJSON { return Terminal.print(answer.members) }
        Terminal.print(AnswerReport.text(answer.members["id"]))
        context.note(degraded: answer.members["degraded"]?.strings ?? [])
    }
}
