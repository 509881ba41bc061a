public import Memories
public import Records
import Retrieval

/// The JSON of memories, as every edge (command line, HTTP, tools of other protocols) writes it.
public enum MemoryJSON {
    /// A memory: `id, memory, topics, kind, type, event_time, participants, location, metadata, importance, relevance,
    /// expires_at, agent, session, revision, created_at, updated_at, accessed_at`. Times are RFC 3339 in UTC.
    public static func object(_ memory: Memory) -> [String: JSONValue] {
        var object: [String: JSONValue] = [
            "id": .string(memory.id), "memory": .string(memory.content), "topics": list(memory.topics),
            "kind": .string(memory.kind.rawValue), "type": .string(memory.type.rawValue),
            "event_time": time(memory.eventTime), "participants": list(memory.participants),
            "location": memory.location.map { .string($0) } ?? .null, "metadata": .object(memory.metadata),
            "relevance": .double(memory.relevance), "revision": .int(memory.revision),
            "created_at": time(memory.createdAt), "updated_at": time(memory.updatedAt),
            "accessed_at": time(memory.accessedAt), "fingerprint": .string(memory.fingerprint),
        ]
        object["importance"] = memory.importance.map { .double($0) }
        object["expires_at"] = memory.expiresAt.map { time($0) }
        object["deleted_at"] = memory.deletedAt.map { time($0) }
        object["agent"] = memory.scope.agent.map { .string($0) }
        object["session"] = memory.scope.session.map { .string($0) }
        return object
    }

    /// A hit: the memory with `score`, `similarity` and, on request, `explanation`.
    public static func object(_ hit: MemoryHit, explains: Bool) -> [String: JSONValue] {
        var object = object(hit.memory)
        object["score"] = .double(hit.score)
        object["similarity"] = hit.similarity.map { .double($0) } ?? .null
        if explains {
            object["explanation"] = self.object(hit.explanation)
        }
        return object
    }

    /// Every signal behind a score.
    static func object(_ signals: Explanation) -> JSONValue {
        .object([
            "bm25": .double(signals.bm25), "coverage": .double(signals.coverage), "phrase": .double(signals.phrase),
            "lexical": .double(signals.lexical), "semantic": .double(signals.semantic),
            "participant": .double(signals.participant), "date": .double(signals.date),
            "neighbours": .double(signals.neighbours), "relevance": .double(signals.relevance),
        ])
    }

    /// The answer to a search: `query, count, results, degraded`.
    public static func object(_ answer: SearchAnswer, query: String, explains: Bool) -> [String: JSONValue] {
        [
            "query": .string(query), "count": .int(Int64(answer.hits.count)),
            "results": .array(answer.hits.map { .object(object($0, explains: explains)) }),
            "degraded": list(answer.degraded),
        ]
    }

    /// What an add did: `id, created`, and `degraded` where something is missing.
    public static func object(_ outcome: AddOutcome) -> [String: JSONValue] {
        var object: [String: JSONValue] = ["id": .string(outcome.id), "created": .bool(outcome.isCreated)]
        if !outcome.degraded.isEmpty { object["degraded"] = list(outcome.degraded) }
        return object
    }

    /// A version of a memory's history: `revision, event, memory, previous_memory, recorded_at` and its details.
    public static func object(_ version: MemoryVersion) -> [String: JSONValue] {
        var object = version.details
        object["revision"] = .int(version.revision)
        object["event"] = .string(version.event)
        object["memory"] = version.content.map { .string($0) } ?? .null
        object["previous_memory"] = version.previousContent.map { .string($0) } ?? .null
        object["recorded_at"] = time(version.recordedAt)
        return object
    }

    /// An error: `error: {code, message}`, and `conflicting_id` where another memory is in the way.
    public static func object(_ error: MemoryError) -> [String: JSONValue] {
        var object: [String: JSONValue] = ["code": .string(error.code.rawValue), "message": .string(error.message)]
        object["conflicting_id"] = error.conflictingID.map { .string($0) }
        return ["error": .object(object)]
    }

    static func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
    static func time(_ time: Timestamp?) -> JSONValue { time.map { .string($0.description) } ?? .null }
}
