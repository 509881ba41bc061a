import Access
package import Memories
import Records

/// `memory_update`
package enum UpdateMemory: Operation {
    package static let specification = OperationSpecification(
        "memory_update", title: "Update a memory",
        summary: "Changes a memory; its id stays. What is left out stays, null clears.",
        guidance: """
            Changes a stored memory that turned out wrong or has changed. Take the id from an answer of another call; it \
            stays the same. What is left out keeps its value; null clears it.
            """,
        method: "PATCH", path: "/v1/memories/{id}", permission: .write, effect: .destroys, isIdempotent: true,
        parameters: [
            MemoryParameters.id, MemoryParameters.memory, topics, MemoryParameters.kind, type,
            eventTime, participants, location, metadata, importance, relevance, expiresAt,
            MemoryParameters.vector, MemoryParameters.expectedRevision,
        ],
        answer: AnswerSchemas.updated, errors: [.notFound, .conflict],
        examples: [("New words", ["memory": .string("Prefers very concise answers")])])

    // What is left out stays: there are no defaults to tell of.
    private static let type = MemoryParameters.type.described("The role it plays.")
    private static let relevance = MemoryParameters.relevance.described("How relevant it still is.")
    private static let topics = MemoryParameters.topics.clearable
    private static let eventTime = MemoryParameters.eventTime.clearable
    private static let participants = MemoryParameters.participants.clearable
    private static let location = MemoryParameters.location.clearable
    private static let metadata = MemoryParameters.metadata.clearable
    private static let importance = MemoryParameters.importance.clearable
    private static let expiresAt = MemoryParameters.expiresAt.clearable

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let arguments = call.arguments
        let outcome = try await call.store.update(
            try arguments.required(MemoryParameters.id),
            MemoryUpdate(
                content: arguments[MemoryParameters.memory], topics: list(arguments[topics]),
                kind: arguments[MemoryParameters.kind], type: arguments[type],
                eventTime: (arguments[eventTime] ?? .keep).map(\.start), participants: list(arguments[participants]),
                location: arguments[location] ?? .keep, metadata: members(arguments[metadata]),
                importance: arguments[importance] ?? .keep, relevance: arguments[relevance],
                expiresAt: (arguments[expiresAt] ?? .keep).map(\.start), vector: arguments[MemoryParameters.vector]),
            in: call.scope, expecting: arguments[MemoryParameters.expectedRevision].map(Int64.init))
        var members = MemoryJSON.object(outcome.memory)
        if !outcome.degraded.isEmpty { members["degraded"] = MemoryJSON.list(outcome.degraded) }
        return OperationAnswer(members, revision: outcome.memory.revision)
    }

    private static func list(_ update: FieldUpdate<[String]>?) -> [String]? {
        switch update {
        case nil, .keep: nil
        case .set(let list): list
        case .clear: []
        }
    }

    private static func members(_ update: FieldUpdate<[String: JSONValue]>?) -> [String: JSONValue]? {
        switch update {
        case nil, .keep: nil
        case .set(let members): members
        case .clear: [:]
        }
    }
}
