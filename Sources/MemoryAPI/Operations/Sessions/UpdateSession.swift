import Access
package import Memories
import Records
import Transcripts

/// `session_update`
package enum UpdateSession: Operation {
    package static let specification = OperationSpecification(
        "session_update", title: "Update a session",
        summary: "Changes a session, ended or not. What is left out stays, null clears.",
        guidance:
            "Changes the title, labels or metadata of a conversation. What is left out keeps its value; null "
            + "clears it.",
        method: "PATCH", path: "/v1/sessions/{session}", permission: .write, effect: .destroys, isIdempotent: true,
        parameters: [
            TranscriptParameters.session, title, agent, labels, metadata, timeToLive,
            TranscriptParameters.expectedRevision,
        ],
        answer: TranscriptSchemas.session, errors: [.notFound, .conflict],
        examples: [("A title", ["title": .string("About green tea")])], domain: .transcripts, reach: .owner)

    private static let title = CreateSession.title.clearable
    private static let agent = TranscriptParameters.agent.described("The agent it is with.").clearable
    private static let labels = TranscriptParameters.labels.described("All labels.").clearable
    private static let metadata = TranscriptParameters.metadata.described("All metadata.").clearable
    private static let timeToLive = CreateSession.timeToLive.described(
        "Seconds without activity after which it expires."
    ).clearable

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let arguments = call.arguments
        let id = try arguments.required(TranscriptParameters.session)
        let revision = arguments[TranscriptParameters.expectedRevision].map(Int64.init)
        let update = SessionUpdate(
            title: arguments[title] ?? .keep, agent: arguments[agent] ?? .keep, labels: whole(arguments[labels], [:]),
            metadata: whole(arguments[metadata], [:]),
            timeToLive: (arguments[timeToLive] ?? .keep).map(Int64.init))
        do {
            let session = try await call.transcribe { store, owner async throws(TranscriptError) in
                try await store.updateSession(id, update, in: owner, expecting: revision)
            }
            return OperationAnswer(TranscriptJSON.object(session), revision: session.revision)
        } catch {
            guard error.code == .conflict, revision != nil else { throw error }
            throw MemoryError(.conflict, error.message, conflictingID: id, underlying: error)
        }
    }

    private static func whole<Value>(_ update: Memories.FieldUpdate<Value>?, _ empty: Value) -> Value? {
        switch update {
        case nil, .keep: nil
        case .set(let value): value
        case .clear: empty
        }
    }
}
