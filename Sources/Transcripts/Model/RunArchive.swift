/// Where the events of runs that are over may be kept outside the store.
public protocol RunArchive: Sendable {
    /// Keeps a run, in place of what was kept of it. It is safe when this returns.
    func keep(_ content: ArchivedRun, of owner: Owner) async throws
    /// What was kept of a run; nil where nothing was.
    func load(_ run: String, of owner: Owner) async throws -> ArchivedRun?
    /// Removes what was kept of a run; nothing there is no error.
    func remove(_ run: String, of owner: Owner) async throws
    /// Removes what was kept of several runs; one after the other where this is left out.
    func remove(_ runs: [String], of owner: Owner) async throws
    /// The ids of the runs that are kept of an owner, in any order.
    func runs(of owner: Owner) async throws -> [String]
}

extension RunArchive {
    /// Removes one after the other.
    public func remove(_ runs: [String], of owner: Owner) async throws {
        for run in runs { try await remove(run, of: owner) }
    }
}

/// A run that is over, and its events; without vectors, as in ``SessionContent``.
public struct ArchivedRun: Sendable, Hashable {
    /// The run and its checkpoint.
    public var content: RunContent
    /// Its events, oldest first.
    public var events: [EventContent]

    /// A run and its events.
    public init(content: RunContent, events: [EventContent]) {
        self.content = content
        self.events = events
    }
}

/// Which runs to archive.
public struct ArchivePolicy: Sendable, Hashable {
    /// Only runs that were over by then.
    public var endedBefore: Timestamp
    /// Only runs that ended so; those that are active never are archived.
    public var statuses: Set<RunStatus>
    /// The most runs of one pass, 1 to 100,000.
    public var limit: Int

    /// Runs of every end that were over by a moment, up to 10,000.
    public init(
        endedBefore: Timestamp, statuses: Set<RunStatus> = [.completed, .failed, .canceled, .suspended],
        limit: Int = 10_000
    ) {
        self.endedBefore = endedBefore
        self.statuses = statuses
        self.limit = limit
    }
}

/// An event that was found in the archive.
public struct ArchiveHit: Sendable, Hashable {
    /// The event.
    public var event: Event
    /// How many of the question's words are in it, 0 to 1.
    public var score: Double
}
