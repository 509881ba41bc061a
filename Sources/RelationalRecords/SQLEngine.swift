package import Records

/// What a connection is wanted for.
package enum SQLUse: Sendable, Hashable {
    /// Commits of a lane, from 0; a lane is one caller at a time.
    case writing(lane: Int)
    /// Reads of the newest state.
    case reading
    /// Reads that may lag: a replica where the engine has one.
    case lagging
    /// A look for the commits of others, now and then.
    case watching
}

/// An engine: where connections come from, and what differs between engines.
package protocol SQLEngine: Sendable {
    /// How it spells things.
    var dialect: SQLDialect { get }
    /// What this deployment can do; known after ``SQLEngine/start()``.
    var capabilities: Capabilities { get }
    /// How many transactions are committed beside each other; every partition belongs to one lane.
    var lanes: Int { get }
    /// Where calls of connections may hold the thread; nil when they never do.
    var executor: (any TaskExecutor)? { get }
    /// Whether a small commit mostly holds the thread so shortly that changing threads for it costs more; false by
    /// default. Where a disk turns out to be slow, ``CommitLane`` changes threads nevertheless.
    var commitsBriefly: Bool { get }
    /// Whether a round trip is dear, so that statements travel together.
    var isRemote: Bool { get }
    /// Whether reads must go through the writer, because there is only one connection.
    var readsThroughWriter: Bool { get }
    /// Whether there is a replica for reads that may lag.
    var hasReplica: Bool { get }

    /// Connects, and looks at what the server is and can do. Called by `prepare`, and again when it failed.
    /// - Throws: ``StoreError`` `unsupported` for a server that is too old, `unavailable`, `invalid`.
    func start() async throws(StoreError)
    /// A connection, for one caller until it is given back; waits for one.
    /// - Throws: ``StoreError`` `unavailable` when none can be had in time, `closed`.
    func take(_ use: SQLUse) async throws(StoreError) -> any SQLConnection
    /// Takes a connection back.
    func give(_ connection: any SQLConnection, _ use: SQLUse) async
    /// Tells other processes, after a commit, that partitions changed. A hint: failures are not errors.
    func announce(_ partitions: [Partition]) async
    /// Hints from other processes; nil where they must be looked for through ``SQLUse/watching``. The stream yields nil
    /// when anything may have changed, as after a lost connection. It ends with ``close()``.
    func announcements() -> AsyncStream<Partition?>?
    /// Releases what was opened here, after the work at hand.
    func close() async
}

extension SQLEngine {
    package var commitsBriefly: Bool { false }
}
