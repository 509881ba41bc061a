import Transcripts

/// Puts messages together, event by event.
struct MessageListBuilder {
    private let format: MessageFormat
    private let mapping: any MessageMapping
    private var system: [JSONTree] = []
    private var messages: [JSONTree] = []
    private var omissions: [String] = []
    /// An assistant's message that tool calls of their own may still join.
    private var open: NewEvent?
    /// Answers that are waiting for their message.
    private var results: [ToolResult] = []
    private var count = 0

    init(format: MessageFormat) {
        self.format = format
        mapping = format.mapping
    }

    mutating func add(_ event: NewEvent) {
        let place = count
        count += 1
        switch event.payload {
        case .toolResult(let result) where joinsResults && MessageNotes(result.metadata, format) == nil:
            closeMessage()
            note(event, place)
            results.append(result)
            return
        case .toolCall(let call):
            closeResults()
            note(event, place)
            join(.toolCall(call), of: event)
            return
        case .thinking(let thinking) where format == .anthropic || format == .langChain:
            closeResults()
            closeMessage()
            join(.thinking(thinking), of: event)
            return
        case .assistantMessage(let message) where MessageNotes(message.metadata, format) == nil:
            closeResults()
            note(event, place)
            for (index, part) in message.parts.enumerated() { join(part, of: event, isFirst: index == 0) }
            if message.parts.isEmpty {
                closeMessage()
                open = event
            }
            return
        case .userMessage(let message) where splits(message):
            // Here every answer of a tool is a message of its own, or answers are apart from what a person says.
            for part in message.parts {
                if case .toolResult(let result) = part {
                    add(NewEvent(.toolResult(result)))
                    count -= 1
                }
            }
            var rest = message
            rest.parts.removeAll { if case .toolResult = $0 { true } else { false } }
            if !rest.parts.isEmpty {
                var said = event
                said.payload = .userMessage(rest)
                add(said)
                count -= 1
            }
            return
        case .custom(let type, let bytes) where type.rawValue == format.rawValue + ".message":
            closeAll()
            if let tree = try? JSONTree(parsing: bytes) { messages.append(tree) }
            return
        default: break
        }
        closeAll()
        note(event, place)
        emit(event)
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

    /// Whether a message with answers of tools must become several.
    private func splits(_ message: Message) -> Bool {
        guard format != .anthropic, MessageNotes(message.metadata, format) == nil else { return false }
        let results = message.parts.filter { if case .toolResult = $0 { true } else { false } }.count
        return results > 0 && (format != .autoGen || results < message.parts.count)
    }

    /// Adds a part to the assistant's open message, or opens one.
    private mutating func join(_ part: ContentPart, of event: NewEvent, isFirst: Bool = false) {
        var isThought = false
        if case .assistantMessage(var message)? = open?.payload {
            isThought = message.parts.allSatisfy { if case .thinking = $0 { true } else { false } }
            if !isFirst || isThought {
                // What was thought before it spoke belongs to what it says.
                message.parts.append(part)
                if case .assistantMessage(let said) = event.payload {
                    message.model = said.model
                    message.usage = said.usage
                    message.structured = said.structured
                    open?.author = event.author
                }
                open?.payload = .assistantMessage(message)
                return
            }
        }
        closeMessage()
        var opened = event
        var message = Message([part])
        if case .assistantMessage(let said) = event.payload {
            message = said
            message.parts = [part]
        }
        opened.payload = .assistantMessage(message)
        open = opened
    }

    private mutating func closeAll() {
        closeMessage()
        closeResults()
    }

    private mutating func closeMessage() {
        guard let event = open else { return }
        open = nil
        emit(event)
    }

    private mutating func closeResults() {
        guard !results.isEmpty else { return }
        let parts = results.map { ContentPart.toolResult($0) }
        results = []
        emit(NewEvent(.userMessage(Message(parts))))
    }

    private mutating func emit(_ event: NewEvent) {
        let notes = MessageNotes(event.payload.metadata, format) ?? MessageNotes()
        guard let plain = mapping.message(of: event, notes) else { return }
        let message = mapping.wrapped(notes.difference.applied(to: plain), notes)
        if format == .anthropic, case .systemMessage = event.payload {
            system.append(message)
        } else {
            messages.append(message)
        }
    }

    private mutating func note(_ event: NewEvent, _ place: Int) {
        guard MessageNotes(event.payload.metadata, format) == nil else { return }
        for omission in mapping.omissions(of: event.payload) { omissions.append("event \(place): \(omission)") }
    }
}
