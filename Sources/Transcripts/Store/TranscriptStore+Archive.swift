import Records

/// The archive takes the events of runs that are over; the runs themselves stay, so that they are listed, found by their
/// ids and not started again. First the archive has everything, then the store says so, then the events leave it: whenever
/// this is interrupted, nothing is lost, and ``TranscriptStore/sweep()`` goes on.
extension TranscriptStore {
    /// Moves the events and checkpoints of runs that are over into the archive, for all owners.
    /// - Parameter app: Only runs of this application; all when nil.
    /// - Returns: How many runs were moved.
    ///
    /// A run that cannot be moved keeps no other from it; the first error is thrown at the end.
    /// - Throws: ``TranscriptError`` `unsupported` without ``TranscriptStoreConfiguration/archive``, `invalid`,
    ///   `corrupted` when the archive does not give back what it was given, `unavailable`.
    /// - Complexity: O(runs of the statuses + events moved).
    @discardableResult
    public func archiveRuns(_ policy: ArchivePolicy, app: String? = nil) async throws(TranscriptError) -> Int {
        _ = try requiredArchive()
        try Check.identifier(app, "app")
        try Check.limit(policy.limit, maximum: 100_000)
        guard policy.statuses.isDisjoint(with: RunStatus.active) else {
            throw TranscriptError(.invalid, "statuses: only runs that are over can be archived")
        }
        var moved = 0
        var failure: TranscriptError?
        for status in policy.statuses.map(\.rawValue).sorted() {
            var filter = [
                RunField.equal(.status, status), .not(.exists(FieldPath(RunField.archivedAt.rawValue))),
                .atMost(FieldPath(RunField.endedAt.rawValue), .init(policy.endedBefore)),
            ]
            if let app { filter.append(RunField.equal(.app, app)) }
            var query = Query(
                RunField.recordType, .and(filter), order: .field(RunField.createdAt.rawValue), limit: Bounds.page)
            while true {
                let page = try await survey(query).page
                for case let record? in page.records where moved < policy.limit {
                    do throws(TranscriptError) {
                        let run = try StoredRun(record).run
                        if try await archiveRun(run.id, in: run.owner) { moved += 1 }
                    } catch {
                        // One that was purged meanwhile is no concern of this pass.
                        if error.code != .notFound { failure = failure ?? error }
                    }
                }
                guard moved < policy.limit, let next = page.next else { break }
                query.after = next
            }
        }
        if let failure { throw failure }
        return moved
    }

    /// Moves the events and the checkpoint of a run that is over into the archive.
    /// - Returns: Whether it was moved by this call.
    /// - Throws: ``TranscriptError`` `notFound`, `runActive`, `unsupported`, `corrupted`, `limit`, `unavailable`.
    @discardableResult
    public func archiveRun(_ id: String, in owner: Owner) async throws(TranscriptError) -> Bool {
        try owner.validate()
        try Check.identifier(id, "run")
        let archive = try requiredArchive()
        var hasKept = false
        for _ in 0..<Self.attempts {
            guard let record = try await visibleRecord(ofRun: id, in: owner) else {
                // It was purged meanwhile, and what was kept after that is nobody's.
                if hasKept { try await removeArchived([id], of: owner) }
                throw Self.missing(run: id)
            }
            let run = try StoredRun(record).run
            guard !run.status.isActive else { throw TranscriptError(.runActive, "run \(id) is \(run.status.rawValue)") }
            guard run.archivedAt == nil else {
                try await finishArchiving(id, in: owner)
                return false
            }
            guard let whole = try await whole(record, in: owner) else { continue }
            hasKept = true
            try await keep(whole, in: archive, of: owner)
            let time = now()
            let writes: [Write] = [
                .patch(
                    StoredRun.key(id),
                    [.set(RunField.archivedAt.rawValue, .init(time)), .add(RunField.version.rawValue, 1)]),
                Tombstone.archiving(id, owner, at: time),
            ]
            switch await commit(Batch(owner.partition, guards: [run.unchanged], writes + touches(run.session))) {
            case .success:
                try await finishArchiving(id, in: owner, kept: whole)
                return true
            case .failure(let error) where error.isUndecided: continue
            case .failure(let error): throw TranscriptError(error)
            }
        }
        throw Self.contention
    }

    /// Everything that a run is and has; nil when the run was changed while it was read: then its events may be leaving.
    private func whole(_ record: Record, in owner: Owner) async throws(TranscriptError) -> ArchivedRun? {
        let key = record.key
        do throws(TranscriptError) {
            var whole = ArchivedRun(
                content: try await content(of: record, owner),
                events: try await eventContents(of: .run(StoredRun(record).run.id), in: owner))
            for place in whole.events.indices { whole.events[place].event.stamp = .zero }
            return try await self.record(key, in: owner.partition)?.stamp == record.stamp ? whole : nil
        } catch {
            guard try await self.record(key, in: owner.partition)?.stamp == record.stamp else { return nil }
            throw error
        }
    }

