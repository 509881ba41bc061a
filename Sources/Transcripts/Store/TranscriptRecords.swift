public import Records

/// The record types of this module.
public enum TranscriptRecords {
    /// A session as it is.
    public static let session = RecordType(
        SessionField.recordType, fields: SessionField.fields,
        indexes: [
            Index(order: "updated_at"), Index(order: "created_at"),
            Index(equal: ["status"], order: "updated_at"),
            Index(equal: ["status"], order: "updated_at", isGlobal: true),
            Index(equal: ["session_id"], order: "created_at", isGlobal: true),
            Index(order: "expires_at", isGlobal: true),
        ])

    /// A run as it is.
    public static let run = RecordType(
        RunField.recordType, fields: RunField.fields,
        indexes: [
            Index(order: "created_at"),
            Index(equal: ["session_id"], order: "created_at"),
            Index(equal: ["session_id", "status"], order: "created_at"),
            Index(equal: ["parent_run_id"], order: "created_at"),
            Index(equal: ["status"], order: "created_at"),
            Index(equal: ["status"], order: "created_at", isGlobal: true),
            Index(equal: ["run_id"], order: "created_at", isGlobal: true),
        ])

    /// The checkpoint of a suspended run.
    public static let suspension = RecordType(SuspensionField.recordType, fields: SuspensionField.fields)

    /// Something that happened.
    public static let event = RecordType(
        EventField.recordType, fields: EventField.fields,
        indexes: [
            Index(equal: ["session_id"], order: "sequence"), Index(equal: ["run_id"], order: "sequence"),
            Index(equal: ["session_id", "type"], order: "sequence"),
            Index(equal: ["run_id", "type"], order: "sequence"),
        ], isTracked: true)

    /// A value of the state: of a session, or of the partition where the session's name is empty.
    public static let state = RecordType(
        StateField.recordType, keyCount: 2, fields: StateField.fields,
        indexes: [Index(equal: ["session_id"], order: "name")])

    /// Changes of an application's state on their way.
    public static let outbox = RecordType(
        OutboxField.recordType, fields: OutboxField.fields, indexes: [Index(order: "recorded_at", isGlobal: true)])

    /// How far an owner's changes of the application's state have arrived.
    public static let inbox = RecordType(InboxField.recordType, fields: InboxField.fields)

    /// What remains of a purged session or run: its id.
    public static let tombstone = RecordType(
        TombstoneField.recordType, keyCount: 2, fields: TombstoneField.fields,
        indexes: [Index(order: "pending_since", isGlobal: true)])

    /// Every type, as ``RecordStore/prepare(_:)`` takes them.
    public static let all = [session, run, suspension, event, state, outbox, inbox, tombstone]
}

enum SessionField: String, StoredField {
    case id = "session_id"
    case app = "app_id"
    case user = "user_id"
    case agent = "agent_id"
    case status, title, labels, metadata
    case timeToLive = "ttl_seconds"
    case createdAt = "created_at"
    case updatedAt = "updated_at"
    case endedAt = "ended_at"
    case expiresAt = "expires_at"
    case version
    case activeRuns = "active_runs"
    case identity

    static let recordType = "transcript_session"
    static let positions = makePositions()

    var kind: Field.Kind {
        switch self {
        case .id, .app, .user, .agent: .text(maximumBytes: Bounds.identifierBytes)
        case .status: .text(maximumBytes: 32)
        case .title: .text(maximumBytes: Bounds.titleBytes)
        case .labels, .metadata: .json
        case .timeToLive, .version, .activeRuns: .int
        case .createdAt, .updatedAt, .endedAt, .expiresAt: .time
        case .identity: .text(maximumBytes: 64)
        }
    }
}

enum RunField: String, StoredField {
    case id = "run_id"
    case app = "app_id"
    case user = "user_id"
    case agent = "agent_id"
    case session = "session_id"
    case turn = "turn_id"
    case parent = "parent_run_id"
    case parentToolCall = "parent_tool_call_id"
    case predecessor = "predecessor_run_id"
    case status, phase, labels, metadata, attributes
    case attributeTypes = "attribute_types"
    case createdAt = "created_at"
    case startedAt = "started_at"
    case updatedAt = "updated_at"
    case endedAt = "ended_at"
    case outcome
    case cancellationReason = "cancellation_reason"
    case suspensionID = "suspension_id"
    case requestDigest = "request_digest"
    case version, identity

