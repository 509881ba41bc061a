import MemoryFiles
public import Records

/// The tools by which an agent edits its own blocks, under the names and with the arguments that Letta's agents know.
public struct BlockTools: Sendable {
    /// Whose blocks.
    public let blocks: BlockStore
    /// Which agent's.
    public let agent: String

    /// The tools of an agent.
    public init(_ blocks: BlockStore, agent: String) {
        self.blocks = blocks
        self.agent = agent
    }

    /// What a call is answered with.
    public struct Result: Sendable, Hashable {
        /// The text for the model.
        public var content: String
        /// Whether the call failed.
        public var isError: Bool
    }

    /// A tool.
    public enum Name: String, Sendable, CaseIterable {
        /// Adds a line at the end.
        case append = "core_memory_append"
        /// Replaces every occurrence of a text.
        case replaceAll = "core_memory_replace"
        /// Replaces the only occurrence of a text.
        case replace = "memory_replace"
        /// Puts lines after a line.
        case insert = "memory_insert"
        /// Writes the whole block anew, or makes it.
        case rethink = "memory_rethink"
    }

    /// What the model is told: `{name, description, input_schema}` of each tool.
    public static let declarations: [JSONValue] = Name.allCases.map { name in
        let parameters = name.parameters
        let properties = parameters.map { parameter in
            (
                parameter.name,
                JSONValue.object([
                    "type": .string(parameter.isInteger ? "integer" : "string"),
                    "description": .string(parameter.description),
                ])
            )
        }
        return .object([
            "name": .string(name.rawValue), "description": .string(name.description),
            "input_schema": .object([
                "type": .string("object"), "additionalProperties": .bool(false),
                "properties": .object(Dictionary(uniqueKeysWithValues: properties)),
                "required": .array(parameters.filter { !$0.isInteger }.map { .string($0.name) }),
            ]),
        ])
    }

