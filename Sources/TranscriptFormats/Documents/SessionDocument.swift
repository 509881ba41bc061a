public import Transcripts

/// A whole session, or a conversation, as a document: JSON or YAML, to keep or to move.
///
/// ```json
/// {"format": "agent-memory.session", "version": 1, "session": {…}, "state": {…}, "runs": […], "events": […]}
/// ```
///
/// Nothing is lost: payloads come back byte for byte. Times are RFC 3339, UTC, with microseconds; bytes are base64.
public struct SessionDocument: Sendable, Hashable {
    /// The content.
    public var content: SessionContent

    static let format = "agent-memory.session"
    static let version: Int64 = 1

    /// A document of a content.
    public init(_ content: SessionContent) { self.content = content }

    /// Reads a document in JSON.
    /// - Throws: ``FormatError`` that names the member.
    public init(json text: String) throws(FormatError) { try self.init(JSONTree(parsing: text)) }

    /// The document in JSON, indented.
    public var json: String { tree.indentedText + "\n" }

    /// Reads a document.
    /// - Throws: ``FormatError`` that names the member.
    public init(_ tree: JSONTree) throws(FormatError) {
        let fields = try DocumentFields(tree, "the document")
        guard try fields.text("format") == Self.format else {
            throw FormatError("format: \(Self.format) is expected")
        }
        guard try fields.int("version") == Self.version else {
            throw FormatError("version: this reads version \(Self.version)")
        }
        let session = try DocumentFields(fields.required("session"), "session")
        let owner = Owner(app: try session.text("app"), user: try session.text("user"))
        var runs: [RunContent] = []
        for (place, run) in try fields.list("runs").enumerated() {
            runs.append(try RunDocument.content(DocumentFields(run, "runs[\(place)]"), owner))
        }
        var events: [EventContent] = []
        for (place, event) in try fields.list("events").enumerated() {
            events.append(try EventDocument.content(DocumentFields(event, "events[\(place)]")))
        }
        content = SessionContent(
            session: try Self.session(session, owner), creation: try session.optionalText("creation"),
            state: try fields.values("state"), runs: runs, events: events)
    }

    /// The document.
    public var tree: JSONTree {
        .object(of: [
            "format": .string(Self.format), "version": .number(Self.version), "session": sessionTree,
            "state": DocumentFields.tree(content.state), "runs": .array(content.runs.map { RunDocument.tree($0) }),
            "events": .array(content.events.map { EventDocument.tree($0) }),
        ])
    }

    private var sessionTree: JSONTree {
        let session = content.session
        return .object(of: [
            "id": .string(session.id), "app": .string(session.owner.app), "user": .string(session.owner.user),
            "agent": .init(session.agent), "status": .string(session.status.rawValue), "title": .init(session.title),
            "labels": DocumentFields.tree(session.labels), "metadata": DocumentFields.tree(session.metadata),
            "ttl_seconds": session.timeToLive.map { .number($0) }, "created_at": .init(session.createdAt),
            "updated_at": .init(session.updatedAt), "ended_at": .init(session.endedAt),
            "expires_at": .init(session.expiresAt), "revision": .number(session.revision),
            "creation": .init(content.creation),
        ])
    }

    private static func session(_ fields: DocumentFields, _ owner: Owner) throws(FormatError) -> Session {
        guard let status = SessionStatus(rawValue: try fields.text("status")) else {
            throw FormatError("session.status: active or ended is expected")
        }
        return Session(
            id: try fields.text("id"), owner: owner, agent: try fields.optionalText("agent"), status: status,
            title: try fields.optionalText("title"), labels: try fields.texts("labels"),
            metadata: try fields.values("metadata"), timeToLive: try fields.optionalInt("ttl_seconds"),
            createdAt: try fields.time("created_at"), updatedAt: try fields.time("updated_at"),
            endedAt: try fields.optionalTime("ended_at"), expiresAt: try fields.optionalTime("expires_at"),
            revision: try fields.optionalInt("revision") ?? 1)
    }
}
