package import Records

/// What JSON a value must be, described once and spelled as JSON Schema (draft 2020-12) in two ways: in full for
/// programs, and short for models, whose context it takes.
package struct JSONSchema: Sendable {
    /// The value's form.
    package indirect enum Form: Sendable {
        case any, boolean, integer(ClosedRange<Int>), number(ClosedRange<Double>)
        /// Text of so many characters. The pattern holds for the whole text.
        case text(ClosedRange<Int>, pattern: String?, format: String?)
        case choice([String])
        /// Nothing but this.
        case constant(JSONValue)
        case list(JSONSchema, ClosedRange<Int>)
        /// A list of exactly these elements.
        case tuple([JSONSchema])
        /// An object; of `rest` are members that are not named: nil allows none, `any` says nothing of them.
        case object([Property], rest: JSONSchema?)
        case anyOf([JSONSchema])
        /// A schema that many refer to by name, and what is said instead where there are no names.
        case reference(String, JSONSchema)
    }

    /// A member of an object.
    package struct Property: Sendable {
        package var name: String
        package var schema: JSONSchema
        package var isRequired: Bool

        package init(_ name: String, _ schema: JSONSchema, isRequired: Bool = true) {
            self.name = name
            self.schema = schema
            self.isRequired = isRequired
        }
    }

    /// How much is said.
    package enum Detail: Sendable {
        /// Everything, references as `#/components/schemas/…`.
        case full
        /// Types, descriptions, choices and ranges; no lengths, no patterns, no references.
        case short
    }

    package var form: Form
    package var description: String
    /// Whether null means something.
    package var isNullable = false
    package var defaultValue: JSONValue?
    package var examples: [JSONValue] = []
    /// The pattern of the names of an object's further members.
    package var memberNames = JSONSchema.noNUL

    package init(_ form: Form, _ description: String = "", default defaultValue: JSONValue? = nil) {
        self.form = form
        self.description = description
        self.defaultValue = defaultValue
    }

    /// The same, or null.
    package var orNull: JSONSchema {
        var schema = self
        schema.isNullable = true
        return schema
    }

    /// The spelling.
    package func json(_ detail: Detail) -> JSONValue { .object(members(detail)) }

    /// The members of the spelling.
    package func members(_ detail: Detail) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        var type: String?
        switch form {
        case .any: break
        case .boolean: type = "boolean"
        case .integer(let range):
            type = "integer"
            members["minimum"] = .int(Int64(range.lowerBound))
            if range.upperBound != .max { members["maximum"] = .int(Int64(range.upperBound)) }
        case .number(let range):
            type = "number"
            if range.lowerBound.isFinite { members["minimum"] = .double(range.lowerBound) }
            if range.upperBound.isFinite { members["maximum"] = .double(range.upperBound) }
        case .text(let count, let pattern, let format):
            type = "string"
            guard detail == .full else { break }
            if let format { members["format"] = .string(format) }
            if count.lowerBound > 0 { members["minLength"] = .int(Int64(count.lowerBound)) }
            if count.upperBound != .max { members["maxLength"] = .int(Int64(count.upperBound)) }
            if let pattern { members["pattern"] = .string(pattern) }
        case .choice(let choices):
            type = "string"
            members["enum"] = .array(choices.map { .string($0) } + (isNullable ? [.null] : []))
        case .constant(let value): members["const"] = value
        case .list(let element, let count):
            type = "array"
            members["items"] = element.json(detail)
            guard detail == .full else { break }
            if count.lowerBound > 0 { members["minItems"] = .int(Int64(count.lowerBound)) }
            if count.upperBound != .max { members["maxItems"] = .int(Int64(count.upperBound)) }
        case .tuple(let elements):
            type = "array"
            members["prefixItems"] = .array(elements.map { $0.json(detail) })
            members["minItems"] = .int(Int64(elements.count))
            members["maxItems"] = .int(Int64(elements.count))
        case .object(let properties, let rest):
            type = "object"
            members.merge(object(properties, rest, detail)) { $1 }
        case .anyOf(let schemas):
            members["anyOf"] = .array(
                schemas.map { $0.json(detail) } + (isNullable ? [.object(["type": .string("null")])] : []))
        case .reference(let name, let instead):
            if detail == .short {
                members = instead.members(.short)
                if isNullable, let type = members["type"] { members["type"] = .array([type, .string("null")]) }
                break
            }
            let reference: [String: JSONValue] = ["$ref": .string("#/components/schemas/" + name)]
            members =
                isNullable
                ? ["anyOf": .array([.object(reference), .object(["type": .string("null")])])] : reference
        }
        if let type { members["type"] = isNullable ? .array([.string(type), .string("null")]) : .string(type) }
        if !description.isEmpty { members["description"] = .string(description) }
        if let defaultValue { members["default"] = defaultValue }
        if !examples.isEmpty, detail == .full { members["examples"] = .array(examples) }
        return members
    }

    private func object(
        _ properties: [Property], _ rest: JSONSchema?, _ detail: Detail
    ) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "properties": .object(
                Dictionary(uniqueKeysWithValues: properties.map { ($0.name, $0.schema.json(detail)) })),
            "required": .array(properties.filter(\.isRequired).map { .string($0.name) }),
        ]
        if properties.isEmpty { members = [:] }
        switch rest?.form {
        case nil: members["additionalProperties"] = .bool(false)
        case .any: break
        default:
            guard let rest, detail == .full else { break }
            members["additionalProperties"] = rest.json(.full)
            members["propertyNames"] = .object(["pattern": .string(memberNames)])
        }
        if rest == nil { members["properties"] = members["properties"] ?? .object([:]) }
        return members
    }

    /// Text without U+0000, which no store holds.
    package static let noNUL = "^[^\\u0000]*$"
    /// Text without U+0000, and with something else than white space in it.
    package static let notBlank = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"
}
