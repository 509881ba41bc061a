public import Records

/// The record types of a graph. All of an owner's is in the owner's partition.
public enum GraphRecords {
    /// An entity. Its type and folded name are nobody else's.
    public static let entity = RecordType(
        "graph_entity",
        fields: [
            Field("id", .text(maximumBytes: GraphBounds.idBytes)),
            Field("type", .text(maximumBytes: GraphBounds.typeBytes)),
            Field("folded_name", .text(maximumBytes: GraphBounds.foldedNameBytes)),
            Field("name", .text(maximumBytes: GraphBounds.nameBytes)), Field("aliases", .json),
            Field("description", .text(maximumBytes: GraphBounds.textBytes)), Field("properties", .json),
            Field("created_at", .time), Field("updated_at", .time),
            // Guards changes of the entity itself.
            Field("version", .int),
            // Guards what is decided about all its exclusive relations; nothing else depends on it.
            Field("turn", .int),
        ], unique: [["type", "folded_name"]],
        indexes: [Index(order: "updated_at"), Index(equal: ["type"], order: "updated_at")])

    /// That an entity has a name, primary or alias. Written only together with the entity, so that they agree.
    public static let name = RecordType(
        "graph_name", keyCount: 2,
        fields: [
            Field("name", .text(maximumBytes: GraphBounds.foldedNameBytes)),
            Field("entity", .text(maximumBytes: GraphBounds.idBytes)),
        ], indexes: [Index(equal: ["name"], order: nil)])

    /// A relation. Those that are believed have a claim, which is nobody else's between these two entities.
    public static let relation = RecordType(
        "graph_relation",
        fields: [
            Field("id", .text(maximumBytes: GraphBounds.idBytes)),
            Field("source", .text(maximumBytes: GraphBounds.idBytes)),
            Field("kind", .text(maximumBytes: GraphBounds.kindBytes)),
            Field("target", .text(maximumBytes: GraphBounds.idBytes)), Field("claim", .text(maximumBytes: 32)),
            Field("fact", .text(maximumBytes: GraphBounds.textBytes)), Field("properties", .json),
            Field("episodes", .json), Field("valid_from", .time), Field("valid_until", .time),
            Field("recorded_at", .time), Field("retracted_at", .time),
            Field("replaced_by", .text(maximumBytes: GraphBounds.idBytes)),
        ], unique: [["source", "kind", "target", "claim"]],
        indexes: [
            Index(order: "recorded_at"), Index(equal: ["source"], order: "recorded_at"),
            Index(equal: ["target"], order: "recorded_at"), Index(equal: ["source", "kind"], order: "recorded_at"),
            Index(equal: ["target", "kind"], order: "recorded_at"),
        ])

    /// Every type.
    public static let all = [entity, name, relation]

    static func entityKey(_ id: String) -> Key { Key(entity.name, id) }
    static func nameKey(_ folded: FoldedName, _ entity: String) -> Key {
        Key(name.name, [.text(folded.text), .text(entity)])
    }
    static func relationKey(_ id: String) -> Key { Key(relation.name, id) }

    /// That an entity is there.
    static func exists(_ id: String) -> Guard { .matches(entityKey(id), .all) }
}

extension Value {
    var int: Int64? { if case .int(let number) = self { number } else { nil } }
    var time: Timestamp? { if case .time(let time) = self { Timestamp(microseconds: time) } else { nil } }

    /// The texts of a JSON list; nil for anything else. None are stored as null.
    var texts: [String]? {
        switch self {
        case .null: []
        case .json(let list): JSONValue.strings(inList: list)
        default: nil
        }
    }

    /// The members of a JSON object; nil for anything else. None are stored as null.
    var members: [String: JSONValue]? {
        switch self {
        case .null: return [:]
        case .json(let document):
            guard case .object(let members)? = try? JSONValue(parsing: document) else { return nil }
            return members
        default: return nil
        }
    }

    init(texts: [String]) { self = texts.isEmpty ? .null : .json(JSONValue.array(texts.map { .string($0) }).canonical) }
    init(members: [String: JSONValue]) { self = members.isEmpty ? .null : .json(JSONValue.object(members).canonical) }
}
