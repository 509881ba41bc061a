import AgentMemory
import MemoryAPI

/// How the answer of an operation is shown to people; programs are shown its members.
struct AnswerReport {
    /// The members of a row that make its line, in order.
    var columns = ["id"]
    /// The members of the answer that are rows: lists, or one row alone.
    var rows = ["results"]
    /// The member that is shown member by member; the whole answer where it has no rows.
    var subject: String?

    /// Prints an answer: as JSON, as the document that it is, or line by line.
    func show(_ answer: OperationAnswer, _ context: CommandContext) async throws {
        if let document = answer.document, !context.isJSON {
            for omission in answer.members["omissions"]?.strings ?? [] { Terminal.note("left out: \(omission)") }
            return try await Self.write(document)
        }
        show(answer.members, context)
    }

    /// Prints members.
    func show(_ members: [String: JSONValue], _ context: CommandContext) {
        if context.isJSON { return Terminal.print(members) }
        let present = rows.filter { members[$0] != nil }
        if let subject {
            Self.list(members[subject]?.members ?? [:])
        } else if present.isEmpty {
            Self.list(members)
        }
        for row in present.flatMap({ Self.elements(members[$0]) }) {
            Terminal.print(columns.map { Self.text(row.column($0)) }.joined(separator: "  "))
        }
        context.note(degraded: members["degraded"]?.strings ?? [])
        if let cursor = members["next_cursor"], cursor != .null {
            Terminal.note("there are more; use --limit, or --cursor \(Self.text(cursor))")
        }
        if let sequence = members["next"], sequence != .null {
            let option = context.arguments.isSet("descending") ? "--before" : "--after"
            Terminal.note("there are more; use --limit, or \(option) \(Self.text(sequence))")
        }
    }

    /// Writes a document as it comes.
    static func write(_ document: OperationDocument) async throws {
        switch document.content {
        case .text(let text): Terminal.write(text)
        case .stream(let produce):
            try await produce { text in
                Terminal.write(text)
                return true
            }
        }
    }

    private static func elements(_ value: JSONValue?) -> [[String: JSONValue]] {
        switch value {
        case .array(let elements): elements.map(\.members)
        case .object(let members): [members]
        default: []
        }
    }

    /// Prints what has a value, a line each.
    private static func list(_ members: [String: JSONValue]) {
        for name in members.keys.sorted() where name != "degraded" {
            guard let value = members[name], value != .null, value != .array([]), value != .object([:]) else {
                continue
            }
            Terminal.print("\(name): \(text(value))")
        }
    }

    static func text(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null: ""
        case .some(let value): Terminal.oneLine(ParameterText.text(value))
        }
    }
}

extension [String: JSONValue] {
    /// What a row shows under a name; of an event, `text` is what it says.
    fileprivate func column(_ name: String) -> JSONValue? {
        guard name == "text", self["text"] == nil else { return self[name] }
        guard case .object(let payload)? = self["payload"] else { return nil }
        guard let parts = payload["parts"] else { return payload["note"] ?? payload["text"] ?? payload["tool_name"] }
        return .string(parts.array.compactMap { $0["text"]?.string }.joined(separator: " "))
    }
}
