import Foundation
package import Memories
package import Records
package import Transcripts

/// The arguments that operations on runs share.
package enum RunParameters {
    private typealias Property = JSONSchema.Property

    package static let session = TranscriptParameters.identifier(
        "session", "The conversation it belongs to; none for a run of its own.")
    package static let turn = TranscriptParameters.identifier("turn", "The turn of the conversation.")
    package static let parent = TranscriptParameters.identifier(
        "parent", "The active run, of the same session, that calls this one.")
    package static let parentToolCall = Parameter.text(
        "parent_tool_call", "The tool call by which it does.", bytes: 0...1_024)
    package static let predecessor = TranscriptParameters.identifier(
        "predecessor", "The suspended run, of the same session, agent and parent, that this one continues.")
    package static let phase = Parameter.text(
        "phase", "What it is doing, such as planning or executing_tools.", bytes: 1...64)
    package static let startedAt = Parameter.time("started_at", "When it began to work; the first such moment stays.")
    package static let proof = Parameter<[NewEvent]>.events(
        "events", "Events that prove it, appended to the run's log in the same commit.", count: 0...256)

    /// A digest of the request, 1 to 64 bytes in base64.
    package static let requestDigest: Parameter<[UInt8]> = {
        let digit = "[A-Za-z0-9+/]"
        let pattern =
            "^(?:(?:\(digit){4}){0,20}(?:\(digit){4}|\(digit){3}=|\(digit){2}==)|(?:\(digit){4}){21}\(digit){2}==)$"
        let schema = JSONSchema(
            .text(4...88, pattern: pattern, format: nil),
            "A digest of the request, 1 to 64 bytes in base64: a repeat with the same one is the same start "
                + "whatever else "
                + "it says.")
        return Parameter("request_digest", schema) { (json) throws(MemoryError) in
            guard case .string(let text) = json, let bytes = Data(base64Encoded: text), (1...64).contains(bytes.count)
            else { throw MemoryError(.invalid, "request_digest must be 1 to 64 bytes in base64") }
            return Array(bytes)
        }
    }()

    // MARK: Attributes

    private static let word = JSONSchema(.text(0...2_000, pattern: JSONSchema.noNUL, format: nil))
    private static let whole = JSONSchema(.integer(-9_007_199_254_740_991...9_007_199_254_740_991))
    private static let attributeShapes: [JSONSchema] = [
        ("keyword", word), ("bool", JSONSchema(.boolean)), ("int", whole),
        ("double", JSONSchema(.number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude))),
        ("time", JSONSchema(.text(0...(.max), pattern: nil, format: "date-time"))),
        ("keywords", JSONSchema(.list(JSONSchema(.text(1...63, pattern: JSONSchema.noNUL, format: nil)), 0...60))),
    ].map { JSONSchema(.object([Property($0.0, $0.1)], rest: nil)) }

    private static func attributes(_ description: String) -> Parameter<[String: SearchAttribute]> {
        var schema = JSONSchema(.object([], rest: JSONSchema(.anyOf(attributeShapes))), description)
        schema.memberNames = JSONSchema.notEmpty
        let checked = schema
        return Parameter("attributes", schema) { (json) throws(MemoryError) in
            try checked.check(json, "attributes")
            guard case .object(let members) = json else { return nil }
            var attributes: [String: SearchAttribute] = [:]
            for (name, value) in members { attributes[name] = try attribute(value, name) }
            return attributes
        }
    }

    package static let attributes = attributes(
        "Typed values to list by, up to 64, such as {\"customer\": {\"keyword\": \"acme\"}}; keyword, bool, int, "
            + "double, "
            + "time or keywords.")
    package static let onlyAttributes = attributes(
        "Only runs whose attributes equal these; of keywords, have one of them.")

    private static func attribute(_ json: JSONValue, _ name: String) throws(MemoryError) -> SearchAttribute {
        guard case .object(let members) = json, let (type, value) = members.first else {
            throw MemoryError(.invalid, "attributes.\(name.prefix(64)) must be an object of one member")
        }
        switch (type, value) {
        case ("keyword", .string(let word)): return .keyword(word)
        case ("bool", .bool(let value)): return .bool(value)
        case ("int", .int(let number)): return .int(number)
        case ("int", .double(let number)): return .int(Int64(number))
        case ("double", .int(let number)): return .double(Double(number))
        case ("double", .double(let number)): return .double(number)
        case ("time", .string(let text)):
            guard let time = FlexibleTime(text) else { break }
            return .time(time.start)
        case ("keywords", .array(let elements)):
            return .keywords(elements.compactMap { if case .string(let word) = $0 { word } else { nil } })
        default: break
        }
        throw MemoryError(.invalid, "attributes.\(name.prefix(64)) must be a typed value")
    }

    // MARK: How it stands

    package static let status = Parameter<JSONValue>.shape(
        "status", JSONSchema(.choice(["running", "paused"]), "Where it stands while it is at work."))
    package static let firstStatus = Parameter<JSONValue>.shape(
        "status",
        JSONSchema(
            .choice(["pending", "running", "paused"]),
            "Where it stands while it is at work; running when left out. pending only counts for a run that is new."))
    package static let startStatus = Parameter<JSONValue>.shape(
        "status", JSONSchema(.choice(["pending", "running"]), "Where it begins; running when left out."))

    private static let outcome = JSONSchema(
        .object(
            [
                Property(
                    "result",
                    JSONSchema(.text(0...1_000_000, pattern: nil, format: nil), "JSON, kept as it is written.").orNull,
                    isRequired: false),
                Property(
                    "error_code", JSONSchema(.text(0...1_024, pattern: nil, format: nil)).orNull, isRequired: false),
                Property(
                    "error_message", JSONSchema(.text(0...65_536, pattern: nil, format: nil)).orNull, isRequired: false),
            ], rest: nil)
    ).orNull
    private static let checkpoint = JSONSchema(
        .object(
            [
                Property("id", JSONSchema(.text(1...255, pattern: JSONSchema.noNUL, format: nil))),
                Property("data", JSONSchema(.text(0...5_592_408, pattern: JSONSchema.base64, format: nil), "Base64.")),
            ], rest: nil), "What the engine needs to go on."
    ).orNull

    private static func end(_ statuses: [RunStatus], _ more: [Property] = []) -> JSONSchema {
        JSONSchema(
            .object(
                [
                    Property("status", JSONSchema(.choice(statuses.map(\.rawValue)))),
                    Property("outcome", outcome, isRequired: false),
                    Property(
                        "ended_at",
                        JSONSchema(.text(0...(.max), pattern: nil, format: "date-time"), "Now when left out.").orNull,
                        isRequired: false),
                ] + more, rest: nil))
    }

    /// How a run ended; written once.
    package static let end: Parameter<RunUpdate> = {
        let schema = JSONSchema(
            .anyOf([
                end([.completed, .failed, .canceled]),
                end([.suspended], [Property("checkpoint", checkpoint, isRequired: false)]),
            ]), "How it ended, instead of status; written once.")
        return Parameter("end", schema) { (json) throws(MemoryError) in
            try schema.check(json, "end")
            return try update(json)
        }
    }()

    private static func update(_ json: JSONValue) throws(MemoryError) -> RunUpdate {
        func text(_ path: String...) -> String? {
            if case .string(let text)? = json.value(at: path) { text } else { nil }
        }
        var update = RunUpdate(status: text("status").flatMap(RunStatus.init))
        if case .object? = json.value(at: ["outcome"]) {
            update.outcome = RunOutcome(
                result: text("outcome", "result").map { JSONText($0) }, errorCode: text("outcome", "error_code"),
                errorMessage: text("outcome", "error_message"))
        }
        if let written = text("ended_at") {
            guard let time = FlexibleTime(written) else {
                throw MemoryError(.invalid, "end.ended_at must be a time such as 2024-05-07T09:30:00Z")
            }
            update.endedAt = time.start
        }
        if let id = text("checkpoint", "id") {
            let data = text("checkpoint", "data").flatMap { Data(base64Encoded: $0) } ?? Data()
            update.suspension = RunSuspension(id: id, data: Array(data))
        }
        return update
    }

    /// What a change of a run may say.
    static let ofUpdate: [any AnyParameter] = [
        end, phase, turn, TranscriptParameters.labels, TranscriptParameters.metadata, attributes, startedAt,
        cancellationReason, proof,
    ]
    package static let cancellationReason = TranscriptParameters.identifier(
        "cancellation_reason", "Why it is to stop; the first reason stays.")

    /// The change that arguments describe.
    static func update(_ arguments: Arguments, status: JSONValue?) -> RunUpdate {
        var update = arguments[end] ?? RunUpdate()
        if update.status == nil, case .string(let word)? = status, word != RunStatus.pending.rawValue {
            update.status = RunStatus(rawValue: word)
        }
        update.phase = arguments[phase].map(RunPhase.init)
        update.turn = arguments[turn]
        update.labels = arguments[TranscriptParameters.labels]
        update.metadata = arguments[TranscriptParameters.metadata]
        update.attributes = arguments[attributes]
        update.startedAt = arguments[startedAt]?.start
        update.cancellationReason = arguments[cancellationReason].map(CancellationReason.init)
        return update
    }

    /// What a change of a run answers.
    static func answer(_ change: RunChange) throws(MemoryError) -> OperationAnswer {
        var members: [String: JSONValue] = [
            "run": .object(try TranscriptJSON.object(change.run)), "changed": .bool(change.isChanged),
            "events": .array(change.events.map { TranscriptJSON.object($0) }),
            "app_state_pending": .bool(change.isAppStatePending),
        ]
        if !change.degraded.isEmpty { members["degraded"] = TranscriptJSON.texts(change.degraded) }
        return OperationAnswer(members, revision: change.run.revision)
    }
}
