import Access
package import Memories
import Records
import Transcripts

/// `run_link`
package enum LinkRun: Operation {
    package static let specification = OperationSpecification(
        "run_link", title: "Make a run the child of another",
        summary:
            "Links a run to its parent, of the same session, and appends the events that prove it to the parent's log.",
        guidance: "Records that one run was called by another.",
        method: "PUT", path: "/v1/runs/{run}/parent", permission: .write, effect: .destroys, isIdempotent: true,
        parameters: [TranscriptParameters.run, RunParameters.parent.required, events],
        answer: TranscriptSchemas.runChange, errors: [.notFound, .conflict, .runNotActive], domain: .transcripts,
        reach: .owner)

    private static let events = RunParameters.proof.described(
        "Events that prove it, appended to the parent's log in the same commit.")

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.run)
        let parent = try call.arguments.required(RunParameters.parent)
        let events = call.arguments[events] ?? []
        try call.checkMay(append: events)
        return try RunParameters.answer(
            try await call.transcribe { store, owner async throws(TranscriptError) in
                try await store.linkRun(id, toParent: parent, in: owner, events: events)
            })
    }
}
