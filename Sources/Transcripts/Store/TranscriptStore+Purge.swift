import Records

/// What a purge removed.
public struct PurgeReport: Sendable, Hashable {
    /// How many events, runs and values of the state were removed by this call.
    public var events = 0, runs = 0, stateValues = 0
    /// Whether memories made from the session were removed, too.
    public var includesMemories = false

    /// Nothing.
    public init() {}
}

extension TranscriptStore {
    /// Removes an ended session with its runs, events and state for good. Its id is never used again.
    ///
    /// The session is gone with the first commit; the rest follows in pieces. A purge that was interrupted goes on when
    /// it is asked for again, or by ``sweep()``. The application's state stays: it is not the session's.
    /// - Parameter includesMemories: Whether the memories that were made from it are removed, too, by
    ///   ``TranscriptStoreConfiguration/purgeMemories``.
    /// - Throws: ``TranscriptError`` `notFound`, `sessionActive`, `sessionHasActiveRuns`, `unsupported` when memories are
    ///   asked for and nobody removes them, `invalid`, `unavailable`.
    @discardableResult
    public func purgeSession(
        _ id: String, in owner: Owner, includingMemories includesMemories: Bool = false
    ) async throws(TranscriptError) -> PurgeReport {
        try owner.validate()
        try Check.identifier(id, "session")
        guard !includesMemories || configuration.purgeMemories != nil else {
            throw TranscriptError(.unsupported, "purgeMemories is not configured, so memories cannot be removed")
        }
        let idle = Filter.and([
            SessionField.equal(.status, SessionStatus.ended.rawValue), SessionField.equal(.activeRuns, .int(0)),
        ])
        return try await purge(id, in: owner, includesMemories, if: .or([idle, expired]))
    }

    /// Removes a run of its own, and its events, for good. Its id is never used again.
    /// - Throws: ``TranscriptError`` `notFound`, `runActive`, `invalid` for a run of a session, `unavailable`.
    @discardableResult
    public func purgeRun(_ id: String, in owner: Owner) async throws(TranscriptError) -> PurgeReport {
        try owner.validate()
        try Check.identifier(id, "run")
        for _ in 0..<Self.attempts {
            let keys = [StoredRun.key(id), Tombstone.key(.run, id)]
            let found = try await read([.keys(keys)], in: owner.partition)[0].records
            if let tombstone = found[1] { return try await finish(try Tombstone(tombstone)) }
            guard let record = found[0] else { throw TranscriptError(.notFound, "run \(id) not found") }
            let run = try StoredRun(record).run
            guard run.session == nil else {
                throw TranscriptError(.invalid, "run \(id) belongs to a session and goes with it")
            }
            guard !run.status.isActive else { throw TranscriptError(.runActive, "run \(id) is \(run.status.rawValue)") }
            let over = Filter.and([
                .not(.isIn(FieldPath(RunField.status.rawValue), RunStatus.active.map { .text($0.rawValue) }))
            ])
            let writes = [
                Tombstone.beginning(.run, id, owner, at: now(), includesMemories: false), .delete(StoredRun.key(id)),
                .delete(Key(SuspensionField.recordType, id)),
            ]
            switch await commit(Batch(owner.partition, guards: [.matches(StoredRun.key(id), over)], writes)) {
            case .success: continue
            case .failure(let error) where error.isUndecided: continue
            case .failure(let error): throw TranscriptError(error)
            }
        }
        throw Self.contention
    }

    /// The condition that a session has expired by now.
    var expired: Filter { .atMost(FieldPath(SessionField.expiresAt.rawValue), .init(configuration.clock())) }

    func checkTombstone(ofRun id: String, in owner: Owner) async throws(TranscriptError) {
        if try await record(Tombstone.key(.run, id), in: owner.partition) != nil {
            throw TranscriptError(.conflict, "run \(id) was purged, and its id is never used again")
        }
    }

