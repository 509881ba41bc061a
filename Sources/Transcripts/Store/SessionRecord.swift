import Digests
import Records

/// A session with the bookkeeping that callers do not see.
struct StoredSession {
    var session: Session
    /// What it was created as: a repeat of the same is the same creation.
    var identity: String

    /// What the identity of a session begins with while it is brought in; until then nobody sees it.
    static let importing = "importing:"

    /// Whether it is still being brought in.
    var isImporting: Bool { identity.hasPrefix(Self.importing) }

    static func key(_ id: String) -> Key { Key(SessionField.recordType, id) }

    /// Whether calls see it.
    func isVisible(at time: Timestamp) -> Bool { !isImporting && !session.isExpired(at: time) }

    init(session: Session, identity: String) {
        self.session = session
        self.identity = identity
    }

    init(_ record: Record) throws(TranscriptError) {
        let row = try StoredRow<SessionField>(record)
        identity = row.text(.identity) ?? ""
        session = Session(
            id: try row.required(row.text(.id), .id),
            owner: Owner(
                app: try row.required(row.text(.app), .app), user: try row.required(row.text(.user), .user)),
            agent: row.text(.agent), status: try row.required(row.text(.status).flatMap(SessionStatus.init), .status),
            title: row.text(.title), labels: try row.labels(.labels), metadata: try row.document(.metadata),
            timeToLive: row.int(.timeToLive), createdAt: try row.required(row.time(.createdAt), .createdAt),
            updatedAt: try row.required(row.time(.updatedAt), .updatedAt), endedAt: row.time(.endedAt),
            expiresAt: row.time(.expiresAt), revision: row.int(.version) ?? 1,
            activeRunCount: Int(row.int(.activeRuns) ?? 0))
    }

    var values: FieldValues<SessionField> {
        var values = FieldValues<SessionField>()
        values[.id] = .text(session.id)
        values[.app] = .text(session.owner.app)
        values[.user] = .text(session.owner.user)
        values[.agent] = .init(session.agent)
        values[.status] = .text(session.status.rawValue)
        values[.title] = .init(session.title)
        values[.labels] = .init(session.labels)
        values[.metadata] = .init(session.metadata)
        values[.timeToLive] = session.timeToLive.map { .int($0) } ?? .null
        values[.createdAt] = .init(session.createdAt)
        values[.updatedAt] = .init(session.updatedAt)
        values[.endedAt] = .init(session.endedAt)
        values[.expiresAt] = .init(session.expiresAt)
        values[.version] = .int(session.revision)
        values[.activeRuns] = .int(Int64(session.activeRunCount))
        values[.identity] = .text(identity)
        return values
    }
}

extension Session {
    func isExpired(at time: Timestamp) -> Bool { expiresAt.map { $0 <= time } ?? false }
}

extension NewSession {
    /// The session's content, checked against the limits.
    func validate(stateLimit: Int = Bounds.stateChanges) throws(TranscriptError) {
        try Check.identifier(id, "session")
        try Check.identifier(agent, "agent")
        try Check.text(title, "title", maximumBytes: Bounds.titleBytes)
        try Check.labels(labels)
        try Check.metadata(metadata)
        try Check.timeToLive(timeToLive)
        try StateChange.validate(state, limit: stateLimit)
    }

    /// A digest of everything that makes it this creation and no other; times do not.
    var identity: String {
        var members: [String: JSONValue] = [
            "labels": .object(labels.mapValues { .string($0) }), "metadata": .object(metadata),
            "state": state.document,
        ]
        members["agent"] = agent.map { .string($0) }
        members["title"] = title.map { .string($0) }
        members["ttl"] = timeToLive.map { .int($0) }
        return Digest.sha256Hex(JSONValue.object(members).canonical)
    }
}

/// What remains of a purged session or run; or, until it has left the store, a run that was archived.
struct Tombstone {
    enum Kind: String {
        case session, run, archive
    }

    var kind: Kind
    var id: String
    var owner: Owner
    /// When what it stands for began; nil when all of it is done.
    var pendingSince: Timestamp?
    var includesMemories: Bool

    var isPending: Bool { pendingSince != nil }
    /// The guard that it is still this one, and not done.
    var unchanged: Guard {
        let pending = FieldPath(TombstoneField.pendingSince.rawValue)
        return .matches(
            Self.key(kind, id), pendingSince.map { .equal(pending, .init($0)) } ?? .not(.exists(pending)))
    }

    static func key(_ kind: Kind, _ id: String) -> Key {
        Key(TombstoneField.recordType, [.text(kind.rawValue), .text(id)])
    }

    init(_ record: Record) throws(TranscriptError) {
        let row = try StoredRow<TombstoneField>(record)
        kind = try row.required(row.text(.kindOfRecord).flatMap(Kind.init), .kindOfRecord)
        id = try row.required(row.text(.id), .id)
        owner = Owner(app: try row.required(row.text(.app), .app), user: try row.required(row.text(.user), .user))
        pendingSince = row.time(.pendingSince)
        includesMemories = row.value(.includesMemories) == .bool(true)
    }

    /// The write that says that a run's events are to leave the store, because the archive has them.
    static func archiving(_ id: String, _ owner: Owner, at time: Timestamp) -> Write {
        let write = beginning(.archive, id, owner, at: time, includesMemories: false)
        if case .insert(let type, let values) = write { return .put(type, values) }
        return write
    }

    /// The write that begins a purge.
    static func beginning(
        _ kind: Kind, _ id: String, _ owner: Owner, at time: Timestamp, includesMemories: Bool
    ) -> Write {
        var values = FieldValues<TombstoneField>()
        values[.kindOfRecord] = .text(kind.rawValue)
        values[.id] = .text(id)
        values[.app] = .text(owner.app)
        values[.user] = .text(owner.user)
        values[.purgedAt] = .init(time)
        values[.pendingSince] = .init(time)
        values[.includesMemories] = .bool(includesMemories)
        return values.insertion
    }
}
