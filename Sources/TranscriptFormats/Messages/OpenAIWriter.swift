import Transcripts

/// Writes OpenAI's and CrewAI's messages.
struct OpenAIWriter {
    /// What the message was beside what its event says; nil where it is not of this format.
    let notes: MessageNotes?
    var omissions = Omissions()

    init(_ notes: MessageNotes?) { self.notes = notes }

    mutating func message(of event: NewEvent) -> JSONTree? {
        let name = event.author.map { JSONTree.string($0) }
        switch event.payload {
        case .systemMessage(let said): return message("system", said, name)
        case .userMessage(let said): return message("user", said, name)
        case .assistantMessage(let said):
            if notes?.dialect == OpenAIMapping.task {
                return .object(of: [
                    "raw": .string(said.text), "agent": name, "json_dict": said.structured.flatMap(OpenAIMapping.tree),
                ])
            }
            omissions.add(besidesPartsOf: said)
            var calls: [JSONTree] = []
            let content = content(said.parts, calls: &calls)
            // A message of which nothing is left says nothing.
            if notes == nil, !said.parts.isEmpty, content.blocks.isEmpty, calls.isEmpty { return nil }
            return .object(of: [
                "role": .string("assistant"), "content": content.blocks.isEmpty ? .null : content.short, "name": name,
                "tool_calls": calls.isEmpty ? nil : .array(calls),
            ])
        case .toolResult(let result):
            omissions.add(author: event.author)
            return .object(of: [
                "role": .string("tool"), "tool_call_id": .string(result.callID),
                "content": result.said.map { content($0).short } ?? .string(""),
            ])
        case .toolCall, .thinking, .plannerNote, .custom: return nil
        }
    }

    private mutating func message(_ role: String, _ said: Message, _ name: JSONTree?) -> JSONTree? {
        omissions.add(besidesPartsOf: said)
        let content = content(said.parts)
        if notes == nil, !said.parts.isEmpty, content.blocks.isEmpty { return nil }
        return .object(of: ["role": .string(role), "content": content.short, "name": name])
    }

    private mutating func content(_ parts: [ContentPart]) -> MessageContent {
        var content = MessageContent()
        for (place, part) in parts.enumerated() { add(part, at: place, to: &content) }
        omissions.part = nil
        return content
    }

    private mutating func content(_ parts: [ContentPart], calls: inout [JSONTree]) -> MessageContent {
        var content = MessageContent()
        for (place, part) in parts.enumerated() {
            if case .toolCall(let call) = part {
                calls.append(Self.tree(of: call))
            } else {
                add(part, at: place, to: &content)
            }
        }
        omissions.part = nil
        return content
    }

    private mutating func add(_ part: ContentPart, at place: Int, to content: inout MessageContent) {
        omissions.part = place
        if let block = block(part) { content.append(block, of: part) } else { omissions.add(part) }
    }

    private static func tree(of call: ToolCall) -> JSONTree {
        .object(of: [
            "id": .string(call.id), "type": .string("function"),
            "function": .object(of: ["name": .string(call.name), "arguments": .string(call.arguments?.text ?? "{}")]),
        ])
    }

    private mutating func block(_ part: ContentPart) -> JSONTree? {
        switch part {
        case .text(let text): return .object(of: ["type": .string("text"), "text": .string(text)])
        case .image(let media):
            guard let url = url(of: media) else { return nil }
            omissions.add(of: media, part.type, saysName: false)
            return .object(of: ["type": .string("image_url"), "image_url": .object(of: ["url": .string(url)])])
        case .audio(let media): return audio(media)
        case .file(let media):
            guard let url = url(of: media) else { return nil }
            omissions.add(of: media, part.type, saysName: true)
            return .object(of: [
                "type": .string("file"),
                "file": .object(of: ["file_data": .string(url), "filename": media.name.map { .string($0) }]),
            ])
        case .other(let type, let body): return type.hasPrefix("openai.") ? OpenAIMapping.tree(body) : nil
        case .video, .thinking, .toolCall, .toolResult: return nil
        }
    }

    /// The URL, which says the media type of what it holds.
    private func url(of media: Media) -> String? {
        var media = media
        if notes == nil { media.mediaType = MediaLinks.mediaType(of: media) }
        return MediaLinks.url(of: media)
    }

    private mutating func audio(_ media: Media) -> JSONTree? {
        // OpenAI takes no sound without the name of its encoding.
        let format = notes == nil ? MediaLinks.format(of: media) : media.format
        guard let data = media.data, notes != nil || format != nil else { return nil }
        omissions.add(of: media, "audio", saysName: false)
        return .object(of: [
            "type": .string("input_audio"),
            "input_audio": .object(of: [
                "data": .string(MediaLinks.base64(data)), "format": format.map { .string($0) },
            ]),
        ])
    }
}
