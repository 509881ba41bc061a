package import Memories
import Transcripts

/// What answers about transcripts look like; the members are those of ``TranscriptJSON``.
package enum TranscriptSchemas {
    package typealias Property = JSONSchema.Property

    private static let text = AnswerSchemas.text
    private static let object = JSONSchema(.object([], rest: JSONSchema(.any)))
    static let labels = JSONSchema(.object([], rest: AnswerSchemas.text))
    static let number = JSONSchema(.integer(0...(.max)))

    private static func maybe(_ name: String, _ schema: JSONSchema = text) -> Property {
        Property(name, schema, isRequired: false)
    }

    static let sessionProperties: [Property] = [
        Property("id", text), Property("app", text), Property("user", text),
        Property("status", JSONSchema(.choice(SessionStatus.allCases.map(\.rawValue)))), Property("labels", labels),
        Property("metadata", object), Property("created_at", AnswerSchemas.time),
        Property("updated_at", AnswerSchemas.time), Property("revision", JSONSchema(.integer(1...(.max)))),
        Property("active_runs", AnswerSchemas.count), maybe("agent"), maybe("title"), maybe("ttl_seconds", number),
        maybe("ended_at", AnswerSchemas.time), maybe("expires_at", AnswerSchemas.time),
    ]

    package static let sessionShape = AnswerSchemas.answer(sessionProperties)
    package static let session = JSONSchema(.reference("Session", sessionShape))

    static let runProperties: [Property] = [
        Property("id", text), Property("app", text), Property("user", text), Property("agent", text),
        Property("status", JSONSchema(.choice(RunStatus.allCases.map(\.rawValue)))),
        Property("created_at", AnswerSchemas.time), Property("updated_at", AnswerSchemas.time),
        Property("revision", JSONSchema(.integer(1...(.max)))), maybe("session"), maybe("turn"), maybe("parent"),
        maybe("parent_tool_call"), maybe("predecessor"), maybe("phase"), maybe("labels", labels),
        maybe("metadata", object), maybe("attributes", object), maybe("started_at", AnswerSchemas.time),
        maybe("ended_at", AnswerSchemas.time),
        maybe(
            "outcome", AnswerSchemas.answer([maybe("result"), maybe("error_code"), maybe("error_message")])),
        maybe("cancellation_reason"), maybe("suspension_id"), maybe("request_digest"),
        maybe("archived_at", AnswerSchemas.time),
    ]

    package static let runShape = AnswerSchemas.answer(runProperties)
    package static let run = JSONSchema(.reference("Run", runShape))

    static let eventProperties: [Property] = [
        Property("id", text), Property("sequence", number), Property("type", text),
        Property("timestamp", AnswerSchemas.time), Property("recorded_at", AnswerSchemas.time), maybe("key"),
        maybe("session"), maybe("run"), maybe("agent"), maybe("turn"), maybe("author"), maybe("labels", labels),
        maybe("state_changes", JSONSchema(.list(object, 0...(.max)))), maybe("payload", object), maybe("data"),
    ]

    package static let eventShape = AnswerSchemas.answer(eventProperties)
    package static let event = JSONSchema(.reference("Event", eventShape))

    /// Events that were appended.
    static let appended = JSONSchema(
        .list(
            AnswerSchemas.answer([
                Property("id", text), Property("sequence", number), Property("timestamp", AnswerSchemas.time),
                Property("created", JSONSchema(.boolean)),
            ]), 0...(.max)))

    /// Whether changes of the application's state are committed but on their way.
    static let isAppStatePending = maybe(
        "app_state_pending",
        JSONSchema(.boolean, "Whether changes of the application's state are committed but still on their way."))

    static let summary = AnswerSchemas.answer([
        Property("text", text), Property("through", number), Property("summarizer", text),
    ])

    /// What a change of a run answers.
    static let runChange = AnswerSchemas.answer([
        Property("run", run), Property("changed", JSONSchema(.boolean)), Property("events", appended),
        isAppStatePending, AnswerSchemas.degraded,
    ])

    /// The names that schemas refer to, and what they stand for.
    static let named: [(name: String, schema: JSONSchema)] = [
        ("Session", sessionShape), ("Run", runShape), ("Event", eventShape), ("NewEvent", EventSchemas.newEvent),
        ("ContentPart", EventSchemas.contentPart), ("InnerPart", EventSchemas.innerPart),
    ]
}
