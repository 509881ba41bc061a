import Access
package import Memories
import Records
import Transcripts

/// `session_state_update`
package enum UpdateSessionState: Operation {
    package static let specification = OperationSpecification(
        "session_state_update", title: "Change a session's state",
        summary: "Sets and removes values of the state without an event, in one commit but for the application's.",
        guidance: "Sets or removes named values that a conversation works with.",
        method: "PATCH", path: "/v1/sessions/{session}/state", permission: .write, effect: .destroys,
        isIdempotent: true, parameters: [TranscriptParameters.session, changes],
        answer: AnswerSchemas.answer([TranscriptSchemas.isAppStatePending]),
        errors: [.notFound, .sessionEnded, .sessionPurged],
        examples: [
            (
                "A step",
                [
                    "changes": .array([
                        .object(["scope": .string("session"), "name": .string("step"), "value": .int(2)]),
                        .object(["scope": .string("session"), "name": .string("draft")]),
                    ])
                ]
            )
        ], domain: .transcripts, reach: .owner)

    private static let changes = Parameter<[StateChange]>.stateChanges(
        "changes", "The changes, in order; without a value the name is removed.", StateScope.allCases
    ).required

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.session)
        let changes = try call.arguments.required(changes)
        try call.checkMay(change: changes)
        let isPending = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.updateState(changes, of: id, in: owner)
        }
        return OperationAnswer(["app_state_pending": .bool(isPending)])
    }
}

/// `state_update`
package enum UpdateState: Operation {
    package static let specification = OperationSpecification(
        "state_update", title: "Change the state of user or application",
        summary: "Sets and removes values that all sessions of the user, or all users of the application, share.",
        guidance: "Sets or removes named values that all conversations of the user share, or those of the application.",
        method: "PATCH", path: "/v1/state", permission: .write, effect: .destroys, isIdempotent: true,
        parameters: [changes], answer: AnswerSchemas.answer([TranscriptSchemas.isAppStatePending]),
        examples: [
            (
                "A user's language",
                [
                    "changes": .array([
                        .object(["scope": .string("user"), "name": .string("language"), "value": .string("fr")])
                    ])
                ]
            )
        ], domain: .transcripts, reach: .owner)

    private static let changes = Parameter<[StateChange]>.stateChanges(
        "changes", "The changes, in order; without a value the name is removed.", [.app, .user]
    ).required

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let changes = try call.arguments.required(changes)
        try call.checkMay(change: changes)
        let isPending = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.updateState(changes, in: owner)
        }
        return OperationAnswer(["app_state_pending": .bool(isPending)])
    }
}
