import Access
import Foundation
package import Memories
import Records
package import Transcripts

extension Parameter where Value == [NewEvent] {
    /// Events to append, in order.
    package static func events(
        _ name: String, _ description: String, count: ClosedRange<Int> = 1...256
    ) -> Parameter {
        let schema = JSONSchema(.list(JSONSchema(.reference("NewEvent", NewEventReader.shape)), count), description)
        return Parameter(name, schema) { (json) throws(MemoryError) in
            try schema.check(json, name, named: EventSchemas.named)
            guard case .array(let elements) = json else { return nil }
            var events: [NewEvent] = []
            for (place, element) in elements.enumerated() {
                events.append(try NewEventReader(element, "\(name)[\(place)]").event())
            }
            return events
        }
    }
}

extension Parameter where Value == [StateChange] {
    /// Changes of state, in order.
    package static func stateChanges(_ name: String, _ description: String, _ scopes: [StateScope]) -> Parameter {
        var schema = EventSchemas.stateChanges
        schema.description = description
        if scopes != StateScope.allCases, case .list(let element, let count) = schema.form,
            case .object(let properties, let rest) = element.form
        {
            let narrowed = properties.map { property in
                property.name == "scope"
                    ? .init("scope", JSONSchema(.choice(scopes.map(\.rawValue)))) : property
            }
            schema.form = .list(JSONSchema(.object(narrowed, rest: rest)), count)
        }
        let checked = schema
        return Parameter(name, schema) { (json) throws(MemoryError) in
            try checked.check(json, name, named: EventSchemas.named)
            return try NewEventReader.changes(json, name)
        }
    }
}

extension Parameter where Value == [String: String] {
    /// Names and values.
    package static func labels(_ name: String, _ description: String) -> Parameter {
        var schema = EventSchemas.labels
        schema.description = description
        let checked = schema
        return Parameter(name, schema) { (json) throws(MemoryError) in
            try checked.check(json, name)
            return NewEventReader.labels(json)
        }
    }
}

/// An event to append, of JSON that its schema has accepted.
struct NewEventReader {
    /// What models are told, to whom the whole schema would be too much.
    static let shape = JSONSchema(
        .object(
            [
                .init(
                    "type",
                    JSONSchema(
                        .text(1...64, pattern: nil, format: nil),
                        "user_message, assistant_message, system_message, tool_call, tool_result, planner_note, "
                            + "thinking, "
                            + "or a name of your own.")),
                .init(
                    "content", JSONSchema(.text(0...(.max), pattern: nil, format: nil), "What was said, as one text."),
                    isRequired: false),
                .init(
                    "payload",
                    JSONSchema(.object([], rest: JSONSchema(.any)), "What it says, in full, instead of content."),
                    isRequired: false),
                .init(
                    "key",
                    JSONSchema(.text(1...255, pattern: nil, format: nil), "By which a repeat is known."),
                    isRequired: false),
                .init("author", JSONSchema(.text(1...255, pattern: nil, format: nil)), isRequired: false),
            ], rest: JSONSchema(.any)))

    private let members: [String: JSONValue]
    private let place: String

    init(_ json: JSONValue, _ place: String) throws(MemoryError) {
        guard case .object(let members) = json else { throw MemoryError(.invalid, "\(place) must be an object") }
        self.members = members
        self.place = place
    }

    private func text(_ name: String) -> String? {
        if case .string(let text)? = members[name] { text } else { nil }
    }

    func event() throws(MemoryError) -> NewEvent {
        var time: Timestamp?
        if let written = text("timestamp") {
            guard let read = FlexibleTime(written) else {
                throw MemoryError(.invalid, "\(place).timestamp must be a time such as 2024-05-07T09:30:00Z")
            }
            time = read.start
        }
        return NewEvent(
            try payload(), key: text("key"), timestamp: time, agent: text("agent"), turn: text("turn"),
            author: text("author"), labels: members["labels"].map(Self.labels) ?? [:],
            stateChanges: try members["state_changes"].map { (json) throws(MemoryError) in
                try Self.changes(json, place)
            } ?? [], text: text("text"), vector: vector)
    }

    private func payload() throws(MemoryError) -> EventPayload {
        let type = EventType(rawValue: text("type") ?? "")
        if let content = text("content") {
            switch type {
            case .userMessage: return .userMessage(Message(content))
            case .assistantMessage: return .assistantMessage(Message(content))
            case .systemMessage: return .systemMessage(Message(content))
            case .plannerNote: return .plannerNote(PlannerNote(content))
            default: return .thinking(Thinking(text: content))
            }
        }
        if let data = text("data") {
            return .custom(type, Data(base64Encoded: data).map { Array($0) } ?? [])
        }
        do throws(TranscriptError) {
            return try EventPayload(type, (members["payload"] ?? .null).canonicalBytes)
        } catch {
            throw MemoryError(.invalid, "\(place).payload is not what an event of its type says")
        }
    }

    private var vector: [Float]? {
        guard case .array(let elements)? = members["vector"] else { return nil }
        return elements.map { element in
            switch element {
            case .int(let number): Float(number)
            case .double(let number): Float(number)
            default: 0
            }
        }
    }

    static func labels(_ json: JSONValue) -> [String: String] {
        guard case .object(let members) = json else { return [:] }
        return members.compactMapValues { if case .string(let text) = $0 { text } else { nil } }
    }

    static func changes(_ json: JSONValue, _ place: String) throws(MemoryError) -> [StateChange] {
        guard case .array(let elements) = json else { return [] }
        var changes: [StateChange] = []
        for element in elements {
            guard case .object(let members) = element, case .string(let scope)? = members["scope"],
                let scope = StateScope(rawValue: scope), case .string(let name)? = members["name"]
            else { throw MemoryError(.invalid, "\(place) must have scope and name") }
            // Null is a value; what is removed has none.
            changes.append(StateChange(scope, name, members["value"]))
        }
        return changes
    }
}

extension OperationCall {
    /// Refuses to change what all users of an application share, for whom that is not to do.
    /// - Throws: ``MemoryError`` `forbidden`.
    func checkMay(change changes: some Sequence<StateChange>) throws(MemoryError) {
        guard isForOneUser, changes.contains(where: { $0.scope == .app }) else { return }
        throw MemoryError(.forbidden, "this key is for one user; the state of the application is everybody's")
    }

    /// The same for changes that events carry.
    /// - Throws: ``MemoryError`` `forbidden`.
    func checkMay(append events: [NewEvent]) throws(MemoryError) {
        try checkMay(change: events.flatMap(\.stateChanges))
    }
}
