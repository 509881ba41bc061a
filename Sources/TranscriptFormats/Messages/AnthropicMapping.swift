import Transcripts

/// Anthropic's messages (https://docs.anthropic.com/en/api/messages).
struct AnthropicMapping: MessageMapping {
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

    func message(of event: NewEvent, _ notes: MessageNotes) -> JSONTree? {
        switch event.payload {
        case .systemMessage(let said):
            return .object(of: ["role": .string("system"), "content": content(said.parts, isShort: true)])
        case .userMessage(let said):
            return .object(of: ["role": .string("user"), "content": content(said.parts, isShort: true)])
        case .assistantMessage(let said):
            return .object(of: ["role": .string("assistant"), "content": content(said.parts, isShort: false)])
        case .toolResult(let result):
            return .object(of: ["role": .string("user"), "content": content([.toolResult(result)], isShort: false)])
        case .toolCall, .thinking, .plannerNote, .custom: return nil
        }
    }

    func omissions(of payload: EventPayload) -> [String] {
        func omitted(_ parts: [ContentPart]) -> [String] {
            parts.compactMap { block($0) == nil ? "a part of type \($0.type)" : nil }
        }
        switch payload {
        case .systemMessage(let said), .userMessage(let said), .assistantMessage(let said): return omitted(said.parts)
        case .toolResult(let result): return omitted(result.parts ?? [])
        case .toolCall, .thinking: return []
        case .plannerNote, .custom: return ["an event of type \(payload.type.rawValue)"]
        }
    }

    private func content(_ parts: [ContentPart], isShort: Bool) -> JSONTree {
        if isShort, parts.count == 1, case .text(let text) = parts[0] { return .string(text) }
        return .array(parts.compactMap { block($0) })
    }

    private func part(_ block: JSONTree, _ names: [String: String]) -> ContentPart {
        let type = block["type"]?.string ?? "part"
        switch type {
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
        return .other(type: "anthropic." + type.prefix(bytes: 200), JSONText(block.text))
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

    private func source(_ media: Media) -> JSONTree? {
        if let data = media.data {
            if media.mediaType == "text/plain", let text = String(validating: data, as: UTF8.self) {
                return .object(of: [
                    "type": .string("text"), "media_type": .string("text/plain"), "data": .string(text),
                ])
            }
            return .object(of: [
                "type": .string("base64"), "media_type": media.mediaType.map { .string($0) },
                "data": .string(MediaLinks.base64(data)),
            ])
        }
        return media.url.map { .object(of: ["type": .string("url"), "url": .string($0)]) }
    }

    private func block(_ part: ContentPart) -> JSONTree? {
        switch part {
        case .text(let text): return .object(of: ["type": .string("text"), "text": .string(text)])
        case .image(let media):
            return source(media).map { .object(of: ["type": .string("image"), "source": $0]) }
        case .file(let media):
            return source(media).map {
                .object(of: ["type": .string("document"), "source": $0, "title": media.name.map { .string($0) }])
            }
        case .thinking(let thinking):
            if let redacted = thinking.redacted {
                return .object(of: [
                    "type": .string("redacted_thinking"), "data": .string(MediaLinks.base64(redacted)),
                ])
            }
            return .object(of: [
                "type": .string("thinking"), "thinking": .string(thinking.text ?? ""),
                "signature": .string(thinking.signature ?? ""),
            ])
        case .toolCall(let call):
            return .object(of: [
                "type": .string("tool_use"), "id": .string(call.id), "name": .string(call.name),
                "input": call.arguments.flatMap(OpenAIMapping.tree) ?? .object([JSONTree.Member]()),
            ])
        case .toolResult(let result): return tree(of: result)
        case .other(let type, let body): return type.hasPrefix("anthropic.") ? OpenAIMapping.tree(body) : nil
        case .audio, .video: return nil
        }
    }

    private func tree(of result: ToolResult) -> JSONTree {
        var said: JSONTree?
        if let parts = result.parts {
            said = content(parts, isShort: true)
        } else if let text = result.result?.text ?? result.errorMessage {
            said = .string(text)
        }
        return .object(of: [
            "type": .string("tool_result"), "tool_use_id": .string(result.callID), "content": said,
            "is_error": result.errorMessage == nil ? nil : .bool(true),
        ])
    }
}
