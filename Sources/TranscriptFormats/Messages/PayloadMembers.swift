import Transcripts

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

    /// Sets the metadata of a message or an answer.
    mutating func keep(_ metadata: JSONText) {
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

extension ToolResult {
    /// What it says as pieces: its parts, or its result as text; then what went wrong, where they do not say it.
    var said: [ContentPart]? {
        var said = parts ?? result.map { [.text($0.text)] }
        guard let errorMessage, !errorMessage.isEmpty else { return said }
        let text = "\n" + Message(said ?? []).text + "\n"
        if !text.contains("\n" + errorMessage + "\n") { said = (said ?? []) + [.text(errorMessage)] }
        return said
    }
}

extension ToolCall {
    /// The arguments as an object: an empty one where there are none, nil where they are something else.
    var object: JSONTree? {
        guard let arguments, arguments.text.utf8.contains(where: { $0 > 0x20 }) else {
            return .object([JSONTree.Member]())
        }
        guard let tree = try? JSONTree(parsing: arguments.text), tree.members != nil else { return nil }
        return tree
    }
}

extension String {
    /// A part's type of a format, from the name that the format has for it.
    static func partType(_ format: MessageFormat, _ name: String?) -> String {
        guard let name, !name.utf8.contains(0) else { return format.rawValue + ".part" }
        return format.rawValue + "." + name.prefix(bytes: 200)
    }
}

/// The content of a message while it is put together.
struct MessageContent {
    private(set) var blocks: [JSONTree] = []
    /// The text, where that is all there is.
    private(set) var text: String?

    mutating func append(_ block: JSONTree, of part: ContentPart) {
        blocks.append(block)
        if blocks.count == 1, case .text(let text) = part { self.text = text } else { text = nil }
    }

    /// A string where there is but a text, otherwise the list.
    var short: JSONTree { text.map { .string($0) } ?? .array(blocks) }
}
