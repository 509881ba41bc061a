import Access
package import Memories
import Records
import Transcripts

/// `run_update`
package enum UpdateRun: Operation {
    package static let specification = OperationSpecification(
        "run_update", title: "Update a run",
        summary: "Changes a run and appends the events that prove it, in one commit. How it ended is written once.",
        guidance: "Records how an agent's run goes on, or how it ended.",
        method: "PATCH", path: "/v1/runs/{run}", permission: .write, effect: .destroys, isIdempotent: true,
        parameters: [TranscriptParameters.run, RunParameters.status] + RunParameters.ofUpdate + [
            TranscriptParameters.expectedRevision
        ],
        answer: TranscriptSchemas.runChange, errors: [.notFound, .conflict, .runNotActive],
        examples: [
            ("At work", ["status": .string("running"), "phase": .string("planning")]),
            (
                "Failed",
                [
                    "end": .object([
                        "status": .string("failed"), "outcome": .object(["error_code": .string("tool_failed")]),
                    ])
                ]
            ),
        ], domain: .transcripts, reach: .owner)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let arguments = call.arguments
        let id = try arguments.required(TranscriptParameters.run)
        let update = RunParameters.update(arguments, status: arguments[RunParameters.status])
        let events = arguments[RunParameters.proof] ?? []
        try call.checkMay(append: events)
        let revision = arguments[TranscriptParameters.expectedRevision].map(Int64.init)
        do {
            return try RunParameters.answer(
                try await call.transcribe { store, owner async throws(TranscriptError) in
                    try await store.updateRun(id, update, in: owner, events: events, expecting: revision)
                })
        } catch {
            guard let revision, error.code == .conflict else { throw error }
            // A run has other conflicts, too: only another revision is its own.
            let current = try await call.transcribe { store, owner async throws(TranscriptError) in
                try await store.run(id, in: owner).revision
            }
            throw current == revision
                ? error : MemoryError(.conflict, error.message, conflictingID: id, underlying: error)
        }
    }
}
