internal import Foundation

/// A kind of event: an open set.
public struct EventType: RawRepresentable, Sendable, Hashable {
    /// The name, 1 to 64 UTF-8 bytes.
    public var rawValue: String

    /// The kind of this name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A person said something.
    public static let userMessage = EventType(rawValue: "user_message")
    /// A model said something.
    public static let assistantMessage = EventType(rawValue: "assistant_message")
    /// The system said something.
    public static let systemMessage = EventType(rawValue: "system_message")
    /// A tool was called.
    public static let toolCall = EventType(rawValue: "tool_call")
    /// A tool answered.
    public static let toolResult = EventType(rawValue: "tool_result")
    /// A planner noted something.
    public static let plannerNote = EventType(rawValue: "planner_note")
    /// A model thought something.
    public static let thinking = EventType(rawValue: "thinking")

    static let own: Set<EventType> = [
        .userMessage, .assistantMessage, .systemMessage, .toolCall, .toolResult, .plannerNote, .thinking,
    ]
}

/// What happened.
public enum EventPayload: Sendable, Hashable {
    /// A person said something.
    case userMessage(Message)
    /// A model said something.
    case assistantMessage(Message)
    /// The system said something.
    case systemMessage(Message)
    /// A tool was called.
    case toolCall(ToolCall)
    /// A tool answered.
    case toolResult(ToolResult)
    /// A planner noted something.
    case plannerNote(PlannerNote)
    /// A model thought something.
    case thinking(Thinking)
    /// Anything else, byte for byte, by a name that is not one of those above.
    case custom(EventType, [UInt8])

    /// The kind of event.
    public var type: EventType {
        switch self {
        case .userMessage: .userMessage
        case .assistantMessage: .assistantMessage
        case .systemMessage: .systemMessage
        case .toolCall: .toolCall
        case .toolResult: .toolResult
        case .plannerNote: .plannerNote
        case .thinking: .thinking
        case .custom(let type, _): type
        }
    }

    /// The words by which the event is found; nil where there are none. Calls and thoughts are not searched.
    public var text: String? {
        let text =
            switch self {
            case .userMessage(let message), .assistantMessage(let message), .systemMessage(let message):
                message.searchText
            case .toolResult(let result): result.text
            case .plannerNote(let note): note.note
            case .toolCall, .thinking, .custom: ""
            }
        return text.isEmpty ? nil : text
    }

    /// The words by which earlier versions found the event: of a message without what tools answer in it.
    var plainText: String? {
        switch self {
        case .userMessage(let message), .assistantMessage(let message), .systemMessage(let message):
            message.text.isEmpty ? nil : message.text
        default: text
        }
    }

    /// The stored form: JSON with sorted keys, so that equal payloads are equal bytes; custom payloads as they are.
    package func encoded() throws(TranscriptError) -> [UInt8] {
        switch self {
        case .userMessage(let message), .assistantMessage(let message), .systemMessage(let message):
            try PayloadCoding.encode(message)
        case .toolCall(let call): try PayloadCoding.encode(call)
        case .toolResult(let result): try PayloadCoding.encode(result)
        case .plannerNote(let note): try PayloadCoding.encode(note)
        case .thinking(let thinking): try PayloadCoding.encode(thinking)
        case .custom(_, let bytes): bytes
        }
    }

    /// Reads the stored form.
    package init(_ type: EventType, _ bytes: [UInt8]) throws(TranscriptError) {
        switch type {
        case .userMessage: self = .userMessage(try PayloadCoding.decode(bytes))
        case .assistantMessage: self = .assistantMessage(try PayloadCoding.decode(bytes))
        case .systemMessage: self = .systemMessage(try PayloadCoding.decode(bytes))
        case .toolCall: self = .toolCall(try PayloadCoding.decode(bytes))
        case .toolResult: self = .toolResult(try PayloadCoding.decode(bytes))
        case .plannerNote: self = .plannerNote(try PayloadCoding.decode(bytes))
        case .thinking: self = .thinking(try PayloadCoding.decode(bytes))
        default: self = .custom(type, bytes)
        }
    }

    /// Checks what a store could not return as it was given.
    func validate() throws(TranscriptError) {
        switch self {
        case .userMessage(let message), .assistantMessage(let message), .systemMessage(let message):
            try Self.validate(message.parts)
        case .toolCall(let call):
            try Self.require([("tool_call_id", call.id), ("tool_name", call.name)])
        case .toolResult(let result):
            try Self.require([("tool_call_id", result.callID), ("tool_name", result.name)])
            try Self.validate(result.parts ?? [])
        case .plannerNote, .thinking: break
        case .custom(let type, _):
            try Check.identifier(type.rawValue, "type")
            try Check.text(type.rawValue, "type", maximumBytes: 64)
            guard !EventType.own.contains(type) else {
                throw TranscriptError(.invalid, "type \(type.rawValue) has a payload of its own and cannot be custom")
            }
        }
    }

    private static func require(_ fields: [(name: String, text: String)]) throws(TranscriptError) {
        for field in fields where field.text.isEmpty {
            throw TranscriptError(.invalid, "\(field.name) is required and must not be empty")
        }
    }

    private static func validate(_ parts: [ContentPart]) throws(TranscriptError) {
        for case .other(let type, _) in parts {
            try Check.identifier(type, "a part's type")
            guard !ContentPart.ownTypes.contains(type) else {
                throw TranscriptError(.invalid, "a part of another type cannot be called \(type)")
            }
        }
    }
}

extension Message {
    /// The words by which a message is found: its texts, and what tools answer in it.
    fileprivate var searchText: String {
        let texts = parts.compactMap { part -> String? in
            switch part {
            case .text(let text): text
            case .toolResult(let result): result.text.isEmpty ? nil : result.text
            default: nil
            }
        }
        return texts.joined(separator: "\n")
    }
}

extension ToolResult {
    /// The words by which an answer is found: the tool's name, and what it said.
    var text: String {
        let said =
            (parts ?? []).compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n")
        let answer = [errorMessage, preview, said.isEmpty ? result?.text : said].compactMap { $0 }.filter {
            !$0.isEmpty
        }
        return answer.isEmpty ? "" : name + ": " + answer.joined(separator: "\n")
    }
}

/// JSON with sorted keys.
enum PayloadCoding {
    static func encode(_ value: some Encodable) throws(TranscriptError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw TranscriptError(.invalid, "the payload cannot be written as JSON", underlying: error)
        }
    }

    static func decode<T: Decodable>(_ bytes: [UInt8]) throws(TranscriptError) -> T {
        do {
            return try JSONDecoder().decode(T.self, from: Data(bytes))
        } catch {
            // A decoding error would quote what it read.
            throw TranscriptError(.corrupted, "a stored payload is damaged or of a newer version")
        }
    }
}
