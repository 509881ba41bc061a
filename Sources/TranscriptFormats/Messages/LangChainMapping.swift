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

    func message(of event: NewEvent, _ notes: MessageNotes) -> JSONTree? {
        let name: JSONTree? = event.author.map { .string($0) }
        let empty = JSONTree.object([JSONTree.Member]())
        func base(_ type: String, _ parts: [ContentPart], _ rest: KeyValuePairs<String, JSONTree?>) -> JSONTree {
            let start = JSONTree.object(of: [
                "content": content(parts), "additional_kwargs": empty, "response_metadata": empty,
                "type": .string(type), "name": name,
            ])
            return .object((start.members ?? []) + (JSONTree.object(of: rest).members ?? []))
        }
        switch event.payload {
        case .systemMessage(let said): return base("system", said.parts, [:])
        case .userMessage(let said): return base("human", said.parts, [:])
        case .assistantMessage(let said):
            let calls = event.payload.calls.map { call in
                JSONTree.object(of: [
                    "name": .string(call.name), "args": call.arguments.flatMap(OpenAIMapping.tree) ?? empty,
                    "id": .string(call.id), "type": .string("tool_call"),
                ])
            }
            var message = base(
                "ai", said.parts,
                [
                    "tool_calls": .array(calls), "invalid_tool_calls": .array([]), "usage_metadata": usage(said.usage),
                ])
            if let model = said.model, case .object(var members) = message,
                let place = members.firstIndex(where: { $0.name == "response_metadata" })
            {
                members[place].value = .object(of: ["model_name": .string(model)])
                message = .object(members)
            }
            return message
        case .toolResult(let result):
            let parts = result.parts ?? [.text(result.result?.text ?? result.errorMessage ?? "")]
            let named: JSONTree? = result.name == "unknown" ? nil : .string(result.name)
            let message = base(
                "tool", parts,
                [
                    "tool_call_id": .string(result.callID),
                    "status": .string(result.errorMessage == nil ? "success" : "error"),
                ])
            return .object((message.members ?? []) + (named.map { [JSONTree.Member("name", $0)] } ?? []))
        case .toolCall, .thinking, .plannerNote, .custom: return nil
        }
    }

    private func usage(_ usage: Usage?) -> JSONTree? {
        guard let usage else { return nil }
        func number(_ count: Int?) -> JSONTree? { count.map { .number($0) } }
        return .object(of: [
            "input_tokens": number(usage.inputTokens), "output_tokens": number(usage.outputTokens),
            "total_tokens": number(usage.totalTokens),
            "input_token_details": usage.cachedTokens.map { .object(of: ["cache_read": .number($0)]) },
            "output_token_details": usage.reasoningTokens.map { .object(of: ["reasoning": .number($0)]) },
        ])
    }

    func omissions(of payload: EventPayload) -> [String] {
        switch payload {
        case .systemMessage(let said), .userMessage(let said), .assistantMessage(let said):
            return said.parts.compactMap { part in
                if case .toolCall = part { return nil }
                return block(part) == nil ? "a part of type \(part.type)" : nil
            }
        case .toolResult(let result):
            return (result.parts ?? []).compactMap { block($0) == nil ? "a part of type \($0.type)" : nil }
        case .toolCall, .thinking: return []
        case .plannerNote, .custom: return ["an event of type \(payload.type.rawValue)"]
        }
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
            case "image", "audio", "file":
                if let media = media(block) {
                    return block["type"]?.string == "image"
                        ? .image(media) : block["type"]?.string == "audio" ? .audio(media) : .file(media)
                }
            default:
                if case .other = contents.parts(.array([block]))[0] { break }
                return contents.parts(.array([block]))[0]
            }
            return .other(
                type: "langchain." + (block["type"]?.string ?? "part").prefix(bytes: 200), JSONText(block.text))
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

    private func content(_ parts: [ContentPart]) -> JSONTree {
        let blocks = parts.compactMap { block($0) }
        if blocks.isEmpty { return .string("") }
        if blocks.count == 1, case .text(let text)? = parts.first(where: { block($0) != nil }) { return .string(text) }
        return .array(blocks)
    }

    private func block(_ part: ContentPart) -> JSONTree? {
        func data(_ type: String, _ media: Media) -> JSONTree? {
            guard media.data != nil || media.url != nil else { return nil }
            return .object(of: [
                "type": .string(type), "base64": media.data.map { .string(MediaLinks.base64($0)) },
                "url": media.data == nil ? media.url.map { .string($0) } : nil,
                "mime_type": media.mediaType.map { .string($0) }, "filename": media.name.map { .string($0) },
            ])
        }
        switch part {
        case .text(let text): return .object(of: ["type": .string("text"), "text": .string(text)])
        case .image(let media): return data("image", media)
        case .audio(let media): return data("audio", media)
        case .file(let media): return data("file", media)
        case .thinking(let thinking):
            guard thinking.redacted == nil else { return nil }
            return .object(of: [
                "type": .string("thinking"), "thinking": .string(thinking.text ?? ""),
                "signature": thinking.signature.map { .string($0) },
            ])
        case .other(let type, let body): return type.hasPrefix("langchain.") ? OpenAIMapping.tree(body) : nil
        case .video, .toolCall, .toolResult: return nil
        }
    }
}
