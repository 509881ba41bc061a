import Access
package import Memories
import Records
import Transcripts

/// `session_purge`
package enum PurgeSession: Operation {
    package static let specification = OperationSpecification(
        "session_purge", title: "Purge a session",
        summary: "Removes an ended session with its runs, events and state for good. Its id is never used again.",
        guidance: """
            Removes a conversation for good, with everything in it. Only for a user who asked for it in so many words; it \
            must be ended first.
            """,
        method: "DELETE", path: "/v1/sessions/{session}", permission: .delete, effect: .destroys, isIdempotent: true,
        parameters: [TranscriptParameters.session, includesMemories],
        answer: AnswerSchemas.answer([
            .init("events", AnswerSchemas.count), .init("runs", AnswerSchemas.count),
            .init("state_values", AnswerSchemas.count), .init("includes_memories", JSONSchema(.boolean)),
        ]),
        errors: [.notFound, .sessionActive, .sessionHasActiveRuns, .unsupported], domain: .transcripts, reach: .owner)

    private static let includesMemories = Parameter.bool(
        "include_memories", "Whether the memories of the session are removed, too.")

    package static func run(_ call: OperationCall) async throws(MemoryError) -> OperationAnswer {
        let id = try call.arguments.required(TranscriptParameters.session)
        let includes = call.arguments[includesMemories] ?? false
        let report = try await call.transcribe { store, owner async throws(TranscriptError) in
            try await store.purgeSession(id, in: owner, includingMemories: includes)
        }
        return OperationAnswer([
            "events": .int(Int64(report.events)), "runs": .int(Int64(report.runs)),
            "state_values": .int(Int64(report.stateValues)), "includes_memories": .bool(report.includesMemories),
        ])
    }
}
