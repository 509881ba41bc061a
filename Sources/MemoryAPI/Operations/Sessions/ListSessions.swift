import Access
package import Memories
import Records
import Transcripts

/// `session_list`
package enum ListSessions: Operation {
    package static let specification = OperationSpecification(
        "session_list", title: "List sessions",
        summary: "Conversations, the most recently active first, a page at a time.",
        guidance:
            "Lists the user's conversations, the most recently active first: to find one to go on with or to read.",
        method: "GET", path: "/v1/sessions", permission: .read, effect: .reads, isIdempotent: true,
        parameters: [
            status, TranscriptParameters.agent.described("Only those with this agent."),
            TranscriptParameters.onlyLabels, TranscriptParameters.from, TranscriptParameters.through, order,
            isAscending,
            TranscriptParameters.limit, TranscriptParameters.cursor,
        ],
        answer: AnswerSchemas.list(TranscriptSchemas.session, [TranscriptParameters.nextCursor]),
        errors: [.notFound],
        examples: [("What goes on", ["status": .string("active"), "limit": .int(20)])], domain: .transcripts,
        reach: .owner)

    private static let status = Parameter<SessionStatus>.choice("status", "Only those of this status.")
    private static let order = Parameter<SessionQuery.Order>.choice(
        "order", "The time that orders them and that from and through mean; updated_at when left out.")
    private static let isAscending = Parameter.bool("ascending", "Whether the oldest come first.")

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let arguments = call.arguments
        let query = SessionQuery(
            status: arguments[status], agent: arguments[TranscriptParameters.agent],
            labels: arguments[TranscriptParameters.onlyLabels] ?? [:],
            from: arguments[TranscriptParameters.from]?.start,
            through: arguments[TranscriptParameters.through]?.end, order: arguments[order] ?? .updated,
            isDescending: !(arguments[isAscending] ?? false), limit: arguments[TranscriptParameters.limit] ?? 100,
            after: arguments[TranscriptParameters.cursor])
        let page = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.sessions(matching: query, in: owner)
        }
        return OperationAnswer([
            "count": .int(Int64(page.sessions.count)),
            "results": .array(page.sessions.map { .object(TranscriptJSON.object($0)) }),
            "next_cursor": page.next.map { .string(PageCursor.encode($0)) } ?? .null,
        ])
    }
}
