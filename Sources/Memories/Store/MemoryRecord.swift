public import Records

/// The stored form of a memory: the fields of record type `memory`, in declared order.
enum MemoryField: Int, CaseIterable {
    case id, appID, userID, agentID, sessionID, content, topics, kind, memoryType, eventTime, participants, location
    case metadata, importance, relevance, expiresAt, createdAt, updatedAt, accessedAt, deletedAt, fingerprint, sequence
    case version, recordedAt, event, terms, vector, vectorModel

    var name: String {
        switch self {
        case .id: "id"
        case .appID: "app_id"
        case .userID: "user_id"
        case .agentID: "agent_id"
        case .sessionID: "session_id"
        case .content: "content"
        case .topics: "topics"
        case .kind: "kind"
        case .memoryType: "memory_type"
        case .eventTime: "event_time"
        case .participants: "participants"
        case .location: "location"
        case .metadata: "metadata"
        case .importance: "importance"
        case .relevance: "relevance"
        case .expiresAt: "expires_at"
        case .createdAt: "created_at"
        case .updatedAt: "updated_at"
        case .accessedAt: "accessed_at"
        case .deletedAt: "deleted_at"
        case .fingerprint: "fingerprint"
        case .sequence: "sequence"
        case .version: "version"
        case .recordedAt: "recorded_at"
        case .event: "event"
        case .terms: "terms"
        case .vector: "vector"
        case .vectorModel: "vector_model"
        }
    }

    var kind: Field.Kind {
        switch self {
        case .id: .text(maximumBytes: 36)
        case .appID, .userID, .agentID, .sessionID: .text(maximumBytes: 255)
        case .content: .text(maximumBytes: MemoryBounds.contentBytes)
        case .topics, .participants, .metadata: .json
        case .kind, .memoryType, .event: .text(maximumBytes: 32)
        case .location: .text(maximumBytes: MemoryBounds.locationBytes)
        case .fingerprint: .text(maximumBytes: 64)
        case .eventTime, .expiresAt, .createdAt, .updatedAt, .accessedAt, .deletedAt, .recordedAt: .time
        case .importance, .relevance: .double
        case .sequence, .version: .int
        case .terms: .tokens
        case .vector: .vector(dimensions: nil)
        case .vectorModel: .text(maximumBytes: 255)
        }
    }

    /// Everything but the search data, which only the index needs.
    static let visible = allCases.filter { $0 != .terms && $0 != .vector }.map(\.name)
}

/// The limits that inputs are checked against.
enum MemoryBounds {
    static let contentBytes = 2 << 20
    static let labels = 64
    static let labelBytes = 255
    static let locationBytes = 1_024
    static let metadataBytes = 65_536
}

/// The record types of this module.
public enum MemoryRecords {
    /// A memory as it is.
    public static let memory = RecordType(
        "memory", fields: MemoryField.allCases.map { Field($0.name, $0.kind) }, unique: [["fingerprint"]],
        indexes: [
            Index(order: "updated_at"),
            Index(order: "expires_at", isGlobal: true),
        ], isTracked: true)

    /// A closed version of a memory, or its deletion.
    public static let version = RecordType(
        "memory_version", keyCount: 2,
        fields: [
            Field("memory_id", .text(maximumBytes: 36)),
            Field("version", .int),
            Field("event", .text(maximumBytes: 32)),
            Field("agent_id", .text(maximumBytes: 255)),
            Field("session_id", .text(maximumBytes: 255)),
            Field("content", .text(maximumBytes: MemoryBounds.contentBytes)),
            Field("details", .json),
            Field("recorded_at", .time),
        ])

    /// Every type, as ``RecordStore/prepare(_:)`` takes them.
    public static let all = [memory, version]
}

