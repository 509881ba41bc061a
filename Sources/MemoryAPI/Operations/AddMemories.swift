import Access
package import Memories
import Records

/// `memory_add_batch`
package enum AddMemories: Operation {
    package static let specification = OperationSpecification(
        "memory_add_batch", title: "Add memories",
        summary: "Adds up to 1,000 memories in order, each with an outcome of its own.",
        guidance: """
            Remembers many things at once, each a self-contained statement with what is known about it. Every one has \
            an outcome of its own: an id, or an error that says what is wrong with it.
            """,
        method: "POST", path: "/v1/memories/batch", permission: .write, effect: .adds, isIdempotent: true,
        parameters: [memories],
        answer: AnswerSchemas.list(
            AnswerSchemas.answer([
                .init("id", AnswerSchemas.id, isRequired: false),
                .init("created", JSONSchema(.boolean), isRequired: false), AnswerSchemas.degraded,
                .init("error", AnswerSchemas.failure, isRequired: false),
            ]), [.init("failed", AnswerSchemas.count)]),
        examples: [
            (
                "Two facts",
                [
                    "memories": .array([
                        .object(["memory": .string("Lives in Lyon")]),
                        .object(["memory": .string("Is allergic to nuts"), "topics": .array([.string("food")])]),
                    ])
                ]
            )
        ])

    private static let memories = Parameter<[Arguments]>.objects(
        "memories", "The memories.", MemoryParameters.ofMemory, count: 1...1_000
    ).required
    /// How many are embedded and committed at once, between two words of progress.
    private static let chunk = 100

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let all = try call.arguments.required(memories)
        var results: [JSONValue] = []
        var failed = 0
        var rest = all[...]
        while !rest.isEmpty {
            var chunk: [NewMemory] = []
            for arguments in rest.prefix(Self.chunk) { chunk.append(try MemoryParameters.newMemory(arguments)) }
            rest = rest.dropFirst(Self.chunk)
            // What a client that went away asked for is not worth finishing; what was added is told by adding again.
            guard !Task.isCancelled else { throw MemoryError(.unavailable, "the call was cancelled") }
            for result in await call.store.add(chunk, in: call.scope) {
                switch result {
                case .success(let outcome): results.append(.object(MemoryJSON.object(outcome)))
                case .failure(let error):
                    failed += 1
                    results.append(.object(MemoryJSON.object(error)))
                }
            }
            call.progress?(results.count, all.count)
        }
        return OperationAnswer([
            "count": .int(Int64(results.count)), "failed": .int(Int64(failed)), "results": .array(results),
        ])
    }
}
