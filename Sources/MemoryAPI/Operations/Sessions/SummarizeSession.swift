import Access
package import Memories
import Records
import Transcripts

/// `session_summarize`
package enum SummarizeSession: Operation {
    package static let specification = OperationSpecification(
        "session_summarize", title: "Summarize a session",
        summary:
            "Adds a summary of the older turns to the log, made of their most telling sentences. The originals stay.",
        guidance: """
            Sums up the older turns of a long conversation, so that session_context becomes short. Nothing is removed: the \
            originals stay and are still found.
            """,
        method: "POST", path: "/v1/sessions/{session}/summaries", permission: .write, effect: .adds, isIdempotent: true,
        parameters: [TranscriptParameters.session, turns, bytes],
        answer: AnswerSchemas.answer([.init("summary", TranscriptSchemas.summary.orNull)]),
        errors: [.notFound, .conflict, .sessionEnded], domain: .transcripts, reach: .owner)

    private static let turns = Parameter.integer(
        "keep_turns", "How many of the newest turns are left as they are; 4 when left out.", 1...10_000)
    private static let bytes = Parameter.integer(
        "maximum_bytes", "The most UTF-8 bytes of the summary; 2,000 when left out.", 200...1_000_000)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.session)
        let (turns, bytes) = (call.arguments[turns] ?? 4, call.arguments[bytes] ?? 2_000)
        let summary = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.summarize(
                id, in: owner, keepingTurns: turns, with: ExtractiveSummarizer(maximumBytes: bytes))
        }
        return OperationAnswer(["summary": summary.map { TranscriptJSON.object($0) } ?? .null])
    }
}
