import Records

/// What a sweep did.
public struct SweepReport: Sendable, Hashable {
    /// How many expired sessions were purged.
    public var expiredSessions = 0
    /// How many interrupted purges were finished.
    public var finishedPurges = 0
    /// How many commits' changes of an application's state were carried over.
    public var deliveredChanges = 0

    /// Nothing.
    public init() {}
}

extension TranscriptStore {
    /// Does what is due in all partitions: purges expired sessions, finishes interrupted purges and moves to the archive,
    /// and carries changes of the application's state over. A server calls it now and then; several may do so at once.
    ///
    /// What fails is left for the next sweep, and the rest is done; the first error is thrown at the end.
    /// - Throws: ``TranscriptError`` `unavailable`, `unsupported`, `corrupted`.
    /// - Complexity: O(due).
    @discardableResult
    public func sweep() async throws(TranscriptError) -> SweepReport {
        var report = SweepReport()
        var failure: TranscriptError?
        let expired = expired
        for record in try await due(SessionField.recordType, expired, SessionField.expiresAt.rawValue) {
            do throws(TranscriptError) {
                let session = try StoredSession(record).session
                _ = try await purge(session.id, in: session.owner, false, if: expired, isSweep: true)
                report.expiredSessions += 1
            } catch {
                // It came back to life meanwhile, or somebody else was faster.
                if [.sessionActive, .sessionHasActiveRuns, .notFound].contains(error.code) { continue }
                failure = failure ?? error
            }
        }
        let pending = TombstoneField.pendingSince.rawValue
        for record in try await due(TombstoneField.recordType, .exists(FieldPath(pending)), pending) {
            do throws(TranscriptError) {
                try await finish(try Tombstone(record))
                report.finishedPurges += 1
            } catch {
                failure = failure ?? error
            }
        }
        var owners: Set<Partition> = []
        for record in try await due(OutboxField.recordType, .all, OutboxField.recordedAt.rawValue) {
            do throws(TranscriptError) {
                let row = try StoredRow<OutboxField>(record)
                let owner = Owner(
                    app: try row.required(row.text(.app), .app), user: try row.required(row.text(.user), .user))
                guard owners.insert(owner.partition).inserted else { continue }
                report.deliveredChanges += try await deliverAppState(of: owner)
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return report
    }

    private func due(_ type: String, _ filter: Filter, _ order: String) async throws(TranscriptError) -> [Record] {
        var query = Query(type, filter, order: .field(order), limit: Bounds.page)
        var records: [Record] = []
        while true {
            let page = try await survey(query).page
            records += page.records.compactMap { $0 }
            guard let next = page.next else { return records }
            query.after = next
        }
    }
}
