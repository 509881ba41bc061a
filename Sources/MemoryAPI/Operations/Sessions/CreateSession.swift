import Access
package import Memories
import Records
import Transcripts

/// `session_create`
package enum CreateSession: Operation {
    package static let specification = OperationSpecification(
        "session_create", title: "Create a session",
        summary: "Creates a conversation; the same creation again answers it.",
        guidance: """
            Begins a conversation that is kept: messages, tool calls and thoughts are appended to it as events. Creating \
            the same again is harmless and answers the session that is there.
            """,
        method: "POST", path: "/v1/sessions", permission: .write, effect: .adds, isIdempotent: true,
        parameters: [
            id, TranscriptParameters.agent.described("The agent it is with."), title, TranscriptParameters.labels,
            TranscriptParameters.metadata, timeToLive,
            TranscriptParameters.state.described("The state it starts with."),
            createdAt,
        ],
        answer: AnswerSchemas.answer(
            TranscriptSchemas.sessionProperties + [
                .init("created", JSONSchema(.boolean)), TranscriptSchemas.isAppStatePending,
            ]),
        errors: [.conflict, .sessionEnded, .sessionPurged],
        examples: [
            ("A conversation", ["id": .string("chat-1"), "title": .string("About tea")]),
            (
                "With state that expires",
                [
                    "agent": .string("support"), "labels": .object(["channel": .string("web")]),
                    "ttl_seconds": .int(86_400),
                    "state": .array([
                        .object(["scope": .string("session"), "name": .string("step"), "value": .int(1)])
                    ]),
                ]
            ),
        ], domain: .transcripts, reach: .owner, creates: true)

    private static let id = TranscriptParameters.identifier("id", "The session's id; one is made when left out.")
    static let title = Parameter.text("title", "What people call it.", bytes: 0...1_024)
    static let timeToLive = Parameter.integer(
        "ttl_seconds", "Seconds without activity after which it expires; never when left out.", 1...3_153_600_000)
    private static let createdAt = Parameter.time("created_at", "When it began; now when left out.")

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let arguments = call.arguments
        let new = NewSession(
            id: arguments[id], agent: arguments[TranscriptParameters.agent], title: arguments[title],
            labels: arguments[TranscriptParameters.labels] ?? [:],
            metadata: arguments[TranscriptParameters.metadata] ?? [:],
            timeToLive: arguments[timeToLive].map(Int64.init), state: arguments[TranscriptParameters.state] ?? [],
            createdAt: arguments[createdAt]?.start)
        try call.checkMay(change: new.state)
        let made = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.createSession(new, in: owner)
        }
        var members = TranscriptJSON.object(made.session)
        members["created"] = .bool(made.isNew)
        members["app_state_pending"] = .bool(made.isAppStatePending)
        return OperationAnswer(members, isCreated: made.isNew, revision: made.session.revision)
    }
}
