import KeyValues
import Memories
import Records

/// What the calls of `/v1/kv/…` take and answer.
enum KeyValueSchemas {
    private typealias Schemas = StateSchemas
    private typealias Property = JSONSchema.Property
    private typealias Bounds = KeyValueBounds

    private static func labels(_ count: ClosedRange<Int>, _ description: String) -> JSONSchema {
        // U+0001 ends a label where it is stored.
        let label = JSONSchema(.text(1...Bounds.labelBytes, pattern: "^[^\\u0000\\u0001]+$", format: nil))
        return JSONSchema(.list(label, count), description)
    }

    private static let namespace = Property(
        "namespace", labels(1...Bounds.labels, "Labels from the root, such as memories and alice."))
    private static let key = Property("key", Schemas.text(1...Bounds.keyBytes, "The item's key in the namespace."))
    private static let refresh = Schemas.optional(
        "refresh", JSONSchema(.boolean, "Whether an item that expires lives on; as configured when left out."))
    private static let offset = Schemas.optional(
        "offset", JSONSchema(.integer(0...Bounds.offset), "How many to leave out at the beginning."))
    /// Values may hold U+0000, which is escaped where they are stored.
    private static func anyObject(_ description: String = "") -> JSONSchema {
        JSONSchema(.object([], rest: JSONSchema(.any)), description)
    }
    private static let isFalse = JSONSchema(.constant(.bool(false)))

    /// An operation of a batch, told by its `op`.
    static let operation = JSONSchema(.reference("KeyValueOperation", operationShape))
    private static let operationShape = JSONSchema(.anyOf(operations.map(\.schema)))
    private static let operations: [(name: String, schema: JSONSchema)] = [
        shape("get", [namespace, key, refresh]),
        shape(
            "put",
            [
                namespace, key, Property("value", anyObject("The item's value.")),
                Schemas.optional(
                    "index",
                    JSONSchema(
                        .anyOf([
                            isFalse,
                            JSONSchema(
                                .list(
                                    JSONSchema(.text(1...Bounds.indexPathBytes, pattern: nil, format: nil)),
                                    0...Bounds.indexFields)),
                        ]),
                        "The field paths that questions find it by, false for none; as configured when left out.")),
                Schemas.optional(
                    "lifetime",
                    JSONSchema(
                        .anyOf([isFalse, JSONSchema(.number(1e-6...1e9))]),
                        "Seconds that it lives after it was last put or read, false for ever; as configured when "
                            + "left out.")),
            ]),
        shape("delete", [namespace, key]),
        shape(
            "search",
            [
                Schemas.optional("prefix", labels(0...Bounds.labels, "What the namespaces begin with.")),
                Schemas.optional(
                    "query",
                    JSONSchema(
                        .text(0...Bounds.queryBytes, pattern: nil, format: nil), "What the items should be about.")),
                Schemas.optional(
                    "filter",
                    anyObject("What values must have: a member and its value, or $eq, $ne, $gt, $gte, …")),
                Schemas.limit(1...1_000, 10), offset, refresh,
            ]),
        shape(
            "list_namespaces",
            [
                Schemas.optional("prefix", labels(0...Bounds.labels, "What they begin with; * is any label.")),
                Schemas.optional("suffix", labels(0...Bounds.labels, "What they end with; * is any label.")),
                Schemas.optional(
                    "max_depth", JSONSchema(.integer(1...(.max)), "The most labels; deeper ones are cut.")),
                Schemas.limit(1...10_000, 100), offset,
            ]),
    ]

    private static func shape(_ name: String, _ properties: [Property]) -> (name: String, schema: JSONSchema) {
        (name, JSONSchema(.object([Property("op", JSONSchema(.choice([name])))] + properties, rest: nil)))
    }

    /// What each operation may have beside its name.
    static let memberNames = Dictionary(
        uniqueKeysWithValues: operations.map { ($0.name, $0.schema.memberNames(without: "op")) })

    private static let item = JSONSchema(.reference("KeyValueItem", itemShape))
    private static let itemShape = Schemas.answer([
        Property("namespace", JSONSchema(.list(Schemas.anyText, 1...Bounds.labels))), Property("key", Schemas.anyText),
        Property("value", anyObject()), Property("created_at", Schemas.time),
        Property("updated_at", Schemas.time), Property("expires_at", Schemas.time.orNull),
        Property("score", JSONSchema(.number(0...1), "How well it answers the question.").orNull, isRequired: false),
    ])

    /// What the schemas refer to by name.
    static let named: [(name: String, schema: JSONSchema)] = [
        ("KeyValueOperation", operationShape), ("KeyValueItem", itemShape),
    ]

    static let batch = Schemas.body([
        Schemas.optional("operations", JSONSchema(.list(operation, 0...Bounds.operations), "The operations, in order."))
    ])
    static let sweep = Schemas.body([Schemas.limit(1...10_000, 1_000)])

    static let results = Schemas.answer([
        Property(
            "results",
            JSONSchema(
                .list(
                    Schemas.answer([
                        Property("item", item.orNull, isRequired: false),
                        Property("items", JSONSchema(.list(item, 0...1_000)), isRequired: false),
                        Property(
                            "namespaces",
                            JSONSchema(.list(JSONSchema(.list(Schemas.anyText, 0...Bounds.labels)), 0...10_000)),
                            isRequired: false),
                    ]), 0...Bounds.operations), "What each operation answered, in order."))
    ])
    static let removed = Schemas.answer([Property("removed", Schemas.count)])
}
