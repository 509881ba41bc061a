import AgentMemory
import MemoryAPI

/// Shows the conversation at hand.
enum BufferShowCommand: OperationCommand {
    static let operation: any Operation.Type = ReadBuffer.self
    static let words = "buffer show"
    static let summary = "Show the newest messages of a session, oldest first."
    static let report = AnswerReport(columns: ["sequence", "created_at", "role", "content"])
}

/// Appends a message that is said in words, or messages that are JSON.
enum BufferAppendCommand: OperationCommand {
    static let operation: any Operation.Type = AppendToBuffer.self
    static let words = "buffer append"
    static let summary = "Append a message to a session's buffer, which keeps the newest."
    static let positional: [Positional] = [
        "session", Positional("text", placeholder: "TEXT…", help: "the message", takesRest: true, isOptional: true),
    ]
    static let ownOptions = [
        Option(name: "role", value: "ROLE", help: "who says TEXT: user, assistant, system, tool … (user)"),
        Option(name: "name", value: "TEXT", help: "the speaker's own name"),
    ]
    static let spellings = [
        "messages": OptionSpelling(
            name: "message", help: "a whole message instead of TEXT: role, content, name, metadata", isAlternative: true
        )
    ]
    static let report = AnswerReport(columns: ["sequence"])
    static var example: String? {
        let messages = operation.specification.examples.first?.arguments["messages"]?.array ?? []
        guard let message = messages.first, let text = message["content"]?.string, let role = message["role"]?.string
        else { return nil }
        return "agent-memory \(words) SESSION \(ShellWord.quoted(text)) --role \(ShellWord.quoted(role))"
    }

    static func complete(_ members: inout [String: JSONValue], _ context: CommandContext) throws {
        let arguments = context.arguments
        guard let text = positional.texts(arguments.positional)["text"] else {
            guard members["messages"] != nil else { throw UsageError(message: "\(words) needs TEXT or --message") }
            guard !["role", "name"].contains(where: arguments.isSet) else {
                throw UsageError(message: "--role and --name go with TEXT; a --message has its own")
            }
            return
        }
        guard members["messages"] == nil else {
            throw UsageError(message: "\(words) takes TEXT or --message, not both")
        }
        var message: [String: JSONValue] = [
            "role": .string(arguments.value("role") ?? "user"), "content": .string(text),
        ]
        message["name"] = arguments.value("name").map { .string($0) }
        members["messages"] = .array([.object(message)])
    }
}

/// Forgets the conversation at hand.
enum BufferClearCommand: OperationCommand {
    static let operation: any Operation.Type = ClearBuffer.self
    static let words = "buffer clear"
    static let summary = "Forget the newest messages of a session."
}
