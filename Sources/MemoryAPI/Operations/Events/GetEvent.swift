import Access
package import Memories
import Records
import Transcripts

/// `event_get`
package enum GetEvent: Operation {
    package static let specification = OperationSpecification(
        "event_get", title: "Get an event", summary: "One event.",
        guidance: "Reads one event in full, by the id that another call answered.",
        method: "GET", path: "/v1/events/{event}", permission: .read, effect: .reads, isIdempotent: true,
        parameters: [TranscriptParameters.event], answer: TranscriptSchemas.event, errors: [.notFound],
        domain: .transcripts, reach: .owner)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.event)
        let event = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.event(id, of: owner)
        }
        return OperationAnswer(try TranscriptJSON.object(event))
    }
}
