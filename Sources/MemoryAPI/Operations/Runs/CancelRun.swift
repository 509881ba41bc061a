import Access
package import Memories
import Records
import Transcripts

/// `run_cancel`
package enum CancelRun: Operation {
    package static let specification = OperationSpecification(
        "run_cancel", title: "Ask a run to stop",
        summary: "Asks for a run to stop. The first reason stays; its engine then records the end.",
        guidance: "Asks for a run of an agent to stop, because the user wants it to.",
        method: "POST", path: "/v1/runs/{run}/cancel", permission: .write, effect: .destroys, isIdempotent: true,
        parameters: [TranscriptParameters.run, reason, RunParameters.proof], answer: TranscriptSchemas.runChange,
        errors: [.notFound, .conflict, .runNotActive], domain: .transcripts, reach: .owner)

    private static let reason = TranscriptParameters.identifier(
        "reason", "Why, such as user_requested, which is meant when left out.")

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.run)
        let reason = call.arguments[reason].map { CancellationReason(rawValue: $0) } ?? .userRequested
        let events = call.arguments[RunParameters.proof] ?? []
        try call.checkMay(append: events)
        return try RunParameters.answer(
            try await call.transcribe { store, owner async throws(TranscriptError) in
                try await store.requestCancellation(of: id, because: reason, in: owner, events: events)
            })
    }
}
