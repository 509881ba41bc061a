import Transcripts

/// OpenAI's chat completions (https://platform.openai.com/docs/api-reference/chat), and CrewAI's dictionaries, which
/// are the same but for the outputs of tasks.
struct OpenAIMapping: MessageMapping {
    var format = MessageFormat.openAI

    /// The dialect of outputs of CrewAI's tasks.
    static let task = "task"

    func unwrapped(_ message: JSONTree) -> (message: JSONTree, notes: MessageNotes) {
        var notes = MessageNotes()
        if format == .crewAI, message["role"] == nil, message["raw"]?.string != nil { notes.dialect = Self.task }
        return (message, notes)
    }

    func event(
        of message: JSONTree, _ notes: MessageNotes, _ names: [String: String]
    ) throws(FormatError) -> NewEvent? {
        if notes.dialect == Self.task {
            var said = Message(message["raw"]?.string ?? "")
            if let structured = message["json_dict"], !structured.isNull { said.structured = JSONText(structured.text) }
            return NewEvent(.assistantMessage(said), author: Self.author(message["agent"]))
        }
        guard let role = message["role"]?.string else { throw FormatError("role is required") }
        let author = Self.author(message["name"])
        let content = message["content"] ?? .null
        switch role {
        case "system", "developer":
            return NewEvent(.systemMessage(Message(parts(content))), author: author)
        case "user": return NewEvent(.userMessage(Message(parts(content))), author: author)
        case "assistant": return NewEvent(.assistantMessage(answer(message, content, names)), author: author)
        case "tool":
            guard let id = message["tool_call_id"]?.string, !id.isEmpty else { return nil }
            return NewEvent(
                .toolResult(ToolResult(callID: id, name: names[id] ?? "unknown", parts: parts(content))), author: author
            )
        case "function":
            // What functions answered before tools had ids.
            guard let name = message["name"]?.string, !name.isEmpty else { return nil }
            let id = Self.functionID(name, names, isNew: false)
            return NewEvent(.toolResult(ToolResult(callID: id, name: name, parts: parts(content))))
        default: return nil
        }
    }

    func message(of event: NewEvent, _ notes: MessageNotes?) -> (tree: JSONTree?, omissions: Omissions) {
        var writer = OpenAIWriter(notes)
        let tree = writer.message(of: event)
        return (tree, writer.omissions)
    }

    private func answer(_ message: JSONTree, _ content: JSONTree, _ names: [String: String]) -> Message {
        var said = Message(parts(content))
        if let refusal = message["refusal"]?.string, !refusal.isEmpty {
            if content.string == "" { said.parts = [] }
            said.parts.append(.text(refusal))
        }
        for call in message["tool_calls"]?.elements ?? [] {
            if let call = Self.call(call) { said.parts.append(.toolCall(call)) }
        }
        if let call = message["function_call"], let name = call["name"]?.string, !name.isEmpty {
            said.parts.append(
                .toolCall(
                    ToolCall(
                        id: Self.functionID(name, names, isNew: true), name: name,
                        arguments: call["arguments"]?.string.map { JSONText($0) })))
        }
        return said
    }

    private static func author(_ name: JSONTree?) -> String? {
        guard let name = name?.string, !name.isEmpty, name.utf8.count <= 255, !name.utf8.contains(0) else { return nil }
        return name
    }

    static func tree(_ json: JSONText) -> JSONTree? { try? JSONTree(parsing: json.text) }

    /// A call of a function or of a custom tool; nil for another kind of call.
    private static func call(_ tree: JSONTree) -> ToolCall? {
        guard let id = tree["id"]?.string, !id.isEmpty else { return nil }
        if let custom = tree["custom"], let name = custom["name"]?.string, !name.isEmpty,
            let input = custom["input"]?.string
        {
            // Its input is any text; arguments are an object everywhere.
            return ToolCall(
                id: id, name: name, arguments: JSONText(JSONTree.object(of: ["input": .string(input)]).text))
        }
        guard let name = tree["function"]?["name"]?.string, !name.isEmpty else { return nil }
        return ToolCall(id: id, name: name, arguments: tree["function"]?["arguments"]?.string.map { JSONText($0) })
    }

    /// An id for the call of a function that has none: of its next call, or of its latest.
    private static func functionID(_ name: String, _ names: [String: String], isNew: Bool) -> String {
        func id(_ number: Int) -> String { number == 1 ? "function_\(name)" : "function_\(name)_\(number)" }
        var next = 1
        while names[id(next)] != nil { next += 1 }
        return id(isNew ? next : max(1, next - 1))
    }

    /// The parts of a content: a text, a list of parts, or nothing.
    func parts(_ content: JSONTree) -> [ContentPart] {
        if let text = content.string { return [.text(text)] }
        return (content.elements ?? []).map { part($0) }
    }

    private func part(_ block: JSONTree) -> ContentPart {
        switch block["type"]?.string {
        case "text": if let text = block["text"]?.string { return .text(text) }
        case "refusal": if let text = block["refusal"]?.string { return .text(text) }
        case "image_url": if let url = block["image_url"]?["url"]?.string { return .image(MediaLinks.media(url: url)) }
        case "input_audio":
            if let data = block["input_audio"]?["data"]?.string, let bytes = MediaLinks.bytes(base64: data) {
                return .audio(Media(data: bytes, format: block["input_audio"]?["format"]?.string))
            }
        case "file":
            if let data = block["file"]?["file_data"]?.string, var media = Self.file(data) {
                media.name = block["file"]?["filename"]?.string
                return .file(media)
            }
        default: break
        }
        return .other(type: .partType(.openAI, block["type"]?.string), JSONText(block.text))
    }

    /// A file's data: a data URL, a link, or base64 by itself.
    private static func file(_ data: String) -> Media? {
        if data.hasPrefix("data:") || data.contains("://") { return MediaLinks.media(url: data) }
        return MediaLinks.bytes(base64: data).map { Media(data: $0) }
    }
}
