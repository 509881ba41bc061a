import Records

extension TranscriptStore {
    /// Starts a run and appends the events that prove it, in one commit; the same start again answers the run.
    ///
    /// Two starts are the same when their request digests are, or, where neither has one, when they agree in everything
    /// but times, status and phase. A start also repeats its keyed events and those for its parent exactly, or conflicts.
    /// - Parameters:
    ///   - events: Events for the run's log.
    ///   - parentEvents: Events for the log of the parent, such as the link to its child.
    ///   - canceledEvents: Where the session has ended, the run is stored as canceled, with these after `events`, and
    ///     ``RunStart/shouldProceed`` is false; without them such a start fails.
    /// - Throws: ``TranscriptError`` `invalid`, `notFound` (session, parent, predecessor), `conflict`, `sessionEnded`,
    ///   `sessionPurged`, `runNotActive` (parent), `unavailable`, `outcomeUnknown`.
    @discardableResult
    public func startRun(
        _ new: NewRun, in owner: Owner, events: [NewEvent] = [], parentEvents: [NewEvent] = [],
        ifSessionEnded canceledEvents: [NewEvent]? = nil
    ) async throws(TranscriptError) -> RunStart {
        var new = new
        new.id = new.id ?? configuration.makeIdentifier(now())
        try owner.validate()
        try new.validate()
        let log = EventLog.run(new.id ?? "")
        var (prepared, degraded) = try await prepare(events, for: log, in: owner)
        prepared = Self.distinct(prepared)
        var linking: [PreparedEvent] = []
        if !parentEvents.isEmpty {
            guard let parent = new.parent else { throw TranscriptError(.invalid, "parent events need a parent run") }
            let links = try await prepare(parentEvents, for: .run(parent), in: owner)
            linking = Self.distinct(links.events)
            degraded = degraded.isEmpty ? links.degraded : degraded
        }
        var canceled: [PreparedEvent]?
        if let canceledEvents { canceled = try await prepare(canceledEvents, for: log, in: owner).events }
        let begun = try await begin(new, in: owner, prepared, parentEvents: linking, canceledEvents: canceled)
        guard !begun.isNew else {
            return RunStart(
                run: begun.run, isNew: true, events: begun.events, isAppStatePending: begun.isAppStatePending,
                degraded: degraded)
        }
        let wanted = prepared.filter { !$0.values[.key].isNull }
        let links = linking.filter { !$0.values[.key].isNull }
        let found = try await stored(wanted + links, in: owner)
        guard (wanted + links).allSatisfy({ found[$0.id] != nil }) else {
            throw TranscriptError(.conflict, "run \(begun.run.id) was started with other events")
        }
        let changes = (prepared + linking + (canceled ?? [])).flatMap(\.changes)
        return RunStart(
            run: begun.run, isNew: false, events: wanted.compactMap { found[$0.id] },
            isAppStatePending: await deliver(changes, of: owner))
    }

    /// What ``begin(_:in:_:parentEvents:canceledEvents:)`` did.
    struct Begun {
        var run: Run
        var isNew: Bool
        var events: [AppendedEvent] = []
        var isAppStatePending = false
    }

    /// Starts a checked run, or finds that the same one was started.
    func begin(
        _ new: NewRun, in owner: Owner, _ events: [PreparedEvent], parentEvents: [PreparedEvent],
        canceledEvents: [PreparedEvent]? = nil
    ) async throws(TranscriptError) -> Begun {
        try new.validate()
        let id = new.id ?? ""
        var session = new.session.map { assumedStanding(of: $0, in: owner) }
        var doubt = Doubt()
        for _ in 0..<Self.attempts {
            let time = now()
            let isOver = session?.status == .ended
            if isOver, canceledEvents == nil { throw Self.ended(new.session ?? "") }
            let stored = StoredRun(run: new.run(id, owner, at: time, isOver: isOver), identity: new.identity)
            let own = events + (isOver ? canceledEvents ?? [] : [])
            // Events come first, so that results and events have the same places.
            let appended = try writes(appending: own + parentEvents, session: new.session, owner, at: time)
            var rest: [Write] = [try stored.values().insertion]
            if let session { rest.append(session.touch(at: time, activeRuns: isOver ? 0 : 1)) }
            let batch = Batch(
                owner.partition, guards: Self.guards(of: new, id, session, at: time), appended.writes + rest)
            switch await commit(batch) {
            case .success(let receipt):
                facts.learn(session: new.session, of: id, in: owner.partition)
                let changes = (own + parentEvents).flatMap(\.changes)
                keepTemporary(changes, of: session, in: owner)
                let places = zip(own, appended.positions).map { $0.appended(as: receipt.results[$1]) }
                return Begun(
                    run: stored.run, isNew: true, events: places,
                    isAppStatePending: await deliver(changes, of: owner))
            case .failure(let error) where error.isUndecided:
                try doubt.note(error)
                if let record = try await record(StoredRun.key(id), in: owner.partition) {
                    let begun = try Self.repeated(new, try StoredRun(record))
                    if doubt.isOpen {
                        keepTemporary((own + parentEvents).flatMap(\.changes), of: session, in: owner)
                    }
                    return begun
                }
                // No such run: then an event is in the way, or what the run needs is not as believed.
                if error.code == .exists { throw try await conflict(own + parentEvents, in: owner) }
                session = try await diagnose(new, id, in: owner)
            case .failure(let error):
                throw TranscriptError(error)
            }
        }
        throw Self.contention
    }

