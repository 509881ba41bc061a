import KeyValues
import Records

/// Reads the operations of a batch.
enum KeyValueRequests {
    static func operation(_ value: JSONValue) throws -> KeyValues.Operation {
        guard case .object(var object) = value else { throw Problem.invalid("an operation must be a JSON object") }
        guard case .string(let name)? = object.removeValue(forKey: "op") else {
            throw Problem.invalid("op is required")
        }
        guard let names = KeyValueSchemas.memberNames[name] else {
            throw Problem.invalid("op must be get, put, delete, search or list_namespaces")
        }
        let members = try Members(object, names)
        switch name {
        case "get":
            return .get(
                namespace: try members.texts("namespace"), key: try members.required("key"),
                refreshesLifetime: try members.bool("refresh"))
        case "put": return try put(members)
        case "delete":
            return .put(namespace: try members.texts("namespace"), key: try members.required("key"), value: nil)
        case "search":
            return .search(
                ItemSearch(
                    prefix: try members.texts("prefix"), query: try members.text("query"),
                    filter: try ItemFilter(try members.object("filter")), limit: try members.integer("limit") ?? 10,
                    offset: try members.integer("offset") ?? 0, refreshesLifetime: try members.bool("refresh")))
        default:
            return .listNamespaces(
                NamespaceQuery(
                    prefix: try members.texts("prefix"), suffix: try members.texts("suffix"),
                    maximumDepth: try members.integer("max_depth"), limit: try members.integer("limit") ?? 100,
                    offset: try members.integer("offset") ?? 0))
        }
    }

    private static func put(_ members: Members) throws -> KeyValues.Operation {
        // An absent value would delete.
        guard members.value("value") != nil else { throw Problem.invalid("value is required") }
        let index: IndexChoice
        switch members.value("index") {
        case nil: index = .standard
        case .bool(false): index = .none
        case .array: index = .fields(try members.texts("index"))
        default: throw Problem.invalid("index must be false or a list of field paths")
        }
        let lifetime: LifetimeChoice
        switch members.value("lifetime") {
        case nil: lifetime = .standard
        case .bool(false): lifetime = .unlimited
        case .int, .double: lifetime = .seconds(try members.number("lifetime") ?? 0)
        default: throw Problem.invalid("lifetime must be false or a number of seconds")
        }
        return .put(
            namespace: try members.texts("namespace"), key: try members.required("key"),
            value: try members.object("value"), index: index, lifetime: lifetime)
    }
}

extension Item {
    var json: [String: JSONValue] {
        [
            "namespace": JSONValue(texts: namespace), "key": .string(key), "value": .object(value),
            "created_at": JSONValue(time: createdAt), "updated_at": JSONValue(time: updatedAt),
            "expires_at": JSONValue(time: expiresAt),
        ]
    }
}

extension OperationResult {
    var json: [String: JSONValue] {
        switch self {
        case .item(let item): ["item": item.map { .object($0.json) } ?? .null]
        case .items(let found):
            [
                "items": .array(
                    found.map { element in
                        var members = element.item.json
                        members["score"] = element.score.map { .double($0) } ?? .null
                        return .object(members)
                    })
            ]
        case .namespaces(let namespaces): ["namespaces": .array(namespaces.map { JSONValue(texts: $0) })]
        case .done: [:]
        }
    }
}
