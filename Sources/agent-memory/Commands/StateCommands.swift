import AgentMemory
import MemoryAPI

/// Shows the state of user and application, or all that a session sees.
enum StateShowCommand: OperationCommand {
    static let operation: any Operation.Type = ReadState.self
    static let alternatives: [any Operation.Type] = [ReadSessionState.self]
    static let words = "state show"
    static let summary = "Show the values that sessions share, or those of one."
    static let ownOptions = [StateOptions.session]
    static let example: String? = "agent-memory state show --session SESSION"

    static func complete(_ members: inout [String: JSONValue], _ context: CommandContext) throws {
        members["session"] = context.arguments.value("session").map { .string($0) }
    }

    static func choice(for members: [String: JSONValue]) -> any Operation.Type {
        members["session"] == nil ? ReadState.self : ReadSessionState.self
    }

    static func show(_ answer: OperationAnswer, _ context: CommandContext) async throws {
        if context.isJSON { return Terminal.print(answer.members) }
        let state = answer.members["state"]?.members ?? [:]
        for name in state.keys.sorted() {
            Terminal.print("\(Terminal.oneLine(name)): \(Terminal.oneLine(state[name]?.canonical ?? ""))")
        }
    }
}

/// Changes one value of the state.
protocol StateChangeCommand: OperationCommand {
    /// The value that the name gets; nil to remove it.
    static func value(_ context: CommandContext) -> JSONValue?
}

extension StateChangeCommand {
    static var operation: any Operation.Type { UpdateState.self }
    static var alternatives: [any Operation.Type] { [UpdateSessionState.self] }
    static var withheld: Set<String> { ["changes"] }
    static var ownOptions: [Option] { [StateOptions.scope, StateOptions.session] }

    static func complete(_ members: inout [String: JSONValue], _ context: CommandContext) throws {
        let session = context.arguments.value("session")
        let scope = context.arguments.value("scope") ?? (session == nil ? "user" : "session")
        guard StateOptions.scopes.contains(scope) else {
            throw UsageError(message: "--scope must be one of \(StateOptions.scopes.joined(separator: ", "))")
        }
        guard scope != "session" || session != nil else {
            throw UsageError(message: "--scope session needs --session ID")
        }
        var change: [String: JSONValue] = [
            "scope": .string(scope), "name": .string(context.arguments.positional[0]),
        ]
        change["value"] = value(context)
        members["session"] = session.map { .string($0) }
        members["changes"] = .array([.object(change)])
    }

    static func choice(for members: [String: JSONValue]) -> any Operation.Type {
        members["session"] == nil ? UpdateState.self : UpdateSessionState.self
    }

    static func show(_ answer: OperationAnswer, _ context: CommandContext) async throws {
        if context.isJSON { return Terminal.print(answer.members) }
        if answer.members["app_state_pending"] == .bool(true) { Terminal.note("kept; on its way to other users") }
    }
}

/// Sets a value of the state.
enum StateSetCommand: StateChangeCommand {
    static let words = "state set"
    static let summary = "Set a value that sessions share, or one of a session."
    static let positional = [
        Positional("name", help: "what it is called"),
        Positional("value", help: "the value: JSON, or a text as it is", takesRest: true),
    ]
    static var example: String? {
        let changes = operation.specification.examples.first?.arguments["changes"]?.array ?? []
        guard let change = changes.first?.members, let name = change["name"]?.string, let value = change["value"] else {
            return nil
        }
        let words = ["agent-memory", words, ShellWord.quoted(name), ShellWord.quoted(ParameterText.text(value))]
        return words.joined(separator: " ")
    }

    static func value(_ context: CommandContext) -> JSONValue? {
        let text = context.arguments.positional.dropFirst().joined(separator: " ")
        return (try? JSONValue(parsing: text)) ?? .string(text)
    }
}

/// Removes a value of the state.
enum StateUnsetCommand: StateChangeCommand {
    static let words = "state unset"
    static let summary = "Remove a value that sessions share, or one of a session."
    static let positional = [Positional("name", help: "what it is called")]
    static let example: String? = "agent-memory state unset language"

    static func value(_ context: CommandContext) -> JSONValue? { nil }
}

/// What the commands on state have in common.
enum StateOptions {
    static let session = Option(
        name: "session", value: "ID", help: "the session whose state it is, instead of what all sessions share")
    static let scope = Option(
        name: "scope", value: scopes.joined(separator: "|"),
        help: "who sees it: all users, all sessions of the user, or one session (session with --session, else user)")
    /// Where values are kept; those of a process end with the command.
    static let scopes = ["app", "user", "session"]
}
