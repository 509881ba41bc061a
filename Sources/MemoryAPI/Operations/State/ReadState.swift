import Access
package import Memories
import Records
import Transcripts

/// `session_state_get`
package enum ReadSessionState: Operation {
    package static let specification = OperationSpecification(
        "session_state_get", title: "Read a session's state",
        summary: "The state as a session sees it: merged, and by scope.",
        guidance: "Reads the named values that a conversation works with: its own, the user's and the application's.",
        method: "GET", path: "/v1/sessions/{session}/state", permission: .read, effect: .reads, isIdempotent: true,
        parameters: [TranscriptParameters.session], answer: StateAnswer.schema, errors: [.notFound],
        domain: .transcripts, reach: .owner)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.session)
        return StateAnswer.answer(
            try await call.transcribe { store, owner async throws(TranscriptError) in
                try await store.state(of: id, in: owner)
            })
    }
}

/// `state_get`
package enum ReadState: Operation {
    package static let specification = OperationSpecification(
        "state_get", title: "Read the state of user and application",
        summary: "The values that all sessions of the user, and all users of the application, share.",
        guidance: "Reads the named values that all conversations of the user share, and those of the application.",
        method: "GET", path: "/v1/state", permission: .read, effect: .reads, isIdempotent: true,
        answer: StateAnswer.schema, domain: .transcripts, reach: .owner)

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        StateAnswer.answer(
            try await call.transcribe { store, owner async throws(TranscriptError) in
                try await store.state(in: owner)
            })
    }
}

/// What a reading of state answers.
enum StateAnswer {
    private static let values = JSONSchema(.object([], rest: JSONSchema(.any)))

    static let schema = AnswerSchemas.answer([
        .init(
            "state",
            JSONSchema(
                .object([], rest: JSONSchema(.any)),
                "All values; those of the other scopes begin with app:, user: and temp:.")),
        .init("app", values), .init("user", values), .init("session", values), .init("temporary", values),
    ])

    static func answer(_ state: SessionState) -> OperationAnswer {
        OperationAnswer([
            "state": .object(state.merged), "app": .object(state.app), "user": .object(state.user),
            "session": .object(state.session), "temporary": .object(state.temporary),
        ])
    }
}
