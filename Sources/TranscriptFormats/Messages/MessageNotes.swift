import Transcripts

/// What of a message its event's own members cannot hold, kept in the payload's metadata under the format's name.
struct MessageNotes: Sendable, Hashable {
    /// Which of the format's dialects the message was of.
    var dialect: String?
    /// What was around the message, with null in its place, and the member that it was.
    var wrapper: JSONTree?, member: String?
    /// What the members cannot hold.
    var difference = JSONDifference()

    init() {}

    /// The notes of a format in metadata; nil where there are none.
    init?(_ metadata: JSONText?, _ format: MessageFormat) {
        guard let metadata, let notes = try? JSONTree(parsing: metadata.text)[format.rawValue] else { return nil }
        dialect = notes["dialect"]?.string
        wrapper = notes["wrapper"]
        member = notes["member"]?.string
        if let changes = notes["difference"] {
            guard let difference = JSONDifference(changes) else { return nil }
            self.difference = difference
        }
    }

    /// The metadata; nil where there is nothing to note.
    func metadata(_ format: MessageFormat) -> JSONText? {
        let changes = difference.changes.isEmpty ? nil : difference.document
        let notes = JSONTree.object(of: [
            "dialect": dialect.map { .string($0) }, "wrapper": wrapper, "member": member.map { .string($0) },
            "difference": changes,
        ])
        guard notes.members?.isEmpty == false else { return nil }
        return JSONText(JSONTree.object(of: [format.rawValue: notes]).text)
    }
}

extension EventPayload {
    /// The tool calls in it.
    var calls: [ToolCall] {
        switch self {
        case .toolCall(let call): [call]
        case .assistantMessage(let message):
            message.parts.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
        default: []
        }
    }

    /// The metadata of a message or an answer.
    var metadata: JSONText? {
        switch self {
        case .userMessage(let message), .assistantMessage(let message), .systemMessage(let message): message.metadata
        case .toolResult(let result): result.metadata
        case .toolCall(let call): call.metadata
        case .plannerNote, .thinking, .custom: nil
        }
    }

    /// Keeps notes in the metadata.
    mutating func keep(_ notes: MessageNotes, _ format: MessageFormat) {
        let metadata = notes.metadata(format)
        switch self {
        case .userMessage(var message):
            message.metadata = metadata
            self = .userMessage(message)
        case .assistantMessage(var message):
            message.metadata = metadata
            self = .assistantMessage(message)
        case .systemMessage(var message):
            message.metadata = metadata
            self = .systemMessage(message)
        case .toolResult(var result):
            result.metadata = metadata
            self = .toolResult(result)
        case .toolCall(var call):
            call.metadata = metadata
            self = .toolCall(call)
        case .plannerNote, .thinking, .custom: break
        }
    }
}
