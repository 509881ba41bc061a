import Records

extension TranscriptStore {
    /// Changes a run and appends the events that prove it, in one commit.
    ///
    /// The end of a run is written once: the same end again, with the same events, changes nothing, and another one
    /// conflicts. Labels, metadata and attributes may change later, too.
    /// - Parameter revision: Fails with `conflict` unless the run has this revision.
    /// - Throws: ``TranscriptError`` `invalid`, `notFound`, `conflict`, `runNotActive`, `unavailable`, `outcomeUnknown`.
    @discardableResult
    public func updateRun(
        _ id: String, _ update: RunUpdate, in owner: Owner, events: [NewEvent] = [], expecting revision: Int64? = nil
    ) async throws(TranscriptError) -> RunChange {
        try owner.validate()
        try Check.identifier(id, "run")
        try update.validate()
        let (prepared, degraded) = try await prepare(events, for: .run(id), in: owner)
        var changed = try await change(id, in: owner, events: Self.distinct(prepared), suspension: update.suspension) {
            stored, _, time throws(TranscriptError) in
            if let revision, stored.run.revision != revision {
                throw TranscriptError(.conflict, "run has revision \(stored.run.revision), not \(revision)")
            }
            return try stored.applying(update, at: time)
        }
        changed.degraded = degraded
        return changed
    }

    /// Asks for a run to stop. The first reason stays; the same again changes nothing, another one conflicts.
    /// - Throws: ``TranscriptError`` `invalid`, `notFound`, `conflict`, `runNotActive` when it is over, `unavailable`.
    @discardableResult
    public func requestCancellation(
        of id: String, because reason: CancellationReason, in owner: Owner, events: [NewEvent] = []
    ) async throws(TranscriptError) -> RunChange {
        try await updateRun(id, RunUpdate(cancellationReason: reason), in: owner, events: events)
    }

    /// Stores the end of a run whose end may be missing, with the events that prove it.
    /// - Throws: ``TranscriptError`` `invalid`, `notFound`, `unavailable`; another end is an outcome, not an error.
    public func repairRun(
        _ id: String, _ update: RunUpdate, in owner: Owner, events: [NewEvent] = []
    ) async throws(TranscriptError) -> RepairOutcome {
        guard update.status?.isActive == false else {
            throw TranscriptError(.invalid, "a repair needs a status that ends the run")
        }
        do {
            return try await updateRun(id, update, in: owner, events: events).isChanged ? .stored : .alreadyStored
        } catch {
            guard error.code == .conflict || error.code == .runNotActive,
                try await !run(id, in: owner).status.isActive
            else { throw error }
            return .differentTerminal
        }
    }

    /// Makes a run the child of another of the same session, and appends the events that prove it to the parent's log.
    /// The same link again changes nothing.
    /// - Throws: ``TranscriptError`` `invalid`, `notFound`, `conflict` for itself, another parent or session, `runNotActive`
    ///   for new events of a parent that is over, `unavailable`.
    @discardableResult
    public func linkRun(
        _ child: String, toParent parent: String, in owner: Owner, events: [NewEvent] = []
    ) async throws(TranscriptError) -> RunChange {
        try owner.validate()
        try Check.identifier(child, "run")
        try Check.identifier(parent, "parent run")
        guard !child.hasSameBytes(as: parent) else {
            throw TranscriptError(.conflict, "a run is not its own parent")
        }
        let (prepared, degraded) = try await prepare(events, for: .run(parent), in: owner)
        var changed = try await change(child, in: owner, events: Self.distinct(prepared), log: parent) {
            stored, above, _ throws(TranscriptError) in
            guard Self.isSame(stored.run.session, above.session) else {
                throw TranscriptError(.conflict, "runs \(child) and \(parent) are of different sessions")
            }
            guard stored.run.parent.map({ $0.hasSameBytes(as: parent) }) ?? true else {
                throw TranscriptError(.conflict, "run \(child) has another parent")
            }
            var new = stored
            new.run.parent = parent
            return new
        }
        changed.degraded = degraded
        return changed
    }

    /// The checkpoint with which a run was suspended, also from the archive.
    /// - Throws: ``TranscriptError`` `notFound` when there is none, `invalid`, `unavailable`.
    public func suspension(of run: String, in owner: Owner) async throws(TranscriptError) -> RunSuspension {
        try owner.validate()
        try Check.identifier(run, "run")
        return try await checkpoint(of: run, in: owner)
    }

