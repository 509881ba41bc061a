import AgentMemory

/// One thing said, as a data set has it.
struct Turn {
    /// The data set's id, unique in the conversation.
    var id: String
    var session: String
    var time: Timestamp?
    var speaker: String
    var role: String
    var text: String
    var caption: String?

    /// The memory that keeps the turn. Only what was said is kept: no answer, gold or category exists here.
    func memory(conversation: String) -> NewMemory {
        let content = caption.map { "\(text) [shared photo: \($0)]" } ?? text
        return NewMemory(
            content.isEmpty ? "(nothing)" : content, kind: .episode, type: .episodic, eventTime: time,
            participants: speaker.isEmpty ? [] : [speaker],
            metadata: ["conversation": .string(conversation), "turn": .string(id), "role": .string(role)])
    }
}

/// A question of a data set, with the turns that hold its answer.
struct Question {
    var id: String
    var text: String
    var category: String
    var gold: [String]
    var goldSessions: [String]
    /// Only these sessions may be answered from; nil for all.
    var haystackSessions: [String]?
}

/// A conversation of a data set, and its questions.
struct Conversation {
    var id: String
    var turns: [Turn]
    var questions: [Question]
}

/// The formats of conversations that are read.
enum ConversationFormat: String, CaseIterable {
    case locomo, longmemeval, beam, neutral

    /// Reads a file or folder.
    func read(_ path: String) throws -> [Conversation] {
        switch self {
        case .locomo: return try LoCoMoFile.read(path)
        case .longmemeval: return try LongMemEvalFile.read(path)
        case .neutral: return try NeutralFolder.read(path)
        case .beam:
            // BEAM's own layout is a folder tree per chat; the neutral form holds the same.
            return try NeutralFolder.read(path)
        }
    }
}

/// Reading files by name, with errors that say which.
enum DataFile {
    static func text(_ path: String) throws(MemoryError) -> String {
        guard let data = FileReader.contents(path) else { throw MemoryError(.notFound, "\(path) cannot be read") }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw MemoryError(.invalid, "\(path) is not UTF-8")
        }
        return text
    }

    static func json(_ path: String) throws(MemoryError) -> JSONValue {
        let text = try text(path)
        guard let document = try? JSONValue(parsing: text) else { throw MemoryError(.invalid, "\(path) is not JSON") }
        return document
    }

    static func lines(_ path: String) throws(MemoryError) -> [JSONValue] {
        var lines: [JSONValue] = []
        for (number, line) in try text(path).split(separator: "\n").enumerated() {
            guard let value = try? JSONValue(parsing: String(line)) else {
                throw MemoryError(.invalid, "\(path), line \(number + 1): not JSON")
            }
            lines.append(value)
        }
        return lines
    }
}

extension JSONValue {
    subscript(_ name: String) -> JSONValue? { value(at: [name]) }
    var string: String? { if case .string(let text) = self { text } else { nil } }
    var array: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    var strings: [String] { array.compactMap(\.string) }
    var members: [String: JSONValue] { if case .object(let members) = self { members } else { [:] } }
    var double: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }
    /// A string, or a number as one.
    var label: String? {
        switch self {
        case .string(let text): text
        case .int(let number): String(number)
        default: nil
        }
    }
}
