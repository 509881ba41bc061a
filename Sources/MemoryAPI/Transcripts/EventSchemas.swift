import Memories
import Records
import Transcripts

/// What an event to append looks like: the payloads' members are those that are stored, so nothing is renamed or lost.
package enum EventSchemas {
    private typealias Property = JSONSchema.Property

    private static let anyText = JSONSchema(.text(0...(.max), pattern: nil, format: nil))
    private static let count = JSONSchema(.integer(0...9_007_199_254_740_991))
    private static let jsonText = JSONSchema(
        .text(0...(.max), pattern: nil, format: nil), "JSON, kept as it is written.")
    private static let bytes = JSONSchema(.text(0...(.max), pattern: JSONSchema.base64, format: nil), "Base64.")
    private static let required = JSONSchema(.text(1...65_536, pattern: nil, format: nil))

    static func identifier(_ description: String) -> JSONSchema {
        JSONSchema(.text(1...255, pattern: JSONSchema.noNUL, format: nil), description)
    }

    private static func maybe(_ name: String, _ schema: JSONSchema = anyText) -> Property {
        Property(name, schema.orNull, isRequired: false)
    }

    private static func type(_ words: [String]) -> Property { Property("type", JSONSchema(.choice(words))) }

    private static func closed(_ properties: [Property]) -> JSONSchema { JSONSchema(.object(properties, rest: nil)) }

    // MARK: Payloads

    private static let media = closed([
        maybe("data", bytes), maybe("url"), maybe("media_type"), maybe("name"), maybe("format"),
        maybe("sample_rate", count),
    ])
    private static let thinking = closed([
        maybe("text"), maybe("signature"), maybe("redacted", bytes), maybe("content_index", count),
        maybe("final", JSONSchema(.boolean)),
    ])
    private static let toolCall = closed([
        Property("tool_call_id", required), Property("tool_name", required), maybe("payload", jsonText),
        maybe("parent_tool_call_id"), maybe("queue"), maybe("expected_children_total", count), maybe("signature"),
        maybe("metadata", jsonText),
    ])

    private static func toolResult(_ part: JSONSchema) -> JSONSchema {
        closed([
            Property("tool_call_id", required), Property("tool_name", required), maybe("result_json", jsonText),
            maybe("parts", JSONSchema(.list(part, 0...10_000))), maybe("parent_tool_call_id"), maybe("preview"),
            maybe("bounds", jsonText),
            maybe("duration", JSONSchema(.integer(0...9_007_199_254_740_991), "Nanoseconds.")),
            maybe("error_message"), maybe("metadata", jsonText),
        ])
    }

    private static let ownParts = [
        "text", "image", "audio", "video", "file", "thinking", "tool_call", "tool_result",
    ]

    private static let simpleParts: [JSONSchema] = [
        closed([type(["text"]), Property("text", anyText)]),
        closed([type(["image", "audio", "video", "file"]), Property("media", media)]),
        closed([type(["thinking"]), Property("thinking", thinking)]),
        closed([type(["tool_call"]), Property("call", toolCall)]),
        closed([
            Property("type", JSONSchema(.text(1...255, pattern: JSONSchema.noneOf(ownParts), format: nil))),
            Property("body", jsonText),
        ]),
    ]

    private static let partReference = JSONSchema(
        .reference("ContentPart", JSONSchema(.object([], rest: JSONSchema(.any)))))
    private static let innerReference = JSONSchema(
        .reference("InnerPart", JSONSchema(.object([], rest: JSONSchema(.any)))))

    /// A piece of a message.
    static let contentPart = JSONSchema(
        .anyOf(simpleParts + [closed([type(["tool_result"]), Property("result", toolResult(innerReference))])]))
    /// A piece of what a tool answered. Programs that make examples of a schema come to no end of one that holds itself;
    /// the server takes any piece there, too.
    static let innerPart = JSONSchema(.anyOf(simpleParts))

    private static let usage = closed([
        maybe("input_tokens", count), maybe("cached_tokens", count), maybe("output_tokens", count),
        maybe("reasoning_tokens", count), maybe("total_tokens", count), maybe("details", jsonText),
    ])
    private static let message = closed([
        Property("parts", JSONSchema(.list(partReference, 0...10_000))), maybe("structured", jsonText), maybe("model"),
        maybe("usage", usage), maybe("metadata", jsonText),
    ])

    // MARK: Events

    /// Changes of state, in order.
    static let stateChanges = JSONSchema(
        .list(
            closed([
                Property("scope", JSONSchema(.choice(StateScope.allCases.map(\.rawValue)))),
                Property("name", identifier("")), Property("value", .anyJSON.orNull, isRequired: false),
            ]), 0...256), "Changes of state; without a value the name is removed.")

    static let labels: JSONSchema = {
        var schema = JSONSchema(
            .object([], rest: JSONSchema(.text(0...1_024, pattern: JSONSchema.noNUL, format: nil))),
            "Names and values, up to 64.")
        schema.memberNames = JSONSchema.notEmpty
        return schema
    }()

    private static let moment = JSONSchema(
        .text(0...(.max), pattern: nil, format: "date-time"), "When it happened; now when left out.")
    private static let common: [Property] = [
        maybe("key", identifier("By which a repeat is known: the same key and content is the same event.")),
        maybe("timestamp", moment), maybe("agent", identifier("")), maybe("turn", identifier("")),
        maybe("author", identifier("Who caused it, by name.")), maybe("labels", labels),
        Property("state_changes", stateChanges.orNull, isRequired: false),
        maybe(
            "text",
            JSONSchema(
                .text(0...65_536, pattern: nil, format: nil),
                "The words by which it is found; those of the payload when left out.")),
        maybe(
            "vector",
            JSONSchema(
                .list(
                    JSONSchema(.number(-Double(Float.greatestFiniteMagnitude)...Double(Float.greatestFiniteMagnitude))),
                    1...65_536))),
    ]

    private static let messages = [EventType.userMessage, .assistantMessage, .systemMessage].map(\.rawValue)
    private static let spoken = messages + [EventType.plannerNote.rawValue, EventType.thinking.rawValue]
    /// The types that have payloads of their own, and that of summaries, which only the server makes.
    static let ownTypes =
        spoken + [EventType.toolCall.rawValue, EventType.toolResult.rawValue, EventType.summary.rawValue]

    private static func event(_ type: Property, _ name: String, _ schema: JSONSchema) -> JSONSchema {
        closed([type, Property(name, schema)] + common)
    }

    /// An event: a type, and what it says as `payload`, as the short form `content`, or as the `data` of a type of your own.
    static let newEvent = JSONSchema(
        .anyOf([
            event(
                type(spoken), "content",
                JSONSchema(.text(0...4_194_304, pattern: nil, format: nil), "What was said, as one text.")),
            event(type(messages), "payload", message), event(type(["tool_call"]), "payload", toolCall),
            event(type(["tool_result"]), "payload", toolResult(innerReference)),
            event(type(["planner_note"]), "payload", closed([Property("note", anyText)])),
            event(type(["thinking"]), "payload", thinking),
            event(
                Property("type", JSONSchema(.text(1...64, pattern: JSONSchema.noneOf(ownTypes), format: nil))), "data",
                bytes),
        ]))

    /// What a name stands for when a request is checked.
    static func named(_ name: String) -> JSONSchema? {
        switch name {
        case "ContentPart", "InnerPart": contentPart
        case "NewEvent": newEvent
        case "JSONValue": storable
        default: nil
        }
    }

    /// Any JSON; that nothing in it has U+0000 is checked where it is stored.
    private static let storable = JSONSchema(.any)
}
