public import Transcripts

/// A list of messages as a library or provider writes it.
public enum MessageFormat: String, Sendable, Hashable, CaseIterable {
    /// The `messages` of OpenAI's chat completions.
    case openAI = "openai"
    /// The `messages` of Anthropic's Messages API, and its `system`.
    case anthropic
    /// What LangChain's `messages_to_dict`, `dumpd` and `model_dump` write.
    case langChain = "langchain"
    /// The model messages of AutoGen 0.4, the messages and events of its AgentChat, and the dictionaries of AutoGen 0.2.
    case autoGen = "autogen"
    /// The messages of CrewAI, and the outputs of its tasks.
    case crewAI = "crewai"

    /// What a list of messages says, one event a message, ready to be appended.
    ///
    /// What the event's own members cannot hold is kept in its metadata, so that ``messages(from:)`` of the same format
    /// gives the same messages back. A message of a kind that is not known is kept as it is, as an event of its own kind.
    /// - Parameter text: The list as JSON, or an object with the member `messages` (and, for Anthropic, `system`).
    /// - Throws: ``FormatError`` that names the message and the member.
    public func events(from text: String) throws(FormatError) -> [NewEvent] {
        let tree = try JSONTree(parsing: text)
        var messages: [JSONTree] = []
        if self == .anthropic, let system = tree["system"], !system.isNull {
            messages.append(.object(of: ["role": .string("system"), "content": system]))
        }
        guard let list = tree.elements ?? tree["messages"]?.elements else {
            throw FormatError("messages: a list is expected")
        }
        messages += list
        var names: [String: String] = [:]
        var events: [NewEvent] = []
        for (place, message) in messages.enumerated() {
            guard message.members != nil else { throw FormatError("messages[\(place)]: an object is expected") }
            let event: NewEvent
            do {
                event = try self.event(of: message, names)
            } catch {
                throw FormatError("messages[\(place)]: \(error.message)")
            }
            for call in event.payload.calls { names[call.id] = call.name }
            events.append(event)
        }
        return events
    }

    /// The messages that say what events say.
    ///
    /// Tool calls that are events of their own join the assistant's message before them, and answers of tools join one
    /// message where the format wants them together.
    public func messages(from events: [NewEvent]) -> MessageList {
        var list = MessageListBuilder(format: self)
        for event in events { list.add(event) }
        return list.finish()
    }

    /// The mapping of the format.
    var mapping: any MessageMapping {
        switch self {
        case .openAI, .crewAI: OpenAIMapping(format: self)
        case .anthropic: AnthropicMapping()
        case .langChain: LangChainMapping()
        case .autoGen: AutoGenMapping()
        }
    }

    private func event(of message: JSONTree, _ names: [String: String]) throws(FormatError) -> NewEvent {
        let mapping = mapping
        let (inner, notes) = mapping.unwrapped(message)
        guard var event = try mapping.event(of: inner, notes, names) else {
            // Nothing is known of it but that it is there.
            return NewEvent(.custom(EventType(rawValue: rawValue + ".message"), Array(message.text.utf8)))
        }
        var kept = notes
        kept.difference = JSONDifference(from: mapping.message(of: event, notes) ?? .null, to: inner)
        event.payload.keep(kept, self)
        return event
    }
}

/// Messages of a format.
public struct MessageList: Sendable, Hashable {
    /// The list as JSON; for Anthropic an object with `system` and `messages` where there are system messages.
    public var json: JSONTree
    /// What the format could not express, one line an event.
    public var omissions: [String]
}

/// How one format says what a payload says.
protocol MessageMapping: Sendable {
    /// The message without what is around it.
    func unwrapped(_ message: JSONTree) -> (message: JSONTree, notes: MessageNotes)
    /// What a message says; nil for a kind that is not known.
    func event(
        of message: JSONTree, _ notes: MessageNotes, _ names: [String: String]
    ) throws(FormatError) -> NewEvent?
    /// A message that says it; nil where the format has none.
    func message(of event: NewEvent, _ notes: MessageNotes) -> JSONTree?
    /// The message with what is around it.
    func wrapped(_ message: JSONTree, _ notes: MessageNotes) -> JSONTree
    /// What of a payload the format cannot express.
    func omissions(of payload: EventPayload) -> [String]
}

extension MessageMapping {
    func unwrapped(_ message: JSONTree) -> (message: JSONTree, notes: MessageNotes) { (message, MessageNotes()) }

    func wrapped(_ message: JSONTree, _ notes: MessageNotes) -> JSONTree { message }
}
