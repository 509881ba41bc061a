import Records

extension TranscriptStore {
    /// Creates a session; the same creation again answers the session.
    /// - Returns: The session, whether it was created by this call, and whether changes of the application's state are
    ///   committed but still on their way.
    /// - Throws: ``TranscriptError`` `invalid`, `conflict` when the id was created otherwise, `sessionEnded`,
    ///   `sessionPurged`, `unavailable`, `outcomeUnknown`.
    @discardableResult
    public func createSession(
        _ new: NewSession = NewSession(), in owner: Owner
    ) async throws(TranscriptError) -> (session: Session, isNew: Bool, isAppStatePending: Bool) {
        try owner.validate()
        try new.validate()
        let time = now()
        let timeToLive = new.timeToLive ?? configuration.defaultTimeToLive
        let stored = StoredSession(
            session: Session(
                id: new.id ?? configuration.makeIdentifier(time), owner: owner, agent: new.agent, status: .active,
                title: new.title, labels: new.labels, metadata: new.metadata, timeToLive: timeToLive,
                createdAt: new.createdAt ?? time, updatedAt: time, endedAt: nil,
                expiresAt: timeToLive.map { time.adding(seconds: $0) }, revision: 1, activeRunCount: 0),
            identity: new.identity)
        let id = stored.session.id
        try Check.identifier(id, "session")
        let writes = [stored.values.insertion] + stateWrites(new.state, session: id, owner, at: time)
        let batch = Batch(owner.partition, guards: [.absent(Tombstone.key(.session, id))], writes)
        switch await commit(batch) {
        case .success:
            facts.learn(timeToLive: timeToLive, of: id, in: owner.partition)
            temporaryState.apply(new.state, to: id, in: owner.partition)
            return (stored.session, true, await deliver(new.state, of: owner))
        case .failure(let error) where error.isUndecided:
            guard let record = try await record(StoredSession.key(id), in: owner.partition) else {
                if error.code == .guardFailed { throw TranscriptError(.sessionPurged, "session \(id) was purged") }
                throw TranscriptError(error)
            }
            let existing = try StoredSession(record)
            if existing.session.isExpired(at: configuration.clock()) {
                throw TranscriptError(.sessionPurged, "session \(id) has expired")
            }
            guard existing.session.status == .active || existing.isImporting else { throw Self.ended(id) }
            guard existing.identity == stored.identity else {
                throw TranscriptError(.conflict, "session \(id) was created otherwise")
            }
            if error.code == .outcomeUnknown { temporaryState.apply(new.state, to: id, in: owner.partition) }
            return (existing.session, false, await deliver(new.state, of: owner))
        case .failure(let error):
            throw TranscriptError(error)
        }
    }

    /// One session.
    /// - Throws: ``TranscriptError`` `notFound` also when it was purged or has expired, `invalid`, `unavailable`.
    /// - Complexity: O(log sessions).
    public func session(_ id: String, in owner: Owner) async throws(TranscriptError) -> Session {
        try owner.validate()
        try Check.identifier(id, "session")
        return try await storedSession(id, in: owner).session
    }

    func storedSession(_ id: String, in owner: Owner) async throws(TranscriptError) -> StoredSession {
        let record = try await record(StoredSession.key(id), in: owner.partition)
        return try living(record, id)
    }

    func living(_ record: Record?, _ id: String) throws(TranscriptError) -> StoredSession {
        if let stored = try record.map({ record throws(TranscriptError) in try StoredSession(record) }),
            stored.isVisible(at: configuration.clock())
        {
            return stored
        }
        throw TranscriptError(.notFound, "session \(id) not found")
    }

