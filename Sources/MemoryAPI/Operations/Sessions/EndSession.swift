import Access
package import Memories
import Records
import Transcripts

/// `session_end`
package enum EndSession: Operation {
    package static let specification = OperationSpecification(
        "session_end", title: "End a session",
        summary: "Ends a session for good; it stays readable. A repeat answers the session as it ended first.",
        guidance: "Ends a conversation for good: nothing can be appended afterwards, and it stays readable.",
        method: "POST", path: "/v1/sessions/{session}/end", permission: .write, effect: .destroys, isIdempotent: true,
        parameters: [TranscriptParameters.session, endedAt], answer: TranscriptSchemas.session, errors: [.notFound],
        domain: .transcripts, reach: .owner)

    private static let endedAt = Parameter.time("ended_at", "When it ended; now when left out.")

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.session)
        let time = call.arguments[endedAt]?.start
        let session = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.endSession(id, at: time, in: owner)
        }
        return OperationAnswer(TranscriptJSON.object(session), revision: session.revision)
    }
}