    /// Brings the events and the checkpoint of a run back from the archive, under the same ids and numbers.
    /// - Returns: The run; one that is not archived is answered as it is.
    /// - Throws: ``TranscriptError`` `notFound`, `corrupted` when the archive lacks it, `unsupported`, `unavailable`.
    @discardableResult
    public func restoreRun(_ id: String, in owner: Owner) async throws(TranscriptError) -> Run {
        try owner.validate()
        try Check.identifier(id, "run")
        for _ in 0..<Self.attempts {
            let run = try await run(id, in: owner)
            guard run.archivedAt != nil else {
                try await removeLeftover(of: id, in: owner)
                return run
            }
            let archive = try requiredArchive()
            // What an interrupted move has left is the same, and would be taken for restored.
            try await finishArchiving(id, in: owner)
            guard let kept = try await archived(run, in: archive) else { continue }
            guard try await restore(kept.events, session: run.session, in: owner, while: [run.unchanged]) else {
                continue
            }
            var writes: [Write] = [
                .patch(
                    StoredRun.key(id),
                    [.set(RunField.archivedAt.rawValue, .null), .add(RunField.version.rawValue, 1)])
            ]
            if let suspension = kept.content.suspension { writes.append(suspension.replacement(of: id)) }
            switch await commit(Batch(owner.partition, guards: [run.unchanged], writes + touches(run.session))) {
            case .success:
                try await remove(kept, from: archive, of: owner)
                return try await self.run(id, in: owner)
            case .failure(let error) where error.isUndecided: continue
            case .failure(let error): throw TranscriptError(error)
            }
        }
        throw Self.contention
    }

    /// Removes what an interrupted restoration has left of a run that is back.
    private func removeLeftover(of id: String, in owner: Owner) async throws(TranscriptError) {
        guard let archive = configuration.archive else { return }
        let kept: ArchivedRun?
        do {
            kept = try await archive.load(id, of: owner)
        } catch {
            // The store has the run; a purge removes what cannot be read.
            return
        }
        if let kept { try await remove(kept, from: archive, of: owner) }
    }

    /// Removes a run that is back in the store; what somebody else archives at this moment goes back where it was.
    private func remove(
        _ kept: ArchivedRun, from archive: any RunArchive, of owner: Owner
    ) async throws(TranscriptError) {
        let id = kept.content.run.id
        try await removeArchived([id], of: owner)
        guard let record = try await record(StoredRun.key(id), in: owner.partition) else { return }
        let run = try StoredRun(record).run
        guard run.archivedAt != nil, try await loaded(id, from: archive, of: owner) == nil else { return }
        try await keep(kept, in: archive, of: owner)
    }

    /// Removes runs from the archive.
    func removeArchived(_ runs: [String], of owner: Owner) async throws(TranscriptError) {
        guard !runs.isEmpty else { return }
        let archive = try requiredArchive()
        do {
            try await archive.remove(runs, of: owner)
        } catch {
            throw TranscriptError(
                .unavailable, "what was archived could not be removed from the archive; try again", underlying: error)
        }
    }

    func requiredArchive() throws(TranscriptError) -> any RunArchive {
        guard let archive = configuration.archive else {
            throw TranscriptError(.unsupported, "archive is not configured")
        }
        return archive
    }

    /// Keeps a run, and looks whether it is there.
    func keep(
        _ run: ArchivedRun, in archive: any RunArchive, of owner: Owner
    ) async throws(TranscriptError) {
        let id = run.content.run.id
        do {
            try await archive.keep(run, of: owner)
        } catch {
            throw TranscriptError(.unavailable, "run \(id) cannot be kept in the archive", underlying: error)
        }
        guard try await loaded(id, from: archive, of: owner) == run else {
            throw TranscriptError(.corrupted, "the archive does not give run \(id) back as it was; the store keeps it")
        }
    }

    private func finishArchiving(
        _ id: String, in owner: Owner, kept: ArchivedRun? = nil
    ) async throws(TranscriptError) {
        if let record = try await record(Tombstone.key(.archive, id), in: owner.partition) {
            try await finish(try Tombstone(record), kept: kept)
        }
    }

    /// A write to the session that changes nothing, so that whoever reads it whole sees that something happened.
    private func touches(_ session: String?) -> [Write] {
        session.map { [.patch(StoredSession.key($0), [.add(SessionField.activeRuns.rawValue, 0)])] } ?? []
    }
}
