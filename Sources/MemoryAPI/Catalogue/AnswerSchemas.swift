package import Memories

/// What answers look like; the members are those of ``MemoryJSON``.
package enum AnswerSchemas {
    package typealias Property = JSONSchema.Property

    package static let text = JSONSchema(.text(0...(.max), pattern: nil, format: nil))
    package static let time = JSONSchema(.text(0...(.max), pattern: nil, format: "date-time"))
    package static let count = JSONSchema(.integer(0...(.max)))
    package static let texts = JSONSchema(.list(text, 0...(.max)))
    package static let id = JSONSchema(.text(0...(.max), pattern: nil, format: "uuid"))
    private static let fraction = JSONSchema(.number(0...1))
    private static let object = JSONSchema(.object([], rest: JSONSchema(.any)))

    /// An object that may have more members than these.
    package static func answer(_ properties: [Property]) -> JSONSchema {
        JSONSchema(.object(properties, rest: JSONSchema(.any)))
    }

    /// What the answer lacks, such as `embeddings`; absent when it lacks nothing.
    package static let degraded = Property(
        "degraded", JSONSchema(.list(text, 0...(.max)), "What the answer lacks, such as embeddings."),
        isRequired: false)

    private static let memoryProperties: [Property] = [
        Property("id", id), Property("memory", text), Property("topics", texts),
        Property("kind", JSONSchema(.choice(MemoryKind.allCases.map(\.rawValue)))),
        Property("type", JSONSchema(.choice(MemoryType.allCases.map(\.rawValue)))), Property("event_time", time.orNull),
        Property("participants", texts), Property("location", text.orNull), Property("metadata", object),
        Property("importance", fraction, isRequired: false), Property("relevance", fraction),
        Property("expires_at", time, isRequired: false), Property("agent", text, isRequired: false),
        Property("session", text, isRequired: false), Property("revision", JSONSchema(.integer(1...(.max)))),
        Property("created_at", time), Property("updated_at", time), Property("accessed_at", time),
        Property("fingerprint", text),
    ]

    /// A memory; named, because everything refers to it.
    package static let memory = JSONSchema(.reference("Memory", memoryShape))
    package static let memoryShape = answer(memoryProperties)

    /// A memory that was changed.
    package static let updated = answer(memoryProperties + [degraded])

    /// A memory that was found.
    package static let hit = JSONSchema(.reference("MemoryHit", hitShape))
    package static let hitShape = answer(
        memoryProperties + [
            Property("score", fraction), Property("similarity", JSONSchema(.number(-1.001...1.001)).orNull),
            Property(
                "explanation", JSONSchema(.object([], rest: JSONSchema(.any)), "Every signal behind the score."),
                isRequired: false),
        ])

    /// An error inside an answer.
    package static let failure = answer([
        Property("code", text), Property("message", text), Property("conflicting_id", id, isRequired: false),
    ])

    /// A list of something, with its count.
    package static func list(_ element: JSONSchema, _ more: [Property] = []) -> JSONSchema {
        answer([Property("count", count), Property("results", JSONSchema(.list(element, 0...(.max))))] + more)
    }

    /// The names that schemas refer to, and what they stand for.
    package static let named: [(name: String, schema: JSONSchema)] =
        [
            ("Memory", memoryShape), ("MemoryHit", hitShape), ("JSONValue", anyJSON),
            ("Filter", condition(groups: "FilterGroup")), ("FilterGroup", condition(groups: "FilterCondition")),
            ("FilterCondition", condition(groups: nil)), ("FilterTest", filterTest), ("FilterScalar", scalar),
        ] + TranscriptSchemas.named

    private static let storedText = JSONSchema(.text(0...(.max), pattern: JSONSchema.noNUL, format: nil))
    private static let anyNumber = JSONSchema(.number(-Double.infinity...Double.infinity))
    private static let anyJSON = JSONSchema(
        .anyOf([
            storedText, anyNumber, JSONSchema(.boolean),
            JSONSchema(.list(.anyJSON, 0...(.max))), JSONSchema(.object([], rest: .anyJSON)),
        ]), "Any JSON without U+0000."
    ).orNull

    // The grammar of conditions.

    private static let scalar = JSONSchema(.anyOf([storedText, anyNumber, JSONSchema(.boolean)]))
    private static let scalarReference = JSONSchema(.reference("FilterScalar", JSONSchema(.any)))
    /// The test of a field whose values have a form.
    private static func test(_ value: JSONSchema, isText: Bool, isOrdered: Bool = true) -> JSONSchema {
        let scalars = (["eq", "ne"] + (isOrdered ? ["gt", "gte", "lt", "lte"] : [])).map {
            Property($0, value, isRequired: false)
        }
        let lists = ["in", "nin"].map {
            Property($0, JSONSchema(.list(value, 0...(.max))), isRequired: false)
        }
        let contains = isText ? [Property("contains", value, isRequired: false)] : []
        return JSONSchema(.anyOf([value, JSONSchema(.object(scalars + lists + contains, rest: nil))])).orNull
    }

    private static let filterTest = test(scalarReference, isText: true)
    /// A condition whose groups hold conditions of another name; without one it has no groups.
    ///
    /// The groups of the groups of a filter hold no groups: the server takes them 16 deep, but tools that make examples of a
    /// schema without end do not come to one.
    private static func condition(groups: String?) -> JSONSchema {
        let text = test(storedText, isText: true)
        let number = test(anyNumber, isText: false)
        let moment = test(AnswerSchemas.time, isText: false)
        var properties: [Property] = []
        if let groups {
            let operand = JSONSchema(.reference(groups, JSONSchema(.any)))
            let operands = JSONSchema(.anyOf([JSONSchema(.list(operand, 0...(.max))), operand]))
            properties = ["AND", "OR", "NOT"].map { Property($0, operands, isRequired: false) }
        }
        for name in ["kind", "type", "location", "agent", "session"] {
            properties.append(Property(name, text, isRequired: false))
        }
        let label = test(storedText, isText: true, isOrdered: false)
        for name in ["topics", "participants"] { properties.append(Property(name, label, isRequired: false)) }
        for name in ["importance", "relevance"] { properties.append(Property(name, number, isRequired: false)) }
        for name in ["event_time", "created_at", "updated_at"] {
            properties.append(Property(name, moment, isRequired: false))
        }
        var schema = JSONSchema(
            .object(properties, rest: JSONSchema(.reference("FilterTest", JSONSchema(.any)))),
            "A condition: every member holds. Other names are keys of the metadata; metadata.a.b reaches into it.")
        if groups == nil { schema.memberNames = "^(?!(AND|OR|NOT)$)[^\\u0000]*$" }
        return schema
    }
}