/// A memory with the bookkeeping that callers do not see.
struct StoredMemory {
    var memory: Memory
    /// The change that made this version: `add`, `update`, `restore`.
    var event: String
    /// How often the record was written: what guards compare.
    var storeRevision: Int64
    /// The fingerprint as stored: nil for an appended copy and a tombstone that gave its fingerprint away.
    var heldFingerprint: String?
    /// The space of its vector; nil when it has none.
    var vectorSpace: String?
    /// When this version was recorded.
    var recordedAt: Timestamp

    /// Decodes a record that was read with at least the visible fields.
    /// - Throws: ``MemoryError`` `corrupted` when a required field is missing.
    init(_ record: Record) throws(MemoryError) {
        func value(_ field: MemoryField) -> Value { record.values[field.rawValue] }
        func text(_ field: MemoryField) -> String? { if case .text(let text) = value(field) { text } else { nil } }
        func time(_ field: MemoryField) -> Timestamp? {
            if case .time(let time) = value(field) { Timestamp(microseconds: time) } else { nil }
        }
        func number(_ field: MemoryField) -> Double? {
            if case .double(let number) = value(field) { number } else { nil }
        }
        guard record.values.count == MemoryField.allCases.count, let id = text(.id), let app = text(.appID),
            let user = text(.userID), let content = text(.content), let created = time(.createdAt),
            let updated = time(.updatedAt)
        else { throw MemoryError(.corrupted, "a stored memory lacks a required field") }
        func integer(_ field: MemoryField) -> Int64? { if case .int(let number) = value(field) { number } else { nil } }
        storeRevision = record.revision
        heldFingerprint = text(.fingerprint)
        vectorSpace = text(.vectorModel)
        event = text(.event) ?? "add"
        recordedAt = time(.recordedAt) ?? updated
        memory = Memory(
            id: id, scope: Scope(app: app, user: user, agent: text(.agentID), session: text(.sessionID)),
            content: content, topics: try StringList.decode(value(.topics)),
            kind: text(.kind).flatMap(MemoryKind.init) ?? .fact,
            type: text(.memoryType).flatMap(MemoryType.init) ?? .longTerm, eventTime: time(.eventTime),
            participants: try StringList.decode(value(.participants)), location: text(.location),
            metadata: try Self.metadata(value(.metadata)), importance: number(.importance),
            relevance: number(.relevance) ?? 1, expiresAt: time(.expiresAt), createdAt: created, updatedAt: updated,
            accessedAt: time(.accessedAt) ?? updated, deletedAt: time(.deletedAt), revision: integer(.version) ?? 1,
            sequence: integer(.sequence) ?? 0, fingerprint: heldFingerprint ?? "")
        if heldFingerprint == nil { memory.fingerprint = Fingerprint.make(memory.asNew, in: memory.scope) }
    }

    private static func metadata(_ value: Value) throws(MemoryError) -> [String: JSONValue] {
        guard case .json(let text) = value else { return [:] }
        do {
            guard case .object(let members) = try JSONValue(parsing: text) else { return [:] }
            return members
        } catch {
            throw MemoryError(.corrupted, "stored metadata is not JSON", underlying: error)
        }
    }
}

/// Lists of short texts as JSON arrays; null when empty, so that the common case costs nothing.
enum StringList {
    static func encode(_ list: [String]) -> Value {
        list.isEmpty ? .null : .json(JSONValue.array(list.map { .string($0) }).canonical)
    }

    static func decode(_ value: Value) throws(MemoryError) -> [String] {
        guard case .json(let text) = value else { return [] }
        guard let list = JSONValue.strings(inList: text) else {
            throw MemoryError(.corrupted, "a stored list is not a JSON list of strings")
        }
        return list
    }
}

extension Memory {
    /// The memory as somebody would add it again.
    public var asNew: NewMemory {
        NewMemory(
            content, topics: topics, kind: kind, type: type, eventTime: eventTime, participants: participants,
            location: location, metadata: metadata, importance: importance, relevance: relevance, expiresAt: expiresAt)
    }
}
