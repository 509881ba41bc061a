public import Records

extension TranscriptStore {
    /// The state as a session sees it; without a session, that of the user and the application.
    ///
    /// An owner reads what it wrote: changes of the application's state that are still on their way are applied.
    /// - Throws: ``TranscriptError`` `notFound` when there is no such session, `invalid`, `unavailable`.
    /// - Complexity: O(values of the three stored scopes).
    public func state(of session: String? = nil, in owner: Owner) async throws(TranscriptError) -> SessionState {
        try owner.validate()
        try Check.identifier(session, "session")
        var reads = [Read.query(Self.stateQuery("")), .query(Self.outboxQuery)]
        if let session { reads += [.keys([StoredSession.key(session)]), .query(Self.stateQuery(session))] }
        let pages = try await read(reads, in: owner.partition)
        var state = SessionState()
        state.user = try await values(pages[0], Self.stateQuery(""), in: owner.partition)
        if let session {
            let status = try living(pages[2].records[0], session).session.status
            state.session = try await values(pages[3], Self.stateQuery(session), in: owner.partition)
            if status == .active { state.temporary = temporaryState.values(of: session, in: owner.partition) }
        }
        // Read after the outbox: what has left it meanwhile is then in one of the two, and the watermark tells which.
        let shared = Owner.sharedPartition(of: owner.app)
        let sharedPages = try await read(
            [.query(Self.stateQuery("")), .keys(Arrival.keys(of: owner))], in: shared)
        state.app = try await values(sharedPages[0], Self.stateQuery(""), in: shared)
        let arrived = try Arrival(sharedPages[1].records)
        for change in try await outgoing(pages[1], after: arrived, in: owner.partition) {
            state.app[change.name] = change.value
        }
        return state
    }

    /// What all users of an application share. Changes of other owners may still be on their way.
    /// - Throws: ``TranscriptError`` `invalid`, `unavailable`.
    public func appState(of app: String) async throws(TranscriptError) -> [String: JSONValue] {
        try Check.identifier(app, "app")
        let shared = Owner.sharedPartition(of: app)
        let page = try await read([.query(Self.stateQuery(""))], in: shared)[0]
        return try await values(page, Self.stateQuery(""), in: shared)
    }

    /// Changes the state without an event, all stored scopes but the application's in one commit.
    /// - Parameter session: Needed for the scopes `session` and `temporary`; it must be active.
    /// - Returns: Whether changes of the application's state are committed but still on their way.
    /// - Throws: ``TranscriptError`` `invalid`, `notFound`, `sessionEnded`, `sessionPurged`, `unavailable`.
    @discardableResult
    public func updateState(
        _ changes: [StateChange], of session: String? = nil, in owner: Owner
    ) async throws(TranscriptError) -> Bool {
        try owner.validate()
        try Check.identifier(session, "session")
        try StateChange.validate(changes)
        try Self.check(changes, session: session)
        guard let session else {
            let batch = Batch(owner.partition, stateWrites(changes, session: nil, owner, at: now()))
            if case .failure(let error) = await commit(batch) { throw TranscriptError(error) }
            return await deliver(changes, of: owner)
        }
        var standing = assumedStanding(of: session, in: owner)
        for _ in 0..<Self.attempts {
            guard standing.status == .active else { throw Self.ended(session) }
            let time = now()
            let batch = Batch(
                owner.partition, guards: [standing.unchanged(at: time)],
                stateWrites(changes, session: session, owner, at: time) + [standing.touch(at: time)])
            switch await commit(batch) {
            case .success:
                temporaryState.apply(changes, to: session, in: owner.partition)
                return await deliver(changes, of: owner)
            case .failure(let error) where error.code == .guardFailed || error.code == .missing:
                standing = try await self.standing(of: session, in: owner)
            case .failure(let error): throw TranscriptError(error)
            }
        }
        throw Self.contention
    }

