import Records

extension TranscriptStore {
    /// Everything that a session is and holds, as it was at one moment.
    /// - Throws: ``TranscriptError`` `notFound`, `limit` when it has more than
    ///   ``TranscriptStoreConfiguration/maximumSnapshotEvents`` events, `conflict` when it is written to all the time or
    ///   has runs in the archive, `invalid`, `unavailable`.
    /// - Complexity: O(events + runs + state).
    public func exportSession(_ id: String, in owner: Owner) async throws(TranscriptError) -> SessionContent {
        try owner.validate()
        try Check.identifier(id, "session")
        for _ in 0..<16 {
            let before = try await record(StoredSession.key(id), in: owner.partition)
            let stored = try living(before, id)
            var content = SessionContent(session: stored.session, creation: stored.identity)
            content.state = try await state(of: id, in: owner).session
            content.runs = try await runContents(ofSession: id, in: owner)
            if let run = content.runs.first(where: { $0.run.archivedAt != nil })?.run {
                throw TranscriptError(.conflict, "run \(run.id) of session \(id) is in the archive; restore it first")
            }
            content.events = try await eventContents(of: .session(id), in: owner)
            // Every write to a session and its runs touches the session.
            let after = try await record(StoredSession.key(id), in: owner.partition)
            if after?.stamp == before?.stamp { return content }
        }
        throw Self.contention
    }

    private func runContents(ofSession id: String, in owner: Owner) async throws(TranscriptError) -> [RunContent] {
        let query = Query(
            RunField.recordType, RunField.equal(.session, id), order: .field(RunField.createdAt.rawValue),
            limit: Bounds.page)
        var contents: [RunContent] = []
        for record in try await all(query, in: owner.partition) {
            contents.append(try await content(of: record, owner))
        }
        return contents
    }

    func content(of record: Record, _ owner: Owner) async throws(TranscriptError) -> RunContent {
        let stored = try StoredRun(record)
        var content = RunContent(run: stored.run, creation: stored.identity)
        if stored.run.suspensionID != nil, stored.run.archivedAt == nil {
            content.suspension = try await suspension(of: stored.run.id, in: owner)
        }
        return content
    }

    /// The events of a log with the words by which they are found.
    func eventContents(of log: EventLog, in owner: Owner) async throws(TranscriptError) -> [EventContent] {
        let query = Query(
            EventField.recordType, EventField.equal(log.field, log.id), order: .field(EventField.sequence.rawValue),
            limit: Bounds.page, fields: EventField.visible + [EventField.content.rawValue])
        let maximum = configuration.maximumSnapshotEvents
        let records = try await all(query, in: owner.partition, maximum: maximum)
        guard records.count <= maximum else {
            throw TranscriptError(
                .limit, "\(log.id) has more events than maximumSnapshotEvents, \(maximum); read them in pages")
        }
        var contents: [EventContent] = []
        for record in records {
            let event = try Event(record)
            var content = EventContent(event: event)
            let found = try StoredRow<EventField>(record).text(.content)
            let usual = [event.payload.text, event.payload.plainText].map { $0.map(Self.searchable) }
            if !usual.contains(found) { content.searchText = found ?? "" }
            contents.append(content)
        }
        return contents
    }

    /// The records of a query, page after page, until there are more than a maximum.
    func all(
        _ query: Query, in partition: Partition, maximum: Int = .max
    ) async throws(TranscriptError) -> [Record] {
        var query = query
        var records: [Record] = []
        while true {
            let page = try await read([.query(query)], in: partition)[0]
            records += page.records.compactMap { $0 }
            guard let next = page.next, records.count <= maximum else { return records }
            query.after = next
        }
    }
}
