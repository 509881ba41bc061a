import Access
package import Memories
import Records

/// `memory_export`
package enum ExportMemories: Operation {
    package static let specification = OperationSpecification(
        "memory_export", title: "Export memories",
        summary:
            "Every memory of the scope with its history, deleted ones included, as lines of JSON that "
            + "memory_import takes "
            + "back without loss.",
        guidance: "Writes every memory and its history as lines of JSON.", method: "GET", path: "/v1/memories/export",
        permission: .read, effect: .reads, isIdempotent: true, parameters: [includesVectors],
        answer: AnswerSchemas.answer([]), documentTypes: ["application/x-ndjson"])

    private static let includesVectors = Parameter.bool(
        "vectors", "Whether vectors are included that the model could make again.")

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let (store, scope) = (call.store, call.scope)
        let includes = call.arguments[includesVectors] ?? false
        // What cannot be read at all is an error, not half of a document.
        _ = try await store.list(in: scope, limit: 1)
        var answer = OperationAnswer([:])
        answer.document = OperationDocument(
            "application/x-ndjson",
            .stream { write async throws(MemoryError) in
                try await store.archivePages(of: scope, includesVectors: includes) {
                    (lines) async throws(MemoryError) -> Bool in
                    await write(lines.map { JSONValue.object($0.members).canonical + "\n" }.joined())
                }
            })
        return answer
    }
}