    /// Changes what all users of an application share.
    /// - Throws: ``TranscriptError`` `invalid` also for another scope than `app`, `unavailable`.
    public func updateAppState(_ changes: [StateChange], of app: String) async throws(TranscriptError) {
        try Check.identifier(app, "app")
        try StateChange.validate(changes)
        guard changes.allSatisfy({ $0.scope == .app }) else {
            throw TranscriptError(.invalid, "every change must be of the scope app")
        }
        let time = now()
        let batch = Batch(Owner.sharedPartition(of: app), changes.flatMap { Self.writes($0, session: "", at: time) })
        if case .failure(let error) = await commit(batch) { throw TranscriptError(error) }
    }

    /// - Parameter code: What a change is that needs a session where there is none: wrong, or in conflict with the run
    ///   whose log it is for.
    static func check(
        _ changes: [StateChange], session: String?, else code: TranscriptError.Code = .invalid
    ) throws(TranscriptError) {
        guard session == nil else { return }
        for change in changes where change.scope == .session || change.scope == .temporary {
            throw TranscriptError(code, "state of scope \(change.scope.rawValue) needs a session")
        }
    }

    /// The writes of changes into the owner's partition; those of the application go into the outbox.
    func stateWrites(_ changes: [StateChange], session: String?, _ owner: Owner, at time: Timestamp) -> [Write] {
        var writes: [Write] = []
        for change in changes {
            switch change.scope {
            case .session: writes += Self.writes(change, session: session ?? "", at: time)
            case .user: writes += Self.writes(change, session: "", at: time)
            case .app, .temporary: break
            }
        }
        return writes + outgoing(changes.filter { $0.scope == .app }, of: owner, at: time)
    }

    /// Keeps the temporary changes of a commit, unless its session had ended.
    func keepTemporary(_ changes: [StateChange], of session: SessionStanding?, in owner: Owner) {
        guard let session, session.status == .active else { return }
        temporaryState.apply(changes, to: session.id, in: owner.partition)
    }

    /// The writes of one change: what the name has under another spelling leaves.
    static func writes(_ change: StateChange, session: String, at time: Timestamp) -> [Write] {
        let (name, others) = change.spellings
        return [write(StateChange(change.scope, name, change.value), session: session, at: time)]
            + others.map { write(StateChange(change.scope, $0, nil), session: session, at: time) }
    }

    static func write(_ change: StateChange, session: String, at time: Timestamp) -> Write {
        guard let value = change.value else {
            return .delete(Key(StateField.recordType, [.text(session), .text(change.name)]))
        }
        var values = FieldValues<StateField>()
        values[.session] = .text(session)
        values[.name] = .text(change.name)
        values[.value] = .json(value.canonical)
        values[.updatedAt] = .init(time)
        return values.replacement
    }

    static func stateQuery(_ session: String) -> Query {
        Query(
            StateField.recordType, StateField.equal(.session, session), order: .field(StateField.name.rawValue),
            limit: Bounds.page)
    }

    private func values(
        _ first: Page, _ query: Query, in partition: Partition
    ) async throws(TranscriptError) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        var times: [String: Timestamp] = [:]
        var page = first
        var query = query
        while true {
            for case let record? in page.records {
                let row = try StoredRow<StateField>(record)
                guard let name = row.text(.name), case .json(let text) = row.value(.value),
                    let value = try? JSONValue(parsing: text)
                else { throw TranscriptError(.corrupted, "a stored state value is damaged") }
                // Earlier versions kept two spellings of a name side by side: the value written last is the name's.
                let time = row.time(.updatedAt) ?? Timestamp(microseconds: 0)
                if let other = times.updateValue(time, forKey: name), other > time {
                    times[name] = other
                    continue
                }
                values[name] = value
            }
            guard let next = page.next else { return values }
            query.after = next
            page = try await read([.query(query)], in: partition)[0]
        }
    }
}