    private static func repeated(_ new: NewRun, _ stored: StoredRun) throws(TranscriptError) -> Begun {
        let isSame =
            new.requestDigest != nil || stored.run.requestDigest != nil
            ? new.requestDigest == stored.run.requestDigest
            : [new.identity, new.untypedIdentity].contains(stored.identity)
        guard isSame else { throw TranscriptError(.conflict, "run \(stored.run.id) was started otherwise") }
        return Begun(run: stored.run, isNew: false)
    }

    private static func guards(
        of new: NewRun, _ id: String, _ session: SessionStanding?, at time: Timestamp
    ) -> [Guard] {
        var guards = [Guard.absent(Tombstone.key(.run, id))]
        if let session { guards.append(session.unchanged(at: time)) }
        let sameSession = RunField.same(.session, new.session)
        if let parent = new.parent {
            let statuses = RunStatus.active.map { Value.text($0.rawValue) }
            let isActive = Filter.isIn(FieldPath(RunField.status.rawValue), statuses)
            guards.append(.matches(StoredRun.key(parent), .and([sameSession, isActive])))
        }
        if let predecessor = new.predecessor {
            let continued = Filter.and([
                sameSession, RunField.equal(.status, RunStatus.suspended.rawValue), RunField.equal(.agent, new.agent),
                RunField.same(.parent, new.parent),
            ])
            guards.append(.matches(StoredRun.key(predecessor), continued))
        }
        return guards
    }

    /// Why a start's guards do not hold; answers the session's standing when they may hold now.
    private func diagnose(
        _ new: NewRun, _ id: String, in owner: Owner
    ) async throws(TranscriptError) -> SessionStanding? {
        try await checkTombstone(ofRun: id, in: owner)
        if let parent = new.parent {
            let run = try await run(parent, in: owner)
            guard Self.isSame(run.session, new.session) else { throw Self.otherSession("parent", parent) }
            guard run.status.isActive else { throw Self.closed(run) }
        }
        if let predecessor = new.predecessor {
            let run = try await run(predecessor, in: owner)
            guard Self.isSame(run.session, new.session) else { throw Self.otherSession("predecessor", predecessor) }
            guard run.status == .suspended else {
                throw TranscriptError(.conflict, "predecessor run \(predecessor) is not suspended")
            }
            guard run.agent.hasSameBytes(as: new.agent), Self.isSame(run.parent, new.parent) else {
                throw TranscriptError(.conflict, "predecessor run \(predecessor) has another agent or parent")
            }
        }
        guard let session = new.session else { return nil }
        return try await standing(of: session, in: owner)
    }

    private static func otherSession(_ role: String, _ run: String) -> TranscriptError {
        TranscriptError(.conflict, "\(role) run \(run) is of another session")
    }

    static func isSame(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.hasSameBytes(as: right)
    }

    static func closed(_ run: Run) -> TranscriptError {
        TranscriptError(.runNotActive, "run \(run.id) is \(run.status.rawValue)")
    }

    /// The error of events of which one is in the way.
    func conflict(_ events: [PreparedEvent], in owner: Owner) async throws(TranscriptError) -> TranscriptError {
        _ = try await stored(events, in: owner)
        return TranscriptError(.conflict, "an event of the same key was appended before")
    }
}

extension NewRun {
    /// The run with an id, where it has none.
    func named(_ id: String) throws(TranscriptError) -> NewRun {
        var named = self
        guard self.id.map({ $0.hasSameBytes(as: id) }) ?? true else {
            throw TranscriptError(.invalid, "the run to start must be the one whose log is appended to")
        }
        named.id = id
        return named
    }

    /// The run as it begins.
    func run(_ id: String, _ owner: Owner, at time: Timestamp, isOver: Bool) -> Run {
        Run(
            id: id, owner: owner, agent: agent, session: session, turn: turn, parent: parent,
            parentToolCall: parentToolCall, predecessor: predecessor, status: isOver ? .canceled : status,
            phase: isOver ? .canceled : phase, labels: labels, metadata: metadata, attributes: attributes,
            createdAt: time, startedAt: startedAt ?? (status == .running ? time : nil), updatedAt: time,
            endedAt: isOver ? time : nil, outcome: nil, cancellationReason: isOver ? .sessionEnded : nil,
            suspensionID: nil, requestDigest: requestDigest, revision: 1)
    }
}
