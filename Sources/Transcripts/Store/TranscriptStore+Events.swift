import Records

extension TranscriptStore {
    /// Events of a log, a page at a time, in either direction.
    /// - Parameters:
    ///   - types: Only events of these kinds, at most 16; all when empty.
    ///   - labels: Only events that have every one of these labels.
    ///   - after: Only events with a greater sequence.
    ///   - before: Only events with a lesser sequence.
    ///   - isDescending: Whether the newest come first.
    ///   - limit: 1 to 1,000.
    ///
    /// The events of a run that is in the archive are read there; the log of a session is without them.
    /// - Throws: ``TranscriptError`` `notFound` when there is no such session or run, `invalid`, `unsupported` for a run
    ///   in an archive that is not configured, `unavailable`.
    /// - Complexity: O(types × (page + log events)); with labels, also what is skipped; O(events) of a run in the archive.
    public func events(
        in log: EventLog, of owner: Owner, types: Set<EventType> = [], labels: [String: String] = [:],
        after: Int64? = nil, before: Int64? = nil, isDescending: Bool = false, limit: Int = 100
    ) async throws(TranscriptError) -> EventPage {
        try owner.validate()
        try log.validate()
        try Check.limit(limit)
        try Check.labels(labels)
        guard types.count <= Bounds.types else {
            throw TranscriptError(.invalid, "types has \(types.count) elements; the limit is \(Bounds.types)")
        }
        let queries = queries(log, owner, types, labels, (after, before), isDescending, limit)
        for _ in 0..<Self.attempts {
            var pages: [Page]
            switch log {
            case .session(let id):
                pages = try await read(
                    [.keys([StoredSession.key(id)])] + queries.map { .query($0) }, in: owner.partition)
                _ = try living(pages.removeFirst().records[0], id)
            case .run(let id):
                let found = try await lookUp(id, in: owner, queries.map { .query($0) })
                guard let run = found.run else { throw Self.missing(run: id) }
                if run.archivedAt != nil {
                    let kept = try await archivedEvents(of: run) { event in
                        (types.isEmpty || types.contains(event.type))
                            && labels.allSatisfy { event.labels[$0.key]?.hasSameBytes(as: $0.value) == true }
                    }
                    guard let kept else { continue }
                    return Self.page(kept, (after, before), isDescending, limit)
                }
                pages = found.pages
            }
            var events: [Event] = []
            for (query, page) in zip(queries, pages) {
                events += try await filled(page, query, limit + 1, in: owner.partition)
            }
            // What was read in pieces may have left for the archive between two.
            let isWhole = pages.allSatisfy { $0.next == nil || $0.records.count > limit }
            if case .run(let id) = log, !isWhole, try await isArchived(id, in: owner) { continue }
            return Self.page(events, (after, before), isDescending, limit)
        }
        throw Self.contention
    }

    /// The newest event of a kind.
    /// - Returns: nil when there is none.
    /// - Throws: ``TranscriptError``, as ``events(in:of:types:labels:after:before:isDescending:limit:)``.
    /// - Complexity: O(log events); O(events) of a run in the archive.
    public func latestEvent(
        of type: EventType, in log: EventLog, of owner: Owner
    ) async throws(TranscriptError) -> Event? {
        try await events(in: log, of: owner, types: [type], isDescending: true, limit: 1).events.first
    }

    /// One event that is in the store; one of a run in the archive is found in the run's log only.
    /// - Throws: ``TranscriptError`` `notFound`, `invalid`, `unavailable`.
    /// - Complexity: O(log events).
    public func event(_ id: String, of owner: Owner) async throws(TranscriptError) -> Event {
        try owner.validate()
        try Check.text(id, "event", maximumBytes: Bounds.identifierBytes)
        let missing = TranscriptError(.notFound, "event not found")
        guard !id.isEmpty, id.utf8.count <= 36 else { throw missing }
        let read = Read.keys([PreparedEvent.key(id)], fields: EventField.visible)
        guard let record = try await self.read([read], in: owner.partition)[0].records.first ?? nil else {
            throw missing
        }
        let event = try Event(record)
        guard try await visible([event], in: owner).contains(event.id) else { throw missing }
        return event
    }

    /// The events around one, in its session, or in its run where it has no session or that is asked for.
    /// - Parameters:
    ///   - before: How many before it, 0 to 1,000.
    ///   - after: How many after it, 0 to 1,000.
    ///   - isWithinRun: Whether only events of the same run count.
    ///   - types: Only events of these kinds, beside the one itself.
    /// - Throws: ``TranscriptError`` `notFound`, `invalid`, `unavailable`.
    /// - Complexity: O(types × (before + after + log events)).
    public func eventWindow(
        around id: String, of owner: Owner, before: Int = 10, after: Int = 10, isWithinRun: Bool = false,
        types: Set<EventType> = []
    ) async throws(TranscriptError) -> EventWindow {
        for (name, count) in [("before", before), ("after", after)] where !(0...Bounds.page).contains(count) {
            throw TranscriptError(.invalid, "\(name) must be 0 to \(Bounds.page), not \(count)")
        }
        let anchor = try await event(id, of: owner)
        var window = EventWindow(before: [], anchor: anchor, after: [])
        guard let log = isWithinRun ? anchor.run.map(EventLog.run) : anchor.log else {
            throw TranscriptError(.invalid, "the event has no run")
        }
        if before > 0 {
            window.before = try await events(
                in: log, of: owner, types: types, before: anchor.sequence, isDescending: true, limit: before
            ).events.reversed()
        }
        if after > 0 {
            window.after = try await events(
                in: log, of: owner, types: types, after: anchor.sequence, limit: after
            ).events
        }
        return window
    }

