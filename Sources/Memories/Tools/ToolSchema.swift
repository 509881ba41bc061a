import Records

/// The JSON Schemas of arguments.
enum ToolSchema {
    /// Checks arguments against the names of a schema, which may be that of somebody else's tool.
    /// - Throws: ``MemoryError`` `invalid`, naming the argument that the schema does not allow, or requires.
    static func check(_ arguments: JSONValue, _ schema: JSONValue) throws(MemoryError) {
        let members = try Arguments.members(ofTool: arguments)
        if let known = closedProperties(schema),
            let unknown = members.keys.sorted().first(where: { !known.contains($0) })
        {
            throw Arguments.unknown(unknown, known: Array(known))
        }
        for name in required(schema) where (members[name] ?? .null) == .null { throw Arguments.missing(name) }
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
