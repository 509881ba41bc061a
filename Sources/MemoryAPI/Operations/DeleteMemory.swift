import Access
package import Memories
import Records

/// `memory_delete`
package enum DeleteMemory: Operation {
    package static let specification = OperationSpecification(
        "memory_delete", title: "Delete a memory", summary: "Deletes a memory; its history stays.",
        guidance: """
            Deletes one memory that is wrong or no longer wanted. Take the id from an answer of another call. Prefer an \
            update where the memory has merely changed.
            """,
        method: "DELETE", path: "/v1/memories/{id}", permission: .delete, effect: .destroys, isIdempotent: false,
        parameters: [MemoryParameters.id, MemoryParameters.expectedRevision],
        answer: AnswerSchemas.answer([.init("id", AnswerSchemas.id), .init("deleted", JSONSchema(.boolean))]),
        status: 204, errors: [.notFound, .conflict])

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(MemoryParameters.id)
        try await call.store.delete(
            id, in: call.scope, expecting: call.arguments[MemoryParameters.expectedRevision].map(Int64.init))
        return OperationAnswer(["id": .string(id), "deleted": .bool(true)])
    }
}
