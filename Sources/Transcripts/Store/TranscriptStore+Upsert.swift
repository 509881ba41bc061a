import Records

extension TranscriptStore {
    /// Creates a run in any status, or changes the one that is there, and appends the events that prove it, in one
    /// commit. What began and what ended stays: see ``updateRun(_:_:in:events:expecting:)``.
    ///
    /// Of a run that is there, only the update counts; nothing is erased because it was not named.
    /// - Parameters:
    ///   - new: The run, with its id, as it would begin.
    ///   - update: What it is now.
    ///   - createsSession: Creates an empty session where there is none of that id; otherwise this is `notFound`.
    /// - Throws: ``TranscriptError`` `invalid`, `notFound`, `conflict` also for another agent or session,
    ///   `sessionPurged`, `runNotActive`, `unavailable`, `outcomeUnknown`.
    @discardableResult
    public func upsertRun(
        _ new: NewRun, _ update: RunUpdate = RunUpdate(), in owner: Owner, events: [NewEvent] = [],
        createsSession: Bool = false
    ) async throws(TranscriptError) -> RunChange {
        try owner.validate()
        guard let id = new.id else { throw TranscriptError(.invalid, "run is required and must not be empty") }
        try new.validate()
        try update.validate()
        let made = try await prepare(events, for: .run(id), in: owner)
        let prepared = Self.distinct(made.events)
        var doubt = Doubt()
        for _ in 0..<Self.attempts {
            if try await record(StoredRun.key(id), in: owner.partition) != nil {
                var changed = try await change(id, in: owner, events: prepared, suspension: update.suspension) {
                    stored, _, time throws(TranscriptError) in
                    guard stored.run.agent.hasSameBytes(as: new.agent), Self.isSame(stored.run.session, new.session)
                    else { throw TranscriptError(.conflict, "run \(id) is of another agent or session") }
                    return try stored.applying(update, at: time)
                }
                changed.degraded = made.degraded
                return changed
            }
            if var inserted = try await insert(new, id, update, prepared, in: owner, createsSession, &doubt) {
                inserted.degraded = made.degraded
                return inserted
            }
        }
        throw Self.contention
    }

    /// Creates the run; nil when something came between.
    private func insert(
        _ new: NewRun, _ id: String, _ update: RunUpdate, _ events: [PreparedEvent], in owner: Owner,
        _ createsSession: Bool, _ doubt: inout Doubt
    ) async throws(TranscriptError) -> RunChange? {
        var standing: SessionStanding?
        if let session = new.session {
            standing = try await self.standing(of: session, in: owner, creates: createsSession)
        }
        let time = now()
        let begun = StoredRun(run: new.run(id, owner, at: time, isOver: false), identity: new.identity)
        let stored = try begun.applying(update, at: time)
        let appended = try writes(appending: events, session: new.session, owner, at: time)
        var guards = [Guard.absent(Tombstone.key(.run, id))]
        var writes = appended.writes + [try stored.values().insertion]
        if let suspension = update.suspension { writes.append(suspension.insertion(of: id)) }
        if let standing {
            guards.append(standing.unchanged(at: time))
            writes.append(standing.touch(at: time, activeRuns: stored.run.status.isActive ? 1 : 0))
        }
        let changes = events.flatMap(\.changes)
        let places: [AppendedEvent]
        switch await commit(Batch(owner.partition, guards: guards, writes)) {
        case .success(let receipt): places = zip(events, receipt.results).map { $0.appended(as: $1) }
        case .failure(let error) where error.isUndecided:
            try doubt.note(error)
            guard let record = try await record(StoredRun.key(id), in: owner.partition) else {
                if error.code == .exists { throw try await conflict(events, in: owner) }
                try await checkTombstone(ofRun: id, in: owner)
                return nil
            }
            // Only this call writes a run with these times.
            guard doubt.isOpen, try StoredRun(record).values().values == stored.values().values else { return nil }
            let found = try await self.stored(events, in: owner)
            places = events.compactMap { found[$0.id] }
        case .failure(let error):
            throw TranscriptError(error)
        }
        facts.learn(session: new.session, of: id, in: owner.partition)
        keepTemporary(changes, of: standing, in: owner)
        return RunChange(
            run: stored.run, isChanged: true, events: places, isAppStatePending: await deliver(changes, of: owner))
    }

    private func standing(
        of session: String, in owner: Owner, creates: Bool
    ) async throws(TranscriptError) -> SessionStanding {
        do {
            return try await standing(of: session, in: owner)
        } catch {
            guard creates, error.code == .notFound else { throw error }
        }
        do {
            try await createSession(NewSession(id: session), in: owner)
        } catch {
            // Somebody else may have created it meanwhile.
            guard error.code == .conflict || error.code == .sessionEnded else { throw error }
        }
        return try await standing(of: session, in: owner)
    }
}
