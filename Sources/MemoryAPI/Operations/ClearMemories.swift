import Access
package import Memories
import Records

/// `memory_clear`
package enum ClearMemories: Operation {
    package static let specification = OperationSpecification(
        "memory_clear", title: "Delete all memories", summary: "Deletes every memory of the user, agent or session.",
        guidance: """
            Deletes all memories. Only for a user who asked, in so many words, to have everything forgotten; for \
            anything less delete single memories.
            """,
        method: "DELETE", path: "/v1/memories", permission: .delete, effect: .destroys, isIdempotent: true,
        answer: AnswerSchemas.answer([.init("deleted", AnswerSchemas.count)]))

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        OperationAnswer(["deleted": .int(Int64(try await call.store.clear(in: call.scope)))])
    }
}
