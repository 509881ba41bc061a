import Records
package import Transcripts

/// A run as an object of a document.
package enum RunDocument {
    package static func tree(_ content: RunContent) -> JSONTree {
        let run = content.run
        let attributes = run.attributes.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
            JSONTree.Member($0.key, attribute($0.value))
        }
        return .object(of: [
            "id": .string(run.id), "agent": .string(run.agent), "session": .init(run.session), "turn": .init(run.turn),
            "parent": .init(run.parent), "parent_tool_call": .init(run.parentToolCall),
            "predecessor": .init(run.predecessor), "status": .string(run.status.rawValue),
            "phase": .init(run.phase?.rawValue), "labels": DocumentFields.tree(run.labels),
            "metadata": DocumentFields.tree(run.metadata),
            "attributes": attributes.isEmpty ? nil : .object(attributes), "created_at": .init(run.createdAt),
            "started_at": .init(run.startedAt), "updated_at": .init(run.updatedAt), "ended_at": .init(run.endedAt),
            "outcome": outcome(run.outcome), "cancellation_reason": .init(run.cancellationReason?.rawValue),
            "suspension_id": .init(run.suspensionID), "suspension": .init(content.suspension?.data),
            "request_digest": .init(run.requestDigest), "archived_at": .init(run.archivedAt),
            "revision": .number(run.revision), "creation": .init(content.creation),
        ])
    }

    private static func outcome(_ outcome: RunOutcome?) -> JSONTree? {
        guard let outcome else { return nil }
        return .object(of: [
            "result": .init(outcome.result?.text), "error_code": .init(outcome.errorCode),
            "error_message": .init(outcome.errorMessage),
        ])
    }

    private static func attribute(_ attribute: SearchAttribute) -> JSONTree {
        switch attribute {
        case .keyword(let word): .object(of: ["keyword": .string(word)])
        case .bool(let value): .object(of: ["bool": .bool(value)])
        case .int(let number): .object(of: ["int": .number(number)])
        case .double(let number): .object(of: ["double": .number(String(number))])
        case .time(let time): .object(of: ["time": .string(DocumentTime.text(time))])
        case .keywords(let words): .object(of: ["keywords": .array(words.map { .string($0) })])
        }
    }

    package static func content(_ tree: JSONTree, _ name: String, _ owner: Owner) throws(FormatError) -> RunContent {
        try content(DocumentFields(tree, name), owner)
    }

    static func content(_ fields: DocumentFields, _ owner: Owner) throws(FormatError) -> RunContent {
        guard let status = RunStatus(rawValue: try fields.text("status")) else {
            throw fields.fault("status", "a status of a run")
        }
        var run = Run(
            id: try fields.text("id"), owner: owner, agent: try fields.text("agent"),
            session: try fields.optionalText("session"), turn: try fields.optionalText("turn"),
            parent: try fields.optionalText("parent"), parentToolCall: try fields.optionalText("parent_tool_call"),
            predecessor: try fields.optionalText("predecessor"), status: status,
            phase: try fields.optionalText("phase").map(RunPhase.init), createdAt: try fields.time("created_at"),
            updatedAt: try fields.time("updated_at"))
        run.labels = try fields.texts("labels")
        run.metadata = try fields.values("metadata")
        run.startedAt = try fields.optionalTime("started_at")
        run.endedAt = try fields.optionalTime("ended_at")
        run.cancellationReason = try fields.optionalText("cancellation_reason").map(CancellationReason.init)
        run.suspensionID = try fields.optionalText("suspension_id")
        run.requestDigest = try fields.optionalBytes("request_digest")
        run.archivedAt = try fields.optionalTime("archived_at")
        run.revision = try fields.optionalInt("revision") ?? 1
        if let outcome = fields.optional("outcome") {
            let members = try DocumentFields(outcome, "outcome")
            run.outcome = RunOutcome(
                result: try members.optionalText("result").map { JSONText($0) },
                errorCode: try members.optionalText("error_code"),
                errorMessage: try members.optionalText("error_message"))
        }
        for member in fields.optional("attributes")?.members ?? [] {
            guard let attribute = attribute(member.value) else { throw fields.fault("attributes", "a typed value") }
            run.attributes[member.name] = attribute
        }
        var suspension: RunSuspension?
        if let id = run.suspensionID, let data = try fields.optionalBytes("suspension") {
            suspension = RunSuspension(id: id, data: data)
        }
        return RunContent(run: run, creation: try fields.optionalText("creation"), suspension: suspension)
    }

    private static func attribute(_ tree: JSONTree) -> SearchAttribute? {
        guard let member = tree.members?.first else { return nil }
        switch (member.name, member.value) {
        case ("keyword", .string(let word)): return .keyword(word)
        case ("bool", .bool(let value)): return .bool(value)
        case ("int", .number(let text)): return Int64(text).map { .int($0) }
        case ("double", .number(let text)): return Double(text).map { .double($0) }
        case ("time", .string(let text)): return DocumentTime.timestamp(text).map { .time($0) }
        case ("keywords", .array(let elements)):
            let words = elements.compactMap(\.string)
            return words.count == elements.count ? .keywords(words) : nil
        default: return nil
        }
    }
}
