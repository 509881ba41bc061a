public import Records

/// Whether a session takes new entries.
public enum SessionStatus: String, Sendable, Hashable, CaseIterable {
    /// It takes events and runs.
    case active
    /// It is over for good; what it holds stays readable until it is purged.
    case ended
}

/// A conversation.
public struct Session: Sendable, Hashable {
    /// The id, 1 to 255 UTF-8 bytes.
    public var id: String
    /// Whose it is.
    public var owner: Owner
    /// The agent it is with, if it is with one.
    public var agent: String?
    /// Whether it takes new entries.
    public var status: SessionStatus
    /// What people call it.
    public var title: String?
    /// Names and values to list by.
    public var labels: [String: String]
    /// Anything else, as JSON.
    public var metadata: [String: JSONValue]
    /// Seconds without activity after which it expires; nil for never.
    public var timeToLive: Int64?
    /// When it was created.
    public var createdAt: Timestamp
    /// When it, its runs or its events were last written.
    public var updatedAt: Timestamp
    /// When it ended.
    public var endedAt: Timestamp?
    /// When it will expire unless something happens in it.
    public var expiresAt: Timestamp?
    /// How often the session itself was changed, from 1; its events do not count.
    public var revision: Int64
    /// How many of its runs are pending, running or paused.
    public var activeRunCount: Int

    /// A session as it is somewhere.
    public init(
        id: String, owner: Owner, agent: String? = nil, status: SessionStatus = .active, title: String? = nil,
        labels: [String: String] = [:], metadata: [String: JSONValue] = [:], timeToLive: Int64? = nil,
        createdAt: Timestamp, updatedAt: Timestamp, endedAt: Timestamp? = nil, expiresAt: Timestamp? = nil,
        revision: Int64 = 1, activeRunCount: Int = 0
    ) {
        self.id = id
        self.owner = owner
        self.agent = agent
        self.status = status
        self.title = title
        self.labels = labels
        self.metadata = metadata
        self.timeToLive = timeToLive
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.endedAt = endedAt
        self.expiresAt = expiresAt
        self.revision = revision
        self.activeRunCount = activeRunCount
    }
}

/// A session to create.
public struct NewSession: Sendable, Hashable {
    /// The id; nil makes one.
    public var id: String?
    /// The agent it is with.
    public var agent: String?
    /// What people call it, up to 1,024 UTF-8 bytes.
    public var title: String?
    /// Up to 64 labels.
    public var labels: [String: String]
    /// Up to 65,536 bytes of JSON.
    public var metadata: [String: JSONValue]
    /// Seconds without activity after which it expires; nil takes the store's default.
    public var timeToLive: Int64?
    /// The state it starts with.
    public var state: [StateChange]
    /// When it began; nil is now. A repeat may say another time: the first one counts.
    public var createdAt: Timestamp?

    /// A session; everything is optional.
    public init(
        id: String? = nil, agent: String? = nil, title: String? = nil, labels: [String: String] = [:],
        metadata: [String: JSONValue] = [:], timeToLive: Int64? = nil, state: [StateChange] = [],
        createdAt: Timestamp? = nil
    ) {
        self.id = id
        self.agent = agent
        self.title = title
        self.labels = labels
        self.metadata = metadata
        self.timeToLive = timeToLive
        self.state = state
        self.createdAt = createdAt
    }
}

/// A change of a session; what is not named stays.
public struct SessionUpdate: Sendable, Hashable {
    /// What people call it.
    public var title: FieldUpdate<String>
    /// The agent it is with.
    public var agent: FieldUpdate<String>
    /// All labels.
    public var labels: [String: String]?
    /// All metadata.
    public var metadata: [String: JSONValue]?
    /// Seconds without activity after which it expires.
    public var timeToLive: FieldUpdate<Int64>

    /// A change of nothing, unless named.
    public init(
        title: FieldUpdate<String> = .keep, agent: FieldUpdate<String> = .keep, labels: [String: String]? = nil,
        metadata: [String: JSONValue]? = nil, timeToLive: FieldUpdate<Int64> = .keep
    ) {
        self.title = title
        self.agent = agent
        self.labels = labels
        self.metadata = metadata
        self.timeToLive = timeToLive
    }
}

/// Which sessions to list, and in what order.
public struct SessionQuery: Sendable, Hashable {
    /// The time that orders a list.
    public enum Order: String, Sendable, Hashable, CaseIterable {
        /// By last activity.
        case updated = "updated_at"
        /// By creation.
        case created = "created_at"
    }

    /// Only those of this status.
    public var status: SessionStatus?
    /// Only those with this agent.
    public var agent: String?
    /// Only those that have every one of these labels.
    public var labels: [String: String]
    /// The moments of the order's time, both inclusive.
    public var from: Timestamp?, through: Timestamp?
    /// The order.
    public var order: Order
    /// Whether the newest come first.
    public var isDescending: Bool
    /// The most sessions in a page, 1 to 1,000.
    public var limit: Int
    /// Continue after this cursor of the same query.
    public var after: Cursor?

    /// All sessions, most recently active first, 100 a page.
    public init(
        status: SessionStatus? = nil, agent: String? = nil, labels: [String: String] = [:], from: Timestamp? = nil,
        through: Timestamp? = nil, order: Order = .updated, isDescending: Bool = true, limit: Int = 100,
        after: Cursor? = nil
    ) {
        self.status = status
        self.agent = agent
        self.labels = labels
        self.from = from
        self.through = through
        self.order = order
        self.isDescending = isDescending
        self.limit = limit
        self.after = after
    }
}

/// A page of sessions.
public struct SessionPage: Sendable {
    /// The sessions in the query's order.
    public var sessions: [Session]
    /// Where to continue; nil at the end.
    public var next: Cursor?
}