    /// Changes a session, ended or not.
    /// - Parameter revision: Fails with `conflict` unless the session has this revision.
    /// - Throws: ``TranscriptError`` `notFound`, `invalid`, `conflict`, `unavailable`, `outcomeUnknown`.
    @discardableResult
    public func updateSession(
        _ id: String, _ update: SessionUpdate, in owner: Owner, expecting revision: Int64? = nil
    ) async throws(TranscriptError) -> Session {
        try owner.validate()
        try Check.identifier(id, "session")
        if case .set(let title) = update.title {
            try Check.text(title, "title", maximumBytes: Bounds.titleBytes)
        }
        if case .set(let agent) = update.agent { try Check.identifier(agent, "agent") }
        if case .set(let seconds) = update.timeToLive { try Check.timeToLive(seconds) }
        try Check.labels(update.labels ?? [:])
        try Check.metadata(update.metadata ?? [:])
        var doubt = Doubt()
        var untold: Session?
        for _ in 0..<Self.attempts {
            let stored = try await storedSession(id, in: owner)
            if let untold, stored.session.isUpdated(as: untold) {
                facts.learn(timeToLive: untold.timeToLive, of: id, in: owner.partition)
                return stored.session
            }
            if let revision, stored.session.revision != revision {
                throw TranscriptError(.conflict, "session has revision \(stored.session.revision), not \(revision)")
            }
            var new = stored
            let time = now()
            new.session.title = update.title.applied(to: stored.session.title)
            new.session.agent = update.agent.applied(to: stored.session.agent)
            new.session.labels = update.labels ?? stored.session.labels
            new.session.metadata = update.metadata ?? stored.session.metadata
            new.session.timeToLive = update.timeToLive.applied(to: stored.session.timeToLive)
            new.session.expiresAt = new.session.timeToLive.map { time.adding(seconds: $0) }
            new.session.updatedAt = max(stored.session.updatedAt, time)
            new.session.revision += 1
            // The count of runs changes beside this one, and is not compared.
            let same = SessionField.equal(.version, .int(stored.session.revision))
            let batch = Batch(
                owner.partition, guards: [.matches(StoredSession.key(id), same)],
                [.patch(StoredSession.key(id), new.values.changes(from: stored.values))])
            switch await commit(batch) {
            case .success:
                facts.learn(timeToLive: new.session.timeToLive, of: id, in: owner.partition)
                return new.session
            case .failure(let error) where error.isUndecided:
                try doubt.note(error)
                if error.code == .outcomeUnknown { untold = new.session }
            case .failure(let error): throw TranscriptError(error)
            }
        }
        throw Self.contention
    }

    /// Ends a session for good; a repeat answers the session as it ended first.
    ///
    /// Its active runs may still record what they do, until they are over.
    /// - Throws: ``TranscriptError`` `notFound`, `invalid`, `unavailable`.
    @discardableResult
    public func endSession(
        _ id: String, at endedAt: Timestamp? = nil, in owner: Owner
    ) async throws(TranscriptError) -> Session {
        try owner.validate()
        try Check.identifier(id, "session")
        let time = now()
        let key = StoredSession.key(id)
        let batch = Batch(
            owner.partition,
            guards: [.matches(key, SessionField.equal(.status, SessionStatus.active.rawValue))],
            [
                .patch(
                    key,
                    [
                        .set(SessionField.status.rawValue, .text(SessionStatus.ended.rawValue)),
                        .set(SessionField.endedAt.rawValue, .init(endedAt ?? time)),
                        .greatest(SessionField.updatedAt.rawValue, .init(time)),
                        .add(SessionField.version.rawValue, 1),
                    ])
            ])
        switch await commit(batch) {
        case .success: break
        case .failure(let error) where error.code == .guardFailed || error.code == .missing: break
        case .failure(let error): throw TranscriptError(error)
        }
        temporaryState.remove(id, in: owner.partition)
        return try await storedSession(id, in: owner).session
    }
}

extension Session {
    /// Whether it is what an update would have made of it; what events and runs change beside it does not count.
    fileprivate func isUpdated(as other: Session) -> Bool {
        var plain = other
        (plain.updatedAt, plain.expiresAt, plain.activeRunCount) = (updatedAt, expiresAt, activeRunCount)
        return updatedAt >= other.updatedAt
            && StoredSession(session: self, identity: "").values.values
                == StoredSession(session: plain, identity: "").values.values
    }
}
