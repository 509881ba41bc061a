import Access
package import Memories
import Records

/// `memory_add`
package enum AddMemory: Operation {
    package static let specification = OperationSpecification(
        "memory_add", title: "Add a memory",
        summary: "Adds a memory; adding the same again answers the id it already has.",
        guidance: """
            Remembers something for later conversations: a fact, a preference, a way of doing things, or something that \
            happened. Write one self-contained statement a call, with names instead of pronouns and dates instead of \
            words like 'yesterday'. Storing the same again is harmless and answers the id it already has.
            """,
        method: "POST", path: "/v1/memories", permission: .write, effect: .adds, isIdempotent: true,
        parameters: MemoryParameters.ofMemory, answer: answer, errors: [.conflict, .limit],
        examples: [
            ("A fact", ["memory": .string("Prefers concise answers"), "topics": .array([.string("style")])]),
            (
                "Something that happened",
                [
                    "memory": .string("Met Bob in Kyoto"), "kind": .string("episode"),
                    "event_time": .string("2024-05-07T09:30:00Z"), "participants": .array([.string("Bob")]),
                    "location": .string("Kyoto"), "metadata": .object(["source": .string("chat")]),
                ]
            ),
        ], creates: true)

    /// What is known of a memory that was added.
    static let answer = AnswerSchemas.answer([
        .init("id", AnswerSchemas.id), .init("created", JSONSchema(.boolean)), AnswerSchemas.degraded,
    ])

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let outcome = try await call.store.add(try MemoryParameters.newMemory(call.arguments), in: call.scope)
        return OperationAnswer(MemoryJSON.object(outcome), isCreated: outcome.isCreated)
    }
}
