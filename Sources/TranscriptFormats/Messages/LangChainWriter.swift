import Transcripts

/// Writes LangChain's messages, without what is around them.
struct LangChainWriter {
    /// Whether the message was one of LangChain's, and is written as it was.
    let isOwn: Bool
    var omissions = Omissions()

    private static let empty = JSONTree.object([JSONTree.Member]())

    init(_ notes: MessageNotes?) { isOwn = notes != nil }

    mutating func message(of event: NewEvent) -> JSONTree? {
        switch event.payload {
        case .systemMessage(let said): return message("system", said, event.author)
        case .userMessage(let said): return message("human", said, event.author)
        case .assistantMessage(let said): return answer(said, event.author)
        case .toolResult(let result):
            let name = result.name == "unknown" ? nil : result.name
            omissions.add(author: event.author, usual: name)
            return message(
                "tool", content: content(result.said ?? [.text("")]), author: nil,
                [
                    "tool_call_id": .string(result.callID),
                    "status": .string(result.errorMessage == nil ? "success" : "error"),
                    "name": name.map { .string($0) },
                ])
        case .toolCall, .thinking, .plannerNote, .custom: return nil
        }
    }

    private mutating func message(_ type: String, _ said: Message, _ author: String?) -> JSONTree {
        omissions.add(besidesPartsOf: said)
        return message(type, content: content(said.parts), author: author, [:])
    }

    private func message(
        _ type: String, content: JSONTree, model: String? = nil, author: String?,
        _ rest: KeyValuePairs<String, JSONTree?>
    ) -> JSONTree {
        let start = JSONTree.object(of: [
            "content": content, "additional_kwargs": Self.empty,
            "response_metadata": model.map { .object(of: ["model_name": .string($0)]) } ?? Self.empty,
            "type": .string(type), "name": author.map { .string($0) },
        ])
        return .object((start.members ?? []) + (JSONTree.object(of: rest).members ?? []))
    }

    private mutating func answer(_ said: Message, _ author: String?) -> JSONTree {
        omissions.add(besidesPartsOf: said, saysModel: true)
        var calls: [JSONTree] = []
        var invalid: [JSONTree] = []
        var spoken = MessageContent()
        for (place, part) in said.parts.enumerated() {
            omissions.part = place
            guard case .toolCall(let call) = part else {
                add(part, to: &spoken)
                continue
            }
            if let arguments = call.object {
                calls.append(
                    .object(of: [
                        "name": .string(call.name), "args": arguments, "id": .string(call.id),
                        "type": .string("tool_call"),
                    ]))
            } else {
                // LangChain's calls have an object; what is none has a place of its own.
                invalid.append(
                    .object(of: [
                        "name": .string(call.name), "args": .string(call.arguments?.text ?? ""),
                        "id": .string(call.id), "error": .null, "type": .string("invalid_tool_call"),
                    ]))
            }
        }
        omissions.part = nil
        return message(
            "ai", content: spoken.blocks.isEmpty ? .string("") : spoken.short, model: said.model, author: author,
            [
                "tool_calls": .array(calls), "invalid_tool_calls": .array(invalid), "usage_metadata": usage(said.usage),
            ])
    }

    private func usage(_ usage: Usage?) -> JSONTree? {
        guard var usage else { return nil }
        if !isOwn {
            // LangChain refuses a usage that lacks one of the three.
            usage.inputTokens = usage.inputTokens ?? 0
            usage.outputTokens = usage.outputTokens ?? 0
            let sum = (usage.inputTokens ?? 0).addingReportingOverflow(usage.outputTokens ?? 0)
            usage.totalTokens = usage.totalTokens ?? (sum.overflow ? .max : sum.partialValue)
        }
        func number(_ count: Int?) -> JSONTree? { count.map { .number($0) } }
        return .object(of: [
            "input_tokens": number(usage.inputTokens), "output_tokens": number(usage.outputTokens),
            "total_tokens": number(usage.totalTokens),
            "input_token_details": usage.cachedTokens.map { .object(of: ["cache_read": .number($0)]) },
            "output_token_details": usage.reasoningTokens.map { .object(of: ["reasoning": .number($0)]) },
        ])
    }

    private mutating func content(_ parts: [ContentPart]) -> JSONTree {
        var content = MessageContent()
        for (place, part) in parts.enumerated() {
            omissions.part = place
            add(part, to: &content)
        }
        omissions.part = nil
        return content.blocks.isEmpty ? .string("") : content.short
    }

    private mutating func add(_ part: ContentPart, to content: inout MessageContent) {
        if let block = block(part) { content.append(block, of: part) } else { omissions.add(part) }
    }

    private mutating func block(_ part: ContentPart) -> JSONTree? {
        switch part {
        case .text(let text): return .object(of: ["type": .string("text"), "text": .string(text)])
        case .image(let media), .audio(let media), .video(let media), .file(let media): return block(part.type, media)
        case .thinking(let thinking):
            if let redacted = thinking.redacted {
                return .object(of: [
                    "type": .string("redacted_thinking"), "data": .string(MediaLinks.base64(redacted)),
                ])
            }
            return .object(of: [
                "type": .string("thinking"), "thinking": .string(thinking.text ?? ""),
                "signature": thinking.signature.map { .string($0) },
            ])
        case .other(let type, let body): return type.hasPrefix("langchain.") ? OpenAIMapping.tree(body) : nil
        case .toolCall, .toolResult: return nil
        }
    }

    private mutating func block(_ type: String, _ media: Media) -> JSONTree? {
        guard media.data != nil || media.url != nil else { return nil }
        let mediaType = isOwn ? media.mediaType : MediaLinks.mediaType(of: media)
        omissions.add(of: media, type, saysName: true)
        if mediaType == nil, media.format != nil { omissions.add("format of a part of type \(type)") }
        return .object(of: [
            "type": .string(type), "base64": media.data.map { .string(MediaLinks.base64($0)) },
            "url": media.data == nil ? media.url.map { .string($0) } : nil,
            "mime_type": mediaType.map { .string($0) }, "filename": media.name.map { .string($0) },
        ])
    }
}
