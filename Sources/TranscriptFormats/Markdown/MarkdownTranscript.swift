public import Transcripts

extension SessionContent {
    /// The session in Markdown (CommonMark), for reading. It is not read back: use ``SessionDocument`` to keep it.
    public var markdown: String {
        var lines = ["# " + MarkdownText.line(session.title ?? session.id), ""]
        lines.append("Session `\(MarkdownText.code(session.id))`, \(session.status.rawValue)")
        lines[lines.count - 1] += ", begun \(DocumentTime.text(session.createdAt))"
        if let agent = session.agent { lines[lines.count - 1] += ", with \(MarkdownText.line(agent))" }
        lines[lines.count - 1] += "."
        return lines.joined(separator: "\n") + "\n" + events.map(\.event).markdown
    }
}

extension [Event] {
    /// The events in Markdown, for reading.
    public var markdown: String { map { "\n" + MarkdownText.section($0) }.joined() }
}

/// Pieces of Markdown.
private enum MarkdownText {
    /// A text in one line, with what Markdown would read as markup escaped.
    static func line(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\r": escaped += " "
            case "\\", "`", "*", "_", "[", "]", "<", ">", "#": escaped += "\\" + String(scalar)
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    static func code(_ text: String) -> String { text.replacing("`", with: "'").replacing("\n", with: " ") }

    /// A block of code whose fence does not occur in it.
    static func block(_ text: String, _ language: String = "") -> String {
        var longest = 2
        var run = 0
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        return "\(fence)\(language)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")\(fence)\n"
    }

    static func quote(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? ">" : "> " + $0 }
            .joined(separator: "\n") + "\n"
    }

    static func section(_ event: Event) -> String {
        let who = event.author ?? event.agent ?? name(event.type)
        let head = "## \(line(who)) · \(DocumentTime.text(event.timestamp)) · \(event.sequence)\n\n"
        switch event.payload {
        case .userMessage(let message), .assistantMessage(let message), .systemMessage(let message):
            return head + message.parts.map { part($0) }.joined(separator: "\n")
        case .toolCall(let call): return head + self.call(call)
        case .toolResult(let result): return head + self.result(result)
        case .plannerNote(let note): return head + quote(note.note)
        case .thinking(let thinking): return head + self.thinking(thinking)
        case .custom(let type, let bytes):
            return head + "`\(code(type.rawValue))`, \(bytes.count) bytes\n"
                + (String(validating: bytes, as: UTF8.self).map { $0.isEmpty ? "" : "\n" + block($0) } ?? "")
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
        case .text(let text): text.hasSuffix("\n") ? text : text + "\n"
        case .image(let media), .audio(let media), .video(let media), .file(let media): link(media, part.type)
        case .thinking(let thinking): self.thinking(thinking)
        case .toolCall(let call): self.call(call)
        case .toolResult(let result): self.result(result)
        case .other(let type, let body): "`\(code(type))`\n\n" + block(body.text, "json")
        }
    }

    private static func link(_ media: Media, _ type: String) -> String {
        let name = line(media.name ?? media.mediaType ?? type)
        if let url = media.url {
            let place = url.replacing(" ", with: "%20").replacing("<", with: "%3C").replacing(">", with: "%3E")
            return "\(type == "image" ? "!" : "")[\(name)](<\(place.replacing("\n", with: ""))>)\n"
        }
        return "*\(type): \(name), \(media.data?.count ?? 0) bytes*\n"
    }

    private static func call(_ call: ToolCall) -> String {
        "Calls `\(code(call.name))` (`\(code(call.id))`)\n"
            + (call.arguments.map { "\n" + block($0.text, "json") } ?? "")
    }

    private static func result(_ result: ToolResult) -> String {
        var text = "`\(code(result.name))` (`\(code(result.callID))`) answers\n"
        if let message = result.errorMessage { text += "\n" + quote("Error: " + message) }
        if let json = result.result { text += "\n" + block(json.text, "json") }
        for part in result.parts ?? [] { text += "\n" + self.part(part) }
        return text
    }

    private static func thinking(_ thinking: Thinking) -> String {
        quote(thinking.text ?? (thinking.redacted == nil ? "(thought)" : "(thought, hidden by the provider)"))
    }
}
