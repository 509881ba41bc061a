import Transcripts

/// Puts messages together, event by event.
struct MessageListBuilder {
    /// An assistant's message that more may join.
    private struct Open {
        var event: NewEvent
        /// The event that it is of, and those that its parts are of.
        var place: Int, places: [Int]
        /// Whether it has only thoughts that were events of their own, so that what is said next is its text.
        var isThought = false
    }

    private let format: MessageFormat
    private let mapping: any MessageMapping
    private var system: [JSONTree] = []
    private var messages: [JSONTree] = []
    private var omissions: [String] = []
    private var open: Open?
    /// Answers that are waiting for their message, and the events that they are of.
    private var results: [(result: ToolResult, place: Int)] = []
    private var count = 0

    init(format: MessageFormat) {
        self.format = format
        mapping = format.mapping
    }

    mutating func add(_ event: NewEvent) {
        let notes = MessageNotes(event.payload.metadata, format)
        if notes == nil {
            var besides = Omissions()
            besides.add(besides: event.payload, for: format)
            note(besides, count)
        }
        arrange(event, notes, count)
        count += 1
    }

    private mutating func arrange(_ event: NewEvent, _ notes: MessageNotes?, _ place: Int) {
        switch event.payload {
        case .toolResult(let result) where joinsResults && notes == nil:
            closeMessage()
            var besides = Omissions()
            besides.add(author: event.author)
            note(besides, place)
            results.append((result, place))
        case .toolCall(let call):
            closeResults()
            joinCall(.toolCall(call), of: event, place)
        case .thinking(let thinking) where joinsThoughts:
            closeResults()
            joinThought(.thinking(thinking), of: event, place)
        case .assistantMessage(let message) where notes == nil:
            closeResults()
            joinMessage(message, of: event, place)
        case .userMessage(let message) where notes == nil && splits(message):
            split(message, of: event, place)
        case .custom(let type, let bytes) where type.rawValue == format.rawValue + ".message":
            closeAll()
            if let tree = try? JSONTree(parsing: bytes) {
                messages.append(tree)
            } else {
                omissions.append("event \(place): an event of type \(type.rawValue)")
            }
        default:
            closeAll()
            emit(event, notes, place)
        }
    }

    mutating func finish() -> MessageList {
        closeAll()
        guard format == .anthropic, !system.isEmpty else {
            return MessageList(json: .array(messages), omissions: omissions)
        }
        let contents = system.compactMap { $0["content"] }
        let joined: JSONTree
        if contents.count == 1 {
            joined = contents[0]
        } else {
            joined = .array(
                contents.flatMap { content in
                    content.elements ?? [.object(of: ["type": .string("text"), "text": content])]
                })
        }
        return MessageList(
            json: .object(of: ["system": joined, "messages": .array(messages)]), omissions: omissions)
    }

    /// Whether answers of tools go together in one message.
    private var joinsResults: Bool { format == .anthropic || format == .autoGen }

    /// Whether a message has a place for thoughts.
    private var joinsThoughts: Bool { format == .anthropic || format == .langChain || format == .autoGen }

    /// Whether a message with answers of tools must become several.
    private func splits(_ message: Message) -> Bool {
        guard format != .anthropic else { return false }
        let results = message.parts.filter { if case .toolResult = $0 { true } else { false } }.count
        return results > 0 && (format != .autoGen || results < message.parts.count)
    }

    /// Here every answer of a tool is a message of its own, or answers are apart from what a person says.
    private mutating func split(_ message: Message, of event: NewEvent, _ place: Int) {
        for part in message.parts {
            guard case .toolResult(let result) = part else { continue }
            arrange(NewEvent(.toolResult(result)), MessageNotes(result.metadata, format), place)
        }
        var rest = message
        rest.parts.removeAll { if case .toolResult = $0 { true } else { false } }
        guard !rest.parts.isEmpty else { return }
        var said = event
        said.payload = .userMessage(rest)
        arrange(said, nil, place)
    }

    /// Opens a message of what was thought, or adds to it.
    private mutating func joinThought(_ part: ContentPart, of event: NewEvent, _ place: Int) {
        if let open, open.isThought, case .assistantMessage(var message) = open.event.payload {
            message.parts.append(part)
            self.open?.event.payload = .assistantMessage(message)
            self.open?.places.append(place)
        } else {
            begin(Message([part]), of: event, place, [place], isThought: true)
        }
    }

    /// Opens a message with what is said. What was thought in events of their own before belongs to it.
    private mutating func joinMessage(_ message: Message, of event: NewEvent, _ place: Int) {
        var joined = message
        var places = [Int](repeating: place, count: message.parts.count)
        if let open, open.isThought, case .assistantMessage(let thoughts) = open.event.payload {
            joined.parts = thoughts.parts + message.parts
            places = open.places + places
            self.open = nil
        }
        begin(joined, of: event, place, places, isThought: false)
    }

    /// Adds a call to the message before it, or opens one.
    private mutating func joinCall(_ part: ContentPart, of event: NewEvent, _ place: Int) {
        if let open, case .assistantMessage(var message) = open.event.payload {
            message.parts.append(part)
            self.open?.event.payload = .assistantMessage(message)
            self.open?.places.append(place)
            self.open?.isThought = false
        } else {
            begin(Message([part]), of: event, place, [place], isThought: false)
        }
    }

    private mutating func begin(
        _ message: Message, of event: NewEvent, _ place: Int, _ places: [Int], isThought: Bool
    ) {
        closeMessage()
        var opened = event
        opened.payload = .assistantMessage(message)
        open = Open(event: opened, place: place, places: places, isThought: isThought)
    }

    private mutating func closeAll() {
        closeMessage()
        closeResults()
    }

    private mutating func closeMessage() {
        guard let closed = open else { return }
        open = nil
        emit(closed.event, nil, closed.place, closed.places)
    }

    private mutating func closeResults() {
        guard !results.isEmpty else { return }
        let (parts, places) = (results.map { ContentPart.toolResult($0.result) }, results.map(\.place))
        results = []
        emit(NewEvent(.userMessage(Message(parts))), nil, places[0], places)
    }

    /// Writes a message; what is left out is of the events that its parts are of.
    private mutating func emit(_ event: NewEvent, _ notes: MessageNotes?, _ place: Int, _ places: [Int] = []) {
        let written = mapping.message(of: event, notes)
        if notes == nil {
            var omitted = written.omissions
            if written.tree == nil, omitted.all.isEmpty {
                omitted.add("an event of type \(event.payload.type.rawValue)")
            }
            note(omitted, place, places)
        }
        guard let plain = written.tree else { return }
        let kept = notes ?? MessageNotes()
        let message = mapping.wrapped(kept.difference.applied(to: plain), kept)
        if case .systemMessage = event.payload, isOutside(kept) {
            system.append(message)
        } else {
            messages.append(message)
        }
    }

    /// Whether a system message goes to Anthropic's `system`: what was there, and what comes before all else.
    private func isOutside(_ notes: MessageNotes) -> Bool {
        guard format == .anthropic else { return false }
        switch notes.dialect {
        case AnthropicMapping.system?: return true
        case AnthropicMapping.listed?: return false
        default: return messages.isEmpty
        }
    }

    private mutating func note(_ omitted: Omissions, _ place: Int, _ places: [Int] = []) {
        for omission in omitted.all {
            let part = omission.part.flatMap { places.indices.contains($0) ? places[$0] : nil }
            omissions.append("event \(part ?? place): \(omission.what)")
        }
    }
}
