import Transcripts

/// What of a message its event's own members cannot hold, kept in the payload's metadata under a reserved name.
struct MessageNotes: Sendable, Hashable {
    /// Which of the format's dialects the message was of.
    var dialect: String?
    /// What was around the message, with null in its place, and the member that it was.
    var wrapper: JSONTree?, member: String?
    /// What the members cannot hold.
    var difference = JSONDifference()

    /// What the names of notes begin with; the name of the format follows.
    static let prefix = "agent-memory."

    init() {}

    /// The notes by which a format writes a message as it was; nil where there are none.
    ///
    /// What OpenAI and CrewAI say in common, each reads of the other's notes.
    init?(_ metadata: JSONText?, _ format: MessageFormat) {
        guard let metadata, let tree = try? JSONTree(parsing: metadata.text) else { return nil }
        if let notes = Self(tree, storedAs: format) {
            self = notes
        } else if let sibling = format.sibling, let notes = Self(tree, storedAs: sibling), notes.dialect == nil {
            self = notes
        } else {
            return nil
        }
    }

    /// The notes that a format left in metadata; nil where there are none.
    init?(_ metadata: JSONText, storedAs format: MessageFormat) {
        guard let tree = try? JSONTree(parsing: metadata.text) else { return nil }
        self.init(tree, storedAs: format)
    }

    private init?(_ tree: JSONTree, storedAs format: MessageFormat) {
        if let notes = tree[Self.prefix + format.rawValue] {
            self.init(notes)
        } else if tree.members?.count == 1, let notes = tree[format.rawValue], notes.members?.isEmpty == false {
            // Until version 1 had a reserved name, notes were the only member, under the format's own.
            self.init(notes)
        } else {
            return nil
        }
    }

    private init?(_ notes: JSONTree) {
        guard let members = notes.members else { return nil }
        for member in members {
            switch (member.name, member.value) {
            case ("dialect", .string(let text)): dialect = text
            case ("wrapper", .object): wrapper = member.value
            case ("member", .string(let text)): self.member = text
            case ("difference", .array):
                guard let difference = JSONDifference(member.value) else { return nil }
                self.difference = difference
            default: return nil
            }
        }
    }

    /// Whether there is nothing in them.
    var isEmpty: Bool { dialect == nil && wrapper == nil && member == nil && difference.changes.isEmpty }

    /// The metadata.
    func metadata(_ format: MessageFormat) -> JSONText {
        let changes = difference.changes.isEmpty ? nil : difference.document
        let notes = JSONTree.object(of: [
            "dialect": dialect.map { .string($0) }, "wrapper": wrapper, "member": member.map { .string($0) },
            "difference": changes,
        ])
        return JSONText(JSONTree.object([JSONTree.Member(Self.prefix + format.rawValue, notes)]).text)
    }
}

extension MessageFormat {
    /// The format whose messages are the same but for a dialect.
    fileprivate var sibling: MessageFormat? {
        switch self {
        case .openAI: .crewAI
        case .crewAI: .openAI
        default: nil
        }
    }
}
