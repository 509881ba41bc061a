public import Records

/// The limits that inputs are checked against.
enum BlockLimits {
    static let ownerBytes = 512
    static let labelBytes = 255
    static let agentBytes = 255
    static let value = 1_000_000
    static let description = 10_000
    static let tags = 64
    static let tag = 255
    static let metadataBytes = 65_536
    static let page = 1_000
    static let attempts = 64
}

/// The record types of blocks. All of an owner's are in one partition, because any block may belong to any agent.
public enum BlockRecords {
    /// A block.
    public static let block = RecordType(
        "block",
        fields: [
            Field("id", .text(maximumBytes: 64)), Field("number", .int),
            Field("label", .text(maximumBytes: BlockLimits.labelBytes)),
            Field("value", .text(maximumBytes: BlockLimits.value * 4)), Field("value_limit", .int),
            Field("description", .text(maximumBytes: BlockLimits.description * 4)), Field("is_read_only", .bool),
            Field("metadata", .json), Field("tags", .json), Field("agents", .int), Field("created_at", .time),
            Field("updated_at", .time),
        ], indexes: [Index(order: "number"), Index(equal: ["label"], order: "number")])

    /// That an agent has a block. Every change of a block's attachments changes the block's record, so that whoever changes
    /// its label knows all of them.
    public static let attachment = RecordType(
        "block_attachment", keyCount: 2,
        fields: [
            Field("agent", .text(maximumBytes: BlockLimits.agentBytes)), Field("block", .text(maximumBytes: 64)),
            Field("label", .text(maximumBytes: BlockLimits.labelBytes)), Field("number", .int),
        ], unique: [["agent", "label"]],
        indexes: [Index(equal: ["agent"], order: "number"), Index(equal: ["block"], order: "number")])

    /// Every type.
    public static let all = [block, attachment]

    static func key(_ id: String) -> Key { Key(block.name, id) }
    static func key(_ agent: String, _ block: String) -> Key { Key(attachment.name, [.text(agent), .text(block)]) }
}

/// A block's record, decoded.
struct StoredBlock {
    var block: Block
    var revision: Int64

    /// - Throws: ``BlockError`` `corrupted`.
    init(_ record: Record) throws(BlockError) {
        let values = record.values
        guard case .text(let id) = values[0], case .text(let label) = values[2], case .text(let value) = values[3],
            case .int(let limit) = values[4], case .bool(let isReadOnly) = values[6],
            case .json(let metadata) = values[7], case .json(let tags) = values[8], case .int(let agents) = values[9],
            case .time(let createdAt) = values[10], case .time(let updatedAt) = values[11],
            case .object(let members)? = try? JSONValue(parsing: metadata),
            case .array(let words)? = try? JSONValue(parsing: tags)
        else { throw BlockError(.corrupted, "a stored block lacks a required field") }
        var description: String?
        if case .text(let text) = values[5] { description = text }
        block = Block(
            id: id, label: label, value: value, limit: Int(limit), description: description, isReadOnly: isReadOnly,
            metadata: members,
            tags: words.compactMap { if case .string(let text) = $0 { text } else { nil } }, agentCount: Int(agents),
            createdAt: createdAt, updatedAt: updatedAt)
        revision = record.revision
    }
}
