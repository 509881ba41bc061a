import Records
import Retrieval

/// The archive takes the events of runs that are over; the runs themselves stay, so that they are listed, found by their
/// ids and not started again. First the archive has everything, then the store says so, then the events leave it: whenever
/// this is interrupted, nothing is lost, and ``TranscriptStore/sweep()`` goes on.
extension TranscriptStore {
    /// Moves the events and checkpoints of runs that are over into the archive, for all owners.
    /// - Parameter app: Only runs of this application; all when nil.
    /// - Returns: How many runs were moved.
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
                for case let record? in page.records {
                    guard moved < policy.limit else { return moved }
                    let run = try StoredRun(record).run
                    if try await archiveRun(run.id, in: run.owner) { moved += 1 }
                }
                guard let next = page.next else { break }
                query.after = next
            }
        }
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
        for _ in 0..<Self.attempts {
            guard let record = try await record(StoredRun.key(id), in: owner.partition) else {
                throw TranscriptError(.notFound, "run \(id) not found")
            }
            let run = try StoredRun(record).run
            guard !run.status.isActive else { throw TranscriptError(.runActive, "run \(id) is \(run.status.rawValue)") }
            guard run.archivedAt == nil else {
                try await finishArchiving(id, in: owner)
                return false
            }
            var kept = ArchivedRun(
                content: try await content(of: record, owner), events: try await eventContents(of: .run(id), in: owner))
            for place in kept.events.indices { kept.events[place].event.stamp = .zero }
            try await keep(kept, in: archive, of: owner)
            let time = now()
            let writes: [Write] = [
                .patch(
                    StoredRun.key(id),
                    [.set(RunField.archivedAt.rawValue, .init(time)), .add(RunField.version.rawValue, 1)]),
                Tombstone.archiving(id, owner, at: time),
            ]
            switch await commit(Batch(owner.partition, guards: [run.unchanged], writes + touches(run.session))) {
            case .success:
                try await finishArchiving(id, in: owner)
                return true
            case .failure(let error) where error.isUndecided: continue
            case .failure(let error): throw TranscriptError(error)
            }
        }
        throw Self.contention
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
            guard run.archivedAt != nil else { return run }
            let archive = try requiredArchive()
            // What an interrupted move has left is the same, and would be taken for restored.
            try await finishArchiving(id, in: owner)
            let kept = try await archived(id, in: archive, of: owner)
            try await restore(kept.events, session: run.session, in: owner)
            var writes: [Write] = [
                .patch(
                    StoredRun.key(id),
                    [.set(RunField.archivedAt.rawValue, .null), .add(RunField.version.rawValue, 1)])
            ]
            if let suspension = kept.content.suspension { writes.append(suspension.replacement(of: id)) }
            switch await commit(Batch(owner.partition, guards: [run.unchanged], writes + touches(run.session))) {
            case .success:
                try await removeArchived([id], of: owner)
                return try await self.run(id, in: owner)
            case .failure(let error) where error.isUndecided: continue
            case .failure(let error): throw TranscriptError(error)
            }
        }
        throw Self.contention
    }

    /// Finds events in the archive by their words, best first, the newer one where scores tie.
    /// - Parameter limit: 1 to 1,000.
    /// - Throws: ``TranscriptError`` `unsupported`, `invalid`, `corrupted`, `unavailable`.
    /// - Complexity: O(events of the owner in the archive), each read and analysed.
    public func searchArchive(
        _ text: String, of owner: Owner, limit: Int = 10
    ) async throws(TranscriptError) -> [ArchiveHit] {
        try owner.validate()
        try Check.limit(limit)
        try Check.size(text.utf8.count, "query", 65_536)
        let archive = try requiredArchive()
        let wanted = Set(analyzer.terms(of: text))
        guard !wanted.isEmpty else { return [] }
        let runs: [String]
        do {
            runs = try await archive.runs(of: owner)
        } catch {
            throw TranscriptError(.unavailable, "the archive cannot be read", underlying: error)
        }
        var hits: [ArchiveHit] = []
        for run in runs {
            for content in try await archived(run, in: archive, of: owner).events {
                guard let said = content.searchText ?? content.event.payload.text else { continue }
                let found = wanted.intersection(analyzer.terms(of: Self.searchable(said))).count
                if found > 0 {
                    hits.append(ArchiveHit(event: content.event, score: Double(found) / Double(wanted.count)))
                }
            }
            hits.sort { ($0.score, $0.event.timestamp, $0.event.id) > ($1.score, $1.event.timestamp, $1.event.id) }
            hits = Array(hits.prefix(limit))
        }
        return hits
    }

    /// What the archive has of a run.
    func archived(_ id: String, in archive: any RunArchive, of owner: Owner) async throws(TranscriptError)
        -> ArchivedRun
    {
        let kept: ArchivedRun?
        do {
            kept = try await archive.load(id, of: owner)
        } catch {
            throw TranscriptError(.unavailable, "run \(id) cannot be read from the archive", underlying: error)
        }
        guard let kept else { throw TranscriptError(.corrupted, "run \(id) is not in the archive") }
        return kept
    }

    /// Removes runs from the archive.
    func removeArchived(_ runs: [String], of owner: Owner) async throws(TranscriptError) {
        guard !runs.isEmpty else { return }
        let archive = try requiredArchive()
        for run in runs {
            do {
                try await archive.remove(run, of: owner)
            } catch {
                throw TranscriptError(
                    .unavailable, "run \(run) could not be removed from the archive; try again", underlying: error)
            }
        }
    }

    func requiredArchive() throws(TranscriptError) -> any RunArchive {
        guard let archive = configuration.archive else {
            throw TranscriptError(.unsupported, "archive is not configured")
        }
        return archive
    }

    /// Keeps a run, and looks whether it is there.
    private func keep(
        _ run: ArchivedRun, in archive: any RunArchive, of owner: Owner
    ) async throws(TranscriptError) {
        let id = run.content.run.id
        do {
            try await archive.keep(run, of: owner)
        } catch {
            throw TranscriptError(.unavailable, "run \(id) cannot be kept in the archive", underlying: error)
        }
        guard try await archived(id, in: archive, of: owner) == run else {
            throw TranscriptError(.corrupted, "the archive does not give run \(id) back as it was; the store keeps it")
        }
    }

    private func finishArchiving(_ id: String, in owner: Owner) async throws(TranscriptError) {
        if let record = try await record(Tombstone.key(.archive, id), in: owner.partition) {
            try await finish(try Tombstone(record))
        }
    }

    /// A write to the session that changes nothing, so that whoever reads it whole sees that something happened.
    private func touches(_ session: String?) -> [Write] {
        session.map { [.patch(StoredSession.key($0), [.add(SessionField.activeRuns.rawValue, 0)])] } ?? []
    }
}
