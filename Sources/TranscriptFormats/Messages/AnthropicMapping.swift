import Transcripts

/// Anthropic's messages (https://docs.anthropic.com/en/api/messages).
struct AnthropicMapping: MessageMapping {
    /// The dialects of a system message: the list's `system`, or a message of the list.
    static let system = "system", listed = "message"

    func event(
        of message: JSONTree, _ notes: MessageNotes, _ names: [String: String]
    ) throws(FormatError) -> NewEvent? {
        guard let role = message["role"]?.string else { throw FormatError("role is required") }
        let content = message["content"] ?? .null
        var parts: [ContentPart] = []
        if let text = content.string { parts = [.text(text)] }
        for block in content.elements ?? [] { parts.append(part(block, names)) }
        switch role {
        case "system": return NewEvent(.systemMessage(Message(parts)))
        case "user": return NewEvent(.userMessage(Message(parts)))
        case "assistant": return NewEvent(.assistantMessage(Message(parts)))
        default: return nil
        }
    }

    func message(of event: NewEvent, _ notes: MessageNotes?) -> (tree: JSONTree?, omissions: Omissions) {
        var writer = AnthropicWriter(notes)
        let tree = writer.message(of: event)
        return (tree, writer.omissions)
    }

    private func part(_ block: JSONTree, _ names: [String: String]) -> ContentPart {
        switch block["type"]?.string {
        case "text": if let text = block["text"]?.string { return .text(text) }
        case "image": if let media = media(block["source"]) { return .image(media) }
        case "document":
            if var media = media(block["source"]) {
                media.name = block["title"]?.string
                return .file(media)
            }
        case "thinking":
            if let text = block["thinking"]?.string {
                return .thinking(Thinking(text: text, signature: block["signature"]?.string))
            }
        case "redacted_thinking":
            if let data = block["data"]?.string, let bytes = MediaLinks.bytes(base64: data) {
                return .thinking(Thinking(redacted: bytes))
            }
        case "tool_use":
            if let id = block["id"]?.string, !id.isEmpty, let name = block["name"]?.string, !name.isEmpty {
                return .toolCall(ToolCall(id: id, name: name, arguments: block["input"].map { JSONText($0.text) }))
            }
        case "tool_result":
            if let id = block["tool_use_id"]?.string, !id.isEmpty { return .toolResult(result(block, id, names)) }
        default: break
        }
        return .other(type: .partType(.anthropic, block["type"]?.string), JSONText(block.text))
    }

    private func result(_ block: JSONTree, _ id: String, _ names: [String: String]) -> ToolResult {
        var result = ToolResult(callID: id, name: names[id] ?? "unknown")
        if let text = block["content"]?.string { result.parts = [.text(text)] }
        if let blocks = block["content"]?.elements { result.parts = blocks.map { part($0, names) } }
        if block["is_error"]?.bool == true {
            result.errorMessage = (result.parts ?? []).compactMap { if case .text(let text) = $0 { text } else { nil } }
                .joined(separator: "\n")
        }
        return result
    }

    private func media(_ source: JSONTree?) -> Media? {
        switch source?["type"]?.string {
        case "base64":
            guard let data = source?["data"]?.string, let bytes = MediaLinks.bytes(base64: data) else { return nil }
            return Media(data: bytes, mediaType: source?["media_type"]?.string)
        case "url": return source?["url"]?.string.map { Media(url: $0) }
        case "text":
            return source?["data"]?.string.map { Media(data: Array($0.utf8), mediaType: source?["media_type"]?.string) }
        default: return nil
        }
    }
}