    /// A run and all its events as they are now, also from the archive; a run that nobody knows has none.
    /// - Throws: ``TranscriptError`` `limit` when it has more than ``TranscriptStoreConfiguration/maximumSnapshotEvents``
    ///   events, `invalid`, `unavailable`.
    public func snapshot(ofRun id: String, in owner: Owner) async throws(TranscriptError) -> RunSnapshot {
        try owner.validate()
        try Check.identifier(id, "run")
        let log = EventLog.run(id)
        let forward = queries(log, owner, [], [:], (nil, nil), false, Bounds.page)[0]
        let backward = queries(log, owner, [], [:], (nil, nil), true, 1)[0]
        for _ in 0..<Self.attempts {
            let (found, pages) = try await lookUp(id, in: owner, [.query(forward), .query(backward)])
            var snapshot = RunSnapshot(id: id, run: found, events: [])
            guard let run = found else { return snapshot }
            if run.archivedAt != nil {
                guard let kept = try await archivedEvents(of: run, where: { _ in true }) else { continue }
                snapshot.events = kept
                return snapshot
            }
            guard let newest = pages[1].records.first ?? nil else { return snapshot }
            snapshot.events = try await events(id, pages[0], forward, through: Event(newest).sequence, owner)
            // What was read in pieces may have left for the archive between two.
            if pages[0].next != nil, try await isArchived(id, in: owner) { continue }
            return snapshot
        }
        throw Self.contention
    }

    /// All events of a run up to one: what is appended while the pages are read is not of this moment.
    private func events(
        _ run: String, _ first: Page, _ query: Query, through last: Int64, _ owner: Owner
    ) async throws(TranscriptError) -> [Event] {
        var events: [Event] = []
        var page = first
        var query = query
        while true {
            for case let record? in page.records {
                let event = try Event(record)
                if event.sequence <= last { events.append(event) }
            }
            guard events.count <= configuration.maximumSnapshotEvents else {
                throw TranscriptError(
                    .limit,
                    "run \(run) has more events than maximumSnapshotEvents, \(configuration.maximumSnapshotEvents); "
                        + "read them in pages")
            }
            guard let next = page.next, (events.last?.sequence ?? 0) < last else { return events }
            query.after = next
            page = try await read([.query(query)], in: owner.partition)[0]
        }
    }

    private func isArchived(_ run: String, in owner: Owner) async throws(TranscriptError) -> Bool {
        guard let record = try await record(StoredRun.key(run), in: owner.partition) else { return false }
        return try StoredRun(record).run.archivedAt != nil
    }

    /// One query a kind, each of one element more than asked for, which tells whether there is more.
    private func queries(
        _ log: EventLog, _ owner: Owner, _ types: Set<EventType>, _ labels: [String: String],
        _ bounds: (after: Int64?, before: Int64?), _ isDescending: Bool, _ limit: Int
    ) -> [Query] {
        // No event has a longer one.
        let kinds: [String?] =
            types.isEmpty ? [nil] : types.map(\.rawValue).filter { $0.utf8.count <= Bounds.typeBytes }.sorted()
        return kinds.map { kind in
            var filter = [EventField.equal(log.field, log.id)]
            if let kind { filter.append(EventField.equal(.type, kind)) }
            filter += labelFilters(labels, EventField.labels.rawValue)
            var query = Query(
                EventField.recordType, .and(filter), order: .field(EventField.sequence.rawValue),
                isDescending: isDescending, limit: limit + 1, fields: EventField.visible)
            // A place between two sequences: no id is less than the empty one.
            if isDescending, let before = bounds.before {
                query.after = Cursor(after: [.int(before), .text("")], of: query, in: owner.partition)
            }
            if !isDescending, let after = bounds.after, after < .max {
                query.after = Cursor(after: [.int(after + 1), .text("")], of: query, in: owner.partition)
            }
            return query
        }
    }

    /// The events of a query until there are as many as wanted; a store may give a short page.
    private func filled(
        _ first: Page, _ query: Query, _ wanted: Int, in partition: Partition
    ) async throws(TranscriptError) -> [Event] {
        var events: [Event] = []
        var page = first
        var query = query
        while true {
            for case let record? in page.records { events.append(try Event(record)) }
            guard let next = page.next, events.count < wanted else { return events }
            query.after = next
            query.limit = wanted - events.count
            page = try await read([.query(query)], in: partition)[0]
        }
    }

    private static func page(
        _ found: [Event], _ bounds: (after: Int64?, before: Int64?), _ isDescending: Bool, _ limit: Int
    ) -> EventPage {
        let events = found.filter { event in
            bounds.after.map { event.sequence > $0 } ?? true && bounds.before.map { event.sequence < $0 } ?? true
        }.sorted { isDescending ? $0.sequence > $1.sequence : $0.sequence < $1.sequence }
        let page = Array(events.prefix(limit))
        return EventPage(events: page, next: events.count > limit ? page.last?.sequence : nil)
    }
}

extension Event {
    /// The log whose numbers it has.
    var log: EventLog? { session.map(EventLog.session) ?? run.map(EventLog.run) }
}
