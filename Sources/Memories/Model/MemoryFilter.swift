public import Records

/// Which memories a list or search considers: one grammar everywhere.
public struct MemoryFilter: Sendable, Hashable {
    /// Only these kinds; empty for all.
    public var kinds: [MemoryKind]
    /// Only these types; empty for all.
    public var types: [MemoryType]
    /// Only memories with at least one of these topics; empty for all.
    public var topics: [String]
    /// Only memories with at least one of these participants; empty for all.
    public var participants: [String]
    /// Event time bounds, inclusive; a memory without an event time passes.
    public var after: Timestamp?, before: Timestamp?
    /// A condition on metadata and fields in the grammar of ``init(parsing:)``.
    public var condition: Filter

    /// A filter; everything passes by default.
    public init(
        kinds: [MemoryKind] = [], types: [MemoryType] = [], topics: [String] = [], participants: [String] = [],
        after: Timestamp? = nil, before: Timestamp? = nil, condition: Filter = .all
    ) {
        self.kinds = kinds
        self.types = types
        self.topics = topics
        self.participants = participants
        self.after = after
        self.before = before
        self.condition = condition
    }

    /// Fields that conditions may use.
    static let filterable = [
        "id", "agent_id", "session_id", "kind", "memory_type", "topics", "participants", "event_time", "location",
        "metadata", "importance", "relevance", "created_at", "updated_at",
    ]

    /// Live memories of a scope.
    static func live(in scope: Scope) -> Filter { .and([.not(.exists("deleted_at")), narrowing(scope)]) }

    /// The part of a scope that the partition does not already decide.
    static func narrowing(_ scope: Scope) -> Filter {
        var parts: [Filter] = []
        if let agent = scope.agent { parts.append(.equal("agent_id", .text(agent))) }
        if let session = scope.session { parts.append(.equal("session_id", .text(session))) }
        return parts.isEmpty ? .all : .and(parts)
    }

    /// The condition on the stored record.
    var filter: Filter {
        var parts: [Filter] = []
        if !kinds.isEmpty { parts.append(.isIn("kind", kinds.map { .text($0.rawValue) })) }
        if !types.isEmpty { parts.append(.isIn("memory_type", types.map { .text($0.rawValue) })) }
        if !topics.isEmpty { parts.append(.or(topics.map { .contains("topics", .text($0)) })) }
        if !participants.isEmpty { parts.append(.or(participants.map { .contains("participants", .text($0)) })) }
        if let after { parts.append(.not(.less("event_time", .init(after)))) }
        if let before { parts.append(.or([.not(.exists("event_time")), .atMost("event_time", .init(before))])) }
        if condition != .all { parts.append(condition) }
        return parts.isEmpty ? .all : .and(parts)
    }
}
