public import Records

/// Everything that a session is and holds: what an export takes, and an import brings back.
///
/// State of the user and the application is theirs and not in it; neither are vectors, which are made again where there is
/// a model: those that the caller gave are lost.
public struct SessionContent: Sendable, Hashable {
    /// The session.
    public var session: Session
    /// What it was created as, as a digest: a repeat of the same creation is known after an import, too.
    public var creation: String?
    /// The session's own state.
    public var state: [String: JSONValue]
    /// Its runs, in the order in which they were recorded.
    public var runs: [RunContent]
    /// Its events and those of its runs, oldest first.
    public var events: [EventContent]

    /// The content of a session.
    public init(
        session: Session, creation: String? = nil, state: [String: JSONValue] = [:], runs: [RunContent] = [],
        events: [EventContent] = []
    ) {
        self.session = session
        self.creation = creation
        self.state = state
        self.runs = runs
        self.events = events
    }
}

/// A run and what belongs to it, but for its events.
public struct RunContent: Sendable, Hashable {
    /// The run.
    public var run: Run
    /// What it was started as, as a digest.
    public var creation: String?
    /// The checkpoint, where it was suspended with one.
    public var suspension: RunSuspension?

    /// The content of a run.
    public init(run: Run, creation: String? = nil, suspension: RunSuspension? = nil) {
        self.run = run
        self.creation = creation
        self.suspension = suspension
    }
}

/// An event, and the words by which it is found.
public struct EventContent: Sendable, Hashable {
    /// The event; its stamp belongs to the store it is in.
    public var event: Event
    /// The words by which it is found, where they are not those of its payload.
    public var searchText: String?

    /// The content of an event.
    public init(event: Event, searchText: String? = nil) {
        self.event = event
        self.searchText = searchText
    }
}
