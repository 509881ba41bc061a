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
                return .image(Media(data: bytes, mediaType: "image/png"))
            }
            return .other(type: "autogen.part", JSONText(element.text))
        }
    }

    func message(of event: NewEvent, _ notes: MessageNotes) -> JSONTree? {
        if notes.dialect == Self.dictionary { return dictionaries.message(of: event, notes) }
        switch event.payload {
        case .systemMessage(let said):
            return .object(of: ["content": content(said.parts), "type": .string("SystemMessage")])
        case .userMessage(let said):
            let results = said.parts.compactMap { if case .toolResult(let result) = $0 { result } else { nil } }
            if !results.isEmpty, results.count == said.parts.count { return self.results(results) }
            return .object(of: [
                "content": content(said.parts), "source": .string(event.author ?? "user"),
                "type": .string("UserMessage"),
            ])
        case .assistantMessage(let said):
            var thought = said.parts.compactMap { part -> String? in
                if case .thinking(let thinking) = part { thinking.text } else { nil }
            }.joined(separator: "\n")
            let calls = event.payload.calls
            // A message with calls has no text but its thought.
            if !calls.isEmpty, thought.isEmpty { thought = said.text }
            let spoken = said.parts.filter { if case .thinking = $0 { false } else { true } }
            return .object(of: [
                "content": calls.isEmpty ? content(spoken) : .array(calls.map { Self.tree(of: $0) }),
                "thought": thought.isEmpty ? nil : .string(thought),
                "source": .string(event.author ?? "assistant"), "type": .string("AssistantMessage"),
            ])
        case .toolResult(let result): return results([result])
        case .toolCall, .thinking, .plannerNote, .custom: return nil
        }
    }

    private static func tree(of call: ToolCall) -> JSONTree {
        .object(of: [
            "id": .string(call.id), "arguments": .string(call.arguments?.text ?? "{}"), "name": .string(call.name),
        ])
    }

    private func results(_ results: [ToolResult]) -> JSONTree {
        let content = results.map { result in
            let said = result.parts.map { Message($0).text } ?? result.result?.text ?? result.errorMessage ?? ""
            return JSONTree.object(of: [
                "content": .string(said), "name": .string(result.name), "call_id": .string(result.callID),
                "is_error": .bool(result.errorMessage != nil),
            ])
        }
        return .object(of: ["content": .array(content), "type": .string("FunctionExecutionResultMessage")])
    }

    private func content(_ parts: [ContentPart]) -> JSONTree {
        if parts.isEmpty { return .string("") }
        if parts.count == 1, case .text(let text) = parts[0] { return .string(text) }
        return .array(parts.compactMap { element($0) })
    }

    private func element(_ part: ContentPart) -> JSONTree? {
        switch part {
        case .text(let text): return .string(text)
        case .image(let media): return media.data.map { .object(of: ["data": .string(MediaLinks.base64($0))]) }
        case .other(let type, let body): return type == "autogen.part" ? OpenAIMapping.tree(body) : nil
        case .toolCall(let call): return Self.tree(of: call)
        case .audio, .video, .file, .thinking, .toolResult: return nil
        }
    }

    func omissions(of payload: EventPayload) -> [String] {
        switch payload {
        case .systemMessage(let said), .userMessage(let said), .assistantMessage(let said):
            return said.parts.compactMap { part in
                switch part {
                case .thinking(let thinking): thinking.text == nil ? "a part of type thinking" : nil
                case .toolCall, .toolResult: nil
                default: element(part) == nil ? "a part of type \(part.type)" : nil
                }
            }
        case .toolResult(let result):
            return (result.parts ?? []).compactMap {
                if case .text = $0 { nil } else { "a part of type \($0.type)" }
            }
        case .toolCall: return []
        case .thinking, .plannerNote, .custom: return ["an event of type \(payload.type.rawValue)"]
        }
    }
}
