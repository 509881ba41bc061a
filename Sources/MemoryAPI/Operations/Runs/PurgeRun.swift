import Access
package import Memories
import Records
import Transcripts

/// `run_purge`
package enum PurgeRun: Operation {
    package static let specification = OperationSpecification(
        "run_purge", title: "Purge a run",
        summary:
            "Removes a run of its own that is over, with its events, for good. Runs of a session go with the session.",
        guidance:
            "Removes a run that belongs to no session for good. Only for a user who asked for it in so many words.",
        method: "DELETE", path: "/v1/runs/{run}", permission: .delete, effect: .destroys, isIdempotent: true,
        parameters: [TranscriptParameters.run],
        answer: AnswerSchemas.answer([.init("events", AnswerSchemas.count), .init("runs", AnswerSchemas.count)]),
        errors: [.notFound, .runActive, .conflict, .unsupported], domain: .transcripts, reach: .owner)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.run)
        let report = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.purgeRun(id, in: owner)
        }
        return OperationAnswer(["events": .int(Int64(report.events)), "runs": .int(Int64(report.runs))])
    }
}
