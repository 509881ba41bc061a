import Records

/// The JSON Schemas of arguments.
enum ToolSchema {
    static func object(_ properties: [String: JSONValue], required: [String] = []) -> JSONValue {
        .object([
            "type": .string("object"), "properties": .object(properties),
            "required": .array(required.map { .string($0) }), "additionalProperties": .bool(false),
        ])
    }

    static func string(_ description: String) -> JSONValue { scalar("string", description) }

    static func bool(_ description: String) -> JSONValue { scalar("boolean", description) }

    static func integer(_ description: String, _ range: ClosedRange<Int>) -> JSONValue {
        .object([
            "type": .string("integer"), "description": .string(description), "minimum": .int(Int64(range.lowerBound)),
            "maximum": .int(Int64(range.upperBound)),
        ])
    }

    static func strings(_ description: String) -> JSONValue {
        .object([
            "type": .string("array"), "description": .string(description),
            "items": .object(["type": .string("string")]),
        ])
    }

    static func kind(_ description: String) -> JSONValue {
        .object([
            "type": .string("string"), "description": .string(description),
            "enum": .array(MemoryKind.allCases.map { .string($0.rawValue) }),
        ])
    }

    private static func scalar(_ type: String, _ description: String) -> JSONValue {
        .object(["type": .string(type), "description": .string(description)])
    }

    /// The names a schema declares; nil when it is none of an object with closed properties.
    static func closedProperties(_ schema: JSONValue) -> Set<String>? {
        guard case .object(let members) = schema, members["additionalProperties"] == .bool(false) else { return nil }
        guard case .object(let properties) = members["properties"] else { return [] }
        return Set(properties.keys)
    }

    /// The names a schema requires.
    static func required(_ schema: JSONValue) -> [String] {
        guard case .object(let members) = schema, case .array(let names) = members["required"] else { return [] }
        return names.compactMap { if case .string(let name) = $0 { name } else { nil } }
    }

    /// The same schema with every property required; those that were not may be null.
    static func requiringAll(_ schema: JSONValue) -> JSONValue {
        guard case .object(var members) = schema, case .object(var properties) = members["properties"] else {
            return schema
        }
        let required = Set(required(schema))
        for (name, property) in properties where !required.contains(name) { properties[name] = nullable(property) }
        members["properties"] = .object(properties)
        members["required"] = .array(properties.keys.sorted().map { .string($0) })
        return .object(members)
    }

    private static func nullable(_ property: JSONValue) -> JSONValue {
        guard case .object(var members) = property else { return property }
        if case .string(let type) = members["type"] { members["type"] = .array([.string(type), .string("null")]) }
        if case .array(let options) = members["enum"] { members["enum"] = .array(options + [.null]) }
        return .object(members)
    }
}
