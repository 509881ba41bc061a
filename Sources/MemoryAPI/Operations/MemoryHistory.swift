import Access
package import Memories
import Records

/// `memory_history`
package enum MemoryHistory: Operation {
    package static let specification = OperationSpecification(
        "memory_history", title: "History of a memory",
        summary: "Every version of a memory, oldest first, its deletion included.",
        guidance: "Reads what one memory said at different times, oldest first, and when it was changed or deleted.",
        method: "GET", path: "/v1/memories/{id}/history", permission: .read, effect: .reads, isIdempotent: true,
        parameters: [MemoryParameters.id],
        answer: AnswerSchemas.list(version, [.init("id", AnswerSchemas.id)]), errors: [.notFound])

    private static let version = AnswerSchemas.answer([
        .init("revision", JSONSchema(.integer(1...(.max)))),
        .init("event", JSONSchema(.text(0...(.max), pattern: nil, format: nil), "add, update, delete or restore")),
        .init("memory", AnswerSchemas.text.orNull), .init("previous_memory", AnswerSchemas.text.orNull),
        .init("recorded_at", AnswerSchemas.time),
    ])

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(MemoryParameters.id)
        let versions = try await call.store.history(id, in: call.scope)
        return OperationAnswer([
            "id": .string(id), "count": .int(Int64(versions.count)),
            "results": .array(versions.map { .object(MemoryJSON.object($0)) }),
        ])
    }
}
