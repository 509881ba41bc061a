import AgentMemory
import MemoryAPI

/// Appends one event that is said in words, or events that are JSON.
protocol AppendEventsCommand: OperationCommand {}

extension AppendEventsCommand {
    static var positional: [Positional] {
        operation.specification.pathParameters.map { Positional($0) } + [
            Positional("text", placeholder: "TEXT…", help: "what was said", takesRest: true, isOptional: true)
        ]
    }

    static var ownOptions: [Option] {
        [
            Option(name: "type", value: Self.types.joined(separator: "|"), help: "what TEXT is (user_message)"),
            Option(name: "key", value: "TEXT", help: "by which a repeat of TEXT is known"),
            Option(name: "author", value: "TEXT", help: "who said TEXT, by name"),
        ]
    }

    static var spellings: [String: OptionSpelling] {
        [
            "events": OptionSpelling(
                name: "event", help: "a whole event instead of TEXT, as the HTTP API takes it", isAlternative: true)
        ]
    }

    static var example: String? {
        let events = operation.specification.examples.first?.arguments["events"]?.array ?? []
        guard let event = events.first?.members, let text = event["content"]?.string else { return nil }
        let place = operation.specification.pathParameters.map { $0.uppercased() }
        let key = event["key"]?.string.map { ["--key", ShellWord.quoted($0)] } ?? []
        return (["agent-memory", words] + place + [ShellWord.quoted(text)] + key).joined(separator: " ")
    }

    private static var types: [String] {
        ["user_message", "assistant_message", "system_message", "planner_note", "thinking"]
    }

    static func complete(_ members: inout [String: JSONValue], _ context: CommandContext) throws {
        let arguments = context.arguments
        guard let text = positional.texts(arguments.positional)["text"] else {
            guard members["events"] != nil else { throw UsageError(message: "\(words) needs TEXT or --event") }
            guard !["type", "key", "author"].contains(where: arguments.isSet) else {
                throw UsageError(message: "--type, --key and --author go with TEXT; an --event has its own")
            }
            return
        }
        guard members["events"] == nil else {
            throw UsageError(message: "\(words) takes TEXT or --event, not both")
        }
        let type = arguments.value("type") ?? "user_message"
        guard types.contains(type) else {
            throw UsageError(message: "--type must be one of \(types.joined(separator: ", "))")
        }
        var event: [String: JSONValue] = ["type": .string(type), "content": .string(text)]
        event["key"] = arguments.value("key").map { .string($0) }
        event["author"] = arguments.value("author").map { .string($0) }
        members["events"] = .array([.object(event)])
    }
}

/// Appends to a conversation.
enum TranscriptAppendCommand: AppendEventsCommand {
    static let operation: any Operation.Type = AppendEvents.self
    static let words = "transcript append"
    static let summary = "Append what was said to a session, and print the event's id."
}

/// Appends to the log of a run.
enum RunsAppendCommand: AppendEventsCommand {
    static let operation: any Operation.Type = AppendRunEvents.self
    static let words = "runs append"
    static let summary = "Append what was said or done to a run; print the event's id."
}
