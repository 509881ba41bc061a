import Access
package import Memories
import Records
import Transcripts

/// `session_get`
package enum GetSession: Operation {
    package static let specification = OperationSpecification(
        "session_get", title: "Get a session", summary: "One session; one that was purged or has expired is not found.",
        guidance:
            "Reads what is known of one conversation: title, labels, status and times. Its events are read by "
            + "event_list.",
        method: "GET", path: "/v1/sessions/{session}", permission: .read, effect: .reads, isIdempotent: true,
        parameters: [TranscriptParameters.session], answer: TranscriptSchemas.session, errors: [.notFound],
        domain: .transcripts, reach: .owner)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.session)
        let session = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.session(id, in: owner)
        }
        return OperationAnswer(TranscriptJSON.object(session), revision: session.revision)
    }
}
