package import Memories
package import Records
package import Transcripts

/// The arguments that operations on transcripts share.
package enum TranscriptParameters {
    package static func identifier(_ name: String, _ description: String) -> Parameter<String> {
        .text(name, description, bytes: 1...255)
    }

    package static let session = identifier("session", "The session's id.").required
    package static let run = identifier("run", "The run's id.").required
    package static let event = identifier("event", "The event's id.").required
    package static let agent = identifier("agent", "The agent.")
    package static let labels = Parameter<[String: String]>.labels("labels", "Names and values to list by, up to 64.")
    package static let onlyLabels = Parameter<[String: String]>.labels(
        "labels", "Only what has every one of these labels.")
    package static let metadata = Parameter.object("metadata", "Your own data: a JSON object.", bytes: 65_536)
    package static let events = Parameter<[NewEvent]>.events(
        "events", "The events, in order: all are appended, or none.")
    package static let state = Parameter<[StateChange]>.stateChanges(
        "state", "Changes of state, in order; without a value the name is removed.", StateScope.allCases)
    package static let limit = Parameter.integer("limit", "The most results; 100 when left out.", 1...1_000)
    package static let isDescending = Parameter.bool("descending", "Whether the newest come first.")
    package static let from = Parameter.time("from", "From when on, inclusive.")
    package static let through = Parameter.time("through", "Until when, inclusive; of a day, month or year its end.")
    package static let types = Parameter<[String]>.words(
        "types", "Only events of these types, such as user_message.", count: 0...16)
    package static let cursor = Parameter<Cursor>.cursor(
        "cursor", "The next_cursor of the page before, with the same question.")
    package static let expectedRevision = MemoryParameters.expectedRevision.described(
        "Fails with a conflict unless it has this revision.")
    package static let sequence = 0...9_007_199_254_740_991

    static let nextCursor = JSONSchema.Property("next_cursor", AnswerSchemas.text.orNull)
}

extension Parameter where Value == [String] {
    /// A list of words to find, none of them empty. One that is longer than any that are kept finds nothing.
    package static func words(
        _ name: String, _ description: String, count: ClosedRange<Int> = 0...1_000
    ) -> Parameter {
        let schema = JSONSchema(
            .list(JSONSchema(.text(1...(.max), pattern: JSONSchema.noNUL, format: nil)), count), description)
        return Parameter(name, schema) { (json) throws(MemoryError) in
            try schema.check(json, name)
            guard case .array(let elements) = json else { return nil }
            return elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
        }
    }
}

extension Parameter where Value == Set<RunStatus> {
    /// Statuses of runs.
    package static func statuses(_ name: String, _ description: String, _ statuses: [RunStatus]) -> Parameter {
        let schema = JSONSchema(.list(JSONSchema(.choice(statuses.map(\.rawValue))), 0...16), description)
        return Parameter(name, schema) { (json) throws(MemoryError) in
            try schema.check(json, name)
            guard case .array(let elements) = json else { return nil }
            return Set(
                elements.compactMap { if case .string(let text) = $0 { RunStatus(rawValue: text) } else { nil } })
        }
    }
}

extension Parameter where Value == JSONValue {
    /// A value that a schema says everything about.
    package static func shape(_ name: String, _ schema: JSONSchema) -> Parameter {
        Parameter(name, schema) { (json) throws(MemoryError) in
            try schema.check(json, name)
            return json
        }
    }
}
