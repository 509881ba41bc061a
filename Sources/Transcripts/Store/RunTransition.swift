import Records

extension StoredRun {
    /// The run after an update, by the rules of its life.
    /// - Throws: `conflict` when it ended, began or is to stop otherwise, `runNotActive`, `invalid`.
    func applying(_ update: RunUpdate, at time: Timestamp) throws(TranscriptError) -> StoredRun {
        var new = self
        try new.move(with: update, at: time)
        try new.cancel(with: update, from: run)
        if let labels = update.labels { new.run.labels = labels }
        if let metadata = update.metadata { new.run.metadata = metadata }
        if let attributes = update.attributes { new.run.attributes = attributes }
        if let turn = update.turn { new.run.turn = turn }
        return new
    }

    /// Status, phase, times and outcome.
    private mutating func move(with update: RunUpdate, at time: Timestamp) throws(TranscriptError) {
        let status = update.status ?? run.status
        guard run.status.mayBecome(status) else {
            if run.status.isActive {
                throw TranscriptError(.invalid, "status: a \(run.status.rawValue) run does not become pending again")
            }
            if status.isActive { throw TranscriptStore.closed(run) }
            throw TranscriptError(.conflict, "run \(run.id) has ended as \(run.status.rawValue)")
        }
        guard run.status.isActive else {
            // The end is written once: a repeat says the same, or nothing.
            let outcome = update.outcome == nil ? run.outcome : update.outcome
            let isSameOutcome = try encoded(outcome) == encoded(run.outcome)
            guard isSameOutcome, update.phase ?? run.phase == run.phase else {
                throw TranscriptError(.conflict, "run \(run.id) has ended with another outcome")
            }
            return
        }
        run.status = status
        if status == .running, run.startedAt == nil { run.startedAt = update.startedAt ?? time }
        if run.startedAt == nil { run.startedAt = update.startedAt }
        if let phase = update.phase { run.phase = phase }
        if !status.isActive {
            run.endedAt = update.endedAt ?? time
            run.outcome = update.outcome
            run.suspensionID = update.suspension?.id
        }
    }

    private mutating func cancel(with update: RunUpdate, from old: Run) throws(TranscriptError) {
        guard let reason = update.cancellationReason else {
            if run.status == .canceled, run.cancellationReason == nil { run.cancellationReason = .engineCanceled }
            return
        }
        if let first = old.cancellationReason {
            // An engine that stops a run does not say why it was to stop.
            let isEngine = reason == .engineCanceled && run.status == .canceled
            guard isEngine || first.rawValue.hasSameBytes(as: reason.rawValue) else {
                throw TranscriptError(.conflict, "run \(run.id) is to stop for another reason")
            }
            return
        }
        guard old.status.isActive else { throw TranscriptStore.closed(old) }
        run.cancellationReason = reason
    }

    private func encoded(_ outcome: RunOutcome?) throws(TranscriptError) -> [UInt8]? {
        guard let outcome else { return nil }
        return try PayloadCoding.encode(outcome)
    }
}
