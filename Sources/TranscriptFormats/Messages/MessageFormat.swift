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

    /// What a list of messages says, one event a message, ready to be appended: the events of ``read(_:)``.
    /// - Throws: ``FormatError`` that names the message and the member.
    public func events(from text: String) throws(FormatError) -> [NewEvent] { try read(text).events }

    /// What a list of messages says, one event a message, ready to be appended.
    ///
    /// What the event's own members cannot hold is kept in its metadata under `agent-memory.` and the format's name, so
    /// that ``messages(from:)`` of the same format gives the same messages back. A message of a kind that is not known
    /// is kept as it is, as an event of its own kind.
    /// - Parameter text: The list as JSON, or an object with the member `messages` (and, for Anthropic, `system`).
    /// - Throws: ``FormatError`` that names the message and the member.
    public func read(_ text: String) throws(FormatError) -> MessageReading {
        let tree = try JSONTree(parsing: text)
        var messages: [JSONTree] = []
        var known = ["messages"]
        if self == .anthropic, let system = tree["system"] {
            known.append("system")
            if !system.isNull { messages.append(.object(of: ["role": .string("system"), "content": system])) }
        }
        let outside = messages.count
        guard let list = tree.elements ?? tree["messages"]?.elements else {
            throw FormatError("messages: a list is expected")
        }
        messages += list
        var names: [String: String] = [:]
        var reading = MessageReading(events: [], omissions: [])
        for member in tree.members ?? [] where !known.contains(member.name) && !member.value.isNull {
            reading.omissions.append("\(member.name.prefix(bytes: 64)), which is beside the messages")
        }
        for (index, message) in messages.enumerated() {
            let place = index < outside ? "system" : "messages[\(index - outside)]"
            guard message.members != nil else { throw FormatError("\(place): an object is expected") }
            let event: NewEvent
            do {
                event = try self.event(of: message, names, isListed: index >= outside)
            } catch {
                throw FormatError("\(place): \(error.message)")
            }
            for call in event.payload.calls { names[call.id] = call.name }
            reading.events.append(event)
        }
        return reading
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

    private func event(
        of message: JSONTree, _ names: [String: String], isListed: Bool
    ) throws(FormatError) -> NewEvent {
        let mapping = mapping
        let (inner, unwrapped) = mapping.unwrapped(message)
        var notes = unwrapped
        guard var event = try mapping.event(of: inner, notes, names) else {
            // Nothing is known of it but that it is there.
            return NewEvent(.custom(EventType(rawValue: rawValue + ".message"), Array(message.text.utf8)))
        }
        if self == .anthropic, case .systemMessage = event.payload {
            notes.dialect = isListed ? AnthropicMapping.listed : AnthropicMapping.system
        }
        notes.difference = JSONDifference(from: mapping.message(of: event, notes).tree ?? .null, to: inner)
        // Without notes it is written as if it were another format's, which may be stricter.
        if !notes.isEmpty || mapping.message(of: event, nil).tree != inner {
            event.payload.keep(notes.metadata(self))
        }
        return event
    }
}

/// What a list of messages said.
public struct MessageReading: Sendable, Hashable {
    /// One event a message, ready to be appended.
    public var events: [NewEvent]
    /// What is beside the messages and in no event, such as `model` and `tools` of a request, one line a member.
    public var omissions: [String]
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
    /// A message that says it, nil where the format has none, and what it does not say.
    /// - Parameter notes: What a message of this format has beside what its event says; nil for an event that is not of
    ///   this format. What is written with notes must stay the same, since they are relative to it.
    func message(of event: NewEvent, _ notes: MessageNotes?) -> (tree: JSONTree?, omissions: Omissions)
    /// The message with what is around it.
    func wrapped(_ message: JSONTree, _ notes: MessageNotes) -> JSONTree
}

extension MessageMapping {
    func unwrapped(_ message: JSONTree) -> (message: JSONTree, notes: MessageNotes) { (message, MessageNotes()) }

    func wrapped(_ message: JSONTree, _ notes: MessageNotes) -> JSONTree { message }
}
