import Access
package import Memories
import Records
import Transcripts

/// `run_start`
package enum StartRun: Operation {
    package static let specification = OperationSpecification(
        "run_start", title: "Start a run",
        summary:
            "Starts a run and appends the events that prove it, in one commit; the same start again answers the run.",
        guidance:
            "Records that an agent begins to work on something. The same start again answers the run that is there.",
        method: "POST", path: "/v1/runs", permission: .write, effect: .adds, isIdempotent: true,
        parameters: [
            id, TranscriptParameters.agent.described("The agent that works.").required, RunParameters.session,
            RunParameters.turn, RunParameters.parent, RunParameters.parentToolCall, RunParameters.predecessor,
            RunParameters.startStatus, RunParameters.phase, TranscriptParameters.labels, TranscriptParameters.metadata,
            RunParameters.attributes, RunParameters.startedAt, RunParameters.requestDigest, RunParameters.proof,
        ],
        answer: AnswerSchemas.answer([
            .init("id", AnswerSchemas.text), .init("run", TranscriptSchemas.run),
            .init("created", JSONSchema(.boolean)),
            .init("should_proceed", JSONSchema(.boolean, "Whether to work: false when the run is over already.")),
            .init("events", TranscriptSchemas.appended), TranscriptSchemas.isAppStatePending, AnswerSchemas.degraded,
        ]),
        errors: [.notFound, .conflict, .sessionEnded, .sessionPurged, .runNotActive],
        examples: [
            ("A run of its own", ["agent": .string("researcher"), "labels": .object(["team": .string("blue")])])
        ], domain: .transcripts, reach: .owner, creates: true)

    private static let id = TranscriptParameters.identifier("id", "The run's id; one is made when left out.")

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let arguments = call.arguments
        var new = try RunParameters.newRun(arguments)
        new.id = arguments[id]
        new.requestDigest = arguments[RunParameters.requestDigest]
        if arguments[RunParameters.startStatus] == .string(RunStatus.pending.rawValue) { new.status = .pending }
        let events = arguments[RunParameters.proof] ?? []
        try call.checkMay(append: events)
        let start = try await call.transcribe { [new] store, owner async throws(TranscriptError) in
            try await store.startRun(new, in: owner, events: events)
        }
        var members: [String: JSONValue] = [
            "id": .string(start.run.id), "run": .object(try TranscriptJSON.object(start.run)),
            "created": .bool(start.isNew), "should_proceed": .bool(start.shouldProceed),
            "events": .array(start.events.map { TranscriptJSON.object($0) }),
            "app_state_pending": .bool(start.isAppStatePending),
        ]
        if !start.degraded.isEmpty { members["degraded"] = TranscriptJSON.texts(start.degraded) }
        return OperationAnswer(members, isCreated: start.isNew, revision: start.run.revision)
    }
}

extension RunParameters {
    /// A run as it would begin, but for its id and status.
    static func newRun(_ arguments: Arguments) throws(MemoryError) -> NewRun {
        NewRun(
            agent: try arguments.required(TranscriptParameters.agent), session: arguments[session],
            turn: arguments[turn], parent: arguments[parent], parentToolCall: arguments[parentToolCall],
            predecessor: arguments[predecessor], phase: arguments[phase].map { RunPhase(rawValue: $0) },
            labels: arguments[TranscriptParameters.labels] ?? [:],
            metadata: arguments[TranscriptParameters.metadata] ?? [:], attributes: arguments[attributes] ?? [:],
            startedAt: arguments[startedAt]?.start)
    }
}
