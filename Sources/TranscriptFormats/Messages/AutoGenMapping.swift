import Transcripts

/// AutoGen's messages: the model messages of `autogen_core.models`, the messages and events of AgentChat, and the
/// dictionaries of AutoGen 0.2, which are OpenAI's.
struct AutoGenMapping: MessageMapping {
    private let dictionaries = OpenAIMapping()
    private static let dictionary = "dictionary"

    func unwrapped(_ message: JSONTree) -> (message: JSONTree, notes: MessageNotes) {
        var notes = MessageNotes()
        if message["type"]?.string == nil, message["role"] != nil { notes.dialect = Self.dictionary }
        return (message, notes)
    }

    func event(
        of message: JSONTree, _ notes: MessageNotes, _ names: [String: String]
    ) throws(FormatError) -> NewEvent? {
        if notes.dialect == Self.dictionary { return try dictionaries.event(of: message, notes, names) }
        guard let type = message["type"]?.string else { throw FormatError("type is required") }
        let source = message["source"]?.string
        let author = source.flatMap { $0.isEmpty || $0.utf8.count > 255 || $0.utf8.contains(0) ? nil : $0 }
        let content = message["content"] ?? .null
        switch type {
        case "SystemMessage": return NewEvent(.systemMessage(Message(parts(content))), author: author)
        case "UserMessage": return NewEvent(.userMessage(Message(parts(content))), author: author)
        case "AssistantMessage", "ToolCallRequestEvent":
            let thought = message["thought"]?.string.map { [ContentPart.thinking(Thinking(text: $0))] } ?? []
            return NewEvent(.assistantMessage(Message(thought + parts(content))), author: author)
        case "ThoughtEvent":
            guard let text = content.string else { return nil }
            return NewEvent(.assistantMessage(Message([.thinking(Thinking(text: text))])), author: author)
        case "TextMessage", "MultiModalMessage", "StopMessage", "HandoffMessage", "ToolCallSummaryMessage":
            let said = Message(parts(content), usage: usage(message["models_usage"]))
            return NewEvent(source == "user" ? .userMessage(said) : .assistantMessage(said), author: author)
        case "FunctionExecutionResultMessage", "ToolCallExecutionEvent":
            return NewEvent(.userMessage(Message(parts(content))), author: author)
        default: return nil
        }
    }

    private func usage(_ tree: JSONTree?) -> Usage? {
        guard let tree, tree.members != nil else { return nil }
        return Usage(
            inputTokens: tree["prompt_tokens"]?.int.map { Int($0) },
            outputTokens: tree["completion_tokens"]?.int.map { Int($0) })
    }

    /// The parts of a content: a text, or a list of texts, pictures, calls or results.
    private func parts(_ content: JSONTree) -> [ContentPart] {
        if let text = content.string { return text.isEmpty ? [] : [.text(text)] }
        return (content.elements ?? []).map { element in
            if let text = element.string { return .text(text) }
            if let id = element["id"]?.string, !id.isEmpty, let name = element["name"]?.string, !name.isEmpty {
                let arguments = element["arguments"]?.string.map { JSONText($0) }
                return .toolCall(ToolCall(id: id, name: name, arguments: arguments))
            }
            if let id = element["call_id"]?.string, !id.isEmpty, let text = element["content"]?.string {
                let name = element["name"]?.string ?? ""
                return .toolResult(
                    ToolResult(
                        callID: id, name: name.isEmpty ? "unknown" : name, parts: [.text(text)],
                        errorMessage: element["is_error"]?.bool == true ? text : nil))
            }
            if let data = element["data"]?.string, let bytes = MediaLinks.bytes(base64: data) {
                return .image(Media(data: bytes, mediaType: MediaLinks.mediaType(of: bytes) ?? "image/png"))
            }
            return .other(type: "autogen.part", JSONText(element.text))
        }
    }

    func message(of event: NewEvent, _ notes: MessageNotes?) -> (tree: JSONTree?, omissions: Omissions) {
        if notes?.dialect == Self.dictionary { return dictionaries.message(of: event, notes) }
        var writer = AutoGenWriter(notes)
        let tree = writer.message(of: event)
        return (tree, writer.omissions)
    }
}
