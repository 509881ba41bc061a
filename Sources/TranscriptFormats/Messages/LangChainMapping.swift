import Transcripts

/// LangChain's messages: `{"type", "data"}` of `messages_to_dict`, `{"lc", "kwargs"}` of `dumpd`, and the flat dictionary
/// of `model_dump`.
struct LangChainMapping: MessageMapping {
    private let contents = OpenAIMapping()

    func unwrapped(_ message: JSONTree) -> (message: JSONTree, notes: MessageNotes) {
        var notes = MessageNotes()
        for member in ["data", "kwargs"] {
            guard let inner = message[member], inner.members != nil,
                member == "data" ? message["type"]?.string != nil : message["lc"] != nil
            else { continue }
            notes.dialect = kind(message, inner)
            notes.member = member
            notes.wrapper = .object(
                (message.members ?? []).map { $0.name == member ? JSONTree.Member(member, .null) : $0 })
            if member == "data", message.members?.count == 2 {
                // The usual form needs no note.
                (notes.member, notes.wrapper) = (nil, nil)
            }
            return (inner, notes)
        }
        notes.dialect = message["type"]?.string
        notes.member = ""
        return (message, notes)
    }

    func wrapped(_ message: JSONTree, _ notes: MessageNotes) -> JSONTree {
        if notes.member == "" { return message }
        guard let member = notes.member, let wrapper = notes.wrapper?.members else {
            let type = notes.dialect ?? message["type"]?.string ?? "human"
            return .object(of: ["type": .string(type), "data": message])
        }
        return .object(wrapper.map { $0.name == member ? JSONTree.Member(member, message) : $0 })
    }

    /// The kind of message, from its wrapper: `human`, `ai`, `system`, `tool` or another.
    private func kind(_ message: JSONTree, _ inner: JSONTree) -> String? {
        guard message["lc"] != nil else { return message["type"]?.string }
        if let type = inner["type"]?.string { return type }
        guard let name = message["id"]?.elements?.last?.string, name.hasSuffix("Message") else { return nil }
        return name.dropLast("Message".count).lowercased()
    }

    func event(
        of message: JSONTree, _ notes: MessageNotes, _ names: [String: String]
    ) throws(FormatError) -> NewEvent? {
        let content = message["content"] ?? .null
        guard content.string != nil || content.elements != nil else { return nil }
        let name = message["name"]?.string
        let author = name.flatMap { $0.isEmpty || $0.utf8.count > 255 || $0.utf8.contains(0) ? nil : $0 }
        switch notes.dialect {
        case "human", "HumanMessageChunk": return NewEvent(.userMessage(Message(parts(content))), author: author)
        case "system", "SystemMessageChunk": return NewEvent(.systemMessage(Message(parts(content))), author: author)
        case "ai", "AIMessageChunk": return NewEvent(.assistantMessage(answer(message, content)), author: author)
        case "tool":
            guard let id = message["tool_call_id"]?.string, !id.isEmpty else { return nil }
            var result = ToolResult(callID: id, name: author ?? names[id] ?? "unknown", parts: parts(content))
            if message["status"]?.string == "error" { result.errorMessage = Message(result.parts ?? []).text }
            return NewEvent(.toolResult(result))
        default: return nil
        }
    }

    private func answer(_ message: JSONTree, _ content: JSONTree) -> Message {
        var said = Message(parts(content))
        for call in message["tool_calls"]?.elements ?? [] {
            guard let id = call["id"]?.string, !id.isEmpty, let name = call["name"]?.string, !name.isEmpty else {
                continue
            }
            said.parts.append(
                .toolCall(ToolCall(id: id, name: name, arguments: call["args"].map { JSONText($0.text) })))
        }
        for call in message["invalid_tool_calls"]?.elements ?? [] {
            guard let id = call["id"]?.string, !id.isEmpty, let name = call["name"]?.string, !name.isEmpty,
                let arguments = call["args"]?.string
            else { continue }
            said.parts.append(.toolCall(ToolCall(id: id, name: name, arguments: JSONText(arguments))))
        }
        said.model =
            message["response_metadata"]?["model_name"]?.string ?? message["response_metadata"]?["model"]?.string
        if let usage = message["usage_metadata"], usage.members != nil {
            func count(_ tree: JSONTree?) -> Int? { tree?.int.map { Int($0) } }
            said.usage = Usage(
                inputTokens: count(usage["input_tokens"]),
                cachedTokens: count(usage["input_token_details"]?["cache_read"]),
                outputTokens: count(usage["output_tokens"]),
                reasoningTokens: count(usage["output_token_details"]?["reasoning"]),
                totalTokens: count(usage["total_tokens"]))
        }
        return said
    }

    func message(of event: NewEvent, _ notes: MessageNotes?) -> (tree: JSONTree?, omissions: Omissions) {
        var writer = LangChainWriter(notes)
        let tree = writer.message(of: event)
        return (tree, writer.omissions)
    }

    private func parts(_ content: JSONTree) -> [ContentPart] {
        if let text = content.string { return text.isEmpty ? [] : [.text(text)] }
        return (content.elements ?? []).map { block in
            if let text = block.string { return .text(text) }
            switch block["type"]?.string {
            case "thinking":
                if let text = block["thinking"]?.string {
                    return .thinking(Thinking(text: text, signature: block["signature"]?.string))
                }
            case "redacted_thinking":
                if let data = block["data"]?.string, let bytes = MediaLinks.bytes(base64: data) {
                    return .thinking(Thinking(redacted: bytes))
                }
            case "image": if let media = media(block) { return .image(media) }
            case "audio": if let media = media(block) { return .audio(media) }
            case "video": if let media = media(block) { return .video(media) }
            case "file": if let media = media(block) { return .file(media) }
            default:
                if case .other = contents.parts(.array([block]))[0] { break }
                return contents.parts(.array([block]))[0]
            }
            return .other(type: .partType(.langChain, block["type"]?.string), JSONText(block.text))
        }
    }

    /// LangChain's own blocks of data: `base64` or `data`, or `url`.
    private func media(_ block: JSONTree) -> Media? {
        var media = Media(mediaType: block["mime_type"]?.string, name: block["filename"]?.string)
        if let text = block["base64"]?.string ?? block["data"]?.string {
            guard let bytes = MediaLinks.bytes(base64: text) else { return nil }
            media.data = bytes
        } else if let url = block["url"]?.string {
            media.url = url
        } else {
            return nil
        }
        return media
    }
}
