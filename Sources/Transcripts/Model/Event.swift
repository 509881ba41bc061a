public import Records

/// Where an event is appended and read: each is a log of its own.
public enum EventLog: Sendable, Hashable {
    /// All events of a session, those of its runs included.
    case session(String)
    /// The events of a run.
    case run(String)

    func validate() throws(TranscriptError) {
        switch self {
        case .session(let id): try Check.identifier(id, "session")
        case .run(let id): try Check.identifier(id, "run")
        }
    }

    /// The field that an event of the log has this log's id in.
    var field: EventField { if case .session = self { .sessionID } else { .runID } }

    var id: String {
        switch self {
        case .session(let id), .run(let id): id
        }
    }
}

/// Something that happened in a session or run; it never changes.
public struct Event: Sendable, Hashable {
    /// The id, given by the store.
    public var id: String
    /// The caller's key, by which a repeat is known.
    public var key: String?
    /// The place in the log, given by the store in the order of commits: 1, 2, 3, … in a session, or in a run of its
    /// own. The numbers of one run of a session increase, with gaps where other runs of the session speak.
    public var sequence: Int64
    /// The session and run it belongs to: at least one of them.
    public var session: String?, run: String?
    /// The agent and turn it belongs to.
    public var agent: String?, turn: String?
    /// Who caused it, by name.
    public var author: String?
    /// What happened.
    public var payload: EventPayload
    /// Names and values.
    public var labels: [String: String]
    /// The changes of state that it carries, temporary ones excepted.
    public var stateChanges: [StateChange]
    /// When it happened, as the caller says.
    public var timestamp: Timestamp
    /// When it was appended. The order of the log is ``sequence``, never a clock.
    public var recordedAt: Timestamp
    /// The commit that appended it: the order of all events of an owner.
    public var stamp: Stamp

    /// The kind of event.
    public var type: EventType { payload.type }

    /// An event as it is somewhere.
    public init(
        id: String, key: String? = nil, sequence: Int64, session: String?, run: String? = nil, agent: String? = nil,
        turn: String? = nil, author: String? = nil, payload: EventPayload, labels: [String: String] = [:],
        stateChanges: [StateChange] = [], timestamp: Timestamp, recordedAt: Timestamp, stamp: Stamp = .zero
    ) {
        self.id = id
        self.key = key
        self.sequence = sequence
        self.session = session
        self.run = run
        self.agent = agent
        self.turn = turn
        self.author = author
        self.payload = payload
        self.labels = labels
        self.stateChanges = stateChanges
        self.timestamp = timestamp
        self.recordedAt = recordedAt
        self.stamp = stamp
    }
}

/// An event to append.
public struct NewEvent: Sendable, Hashable {
    /// A key by which a repeat is known, 1 to 255 UTF-8 bytes, unique in its run, or in its session where it has no run.
    public var key: String?
    /// What happened.
    public var payload: EventPayload
    /// When it happened; nil is now. A repeat may say another time: the first one counts.
    public var timestamp: Timestamp?
    /// The agent and turn it belongs to.
    public var agent: String?, turn: String?
    /// Who caused it, by name.
    public var author: String?
    /// Up to 64 labels.
    public var labels: [String: String]
    /// Changes of state that commit with the event.
    public var stateChanges: [StateChange]
    /// The words by which it is found, up to 65,536 UTF-8 bytes of them; nil takes those of the payload.
    public var text: String?
    /// The caller's own vector of it.
    public var vector: [Float]?

    /// An event; everything but the payload is optional.
    public init(
        _ payload: EventPayload, key: String? = nil, timestamp: Timestamp? = nil, agent: String? = nil,
        turn: String? = nil, author: String? = nil, labels: [String: String] = [:], stateChanges: [StateChange] = [],
        text: String? = nil, vector: [Float]? = nil
    ) {
        self.payload = payload
        self.key = key
        self.timestamp = timestamp
        self.agent = agent
        self.turn = turn
        self.author = author
        self.labels = labels
        self.stateChanges = stateChanges
        self.text = text
        self.vector = vector
    }
}

extension NewEvent {
    /// An event that says again what one says.
    public init(_ event: Event) {
        self.init(
            event.payload, key: event.key, timestamp: event.timestamp, agent: event.agent, turn: event.turn,
            author: event.author, labels: event.labels, stateChanges: event.stateChanges)
    }
}

/// Where an event is.
public struct AppendedEvent: Sendable, Hashable {
    /// The event's id.
    public var id: String
    /// Its place in the log.
    public var sequence: Int64
    /// When it happened.
    public var timestamp: Timestamp
    /// Whether it was appended by this call; false when the same was there.
    public var isNew: Bool
}

/// What an append did.
public struct AppendResult: Sendable {
    /// The events in the order given.
    public var events: [AppendedEvent]
    /// What the session was in the commit, of a repeat what it is now; nil for a run of its own.
    public var sessionStatus: SessionStatus?
    /// Whether changes of the application's state are committed but still on their way.
    public var isAppStatePending: Bool
    /// `embeddings` when events were stored without vectors although some were wanted.
    public var degraded: [String]
}

/// A page of events.
public struct EventPage: Sendable, Hashable {
    /// The events in the order asked for.
    public var events: [Event]
    /// The sequence to continue from (`after` when ascending, `before` when descending); nil at the end.
    public var next: Int64?
}

/// Events around one.
public struct EventWindow: Sendable, Hashable {
    /// The events before it, oldest first.
    public var before: [Event]
    /// The one.
    public var anchor: Event
    /// The events after it, oldest first.
    public var after: [Event]
}

/// A run and its events at one moment; it never changes.
public struct RunSnapshot: Sendable, Hashable {
    /// The run's id, as asked for.
    public var id: String
    /// The run; nil when there is none of that id.
    public var run: Run?
    /// Its events, oldest first.
    public var events: [Event]

    /// The run's metadata; empty when there is no run.
    public var meta: [String: JSONValue] { run?.metadata ?? [:] }

    /// The events of a kind, oldest first.
    public func events(of type: EventType) -> [Event] { events.filter { $0.type == type } }

    /// The newest event of a kind.
    public func latest(of type: EventType) -> Event? { events.last { $0.type == type } }
}
