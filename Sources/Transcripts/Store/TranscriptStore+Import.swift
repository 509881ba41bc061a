import Digests
import Records

extension TranscriptStore {
    /// Brings a session in, with its runs, events and state, under the same ids, numbers and times.
    ///
    /// Nobody sees it before it is whole. An import that was interrupted goes on when the same content is imported
    /// again; a session that is there as it was imported is answered.
    /// - Parameter owner: Whose it becomes; need not be the one it was exported from.
    /// - Throws: ``TranscriptError`` `invalid`, `conflict` when there is another session, run or event of an id,
    ///   `sessionPurged`, `unavailable`, `outcomeUnknown`.
    @discardableResult
    public func importSession(_ content: SessionContent, in owner: Owner) async throws(TranscriptError) -> Session {
        try owner.validate()
        let content = try content.moved(to: owner)
        let id = content.session.id
        let mark = try StoredSession.importing + content.digest()
        let key = StoredSession.key(id)
        if let record = try await record(key, in: owner.partition) {
            let there = try StoredSession(record)
            guard there.identity == mark else { return try await same(content, there, in: owner) }
        } else {
            try await checkFree(content, in: owner)
            var session = content.session
            (session.status, session.timeToLive, session.expiresAt, session.activeRunCount) = (.ended, nil, nil, 0)
            let write = StoredSession(session: session, identity: mark).values.insertion
            let guards = [Guard.absent(Tombstone.key(.session, id))]
            switch await commit(Batch(owner.partition, guards: guards, [write])) {
            case .success: break
            case .failure(let error) where error.code == .guardFailed:
                throw TranscriptError(.sessionPurged, "session \(id) was purged")
            case .failure(let error): throw TranscriptError(error)
            }
        }
        try await restore(content.events, session: id, in: owner)
        let time = now()
        try await put(content.state.map { Self.write(StateChange(.session, $0, $1), session: id, at: time) }, in: owner)
        var writes: [Write] = []
        for run in content.runs {
            writes.append(try StoredRun(run: run.run, identity: run.creation ?? "").values().replacement)
            if let suspension = run.suspension { writes.append(suspension.replacement(of: run.run.id)) }
        }
        try await put(writes, in: owner)
        return try await publish(content, mark, in: owner)
    }

    /// Makes an imported session visible: the last of its commits.
    private func publish(
        _ content: SessionContent, _ mark: String, in owner: Owner
    ) async throws(TranscriptError) -> Session {
        let id = content.session.id
        let key = StoredSession.key(id)
        var session = content.session
        session.activeRunCount = content.runs.filter { $0.run.status.isActive }.count
        let final = StoredSession(session: session, identity: content.creation ?? "")
        let counter = PreparedEvent.counter(session: id, run: nil)
        let reached = Int64(try await read([.counter(counter)], in: owner.partition)[0].count)
        let last = content.events.last?.event.sequence ?? 0
        let isOurs = Guard.matches(key, SessionField.equal(.identity, mark))
        var writes = [final.values.replacement]
        if last != reached { writes.append(.count(counter, last - reached, atMost: nil)) }
        switch await commit(Batch(owner.partition, guards: [isOurs], writes)) {
        case .success: return session
        case .failure(let error) where error.isUndecided:
            // Its answer was lost, or somebody else has finished the same import.
            return try await same(content, try await storedSession(id, in: owner), in: owner)
        case .failure(let error): throw TranscriptError(error)
        }
    }

    /// The session that is there, when it is what would be imported.
    private func same(
        _ content: SessionContent, _ there: StoredSession, in owner: Owner
    ) async throws(TranscriptError) -> Session {
        let id = content.session.id
        guard !there.isImporting else {
            throw TranscriptError(
                .conflict, "another import of session \(id) was interrupted; repeat it, or purge the session")
        }
        let found = try await exportSession(id, in: owner).moved(to: owner)
        guard try found.digest() == content.digest() else {
            throw TranscriptError(.conflict, "there is another session \(id)")
        }
        return found.session
    }

    private func checkFree(_ content: SessionContent, in owner: Owner) async throws(TranscriptError) {
        let keys =
            content.runs.flatMap { [StoredRun.key($0.run.id), Tombstone.key(.run, $0.run.id)] }
            + content.events.map { PreparedEvent.key($0.event.id) }
        for start in stride(from: 0, to: keys.count, by: Bounds.page) {
            let piece = Array(keys[start..<min(start + Bounds.page, keys.count)])
            let found = try await read([.keys(piece)], in: owner.partition)[0].records
            guard let place = found.firstIndex(where: { $0 != nil }) else { continue }
            let kind = piece[place].type == EventField.recordType ? "an event" : "a run"
            throw TranscriptError(.conflict, "there is \(kind) of the same id")
        }
    }

    /// Writes events back under their ids and numbers; those that are there are left as they are.
    /// - Returns: Whether the guards held to the end.
    @discardableResult
    func restore(
        _ contents: [EventContent], session: String?, in owner: Owner, while guards: [Guard] = []
    ) async throws(TranscriptError) -> Bool {
        var start = 0
        let most = min(Bounds.eventsInAppend, records.capabilities.maximumWrites)
        while start < contents.count {
            var end = start
            var bytes = 0
            while end < contents.count, end - start < most {
                bytes += try contents[end].event.payload.encoded().count
                if end > start, bytes > Bounds.appendBytes / 2 { break }
                end += 1
            }
            let piece = contents[start..<end]
            let events = piece.map { content in
                var event = NewEvent(content.event)
                // The key comes back below: it is unique in its log, and a piece may be of several.
                event.key = nil
                event.text = content.searchText
                return event
            }
            let prepared = try await prepare(events, for: .session(session ?? ""), in: owner).events
            guard try await put(Array(zip(piece, prepared)), session, owner, guards) else { return false }
            start = end
        }
        return true
    }

