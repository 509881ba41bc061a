public import Records

/// Which runs to list, by the time they were recorded first.
public struct RunQuery: Sendable, Hashable {
    /// Only those of this session.
    public var session: String?
    /// Only those of one of these statuses; all when empty.
    public var statuses: Set<RunStatus>
    /// Only those of this agent.
    public var agent: String?
    /// Only those that this run called.
    public var parent: String?
    /// Only those that have every one of these labels.
    public var labels: [String: String]
    /// Only those whose attributes equal these, in type, too; of keywords, those that have one of them.
    public var attributes: [String: SearchAttribute]
    /// The moments between which they were recorded first, both inclusive.
    public var from: Timestamp?, through: Timestamp?
    /// Whether the newest come first.
    public var isDescending: Bool
    /// The most runs in a page, 1 to 1,000.
    public var limit: Int
    /// Continue after this cursor of the same query.
    public var after: Cursor?

    /// All runs, oldest first, 100 a page.
    public init(
        session: String? = nil, statuses: Set<RunStatus> = [], agent: String? = nil, parent: String? = nil,
        labels: [String: String] = [:], attributes: [String: SearchAttribute] = [:], from: Timestamp? = nil,
        through: Timestamp? = nil, isDescending: Bool = false, limit: Int = 100, after: Cursor? = nil
    ) {
        self.session = session
        self.statuses = statuses
        self.agent = agent
        self.parent = parent
        self.labels = labels
        self.attributes = attributes
        self.from = from
        self.through = through
        self.isDescending = isDescending
        self.limit = limit
        self.after = after
    }
}

/// A page of runs.
public struct RunPage: Sendable {
    /// The runs in the query's order.
    public var runs: [Run]
    /// Where to continue; nil at the end.
    public var next: Cursor?
}

/// What a start did.
public struct RunStart: Sendable {
    /// The run as it is now.
    public var run: Run
    /// Whether it was started by this call.
    public var isNew: Bool
    /// Where the events are that were to prove it.
    public var events: [AppendedEvent]
    /// Whether changes of the application's state are committed but still on their way.
    public var isAppStatePending = false
    /// `embeddings` when events were stored without vectors although some were wanted.
    public var degraded: [String] = []
    /// Whether the caller should work: false when the run is over, because its session was or by an earlier call.
    public var shouldProceed: Bool { run.status.isActive }
}

/// What a change of a run did.
public struct RunChange: Sendable {
    /// The run as it is now.
    public var run: Run
    /// Whether this call changed anything.
    public var isChanged: Bool
    /// Where the events are that were to prove it.
    public var events: [AppendedEvent]
    /// Whether changes of the application's state are committed but still on their way.
    public var isAppStatePending = false
    /// `embeddings` when events were stored without vectors although some were wanted.
    public var degraded: [String] = []
}

/// What a repair found.
public enum RepairOutcome: String, Sendable, Hashable {
    /// The end was missing and is now stored.
    case stored
    /// The same end was there.
    case alreadyStored = "already_stored"
    /// The run had ended otherwise, and stays so.
    case differentTerminal = "different_terminal"
}
