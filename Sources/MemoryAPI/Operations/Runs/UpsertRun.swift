import Access
package import Memories
import Records
import Transcripts

/// `run_upsert`
package enum UpsertRun: Operation {
    package static let specification = OperationSpecification(
        "run_upsert", title: "Create or update a run",
        summary:
            "Creates a run as it stands, or changes the one that is there, with the events that prove it, in one "
            + "commit. "
            + "Nothing is erased because it was not named.",
        guidance: "Records how an agent's run stands, whether it is known already or not.",
        method: "PUT", path: "/v1/runs/{run}", permission: .write, effect: .destroys, isIdempotent: true,
        parameters: [
            TranscriptParameters.run, TranscriptParameters.agent.described("The agent that works.").required,
            RunParameters.session, RunParameters.parent, RunParameters.parentToolCall, RunParameters.predecessor,
            RunParameters.firstStatus, createsSession,
        ] + RunParameters.ofUpdate,
        answer: TranscriptSchemas.runChange,
        errors: [.notFound, .conflict, .sessionEnded, .sessionPurged, .runNotActive],
        examples: [
            (
                "A run that is over",
                [
                    "agent": .string("researcher"),
                    "end": .object([
                        "status": .string("completed"), "outcome": .object(["result": .string(#"{"answer":42}"#)]),
                    ]),
                ]
            )
        ], domain: .transcripts, reach: .owner)

    private static let createsSession = Parameter.bool(
        "create_session", "Whether an empty session is created where there is none of that id.")

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let arguments = call.arguments
        let status = arguments[RunParameters.firstStatus]
        var new = try RunParameters.newRun(arguments)
        new.id = try arguments.required(TranscriptParameters.run)
        if status == .string(RunStatus.pending.rawValue) { new.status = .pending }
        let update = RunParameters.update(arguments, status: status)
        let events = arguments[RunParameters.proof] ?? []
        try call.checkMay(append: events)
        let creates = arguments[createsSession] ?? false
        return try RunParameters.answer(
            try await call.transcribe { [new] store, owner async throws(TranscriptError) in
                try await store.upsertRun(new, update, in: owner, events: events, createsSession: creates)
            })
    }
}
