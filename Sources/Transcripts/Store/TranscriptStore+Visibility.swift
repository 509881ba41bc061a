import Records

/// What belongs to a session is seen as long as the session is: not when that was purged, has expired, or is still being
/// brought in, though its records may be there.
extension TranscriptStore {
    static func missing(run id: String) -> TranscriptError { TranscriptError(.notFound, "run \(id) not found") }

    /// A run that calls see, and what else is read at the same moment.
    func lookUp(
        _ id: String, in owner: Owner, _ reads: [Read] = []
    ) async throws(TranscriptError) -> (run: Run?, pages: [Page]) {
        // Mostly the session is known, and looked at in the same read.
        let believed = facts.session(of: id, in: owner.partition) ?? nil
        let keys = [StoredRun.key(id)] + (believed.map { [StoredSession.key($0)] } ?? [])
        var pages = try await read([.keys(keys)] + reads, in: owner.partition)
        let found = pages.removeFirst().records
        guard let record = found[0] else { return (nil, pages) }
        let run = try StoredRun(record).run
        facts.learn(session: run.session, of: id, in: owner.partition)
        guard let session = run.session else { return (run, pages) }
        let standing: Record?
        if let believed, believed.hasSameBytes(as: session) {
            standing = found[1]
        } else {
            standing = try await self.record(StoredSession.key(session), in: owner.partition)
        }
        return (try isVisible(standing) ? run : nil, pages)
    }

    /// The record of a run that calls see.
    func visibleRecord(ofRun id: String, in owner: Owner) async throws(TranscriptError) -> Record? {
        guard let record = try await record(StoredRun.key(id), in: owner.partition) else { return nil }
        guard let session = try StoredRun(record).run.session else { return record }
        return try isVisible(try await self.record(StoredSession.key(session), in: owner.partition)) ? record : nil
    }

    /// The runs, of whatever owners, whose sessions are there.
    func visible(_ runs: [Run]) async throws(TranscriptError) -> [Run] {
        var gone: [Owner: Set<Value>] = [:]
        for (owner, runs) in Dictionary(grouping: runs, by: \.owner) {
            gone[owner] = try await goneSessions(runs.compactMap(\.session), in: owner)
        }
        return runs.filter { run in run.session.map { gone[run.owner]?.contains(.text($0)) != true } ?? true }
    }

    /// Whether the session or the run of its own that events belong to is there.
    func visible(_ events: [Event], in owner: Owner) async throws(TranscriptError) -> Set<String> {
        let sessions = try await goneSessions(events.compactMap(\.session), in: owner)
        let runs = try await gone(events.compactMap { $0.session == nil ? $0.run : nil }, in: owner)
        return Set(
            events.filter { event in
                if let session = event.session { return !sessions.contains(.text(session)) }
                return event.run.map { !runs.contains(.text($0)) } ?? false
            }.map(\.id))
    }

    /// Which of the sessions were purged or have expired.
    private func goneSessions(_ ids: [String], in owner: Owner) async throws(TranscriptError) -> Set<Value> {
        let distinct = Array(Set(ids.map { Value.text($0) }))
        guard !distinct.isEmpty else { return [] }
        let keys = distinct.map { Key(SessionField.recordType, [$0]) }
        let records = try await read([.keys(keys)], in: owner.partition)[0].records
        var gone: Set<Value> = []
        for (id, record) in zip(distinct, records) where try !isVisible(record) { gone.insert(id) }
        return gone
    }

    /// Which of the runs were purged.
    private func gone(_ runs: [String], in owner: Owner) async throws(TranscriptError) -> Set<Value> {
        let distinct = Array(Set(runs.map { Value.text($0) }))
        guard !distinct.isEmpty else { return [] }
        let keys = distinct.map { Key(RunField.recordType, [$0]) }
        let records = try await read([.keys(keys, fields: [RunField.id.rawValue])], in: owner.partition)[0].records
        return Set(zip(distinct, records).filter { $1 == nil }.map(\.0))
    }

    private func isVisible(_ session: Record?) throws(TranscriptError) -> Bool {
        guard let session else { return false }
        return try StoredSession(session).isVisible(at: configuration.clock())
    }
}