    /// Runs a tool. What the model did wrong is an answer too.
    /// - Throws: ``BlockError`` `unavailable` and the like when the store fails.
    public func call(_ name: String, _ arguments: JSONValue) async throws(BlockError) -> Result {
        do throws(BlockError) {
            guard let tool = Name(rawValue: name) else {
                throw BlockError(
                    .invalid,
                    "there is no tool of this name; there are \(Name.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            let block = try await run(tool, try Arguments(arguments, tool))
            return Result(content: "The block \(block.label) has been edited.", isError: false)
        } catch {
            switch error.code {
            case .invalid, .notFound, .readOnly, .conflict: return Result(content: error.message, isError: true)
            default: throw error
            }
        }
    }

    private func run(_ tool: Name, _ arguments: Arguments) async throws(BlockError) -> Block {
        let label = try arguments.text("label")
        switch tool {
        case .append:
            let content = try arguments.text("content")
            return try await blocks.edit(label, of: agent) { value throws(BlockError) in value + "\n" + content }
        case .replaceAll:
            let old = try arguments.text("old_content")
            let new = try arguments.text("new_content")
            return try await blocks.edit(label, of: agent) { value throws(BlockError) in
                guard !Occurrences(of: old, in: value).offsets.isEmpty else { throw Self.absent("old_content") }
                return value.replacing(old.utf8Bytes, with: new)
            }
        case .replace:
            let old = try arguments.edited("old_string")
            let new = try arguments.edited("new_string")
            return try await blocks.edit(label, of: agent) { value throws(BlockError) in
                let found = Occurrences(of: old, in: value)
                guard found.count > 0 else { throw Self.absent("old_string") }
                guard found.count == 1 else {
                    let lines = found.lines.map(String.init).joined(separator: ", ")
                    throw BlockError(.invalid, "old_string is in lines \(lines): it must be there only once")
                }
                return found.replacing(with: new)
            }
        case .insert:
            let new = try arguments.edited("new_string")
            let line = try arguments.integer("insert_line", default: -1)
            return try await blocks.edit(label, of: agent) { value throws(BlockError) in
                var text = TextLines(value)
                let place = line == -1 ? Int64(text.lines.count) : line
                guard (0...Int64(text.lines.count)).contains(place) else {
                    throw BlockError(
                        .invalid, "insert_line must be 0 to \(text.lines.count), or -1 for the end, not \(line)")
                }
                text.lines.insert(new, at: Int(place))
                return text.lines.joined(separator: "\n")
            }
        case .rethink:
            let new = try arguments.edited("new_memory")
            do throws(BlockError) {
                return try await blocks.edit(label, of: agent) { _ throws(BlockError) in new }
            } catch {
                guard error.code == .notFound else { throw error }
                return try await blocks.create(NewBlock(label, new), for: agent)
            }
        }
    }

    private static func absent(_ name: String) -> BlockError {
        BlockError(.invalid, "\(name) is not in the block: it must be there word for word")
    }
}

/// The arguments of a call.
private struct Arguments {
    private let members: [String: JSONValue]

    init(_ arguments: JSONValue, _ tool: BlockTools.Name) throws(BlockError) {
        guard case .object(let members) = arguments else {
            throw BlockError(.invalid, "the arguments must be a JSON object")
        }
        let names = tool.parameters.map(\.name)
        if let unknown = members.keys.sorted().first(where: { !names.contains($0) }) {
            throw BlockError(
                .invalid, "unknown argument \(unknown.prefix(64)); known are \(names.joined(separator: ", "))")
        }
        self.members = members
    }

    func text(_ name: String) throws(BlockError) -> String {
        guard case .string(let text)? = members[name] else { throw BlockError(.invalid, "\(name) must be a string") }
        return text
    }

    func integer(_ name: String, default fallback: Int64) throws(BlockError) -> Int64 {
        switch members[name] {
        case nil, .null?: return fallback
        case .int(let number)?: return number
        default: throw BlockError(.invalid, "\(name) must be an integer")
        }
    }

    /// A text that goes into a block. Models copy the line numbers that they are shown.
    func edited(_ name: String) throws(BlockError) -> String {
        let text = try text(name)
        for line in TextLines(text).lines {
            let rest = line.utf8.drop { (0x30...0x39).contains($0) }
            if rest.count < line.utf8.count, rest.starts(with: "→ ".utf8) {
                throw BlockError(.invalid, "\(name) has line numbers in it: they are shown, not stored")
            }
        }
        return text
    }
}

extension BlockTools.Name {
    fileprivate var description: String {
        switch self {
        case .append: "Add a line at the end of a memory block."
        case .replaceAll: "Replace a text in a memory block wherever it occurs; an empty new text deletes it."
        case .replace: "Replace a text that occurs once in a memory block, word for word, without line numbers."
        case .insert: "Insert lines into a memory block after a line."
        case .rethink: "Write a memory block anew as a whole, to reorganize it; makes the block when there is none."
        }
    }

    fileprivate var parameters: [(name: String, description: String, isInteger: Bool)] {
        let label = (name: "label", description: "The label of the block.", isInteger: false)
        switch self {
        case .append: return [label, ("content", "What to add.", false)]
        case .replaceAll:
            return [label, ("old_content", "The text that is there.", false), ("new_content", "The new text.", false)]
        case .replace:
            return [label, ("old_string", "The text that is there.", false), ("new_string", "The new text.", false)]
        case .insert:
            return [
                label, ("new_string", "The lines.", false),
                ("insert_line", "After which line, 0 for the beginning, -1 for the end (the default).", true),
            ]
        case .rethink: return [label, ("new_memory", "The whole new text.", false)]
        }
    }
}

extension String {
    fileprivate var utf8Bytes: [UInt8] { Array(utf8) }

    /// Every occurrence replaced, byte for byte.
    fileprivate func replacing(_ old: [UInt8], with new: String) -> String {
        let bytes = Array(utf8)
        var result: [UInt8] = []
        var place = 0
        while place < bytes.count {
            if place + old.count <= bytes.count, bytes[place..<place + old.count].elementsEqual(old) {
                result += Array(new.utf8)
                place += old.count
            } else {
                result.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
