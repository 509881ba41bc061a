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
            if run.archivedAt != nil { _ = try requiredArchive() }
            let over = Filter.and([
                .not(.isIn(FieldPath(RunField.status.rawValue), RunStatus.active.map { .text($0.rawValue) }))
            ])
            let writes = [
                Tombstone.beginning(.run, id, owner, at: now(), includesMemories: false), .delete(StoredRun.key(id)),
                .delete(Key(SuspensionField.recordType, id)), .delete(Tombstone.key(.archive, id)),
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
}
