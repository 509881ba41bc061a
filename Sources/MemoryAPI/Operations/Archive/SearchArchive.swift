import Access
package import Memories
import Records
import Transcripts

/// `archive_search`
package enum SearchArchive: Operation {
    package static let specification = OperationSpecification(
        "archive_search", title: "Search the archive",
        summary: "Finds events in the archive by their words, best first. Every archived run of the owner is read.",
        guidance:
            "Finds what was said long ago, in runs that were moved into the archive. Slower than transcript_search.",
        method: "POST", path: "/v1/archive/search", permission: .read, effect: .reads, isIdempotent: true,
        parameters: [MemoryParameters.query, limit],
        answer: AnswerSchemas.list(
            AnswerSchemas.answer(TranscriptSchemas.eventProperties + [.init("score", JSONSchema(.number(0...1)))]),
            [.init("query", AnswerSchemas.text)]), errors: [.unsupported], domain: .archive, reach: .owner)

    private static let limit = Parameter.integer("limit", "The most results; 10 when left out.", 1...1_000)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let query = try call.arguments.required(MemoryParameters.query)
        let limit = call.arguments[limit] ?? 10
        let hits = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.searchArchive(query, of: owner, limit: limit)
        }
        var results: [JSONValue] = []
        for hit in hits {
            var members = try TranscriptJSON.object(hit.event)
            members["score"] = .double(hit.score)
            results.append(.object(members))
        }
        return OperationAnswer([
            "query": .string(query), "count": .int(Int64(results.count)), "results": .array(results),
        ])
    }
}
