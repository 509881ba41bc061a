import Access
package import Memories
import Records

/// `memory_restore`
package enum RestoreMemory: Operation {
    package static let specification = OperationSpecification(
        "memory_restore", title: "Restore a memory",
        summary: "Brings a memory back that was deleted where deletions are kept.",
        guidance: "Brings back a memory that was deleted by mistake, where this store keeps deletions.",
        method: "POST", path: "/v1/memories/{id}/restore", permission: .write, effect: .adds, isIdempotent: true,
        parameters: [MemoryParameters.id], answer: AnswerSchemas.memory, errors: [.notFound, .conflict, .limit])

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let memory = try await call.store.restore(try call.arguments.required(MemoryParameters.id), in: call.scope)
        return OperationAnswer(MemoryJSON.object(memory), revision: memory.revision)
    }
}
