import Access
package import Memories
import Records

/// `memory_count`
package enum CountMemories: Operation {
    package static let specification = OperationSpecification(
        "memory_count", title: "Count memories", summary: "How many memories there are.",
        guidance: "Counts the memories.", method: "GET", path: "/v1/memories/count", permission: .read, effect: .reads,
        isIdempotent: true, answer: AnswerSchemas.answer([.init("count", AnswerSchemas.count)]))

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        OperationAnswer(["count": .int(Int64(try await call.store.count(in: call.scope)))])
    }
}
