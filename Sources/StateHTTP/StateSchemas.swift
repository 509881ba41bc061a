import KeyValues
import Memories
import Records

/// What the bodies and answers of the calls are made of, for OpenAPI; the protocol is written down in
/// `integrations/python/PROTOCOL.md`.
enum StateSchemas {
    typealias Property = JSONSchema.Property

    /// Text of so many UTF-8 bytes, without U+0000.
    static func text(_ bytes: ClosedRange<Int>, _ description: String = "") -> JSONSchema {
        JSONSchema(.text(bytes, pattern: JSONSchema.noNUL, format: nil), description)
    }

    static func texts(_ bytes: ClosedRange<Int>, _ count: ClosedRange<Int>, _ description: String = "") -> JSONSchema {
        JSONSchema(.list(text(bytes), count), description)
    }

    /// Any JSON object that a store holds.
    static func object(_ description: String = "") -> JSONSchema {
        JSONSchema(.object([], rest: .anyJSON), description)
    }

    static let time = JSONSchema(.text(0...(.max), pattern: nil, format: "date-time"))
    static let anyText = JSONSchema(.text(0...(.max), pattern: nil, format: nil))
    static let count = JSONSchema(.integer(0...(.max)))

    /// What a call takes: nothing but these members, and whose data it is about.
    static func body(_ properties: [Property]) -> JSONSchema {
        JSONSchema(.object(properties + [tenant], rest: nil))
    }

    /// What a call answers.
    static func answer(_ properties: [Property]) -> JSONSchema {
        JSONSchema(.object(properties, rest: JSONSchema(.any)))
    }

    /// A member that may be left out, which null is the same as.
    static func optional(_ name: String, _ schema: JSONSchema) -> Property {
        Property(name, schema.orNull, isRequired: false)
    }

    static let tenant = optional("tenant", text(0...64, "Whose data it is; tenants never see each other's."))

    static func limit(_ range: ClosedRange<Int>, _ standard: Int) -> Property {
        optional(
            "limit", JSONSchema(.integer(range), "The most results; \(standard) when left out."))
    }

    static let cursor = optional(
        "cursor",
        JSONSchema(
            .text(1...8_192, pattern: "^[A-Za-z0-9_-]+$", format: nil),
            "The next_cursor of the page before, with the same question."))
    static let nextCursor = Property("next_cursor", anyText.orNull)
}

extension JSONSchema {
    /// The names of an object's members but one; none of anything else.
    func memberNames(without name: String) -> Set<String> {
        guard case .object(let properties, _) = form else { return [] }
        return Set(properties.map(\.name)).subtracting([name])
    }
}
