import Transcripts

/// Writes AutoGen's model messages.
struct AutoGenWriter {
    /// Whether the message was one of AutoGen's, and is written as it was.
    let isOwn: Bool
    var omissions = Omissions()

    init(_ notes: MessageNotes?) { isOwn = notes != nil }

    mutating func message(of event: NewEvent) -> JSONTree? {
        switch event.payload {
        case .systemMessage(let said):
            omissions.add(besidesPartsOf: said)
            omissions.add(author: event.author)
            return .object(of: [
                "content": isOwn ? list(said.parts) : .string(text(said.parts, besideCalls: false)),
                "type": .string("SystemMessage"),
            ])
        case .userMessage(let said):
            let results = said.parts.compactMap { if case .toolResult(let result) = $0 { result } else { nil } }
            if !results.isEmpty, results.count == said.parts.count {
                omissions.add(author: event.author)
                return self.results(results)
            }
            omissions.add(besidesPartsOf: said)
            return .object(of: [
                "content": list(said.parts), "source": .string(event.author ?? "user"),
                "type": .string("UserMessage"),
            ])
        case .assistantMessage(let said):
            omissions.add(besidesPartsOf: said)
            return answer(said, event.author ?? "assistant")
        case .toolResult(let result):
            omissions.add(author: event.author)
            return results([result])
        case .toolCall, .thinking, .plannerNote, .custom: return nil
        }
    }

    private mutating func answer(_ said: Message, _ source: String) -> JSONTree {
        let spoken = said.parts.filter { if case .thinking = $0 { false } else { true } }
        let calls = said.parts.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
        let content: JSONTree
        var thoughts: [String] = []
        for (place, part) in said.parts.enumerated() {
            omissions.part = place
            guard case .thinking(let thinking) = part else { continue }
            if let text = thinking.text { thoughts.append(text) } else { omissions.add(part) }
            if thinking.text != nil, thinking.signature?.isEmpty == false { omissions.add("a thought's signature") }
        }
        var thought = thoughts.joined(separator: "\n")
        omissions.part = nil
        if !calls.isEmpty {
            // A message with calls has no text but its thought: what is said joins what was thought.
            if isOwn {
                if thought.isEmpty { thought = said.text }
            } else {
                let text = text(said.parts, besideCalls: true)
                thought = [thought, text].filter { !$0.isEmpty }.joined(separator: "\n\n")
            }
            content = .array(calls.map { Self.tree(of: $0) })
        } else {
            content = isOwn ? list(spoken) : .string(text(said.parts, besideCalls: true))
        }
        return .object(of: [
            "content": content, "thought": thought.isEmpty ? nil : .string(thought), "source": .string(source),
            "type": .string("AssistantMessage"),
        ])
    }

    private static func tree(of call: ToolCall) -> JSONTree {
        .object(of: [
            "id": .string(call.id), "arguments": .string(call.arguments?.text ?? "{}"), "name": .string(call.name),
        ])
    }

    /// The texts, where there can be nothing else. An assistant's calls and thoughts have places of their own.
    private mutating func text(_ parts: [ContentPart], besideCalls: Bool) -> String {
        var texts: [String] = []
        for (place, part) in parts.enumerated() {
            omissions.part = place
            switch part {
            case .text(let text): texts.append(text)
            case .toolCall, .thinking: if !besideCalls { omissions.add(part) }
            default: omissions.add(part)
            }
        }
        omissions.part = nil
        return texts.joined(separator: "\n")
    }

    private mutating func results(_ results: [ToolResult]) -> JSONTree {
        var content: [JSONTree] = []
        for (place, result) in results.enumerated() {
            omissions.part = place
            let said = result.said ?? []
            for part in said { if case .text = part { continue } else { omissions.add(part) } }
            content.append(
                .object(of: [
                    "content": .string(Message(said).text), "name": .string(result.name),
                    "call_id": .string(result.callID), "is_error": .bool(result.errorMessage != nil),
                ]))
        }
        omissions.part = nil
        return .object(of: ["content": .array(content), "type": .string("FunctionExecutionResultMessage")])
    }

    private mutating func list(_ parts: [ContentPart]) -> JSONTree {
        if parts.isEmpty { return .string("") }
        if parts.count == 1, case .text(let text) = parts[0] { return .string(text) }
        var elements: [JSONTree] = []
        for (place, part) in parts.enumerated() {
            omissions.part = place
            if let element = element(part) { elements.append(element) } else { omissions.add(part) }
        }
        omissions.part = nil
        return .array(elements)
    }

    private mutating func element(_ part: ContentPart) -> JSONTree? {
        switch part {
        case .text(let text): return .string(text)
        case .image(let media):
            guard let data = media.data else { return nil }
            omissions.add(of: media, part.type, saysName: false)
            return .object(of: ["data": .string(MediaLinks.base64(data))])
        case .other(let type, let body): return type == "autogen.part" ? OpenAIMapping.tree(body) : nil
        case .toolCall(let call): return isOwn ? Self.tree(of: call) : nil
        case .audio, .video, .file, .thinking, .toolResult: return nil
        }
    }
}
