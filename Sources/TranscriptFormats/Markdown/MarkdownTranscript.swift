public import Transcripts

extension SessionContent {
    /// The session in Markdown (CommonMark), for reading: a section an event, what is said in quotes, so that nothing
    /// that is said can look like another event. It is not read back: use ``SessionDocument`` to keep it.
    public var markdown: String {
        var lines = ["# " + MarkdownText.line(session.title ?? session.id), ""]
        lines.append("Session \(MarkdownText.code(session.id)), \(session.status.rawValue)")
        lines[lines.count - 1] += ", begun \(DocumentTime.text(session.createdAt))"
        if let agent = session.agent { lines[lines.count - 1] += ", with \(MarkdownText.line(agent))" }
        lines[lines.count - 1] += "."
        return lines.joined(separator: "\n") + "\n" + events.map(\.event).markdown
    }
}

extension [Event] {
    /// The events in Markdown, for reading.
    public var markdown: String { map { "\n" + MarkdownSection.section($0) }.joined() }
}

/// An event as a section.
private enum MarkdownSection {
    static func section(_ event: Event) -> String {
        let who = event.author ?? event.agent ?? name(event.type)
        let head = "## \(MarkdownText.line(who)) · \(DocumentTime.text(event.timestamp)) · \(event.sequence)\n\n"
        switch event.payload {
        case .userMessage(let message), .assistantMessage(let message), .systemMessage(let message):
            return head + message.parts.map { part($0) }.joined(separator: "\n")
        case .toolCall(let call): return head + self.call(call)
        case .toolResult(let result): return head + self.result(result)
        case .plannerNote(let note): return head + MarkdownText.quote(note.note)
        case .thinking(let thinking): return head + self.thinking(thinking)
        case .custom(let type, let bytes):
            return head + "\(MarkdownText.code(type.rawValue)), \(bytes.count) bytes\n"
                + (String(validating: bytes, as: UTF8.self).map { $0.isEmpty ? "" : "\n" + MarkdownText.block($0) }
                    ?? "")
        }
    }

    private static func name(_ type: EventType) -> String {
        switch type {
        case .userMessage: "User"
        case .assistantMessage: "Assistant"
        case .systemMessage: "System"
        case .toolCall: "Tool call"
        case .toolResult: "Tool result"
        case .plannerNote: "Planner"
        case .thinking: "Thinking"
        default: type.rawValue
        }
    }

    private static func part(_ part: ContentPart) -> String {
        switch part {
        case .text(let text): MarkdownText.quote(text)
        case .image(let media), .audio(let media), .video(let media), .file(let media): link(media, part.type)
        case .thinking(let thinking): self.thinking(thinking)
        case .toolCall(let call): self.call(call)
        case .toolResult(let result): self.result(result)
        case .other(let type, let body): MarkdownText.code(type) + "\n\n" + MarkdownText.block(body.text, "json")
        }
    }

    private static func link(_ media: Media, _ type: String) -> String {
        let name = MarkdownText.line(media.name ?? media.mediaType ?? type)
        if let url = media.url {
            return "\(type == "image" ? "!" : "")[\(name)](\(MarkdownText.destination(url)))\n"
        }
        return "*\(type): \(name), \(media.data?.count ?? 0) bytes*\n"
    }

    private static func call(_ call: ToolCall) -> String {
        "Calls \(MarkdownText.code(call.name)) (\(MarkdownText.code(call.id)))\n"
            + (call.arguments.map { "\n" + MarkdownText.block($0.text, "json") } ?? "")
    }

    private static func result(_ result: ToolResult) -> String {
        var text = "\(MarkdownText.code(result.name)) (\(MarkdownText.code(result.callID))) answers\n"
        if let message = result.errorMessage { text += "\n" + MarkdownText.quote("Error: " + message) }
        if let json = result.result { text += "\n" + MarkdownText.block(json.text, "json") }
        for part in result.parts ?? [] { text += "\n" + self.part(part) }
        return text
    }

    private static func thinking(_ thinking: Thinking) -> String {
        guard let text = thinking.text else {
            return thinking.redacted == nil ? "*a thought*\n" : "*a thought, hidden by the provider*\n"
        }
        return "*thinks*\n\n" + MarkdownText.quote(text)
    }
}
