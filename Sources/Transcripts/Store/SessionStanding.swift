import Records

/// What a commit believes about a session; its guard makes sure.
struct SessionStanding: Sendable {
    var id: String
    var status = SessionStatus.active
    var timeToLive: Int64?

    init(_ id: String, timeToLive: Int64?) {
        self.id = id
        self.timeToLive = timeToLive
    }

    init(_ session: Session) {
        id = session.id
        status = session.status
        timeToLive = session.timeToLive
    }

    /// The session is as believed, and lives.
    func unchanged(at time: Timestamp) -> Guard {
        let living = Filter.not(.atMost(FieldPath(SessionField.expiresAt.rawValue), .init(time)))
        let sameLife =
            timeToLive.map { SessionField.equal(.timeToLive, .int($0)) }
            ?? .not(.exists(FieldPath(SessionField.timeToLive.rawValue)))
        return .matches(
            StoredSession.key(id), .and([SessionField.equal(.status, status.rawValue), living, sameLife]))
    }

    /// The write that records activity.
    func touch(at time: Timestamp, activeRuns change: Int64 = 0) -> Write {
        var changes = [Change.greatest(SessionField.updatedAt.rawValue, .init(time))]
        if let timeToLive {
            changes.append(.greatest(SessionField.expiresAt.rawValue, .init(time.adding(seconds: timeToLive))))
        }
        if change != 0 { changes.append(.add(SessionField.activeRuns.rawValue, change)) }
        return .patch(StoredSession.key(id), changes)
    }
}

extension TranscriptStore {
    /// What is believed of a session before it was looked at.
    func assumedStanding(of session: String, in owner: Owner) -> SessionStanding {
        let known = facts.timeToLive(of: session, in: owner.partition)
        return SessionStanding(session, timeToLive: known ?? configuration.defaultTimeToLive)
    }

    /// A session that lives, for writing.
    /// - Throws: `notFound`, `sessionPurged` when it was purged or has expired.
    func standing(of session: String, in owner: Owner) async throws(TranscriptError) -> SessionStanding {
        let keys = [StoredSession.key(session), Tombstone.key(.session, session)]
        let found = try await read([.keys(keys)], in: owner.partition)[0].records
        guard let record = found[0] else {
            if found[1] != nil { throw TranscriptError(.sessionPurged, "session \(session) was purged") }
            throw TranscriptError(.notFound, "session \(session) not found")
        }
        let stored = try StoredSession(record).session
        guard !stored.isExpired(at: configuration.clock()) else {
            throw TranscriptError(.sessionPurged, "session \(session) has expired")
        }
        facts.learn(timeToLive: stored.timeToLive, of: session, in: owner.partition)
        return SessionStanding(stored)
    }

    static func ended(_ session: String) -> TranscriptError {
        TranscriptError(.sessionEnded, "session \(session) has ended")
    }
}