    static let recordType = "transcript_run"
    static let positions = makePositions()

    var kind: Field.Kind {
        switch self {
        case .id, .app, .user, .agent, .session, .turn, .parent, .predecessor, .cancellationReason, .suspensionID:
            .text(maximumBytes: Bounds.identifierBytes)
        case .parentToolCall: .text(maximumBytes: 1_024)
        case .status: .text(maximumBytes: 32)
        case .phase, .identity: .text(maximumBytes: 64)
        case .labels, .metadata, .attributes, .attributeTypes: .json
        case .createdAt, .startedAt, .updatedAt, .endedAt: .time
        case .outcome, .requestDigest: .bytes
        case .version: .int
        }
    }
}

enum SuspensionField: String, StoredField {
    case run = "run_id"
    case id = "suspension_id"
    case data

    static let recordType = "transcript_suspension"
    static let positions = makePositions()

    var kind: Field.Kind {
        switch self {
        case .run, .id: .text(maximumBytes: Bounds.identifierBytes)
        case .data: .bytes
        }
    }
}

enum EventField: String, StoredField {
    case id = "event_id"
    case key = "event_key"
    case sessionID = "session_id"
    case runID = "run_id"
    case sequence, type
    case agent = "agent_id"
    case turn = "turn_id"
    case participants, labels, payload
    case stateChanges = "state_changes"
    case occurredAt = "occurred_at"
    case recordedAt = "recorded_at"
    case content, terms, vector
    case vectorModel = "vector_model"

    static let recordType = "transcript_event"
    static let positions = makePositions()

    var kind: Field.Kind {
        switch self {
        case .id: .text(maximumBytes: 36)
        case .key, .sessionID, .runID, .agent, .turn, .vectorModel: .text(maximumBytes: Bounds.identifierBytes)
        case .sequence: .int
        case .type: .text(maximumBytes: 64)
        case .participants, .labels, .stateChanges: .json
        case .payload: .bytes
        case .occurredAt, .recordedAt: .time
        case .content: .text(maximumBytes: Bounds.searchTextBytes)
        case .terms: .tokens
        case .vector: .vector(dimensions: nil)
        }
    }

    /// Everything but the search data, which only the index needs.
    static let visible = allCases.filter { ![.content, .terms, .vector, .vectorModel].contains($0) }.map(\.rawValue)
}

enum StateField: String, StoredField {
    case session = "session_id"
    case name, value
    case updatedAt = "updated_at"

    static let recordType = "transcript_state"
    static let positions = makePositions()

    var kind: Field.Kind {
        switch self {
        case .session, .name: .text(maximumBytes: Bounds.identifierBytes)
        case .value: .json
        case .updatedAt: .time
        }
    }
}

enum OutboxField: String, StoredField {
    case number
    case app = "app_id"
    case user = "user_id"
    case changes
    case recordedAt = "recorded_at"

    static let recordType = "transcript_outbox"
    static let positions = makePositions()

    var kind: Field.Kind {
        switch self {
        case .number: .int
        case .app, .user: .text(maximumBytes: Bounds.identifierBytes)
        case .changes: .json
        case .recordedAt: .time
        }
    }
}

enum InboxField: String, StoredField {
    case source, number

    static let recordType = "transcript_inbox"
    static let positions = makePositions()

    var kind: Field.Kind {
        switch self {
        case .source: .text(maximumBytes: 512)
        case .number: .int
        }
    }
}

enum TombstoneField: String, StoredField {
    case kindOfRecord = "record_kind"
    case id = "record_id"
    case app = "app_id"
    case user = "user_id"
    case purgedAt = "purged_at"
    case pendingSince = "pending_since"
    case includesMemories = "includes_memories"

    static let recordType = "transcript_tombstone"
    static let positions = makePositions()

    var kind: Field.Kind {
        switch self {
        case .kindOfRecord: .text(maximumBytes: 32)
        case .id, .app, .user: .text(maximumBytes: Bounds.identifierBytes)
        case .purgedAt, .pendingSince: .time
        case .includesMemories: .bool
        }
    }
}
