import Transcripts

/// What of a message its format cannot say, collected while it is written.
struct Omissions: Sendable, Hashable {
    /// Something that was left out, and the part of the message that it was of; nil where it is the message's own.
    struct Omission: Sendable, Hashable {
        var part: Int?
        var what: String
    }

    private(set) var all: [Omission] = []
    /// The part that is being written.
    var part: Int?

    mutating func add(_ what: String) { all.append(Omission(part: part, what: what)) }

    mutating func add(_ part: ContentPart) { add("a part of type \(part.type)") }

    /// Who said it, where the format has no place for a name. The usual name says nothing.
    mutating func add(author: String?, usual: String? = nil) {
        if let author, author != usual { add("its author") }
    }

    /// What a message has beside its parts.
    mutating func add(besidesPartsOf message: Message, saysModel: Bool = false, saysStructured: Bool = false) {
        if !saysStructured, let structured = message.structured, structured.text != message.text { add("structured") }
        if !saysModel, message.model != nil { add("model") }
        if !saysModel, message.usage != nil { add("usage") }
        if saysModel, message.usage?.details != nil { add("usage.details") }
    }

    /// What a format has no member for, of something that is not text.
    mutating func add(of media: Media, _ type: String, saysName: Bool) {
        var members: [String] = []
        if media.name != nil, !saysName { members.append("name") }
        if media.data != nil, media.url != nil { members.append("url") }
        if media.sampleRate != nil { members.append("sample_rate") }
        if !members.isEmpty { add("\(members.joined(separator: ", ")) of a part of type \(type)") }
    }

    /// What no format of messages has a member for.
    mutating func add(besides payload: EventPayload, for format: MessageFormat) {
        add(metadata: payload.metadata, format)
        switch payload {
        case .userMessage(let said), .assistantMessage(let said), .systemMessage(let said):
            for part in said.parts {
                switch part {
                case .toolCall(let call):
                    add(metadata: call.metadata, format)
                    add(besides: call)
                case .toolResult(let result):
                    add(metadata: result.metadata, format)
                    add(besides: result)
                default: break
                }
            }
        case .toolCall(let call): add(besides: call)
        case .toolResult(let result): add(besides: result)
        case .plannerNote, .thinking, .custom: break
        }
    }

    private mutating func add(besides call: ToolCall) {
        var members: [String] = []
        if call.parentID != nil { members.append("parent_tool_call_id") }
        if call.queue != nil { members.append("queue") }
        if call.expectedChildren != nil { members.append("expected_children_total") }
        if call.signature != nil { members.append("signature") }
        if !members.isEmpty { add("\(members.joined(separator: ", ")) of a tool call") }
    }

    private mutating func add(besides result: ToolResult) {
        var members: [String] = []
        if let json = result.result, let parts = result.parts, Message(parts).text != json.text {
            members.append("result_json")
        }
        if result.parentID != nil { members.append("parent_tool_call_id") }
        if result.preview != nil { members.append("preview") }
        if result.bounds != nil { members.append("bounds") }
        if result.duration != nil { members.append("duration") }
        if !members.isEmpty { add("\(members.joined(separator: ", ")) of a tool result") }
    }

    private mutating func add(metadata: JSONText?, _ format: MessageFormat) {
        guard let metadata else { return }
        var isNoted = false
        for other in MessageFormat.allCases where other != format {
            guard let notes = MessageNotes(metadata, storedAs: other) else { continue }
            isNoted = true
            let names = notes.losses
            if !names.isEmpty { add("what \(other.rawValue) says as \(names.joined(separator: ", "))") }
        }
        if !isNoted { add("metadata") }
    }
}
