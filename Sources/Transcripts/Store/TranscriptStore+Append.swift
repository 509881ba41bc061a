import Records

extension TranscriptStore {
    /// Appends events to a session or an active run, all or none, in order, with the changes of state they carry.
    ///
    /// An event whose key was used before is not appended again: the same content answers the original, other content
    /// conflicts. That holds after the session or run is over, too. A repeat also carries over what the first left on its
    /// way to the application's state.
    /// - Parameters:
    ///   - events: 1 to 256 events.
    ///   - run: Where the log is that of a run that does not exist, the run to start in the same commit. A run of that id
    ///     that is there must be of the same agent; nothing else of it is compared.
    /// - Throws: ``TranscriptError`` `invalid`, `notFound`, `conflict`, `sessionEnded`, `sessionPurged`,
    ///   `runNotActive`, `limit`, `unavailable`, `outcomeUnknown`.
    /// - Complexity: O(events × log events of the owner).
    @discardableResult
    public func append(
        _ events: [NewEvent], to log: EventLog, in owner: Owner, starting run: NewRun? = nil
    ) async throws(TranscriptError) -> AppendResult {
        try owner.validate()
        try log.validate()
        guard !events.isEmpty else { throw TranscriptError(.invalid, "there must be at least one event") }
        let (prepared, degraded) = try await prepare(events, for: log, in: owner)
        var settled: [String: AppendedEvent] = [:]
        var pending = Self.distinct(prepared)
        let changes = pending.flatMap(\.changes)
        var doubt = Doubt()
        var target = try await assumedTarget(log, in: owner, starting: run)
        for _ in 0..<Self.attempts {
            if let run, target.isMissing {
                let start = try await begin(run.named(log.id), in: owner, pending, parentEvents: [])
                if start.isNew {
                    for (event, appended) in zip(pending, start.events) { settled[event.id] = appended }
                    let status: SessionStatus? = start.run.session == nil ? nil : .active
                    return result(prepared, settled, status, start.isAppStatePending, degraded)
                }
                target = try await self.target(log, in: owner, starting: nil, isStrict: false)
            }
            let time = now()
            let plan = try plan(pending, target, run?.agent, owner, at: time)
            switch await commit(plan.batch) {
            case .success(let receipt):
                for (event, position) in zip(pending, plan.positions) {
                    settled[event.id] = event.appended(as: receipt.results[position])
                }
                keepTemporary(pending.flatMap(\.changes), of: target.session, in: owner)
                let isPending = await deliver(changes, of: owner)
                return result(prepared, settled, target.session?.status, isPending, degraded)
            case .failure(let error) where error.isUndecided:
                try doubt.note(error)
                let found = try await stored(pending, in: owner)
                let isOver = pending.allSatisfy { found[$0.id] != nil }
                target = try await self.target(log, in: owner, starting: run, isStrict: !isOver)
                settled.merge(found) { $1 }
                if doubt.isOpen {
                    // They are there by this call, as far as anybody can tell.
                    let own = pending.filter { found[$0.id] != nil }.flatMap(\.changes)
                    keepTemporary(own, of: target.session, in: owner)
                }
                pending.removeAll { found[$0.id] != nil }
                guard isOver else { continue }
                let isPending = await deliver(changes, of: owner)
                return result(prepared, settled, target.session?.status, isPending, degraded)
            case .failure(let error):
                throw TranscriptError(error)
            }
        }
        throw Self.contention
    }

    /// Which of the events are there, saying the same.
    /// - Throws: `conflict` when one is there saying something else.
    func stored(_ events: [PreparedEvent], in owner: Owner) async throws(TranscriptError) -> [String: AppendedEvent] {
        guard !events.isEmpty else { return [:] }
        let keys = events.map { PreparedEvent.key($0.id) }
        let page = try await read([.keys(keys, fields: EventField.visible)], in: owner.partition)[0]
        var found: [String: AppendedEvent] = [:]
        for (event, record) in zip(events, page.records) {
            guard let record else { continue }
            guard try event.isSame(as: record) else { throw Self.keyConflict(event) }
            let row = try StoredRow<EventField>(record)
            found[event.id] = AppendedEvent(
                id: event.id, sequence: try row.required(row.int(.sequence), .sequence),
                timestamp: try row.required(row.time(.occurredAt), .occurredAt), isNew: false)
        }
        let missing = events.filter { found[$0.id] == nil }
        return missing.isEmpty ? found : found.merging(try await archived(missing, in: owner)) { $1 }
    }

