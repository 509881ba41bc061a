import Transcripts

/// OpenAI's chat completions (https://platform.openai.com/docs/api-reference/chat), and CrewAI's dictionaries, which
/// are the same but for the outputs of tasks.
struct OpenAIMapping: MessageMapping {
    var format = MessageFormat.openAI

    private static let task = "task"

    func unwrapped(_ message: JSONTree) -> (message: JSONTree, notes: MessageNotes) {
        var notes = MessageNotes()
        if format == .crewAI, message["role"] == nil, message["raw"]?.string != nil { notes.dialect = Self.task }
        return (message, notes)
    }

    func event(
        of message: JSONTree, _ notes: MessageNotes, _ names: [String: String]
    ) throws(FormatError) -> NewEvent? {
        if notes.dialect == Self.task {
            var said = Message(message["raw"]?.string ?? "")
            if let structured = message["json_dict"], !structured.isNull { said.structured = JSONText(structured.text) }
            return NewEvent(.assistantMessage(said), author: Self.author(message["agent"]))
        }
        guard let role = message["role"]?.string else { throw FormatError("role is required") }
        let author = Self.author(message["name"])
        let content = message["content"] ?? .null
        switch role {
        case "system", "developer":
            return NewEvent(.systemMessage(Message(parts(content))), author: author)
        case "user": return NewEvent(.userMessage(Message(parts(content))), author: author)
        case "assistant":
            let calls = (message["tool_calls"]?.elements ?? []).compactMap { Self.call($0) }
            return NewEvent(.assistantMessage(Message(parts(content) + calls.map { .toolCall($0) })), author: author)
        case "tool":
            guard let id = message["tool_call_id"]?.string, !id.isEmpty else { return nil }
            return NewEvent(
                .toolResult(ToolResult(callID: id, name: names[id] ?? "unknown", parts: parts(content))), author: author
            )
        default: return nil
        }
    }

    func message(of event: NewEvent, _ notes: MessageNotes) -> JSONTree? {
        let name = event.author.map { JSONTree.string($0) }
        switch event.payload {
        case .systemMessage(let said):
            return .object(of: ["role": .string("system"), "content": content(said.parts), "name": name])
        case .userMessage(let said):
            return .object(of: ["role": .string("user"), "content": content(said.parts), "name": name])
        case .assistantMessage(let said):
            if notes.dialect == Self.task {
                return .object(of: [
                    "raw": .string(said.text), "agent": name, "json_dict": said.structured.flatMap(Self.tree),
                ])
            }
            let calls = event.payload.calls.map { Self.tree(of: $0) }
            let hasContent = blocks(said.parts).isEmpty == false
            return .object(of: [
                "role": .string("assistant"), "content": hasContent ? content(said.parts) : .null, "name": name,
                "tool_calls": calls.isEmpty ? nil : .array(calls),
            ])
        case .toolResult(let result):
            return .object(of: [
                "role": .string("tool"), "tool_call_id": .string(result.callID),
                "content": result.parts.map { content($0) }
                    ?? .string(result.result?.text ?? result.errorMessage ?? ""),
            ])
        case .toolCall, .thinking, .plannerNote, .custom: return nil
        }
    }

    func omissions(of payload: EventPayload) -> [String] {
        func omitted(_ parts: [ContentPart]) -> [String] {
            parts.compactMap { part in
                if case .toolCall = part { return nil }
                return block(part) == nil ? "a part of type \(part.type)" : nil
            }
        }
        switch payload {
        case .systemMessage(let said), .userMessage(let said), .assistantMessage(let said): return omitted(said.parts)
        case .toolResult(let result): return omitted(result.parts ?? [])
        case .toolCall: return []
        case .thinking, .plannerNote, .custom: return ["an event of type \(payload.type.rawValue)"]
        }
    }

    private static func author(_ name: JSONTree?) -> String? {
        guard let name = name?.string, !name.isEmpty, name.utf8.count <= 255, !name.utf8.contains(0) else { return nil }
        return name
    }

    static func tree(_ json: JSONText) -> JSONTree? { try? JSONTree(parsing: json.text) }

    /// A call of a function; nil for another kind of call.
    static func call(_ tree: JSONTree) -> ToolCall? {
        guard let id = tree["id"]?.string, !id.isEmpty, let name = tree["function"]?["name"]?.string, !name.isEmpty
        else { return nil }
        return ToolCall(id: id, name: name, arguments: tree["function"]?["arguments"]?.string.map { JSONText($0) })
    }

    static func tree(of call: ToolCall) -> JSONTree {
        .object(of: [
            "id": .string(call.id), "type": .string("function"),
            "function": .object(of: ["name": .string(call.name), "arguments": .string(call.arguments?.text ?? "{}")]),
        ])
    }

    /// The parts of a content: a text, a list of parts, or nothing.
    func parts(_ content: JSONTree) -> [ContentPart] {
        if let text = content.string { return [.text(text)] }
        return (content.elements ?? []).map { part($0) }
    }

    private func part(_ block: JSONTree) -> ContentPart {
        switch block["type"]?.string {
        case "text": if let text = block["text"]?.string { return .text(text) }
        case "image_url": if let url = block["image_url"]?["url"]?.string { return .image(MediaLinks.media(url: url)) }
        case "input_audio":
            if let data = block["input_audio"]?["data"]?.string, let bytes = MediaLinks.bytes(base64: data) {
                return .audio(Media(data: bytes, format: block["input_audio"]?["format"]?.string))
            }
        case "file":
            if let data = block["file"]?["file_data"]?.string {
                var media = MediaLinks.media(url: data)
                media.name = block["file"]?["filename"]?.string
                return .file(media)
            }
        default: break
        }
        return .other(type: "openai." + (block["type"]?.string ?? "part").prefix(bytes: 200), JSONText(block.text))
    }

    /// The parts that are content, as blocks.
    private func blocks(_ parts: [ContentPart]) -> [JSONTree] { parts.compactMap { block($0) } }

    func content(_ parts: [ContentPart]) -> JSONTree {
        let blocks = blocks(parts)
        if blocks.count == 1, case .text(let text)? = parts.first(where: { block($0) != nil }) { return .string(text) }
        return .array(blocks)
    }

    private func block(_ part: ContentPart) -> JSONTree? {
        switch part {
        case .text(let text): return .object(of: ["type": .string("text"), "text": .string(text)])
        case .image(let media):
            return MediaLinks.url(of: media).map { url in
                .object(of: ["type": .string("image_url"), "image_url": .object(of: ["url": .string(url)])])
            }
        case .audio(let media):
            return media.data.map { data in
                .object(of: [
                    "type": .string("input_audio"),
                    "input_audio": .object(of: [
                        "data": .string(MediaLinks.base64(data)), "format": media.format.map { .string($0) },
                    ]),
                ])
            }
        case .file(let media):
            return MediaLinks.url(of: media).map { url in
                .object(of: [
                    "type": .string("file"),
                    "file": .object(of: ["file_data": .string(url), "filename": media.name.map { .string($0) }]),
                ])
            }
        case .other(let type, let body): return type.hasPrefix("openai.") ? Self.tree(body) : nil
        case .video, .thinking, .toolCall, .toolResult: return nil
        }
    }
}
