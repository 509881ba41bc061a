import Access
package import Memories
import Records

/// `memory_get`
package enum GetMemory: Operation {
    package static let specification = OperationSpecification(
        "memory_get", title: "Get a memory", summary: "One memory, by its id.",
        guidance: "Reads one memory by the id that another call answered.", method: "GET", path: "/v1/memories/{id}",
        permission: .read, effect: .reads, isIdempotent: true, parameters: [MemoryParameters.id],
        answer: AnswerSchemas.memory, errors: [.notFound])

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let memory = try await call.store.get(try call.arguments.required(MemoryParameters.id), in: call.scope)
        return OperationAnswer(MemoryJSON.object(memory), revision: memory.revision)
    }
}