    /// Purges a session that a condition holds for.
    /// - Parameter isSweep: Whether one that the condition no longer holds for is left alone.
    func purge(
        _ id: String, in owner: Owner, _ includesMemories: Bool, if condition: Filter, isSweep: Bool = false
    ) async throws(TranscriptError) -> PurgeReport {
        for _ in 0..<Self.attempts {
            let keys = [StoredSession.key(id), Tombstone.key(.session, id)]
            let found = try await read([.keys(keys)], in: owner.partition)[0].records
            if let record = found[1] {
                var tombstone = try Tombstone(record)
                // What was asked for later is done, too.
                tombstone.includesMemories = tombstone.includesMemories && tombstone.isPending || includesMemories
                return try await finish(tombstone)
            }
            guard let record = found[0] else { throw TranscriptError(.notFound, "session \(id) not found") }
            let writes = [
                Tombstone.beginning(.session, id, owner, at: now(), includesMemories: includesMemories),
                .delete(StoredSession.key(id)),
            ]
            let batch = Batch(owner.partition, guards: [.matches(StoredSession.key(id), condition)], writes)
            switch await commit(batch) {
            case .success: continue
            case .failure(let error) where error.isUndecided:
                let session = try StoredSession(record).session
                if session.isExpired(at: configuration.clock()) { continue }
                guard session.activeRunCount == 0 || session.status == .active else {
                    throw TranscriptError(
                        .sessionHasActiveRuns, "session \(id) has \(session.activeRunCount) active runs")
                }
                guard session.status == .ended, !isSweep else {
                    throw TranscriptError(.sessionActive, "session \(id) is active; end it first")
                }
            case .failure(let error): throw TranscriptError(error)
            }
        }
        throw Self.contention
    }

    /// Removes what a purged session or run has left, and then says so in its tombstone.
    @discardableResult
    func finish(_ tombstone: Tombstone) async throws(TranscriptError) -> PurgeReport {
        var report = PurgeReport()
        if tombstone.includesMemories {
            guard let purgeMemories = configuration.purgeMemories else {
                throw TranscriptError(.unsupported, "purgeMemories is not configured, so memories cannot be removed")
            }
            do {
                try await purgeMemories(tombstone.id, tombstone.owner)
            } catch {
                throw TranscriptError(
                    .unavailable, "the memories of session \(tombstone.id) could not be removed; purge again",
                    underlying: error)
            }
            report.includesMemories = true
        }
        guard tombstone.isPending else { return report }
        let partition = tombstone.owner.partition
        let id = tombstone.id
        var counter = PreparedEvent.counter(session: nil, run: id)
        switch tombstone.kind {
        case .run:
            report.events = try await removeAll(
                EventField.recordType, EventField.equal(.runID, id), "sequence", partition)
        case .session:
            counter = PreparedEvent.counter(session: id, run: nil)
            temporaryState.remove(id, in: partition)
            let events = EventField.equal(.sessionID, id)
            report.events = try await removeAll(EventField.recordType, events, "sequence", partition)
            report.runs = try await removeAll(
                RunField.recordType, RunField.equal(.session, id), "created_at", partition,
                beside: SuspensionField.recordType)
            report.stateValues = try await removeAll(
                StateField.recordType, StateField.equal(.session, id), "name", partition)
        }
        // The counter of the log goes back to where no log was.
        let count = Int64(try await read([.counter(counter)], in: partition)[0].count)
        let key = Tombstone.key(tombstone.kind, id)
        let done = Change.set(TombstoneField.pendingSince.rawValue, .null)
        let pending = Guard.matches(key, .exists(FieldPath(TombstoneField.pendingSince.rawValue)))
        let batch = Batch(partition, guards: [pending], [.count(counter, -count, atMost: nil), .patch(key, [done])])
        switch await commit(batch) {
        case .success: return report
        // Somebody else has finished it.
        case .failure(let error) where error.code == .guardFailed: return report
        case .failure(let error): throw TranscriptError(error)
        }
    }

    /// Deletes records in pieces until there are none.
    private func removeAll(
        _ type: String, _ filter: Filter, _ order: String, _ partition: Partition, beside other: String? = nil
    ) async throws(TranscriptError) -> Int {
        let piece = min(500, records.capabilities.maximumWrites / 2)
        var query = Query(type, filter, order: .field(order), limit: max(1, piece), fields: [order])
        var removed = 0
        while true {
            let page = try await read([.query(query)], in: partition)[0]
            let keys = page.records.compactMap { $0?.key }
            if keys.isEmpty {
                guard let next = page.next else { return removed }
                query.after = next
                continue
            }
            let beside = other.map { other in keys.map { Write.delete(Key(other, $0.id)) } } ?? []
            switch await commit(Batch(partition, keys.map { .delete($0) } + beside)) {
            case .success: removed += keys.count
            case .failure(let error): throw TranscriptError(error)
            }
        }
    }
}
