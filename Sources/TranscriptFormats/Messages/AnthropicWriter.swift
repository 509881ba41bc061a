import Transcripts

/// Writes Anthropic's messages.
struct AnthropicWriter {
    /// Whether the message was one of Anthropic's, and is written as it was.
    let isOwn: Bool
    var omissions = Omissions()

    init(_ notes: MessageNotes?) { isOwn = notes != nil }

    mutating func message(of event: NewEvent) -> JSONTree? {
        switch event.payload {
        case .systemMessage(let said):
            omissions.add(author: event.author)
            return message("system", said)
        case .userMessage(let said):
            omissions.add(author: event.author, usual: "user")
            return message("user", said)
        case .assistantMessage(let said):
            omissions.add(author: event.author, usual: "assistant")
            return message("assistant", said)
        case .toolResult(let result):
            omissions.add(author: event.author)
            return message("user", Message([.toolResult(result)]))
        case .toolCall, .thinking, .plannerNote, .custom: return nil
        }
    }

    private mutating func message(_ role: String, _ said: Message) -> JSONTree? {
        omissions.add(besidesPartsOf: said)
        var content = MessageContent()
        for (place, part) in said.parts.enumerated() {
            omissions.part = place
            if case .toolCall = part, role != "assistant", !isOwn {
                omissions.add(part)
            } else if let block = block(part) {
                content.append(block, of: part)
            } else if case .thinking = part {
                omissions.add("a thought without a signature")
            } else {
                omissions.add(part)
            }
        }
        omissions.part = nil
        // A message of which nothing is left says nothing.
        if !isOwn, !said.parts.isEmpty, content.blocks.isEmpty { return nil }
        return .object(of: [
            "role": .string(role), "content": role == "assistant" ? .array(content.blocks) : content.short,
        ])
    }

    private mutating func source(_ media: Media) -> JSONTree? {
        let type = isOwn ? media.mediaType : MediaLinks.mediaType(of: media)
        if let data = media.data {
            if type == "text/plain", let text = String(validating: data, as: UTF8.self) {
                return .object(of: [
                    "type": .string("text"), "media_type": .string("text/plain"), "data": .string(text),
                ])
            }
            guard isOwn || type != nil else { return nil }
            return .object(of: [
                "type": .string("base64"), "media_type": type.map { .string($0) },
                "data": .string(MediaLinks.base64(data)),
            ])
        }
        guard let url = media.url, isOwn || MediaLinks.isWeb(url) else { return nil }
        return .object(of: ["type": .string("url"), "url": .string(url)])
    }

    private mutating func block(_ part: ContentPart) -> JSONTree? {
        switch part {
        case .text(let text): return .object(of: ["type": .string("text"), "text": .string(text)])
        case .image(let media):
            guard let source = source(media) else { return nil }
            omissions.add(of: media, part.type, saysName: false)
            return .object(of: ["type": .string("image"), "source": source])
        case .file(let media):
            guard let source = source(media) else { return nil }
            omissions.add(of: media, part.type, saysName: true)
            return .object(of: [
                "type": .string("document"), "source": source, "title": media.name.map { .string($0) },
            ])
        case .thinking(let thinking): return block(thinking)
        case .toolCall(let call):
            var input = isOwn ? call.arguments.flatMap(OpenAIMapping.tree) : call.object
            if input == nil {
                if !isOwn { omissions.add("the arguments of a tool call, which are not a JSON object") }
                input = .object([JSONTree.Member]())
            }
            return .object(of: [
                "type": .string("tool_use"), "id": .string(call.id), "name": .string(call.name), "input": input,
            ])
        case .toolResult(let result): return block(result)
        case .other(let type, let body): return type.hasPrefix("anthropic.") ? OpenAIMapping.tree(body) : nil
        case .audio, .video: return nil
        }
    }

    /// A thought; nil where it has no signature, without which the API refuses it.
    private func block(_ thinking: Thinking) -> JSONTree? {
        if let redacted = thinking.redacted {
            return .object(of: ["type": .string("redacted_thinking"), "data": .string(MediaLinks.base64(redacted))])
        }
        guard isOwn || thinking.signature?.isEmpty == false else { return nil }
        return .object(of: [
            "type": .string("thinking"), "thinking": .string(thinking.text ?? ""),
            "signature": .string(thinking.signature ?? ""),
        ])
    }

    private mutating func block(_ result: ToolResult) -> JSONTree {
        var content: MessageContent?
        if let said = result.said {
            var written = MessageContent()
            for part in said {
                if let block = block(part) { written.append(block, of: part) } else { omissions.add(part) }
            }
            content = written
        }
        return .object(of: [
            "type": .string("tool_result"), "tool_use_id": .string(result.callID), "content": content?.short,
            "is_error": result.errorMessage == nil ? nil : .bool(true),
        ])
    }
}