    /// Reads a run, changes it, and commits the change with the events that prove it, until nobody comes between.
    /// - Parameter log: The run whose log takes the events; nil is the run itself.
    func change(
        _ id: String, in owner: Owner, events: [PreparedEvent], suspension: RunSuspension? = nil, log: String? = nil,
        _ body: (StoredRun, _ log: Run, Timestamp) throws(TranscriptError) -> StoredRun
    ) async throws(TranscriptError) -> RunChange {
        var doubt = Doubt()
        var last: Attempt?
        var untold: Attempt?
        for _ in 0..<Self.attempts {
            let keys = [id, log ?? id].map { StoredRun.key($0) }
            let records = try await read([.keys(keys)], in: owner.partition)[0].records
            let old = try Self.required(records[0], id)
            let target = try Self.required(records[1], log ?? id).run
            let found = try await stored(events, in: owner)
            let fresh = events.filter { found[$0.id] == nil }
            let places = events.compactMap { found[$0.id] }
            if let untold, try untold.isDone(old, fresh) {
                keepTemporary(untold.events.flatMap(\.changes), of: untold.session, in: owner)
                return RunChange(
                    run: old.run, isChanged: true, events: places,
                    isAppStatePending: await deliver(events.flatMap(\.changes), of: owner))
            }
            let time = now()
            var new = try body(old, target, time)
            try await checkRepeat(of: suspension, old.run, in: owner)
            let isSame = try new.values().values == old.values().values
            if isSame, fresh.isEmpty {
                return RunChange(
                    run: old.run, isChanged: false, events: places,
                    isAppStatePending: await deliver(events.flatMap(\.changes), of: owner))
            }
            // What is over takes no new events: a repeat brings those that it brought first.
            guard fresh.isEmpty || target.status.isActive else { throw Self.closed(target) }
            if !isSame {
                new.run.updatedAt = max(old.run.updatedAt, time)
                new.run.revision += 1
            }
            var writes = try writes(appending: fresh, session: old.run.session, owner, at: time).writes
            var guards = [old.run.unchanged]
            if log != nil { guards.append(target.unchanged) }
            if !isSame { writes.append(.patch(StoredRun.key(id), try new.values().changes(from: old.values()))) }
            // Of a run that was suspended before, it is there already.
            if let suspension, old.run.status.isActive { writes.append(suspension.insertion(of: id)) }
            var standing: SessionStanding?
            if let session = old.run.session {
                let known = try await self.standing(of: session, in: owner)
                let isOver = old.run.status.isActive && !new.run.status.isActive
                guards.append(known.unchanged(at: time))
                writes.append(known.touch(at: time, activeRuns: isOver ? -1 : 0))
                standing = known
            }
            switch await commit(Batch(owner.partition, guards: guards, writes)) {
            case .success(let receipt):
                var places = found
                for (event, result) in zip(fresh, receipt.results) { places[event.id] = event.appended(as: result) }
                keepTemporary(fresh.flatMap(\.changes), of: standing, in: owner)
                return RunChange(
                    run: new.run, isChanged: true, events: events.compactMap { places[$0.id] },
                    isAppStatePending: await deliver(events.flatMap(\.changes), of: owner))
            case .failure(let error) where error.isUndecided:
                try doubt.note(error)
                let attempt = Attempt(
                    error: error.code, old: old.run.revision, new: new, isSame: isSame, events: fresh, session: standing
                )
                // Where nothing moved, what is in the way stays in the way.
                if error.code == .exists, let last, last.error == .exists, last.old == attempt.old,
                    last.events.count == fresh.count
                {
                    throw TranscriptError(error)
                }
                // It may happen later than the next look, too, and is then what the next commit is refused for.
                if error.code == .outcomeUnknown { untold = attempt }
                last = attempt
            case .failure(let error): throw TranscriptError(error)
            }
        }
        throw Self.contention
    }

    /// A commit that did not succeed, or of which nobody knows.
    private struct Attempt {
        /// What the store said.
        var error: StoreError.Code
        /// The revision of the run before it.
        var old: Int64
        /// The run after it.
        var new: StoredRun
        /// Whether it leaves the run as it is.
        var isSame: Bool
        /// The events it brings.
        var events: [PreparedEvent]
        var session: SessionStanding?

        /// Whether it happened, as what is there now shows.
        func isDone(_ there: StoredRun, _ missing: [PreparedEvent]) throws(TranscriptError) -> Bool {
            guard missing.isEmpty else { return false }
            return try isSame ? !events.isEmpty : there.values().values == new.values().values
        }
    }

    private static func required(_ record: Record?, _ id: String) throws(TranscriptError) -> StoredRun {
        guard let record else { throw TranscriptError(.notFound, "run \(id) not found") }
        return try StoredRun(record)
    }

    private func checkRepeat(
        of suspension: RunSuspension?, _ run: Run, in owner: Owner
    ) async throws(TranscriptError) {
        guard let suspension, !run.status.isActive else { return }
        let different = TranscriptError(.conflict, "run \(run.id) has ended with another checkpoint, or none")
        guard run.suspensionID != nil else { throw different }
        let first = try await self.suspension(of: run.id, in: owner)
        guard first.id.hasSameBytes(as: suspension.id), first.data == suspension.data else { throw different }
    }
}

extension Run {
    /// The guard that nobody has changed it since it was read.
    var unchanged: Guard { .matches(StoredRun.key(id), RunField.equal(.version, .int(revision))) }
}

extension RunSuspension {
    func insertion(of run: String) -> Write {
        var values = FieldValues<SuspensionField>()
        values[.run] = .text(run)
        values[.id] = .text(id)
        values[.data] = .bytes(data)
        return values.insertion
    }

    func replacement(of run: String) -> Write {
        if case .insert(let type, let values) = insertion(of: run) { return .put(type, values) }
        return insertion(of: run)
    }
}