    /// Writes those of the events that are not there; somebody else may be doing the same.
    private func put(
        _ piece: [(content: EventContent, event: PreparedEvent)], _ session: String?, _ owner: Owner, _ guards: [Guard]
    ) async throws(TranscriptError) -> Bool {
        let keys = piece.map { PreparedEvent.key($0.content.event.id) }
        for _ in 0..<Self.attempts {
            let there = try await read([.keys(keys, fields: [EventField.id.rawValue])], in: owner.partition)[0].records
            let writes = zip(piece, there).filter { $1 == nil }.map { element, _ in
                element.event.restoration(of: element.content.event, session: session)
            }
            if writes.isEmpty { return true }
            switch await commit(Batch(owner.partition, guards: guards, writes)) {
            case .success: return true
            case .failure(let error) where error.code == .guardFailed: return false
            case .failure(let error) where error.code == .exists: continue
            case .failure(let error): throw TranscriptError(error)
            }
        }
        throw Self.contention
    }

    private func put(_ writes: [Write], in owner: Owner) async throws(TranscriptError) {
        let most = min(100, records.capabilities.maximumWrites)
        for start in stride(from: 0, to: writes.count, by: most) {
            let piece = Array(writes[start..<min(start + most, writes.count)])
            if case .failure(let error) = await commit(Batch(owner.partition, piece)) { throw TranscriptError(error) }
        }
    }
}

extension PreparedEvent {
    /// The insertion of an event as it was.
    fileprivate func restoration(of event: Event, session: String?) -> Write {
        var values = values
        values[.id] = .text(event.id)
        values[.key] = .init(event.key)
        values[.sessionID] = .init(session)
        values[.runID] = .init(event.run)
        values[.sequence] = .int(event.sequence)
        values[.recordedAt] = .init(event.recordedAt)
        return values.insertion
    }
}

extension SessionContent {
    /// The content as an owner would have it, checked.
    /// - Throws: `invalid`, naming what does not fit.
    fileprivate func moved(to owner: Owner) throws(TranscriptError) -> SessionContent {
        var moved = self
        let id = session.id
        moved.session.owner = owner
        try NewSession(
            id: id, agent: session.agent, title: session.title, labels: session.labels, metadata: session.metadata,
            timeToLive: session.timeToLive,
            state: state.map { StateChange(.session, $0, $1) }.sorted {
                $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
            }
        ).validate(stateLimit: .max)
        var runs: Set<String> = []
        for place in moved.runs.indices {
            moved.runs[place].run.owner = owner
            let run = moved.runs[place].run
            try run.validate()
            guard TranscriptStore.isSame(run.session, id) else {
                throw TranscriptError(.invalid, "run \(run.id) is of another session")
            }
            guard runs.insert(run.id).inserted else { throw TranscriptError(.invalid, "run \(run.id) is there twice") }
        }
        var last: Int64 = 0
        for place in moved.events.indices {
            var event = moved.events[place].event
            try Check.identifier(event.id, "event id")
            try Check.text(event.id, "event id", maximumBytes: 36)
            guard event.session.map({ $0.hasSameBytes(as: id) }) ?? false, event.run.map({ runs.contains($0) }) ?? true
            else { throw TranscriptError(.invalid, "events[\(place)] is of another session or run") }
            guard event.sequence > last else {
                throw TranscriptError(.invalid, "events[\(place)]: sequences must increase from 1")
            }
            last = event.sequence
            event.stamp = .zero
            if let key = event.key {
                event.id = PreparedEvent.id(of: key, event.run.map { .run($0) } ?? .session(id), in: owner)
            }
            moved.events[place].event = event
        }
        return moved
    }

    /// What makes it this content and no other.
    fileprivate func digest() throws(TranscriptError) -> String {
        // A digest of the pieces' digests: the pieces may be large, and there may be many.
        var pieces: [UInt8] = []
        func add(_ text: String?) { add(text.map { Array($0.utf8) } ?? [0xff]) }
        func add(_ bytes: [UInt8]) {
            var hash = Digest()
            hash.update(bytes)
            pieces += hash.finish()
        }
        var plain = session
        plain.activeRunCount = 0
        add(String(describing: StoredSession(session: plain, identity: creation ?? "").values.values))
        for (name, value) in state.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            add(name)
            add(value.canonical)
        }
        for run in runs {
            add(String(describing: try StoredRun(run: run.run, identity: run.creation ?? "").values().values))
            add(run.suspension?.data ?? [])
        }
        for content in events {
            let event = content.event
            for text in [event.id, event.key, event.run, event.agent, event.turn, event.author, content.searchText] {
                add(text)
            }
            add(event.type.rawValue)
            add(try event.payload.encoded())
            add(JSONValue.object(event.labels.mapValues { .string($0) }).canonical)
            add(event.stateChanges.document.canonical)
            for number in [event.sequence, event.timestamp.microseconds, event.recordedAt.microseconds] {
                add(String(number))
            }
        }
        var hash = Digest()
        hash.update(pieces)
        return Digest.hex(hash.finish())
    }
}

extension Run {
    /// Checks the run against the limits.
    fileprivate func validate() throws(TranscriptError) {
        try NewRun(
            id: id, agent: agent, session: session, turn: turn, parent: parent, parentToolCall: parentToolCall,
            predecessor: predecessor, phase: phase, labels: labels, metadata: metadata, attributes: attributes,
            requestDigest: requestDigest
        ).validate()
        try Check.identifier(cancellationReason?.rawValue, "cancellation reason")
        try Check.identifier(suspensionID, "suspension")
    }
}