    /// The events without repetition.
    static func distinct(_ events: [PreparedEvent]) -> [PreparedEvent] {
        var seen: Set<String> = []
        return events.filter { seen.insert($0.id).inserted }
    }

    /// The writes that append events, and where among them each event is.
    func writes(
        appending events: [PreparedEvent], session: String?, _ owner: Owner, at time: Timestamp
    ) throws(TranscriptError) -> (writes: [Write], positions: [Int]) {
        let changes = events.flatMap(\.changes)
        try Self.check(changes, session: session, else: .conflict)
        let insertions = events.map { $0.insertion(session: session, at: time) }
        return (insertions + stateWrites(changes, session: session, owner, at: time), Array(insertions.indices))
    }

    /// Where an append goes, as far as it is believed.
    private struct Target {
        var log: EventLog
        var session: SessionStanding?
        /// Whether the run is known not to exist.
        var isMissing = false
    }

    private func assumedTarget(
        _ log: EventLog, in owner: Owner, starting run: NewRun?
    ) async throws(TranscriptError) -> Target {
        switch log {
        case .session(let id): return Target(log: log, session: assumedStanding(of: id, in: owner))
        case .run(let id):
            guard let known = facts.session(of: id, in: owner.partition) else {
                // A repeat after the end still finds its events, so the end is no reason to stop yet.
                return try await target(log, in: owner, starting: run, isStrict: false)
            }
            return Target(log: log, session: known.map { assumedStanding(of: $0, in: owner) })
        }
    }

    /// Where an append goes, as it is now.
    /// - Throws: `notFound`, `conflict` for a run of another agent than the one to start, `sessionEnded`, `sessionPurged`,
    ///   `runNotActive`.
    private func target(
        _ log: EventLog, in owner: Owner, starting new: NewRun?, isStrict: Bool
    ) async throws(TranscriptError) -> Target {
        switch log {
        case .session(let id):
            let standing = try await standing(of: id, in: owner)
            guard standing.status == .active || !isStrict else { throw Self.ended(id) }
            return Target(log: log, session: standing)
        case .run(let id):
            guard let record = try await record(StoredRun.key(id), in: owner.partition) else {
                guard new == nil else { return Target(log: log, isMissing: true) }
                throw TranscriptError(.notFound, "run \(id) not found")
            }
            let run = try StoredRun(record).run
            if let new, !new.agent.hasSameBytes(as: run.agent) {
                throw TranscriptError(.conflict, "run \(id) is of another agent")
            }
            facts.learn(session: run.session, of: id, in: owner.partition)
            guard run.status.isActive || !isStrict else { throw Self.closed(run) }
            guard let session = run.session else { return Target(log: log) }
            return Target(log: log, session: try await standing(of: session, in: owner))
        }
    }

    private func plan(
        _ events: [PreparedEvent], _ target: Target, _ agent: String?, _ owner: Owner, at time: Timestamp
    ) throws(TranscriptError) -> (batch: Batch, positions: [Int]) {
        var guards: [Guard] = []
        if case .run(let id) = target.log {
            let statuses = RunStatus.active.map { Value.text($0.rawValue) }
            let isActive = Filter.isIn(FieldPath(RunField.status.rawValue), statuses)
            let sameSession = RunField.same(.session, target.session?.id)
            let sameAgent = agent.map { [RunField.equal(.agent, $0)] } ?? []
            guards.append(.matches(StoredRun.key(id), .and([isActive, sameSession] + sameAgent)))
        }
        if let session = target.session { guards.append(session.unchanged(at: time)) }
        let (writes, positions) = try writes(appending: events, session: target.session?.id, owner, at: time)
        let touch = target.session.map { [$0.touch(at: time)] } ?? []
        return (Batch(owner.partition, guards: guards, writes + touch), positions)
    }

    private func result(
        _ events: [PreparedEvent], _ settled: [String: AppendedEvent], _ status: SessionStatus?, _ isPending: Bool,
        _ degraded: [String]
    ) -> AppendResult {
        AppendResult(
            events: events.compactMap { settled[$0.id] }, sessionStatus: status, isAppStatePending: isPending,
            degraded: degraded)
    }
}

extension PreparedEvent {
    /// The event as it was appended.
    func appended(as sequence: Int64) -> AppendedEvent {
        var timestamp = Timestamp(microseconds: 0)
        if case .time(let time) = values[.occurredAt] { timestamp = Timestamp(microseconds: time) }
        return AppendedEvent(id: id, sequence: sequence, timestamp: timestamp, isNew: true)
    }
}
