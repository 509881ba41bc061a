import Records

/// What a commit that began a purge, or a move to the archive, leaves to be done: in pieces, by whoever comes by.
extension TranscriptStore {
    /// Removes what a purged session or run has left, and then says so in its tombstone.
    /// - Parameter kept: What a move to the archive has kept there, where that is at hand.
    @discardableResult
    func finish(_ tombstone: Tombstone, kept: ArchivedRun? = nil) async throws(TranscriptError) -> PurgeReport {
        var report = PurgeReport()
        if tombstone.includesMemories {
            try await removeMemories(of: tombstone)
            report.includesMemories = true
        }
        guard tombstone.isPending else { return report }
        let partition = tombstone.owner.partition
        let id = tombstone.id
        var counter = PreparedEvent.counter(session: nil, run: id)
        switch tombstone.kind {
        case .archive:
            try await leave(tombstone, kept)
            return report
        case .run:
            if configuration.archive != nil { try await removeArchived([id], of: tombstone.owner) }
            report.events = try await removeAll(
                EventField.recordType, EventField.equal(.runID, id), "sequence", partition)
        case .session:
            counter = PreparedEvent.counter(session: id, run: nil)
            temporaryState.remove(id, in: partition)
            try await removeConversation(of: tombstone)
            let events = EventField.equal(.sessionID, id)
            report.events = try await removeAll(EventField.recordType, events, "sequence", partition)
            try await removeArchived(keptRuns(ofSession: id, in: partition), of: tombstone.owner)
            let archiving = Tombstone.Kind.archive.rawValue
            report.runs = try await removeAll(
                RunField.recordType, RunField.equal(.session, id), "created_at", partition
            ) { [Key(SuspensionField.recordType, $0), Key(TombstoneField.recordType, [.text(archiving)] + $0)] }
            report.stateValues = try await removeAll(
                StateField.recordType, StateField.equal(.session, id), "name", partition)
        }
        // The counter of the log goes back to where no log was.
        let count = Int64(try await read([.counter(counter)], in: partition)[0].count)
        let key = Tombstone.key(tombstone.kind, id)
        let done = Change.set(TombstoneField.pendingSince.rawValue, .null)
        let pending = Guard.matches(key, .exists(FieldPath(TombstoneField.pendingSince.rawValue)))
        let batch = Batch(partition, guards: [pending], [.count(counter, -count, atMost: nil), .patch(key, [done])])
        // Where the guard fails, somebody else has finished it.
        try await commitUnlessOvertaken(batch)
        return report
    }

    /// Lets the events and the checkpoint of an archived run leave the store, while it is archived and the move is the
    /// one that was read: a run that somebody brought back meanwhile keeps them, for nobody else has them then.
    private func leave(_ tombstone: Tombstone, _ kept: ArchivedRun?) async throws(TranscriptError) {
        let partition = tombstone.owner.partition
        let id = tombstone.id
        let record = try await record(StoredRun.key(id), in: partition)
        guard let record, try StoredRun(record).run.archivedAt != nil else {
            // The run is back or was purged, and its id may be another's: nothing is to leave.
            try await commitUnlessOvertaken(
                Batch(partition, guards: [tombstone.unchanged], [.delete(Tombstone.key(.archive, id))]))
            return
        }
        // A restoration that came before may have removed the file late; one that comes later sees the mark.
        let archive = try requiredArchive()
        if try await loaded(id, from: archive, of: tombstone.owner) == nil {
            guard let kept else { throw Self.lost(id) }
            try await keep(kept, in: archive, of: tombstone.owner)
        }
        let isArchived = Filter.exists(FieldPath(RunField.archivedAt.rawValue))
        let guards = [tombstone.unchanged, .matches(StoredRun.key(id), isArchived)]
        try await removeAll(
            EventField.recordType, EventField.equal(.runID, id), "sequence", partition, while: guards)
        try await commitUnlessOvertaken(
            Batch(
                partition, guards: guards,
                [.delete(Key(SuspensionField.recordType, id)), .delete(Tombstone.key(.archive, id))]))
    }

    /// Commits what is in vain where a guard fails.
    private func commitUnlessOvertaken(_ batch: Batch) async throws(TranscriptError) {
        if case .failure(let error) = await commit(batch), error.code != .guardFailed { throw TranscriptError(error) }
    }

    private func removeMemories(of tombstone: Tombstone) async throws(TranscriptError) {
        guard let purgeMemories = configuration.purgeMemories else {
            throw TranscriptError(.unsupported, "purgeMemories is not configured, so memories cannot be removed")
        }
        do {
            try await purgeMemories(tombstone.id, tombstone.owner)
        } catch {
            throw TranscriptError(
                .unavailable, "the memories of session \(tombstone.id) could not be removed; purge again",
                underlying: error)
        }
    }

    private func removeConversation(of tombstone: Tombstone) async throws(TranscriptError) {
        do {
            try await configuration.purgeConversation?(tombstone.id, tombstone.owner)
        } catch {
            throw TranscriptError(
                .unavailable, "the conversation at hand of session \(tombstone.id) could not be removed; purge again",
                underlying: error)
        }
    }

    /// The runs of a session of which the archive may have something: with an archive all of them, for one that was not
    /// marked yet, or no more, may lie there, too.
    private func keptRuns(ofSession id: String, in partition: Partition) async throws(TranscriptError) -> [String] {
        var filter = [RunField.equal(.session, id)]
        if configuration.archive == nil { filter.append(.exists(FieldPath(RunField.archivedAt.rawValue))) }
        let query = Query(
            RunField.recordType, .and(filter), order: .field(RunField.createdAt.rawValue), limit: Bounds.page,
            fields: [RunField.id.rawValue])
        var runs: [String] = []
        for record in try await all(query, in: partition) {
            if case .text(let run)? = record.key.id.first { runs.append(run) }
        }
        return runs
    }

    /// Deletes records in pieces until there are none, or the guards hold no more.
    /// - Parameter others: The keys of what goes with a record of an id.
    @discardableResult
    private func removeAll(
        _ type: String, _ filter: Filter, _ order: String, _ partition: Partition, while guards: [Guard] = [],
        beside others: (_ id: [Value]) -> [Key] = { _ in [] }
    ) async throws(TranscriptError) -> Int {
        let piece = min(500, records.capabilities.maximumWrites / 3)
        var query = Query(type, filter, order: .field(order), limit: max(1, piece), fields: [order])
        var removed = 0
        while true {
            let page = try await read([.query(query)], in: partition)[0]
            let keys = page.records.compactMap { $0?.key }
            if keys.isEmpty {
                guard let next = page.next else { return removed }
                query.after = next
                continue
            }
            let writes = keys.flatMap { key in ([key] + others(key.id)).map { Write.delete($0) } }
            switch await commit(Batch(partition, guards: guards, writes)) {
            case .success: removed += keys.count
            case .failure(let error) where error.code == .guardFailed: return removed
            case .failure(let error): throw TranscriptError(error)
            }
        }
    }
}
