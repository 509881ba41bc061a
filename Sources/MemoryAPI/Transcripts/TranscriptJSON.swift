package import Memories
package import Records
import TranscriptFormats
package import Transcripts

/// The JSON of sessions, runs and events, as every edge writes it. Runs and events are as in a session's document.
package enum TranscriptJSON {
    /// A session: `id, app, user, status, labels, metadata, created_at, updated_at, revision, active_runs`, and where it
    /// has them `agent, title, ttl_seconds, ended_at, expires_at`.
    package static func object(_ session: Session) -> [String: JSONValue] {
        var object: [String: JSONValue] = [
            "id": .string(session.id), "app": .string(session.owner.app), "user": .string(session.owner.user),
            "status": .string(session.status.rawValue), "labels": labels(session.labels),
            "metadata": .object(session.metadata), "created_at": time(session.createdAt),
            "updated_at": time(session.updatedAt), "revision": .int(session.revision),
            "active_runs": .int(Int64(session.activeRunCount)),
        ]
        object["agent"] = session.agent.map { .string($0) }
        object["title"] = session.title.map { .string($0) }
        object["ttl_seconds"] = session.timeToLive.map { .int($0) }
        object["ended_at"] = session.endedAt.map { time($0) }
        object["expires_at"] = session.expiresAt.map { time($0) }
        return object
    }

    /// A run.
    /// - Throws: ``MemoryError`` `corrupted`.
    package static func object(_ run: Run) throws(MemoryError) -> [String: JSONValue] {
        var object = try members(of: RunDocument.tree(RunContent(run: run)))
        object["app"] = .string(run.owner.app)
        object["user"] = .string(run.owner.user)
        return object
    }

    /// An event.
    /// - Throws: ``MemoryError`` `corrupted`.
    package static func object(_ event: Event) throws(MemoryError) -> [String: JSONValue] {
        try members(of: EventDocument.tree(EventContent(event: event)))
    }

    /// Events as a list.
    /// - Throws: ``MemoryError`` `corrupted`.
    package static func list(_ events: some Sequence<Event>) throws(MemoryError) -> JSONValue {
        var list: [JSONValue] = []
        for event in events { list.append(.object(try object(event))) }
        return .array(list)
    }

    /// Where an event was appended.
    package static func object(_ event: AppendedEvent) -> JSONValue {
        .object([
            "id": .string(event.id), "sequence": .int(event.sequence), "timestamp": time(event.timestamp),
            "created": .bool(event.isNew),
        ])
    }

    /// A summary.
    package static func object(_ summary: ConversationSummary) -> JSONValue {
        .object([
            "text": .string(summary.text), "through": .int(summary.through), "summarizer": .string(summary.summarizer),
        ])
    }

    package static func time(_ time: Timestamp) -> JSONValue { .string(time.description) }

    package static func labels(_ labels: [String: String]) -> JSONValue {
        .object(labels.mapValues { .string($0) })
    }

    static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

    private static func members(of tree: JSONTree) throws(MemoryError) -> [String: JSONValue] {
        guard case .object(let members)? = try? JSONValue(parsing: tree.text) else {
            throw MemoryError(.corrupted, "what is stored cannot be written as JSON")
        }
        return members
    }
}
