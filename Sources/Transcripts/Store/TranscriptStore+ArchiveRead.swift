import Records

/// What is read of a run that is in the archive.
extension TranscriptStore {
    /// What the archive has of a run that the store says is there; nil when the run is not archived any more, or was
    /// changed meanwhile.
    /// - Throws: `corrupted` when the archive lacks it, `unavailable`.
    func archived(_ run: Run, in archive: any RunArchive) async throws(TranscriptError) -> ArchivedRun? {
        if let kept = try await loaded(run.id, from: archive, of: run.owner) { return kept }
        let record = try await record(StoredRun.key(run.id), in: run.owner.partition)
        guard let record, try StoredRun(record).run.revision == run.revision else { return nil }
        throw Self.lost(run.id)
    }

    static func lost(_ run: String) -> TranscriptError {
        TranscriptError(.corrupted, "run \(run) is not in the archive")
    }

    /// What the archive has of a run, if anything.
    func loaded(
        _ id: String, from archive: any RunArchive, of owner: Owner
    ) async throws(TranscriptError) -> ArchivedRun? {
        do {
            return try await archive.load(id, of: owner)
        } catch {
            throw TranscriptError(.unavailable, "run \(id) cannot be read from the archive", underlying: error)
        }
    }

    /// The checkpoint of a run, from wherever it is.
    /// - Throws: `notFound` when there is none.
    func checkpoint(of id: String, in owner: Owner) async throws(TranscriptError) -> RunSuspension {
        for _ in 0..<Self.attempts {
            let (found, pages) = try await lookUp(id, in: owner, [.keys([Key(SuspensionField.recordType, id)])])
            guard let run = found, run.suspensionID != nil else { break }
            if run.archivedAt != nil {
                guard let kept = try await archived(run, in: requiredArchive()) else { continue }
                if let suspension = kept.content.suspension { return suspension }
                break
            }
            guard let record = pages[0].records[0] else { break }
            let row = try StoredRow<SuspensionField>(record)
            return RunSuspension(
                id: try row.required(row.text(.id), .id), data: try row.required(row.bytes(.data), .data))
        }
        throw TranscriptError(.notFound, "run \(id) has no suspension")
    }

    /// Which events of a run's log were asked for, from the archive; nil when the run is not archived any more.
    func archivedEvents(of run: Run, where isWanted: (Event) -> Bool) async throws(TranscriptError) -> [Event]? {
        try await archived(run, in: requiredArchive())?.events.map(\.event).filter(isWanted)
    }

    /// Which of the events with keys are in the archive, saying the same: a repeat is one there, too.
    /// - Throws: `conflict` when one is there saying something else.
    func archived(_ events: [PreparedEvent], in owner: Owner) async throws(TranscriptError) -> [String: AppendedEvent] {
        guard let archive = configuration.archive else { return [:] }
        var logs: [String: [PreparedEvent]] = [:]
        for event in events {
            if case .run(let id) = event.log, !event.values[.key].isNull { logs[id, default: []].append(event) }
        }
        var found: [String: AppendedEvent] = [:]
        for (id, events) in logs {
            guard let record = try await record(StoredRun.key(id), in: owner.partition) else { continue }
            let run = try StoredRun(record).run
            guard run.archivedAt != nil, let kept = try await archived(run, in: archive) else { continue }
            let known = Dictionary(kept.events.map { ($0.event.id, $0) }) { first, _ in first }
            for event in events {
                guard let content = known[event.id] else { continue }
                let first = try prepare(NewEvent(content.event), for: event.log, in: owner)
                guard event.isSame(as: first) else { throw Self.keyConflict(event) }
                found[event.id] = AppendedEvent(
                    id: event.id, sequence: content.event.sequence, timestamp: content.event.timestamp, isNew: false)
            }
        }
        return found
    }
}
