package import Access
import Digests
package import Memories
package import Records
import Synchronization

/// An append-only log of who did what, chained under a key: what was changed, taken out, moved, put in or cut off later
/// does not verify.
///
/// Any number of servers append to the one log of a store. Events that wait are written together; each call returns when
/// its own event is durable.
package final class AuditLog: Sendable {
    private struct Waiting {
        var event: AuditEvent
        var done: CheckedContinuation<MemoryError?, Never>
    }
    private struct State {
        var waiting: [Waiting] = []
        var isWriting = false
    }

    private let records: any RecordStore
    private let key: AuditKey
    private let headPath: String?
    /// Whether reading is written down too.
    package let includesReads: Bool
    private let clock: @Sendable () -> Timestamp
    private let state = Mutex(State())
    /// The end of the log as this server last saw it. Only the one writing task uses it.
    private let end = Mutex<End?>(nil)
    /// The most events that are written together.
    private static let group = 250
    /// How often other servers may be faster.
    private static let patience = 1_000

    private struct End {
        var head: AuditHead
        /// The revision of the record of the head; 0 when there is none.
        var revision: Int64
        /// Whether another server has written meanwhile.
        var isStale = false
    }

    /// Prepares the record types and, where a head is kept outside, checks that the log reaches it: a log that is shorter
    /// than it was is not written on.
    /// - Parameters:
    ///   - headPath: A file that says how the log ends, renewed with every write; keep it where whoever can change the
    ///     store cannot reach.
    /// - Throws: ``MemoryError`` `corrupted` when the log does not reach the head, `unavailable`.
    package init(
        _ records: any RecordStore, key: AuditKey, headPath: String? = nil, includesReads: Bool = false,
        clock: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) async throws(MemoryError) {
        do {
            try await records.prepare(AuditRecords.all)
        } catch {
            throw MemoryError(error)
        }
        self.records = records
        self.key = key
        self.headPath = headPath
        self.includesReads = includesReads
        self.clock = clock
        if let headPath, let outside = try AuditHead(file: headPath) {
            if let fault = try await AuditReader(records).fault(inEndAgainst: outside) {
                throw MemoryError(.corrupted, "the audit log is not the one of \(headPath): \(fault.reason)")
            }
        }
    }

    /// Writes down what a request did, if it is of a kind that is written down.
    /// - Parameters:
    ///   - operation: What it is called where its trail does not say.
    ///   - status: The HTTP status, or that which the error would have.
    /// - Throws: ``MemoryError`` `outcomeUnknown` when what was done could not be written down.
    package func record(
        _ notes: AccessTrail.Notes, by actor: String, operation: String, status: Int, traceID: String
    ) async throws(MemoryError) {
        let changes = notes.permissions.contains { $0 != .read }
        guard changes || (includesReads && notes.permissions.contains(.read)) else { return }
        let outcome: AuditEvent.Outcome
        switch notes.failure ?? status {
        case ..<400: outcome = .ok
        case 401, 403: outcome = .refused
        // Nothing happened, and nobody was kept from anything.
        case 400..<500: return
        default: outcome = .unknown
        }
        let owners = notes.scopes.map { key.pseudonym(app: $0.app, user: $0.user) }
        for owner in owners.isEmpty ? [""] : owners {
            try await append(
                AuditEvent(
                    time: clock(), actor: actor, operation: notes.operation ?? operation, owner: owner, ids: notes.ids,
                    outcome: outcome, traceID: traceID))
        }
    }

    /// Appends an event, and returns when it is durable.
    /// - Throws: ``MemoryError`` `outcomeUnknown`.
    package func append(_ event: AuditEvent) async throws(MemoryError) {
        let failure: MemoryError? = await withCheckedContinuation { done in
            let begins = state.withLock { state in
                state.waiting.append(Waiting(event: event, done: done))
                defer { state.isWriting = true }
                return !state.isWriting
            }
            // One task writes for all that wait meanwhile. A caller who leaves takes nobody's event along.
            if begins { Task.detached { await self.write() } }
        }
        if let failure { throw failure }
    }

    private func write() async {
        while true {
            let group: [Waiting] = state.withLock { state in
                let group = Array(state.waiting.prefix(Self.group))
                state.waiting.removeFirst(group.count)
                if group.isEmpty { state.isWriting = false }
                return group
            }
            if group.isEmpty { return }
            var failure: MemoryError?
            do throws(MemoryError) {
                try await commit(group.map(\.event))
            } catch {
                failure = MemoryError(
                    .outcomeUnknown, "what was done could not be written to the audit log", underlying: error)
            }
            for waiting in group { waiting.done.resume(returning: failure) }
        }
    }

    /// Commits entries behind the end of the log; when another server was faster, behind its entries.
    private func commit(_ events: [AuditEvent]) async throws(MemoryError) {
        for _ in 0..<Self.patience {
            let (head, revision) = try await lastEnd()
            let (batch, next) = batch(of: events, after: head, revision)
            do throws(StoreError) {
                let receipt = try await commit(batch)
                end.withLock { $0 = End(head: next, revision: receipt.results.last ?? 0) }
            } catch {
                end.withLock { $0?.isStale = true }
                guard error.code == .guardFailed || error.code == .exists else { throw MemoryError(error) }
                continue
            }
            if let headPath { try next.write(to: headPath) }
            return
        }
        throw MemoryError(.unavailable, "other servers kept the audit log busy")
    }

    private func batch(of events: [AuditEvent], after head: AuditHead, _ revision: Int64) -> (Batch, AuditHead) {
        var next = head
        var writes: [Write] = []
        for event in events {
            next.sequence += 1
            next.code = key.code(of: AuditEntry.content(next.sequence, event), after: next.code)
            let entry = AuditEntry(sequence: next.sequence, event: event, code: next.code)
            writes.append(.insert(AuditRecords.entry.name, entry.values))
        }
        writes.append(.put(AuditRecords.head.name, next.values))
        let condition: Guard =
            revision == 0
            ? .absent(AuditRecords.headKey) : .matches(AuditRecords.headKey, .equal("revision", .int(revision)))
        let id = UInt64.random(in: 1...UInt64(Int64.max))
        return (Batch(AuditRecords.partition, id: id, guards: [condition], writes), next)
    }

    private func commit(_ batch: Batch) async throws(StoreError) -> Receipt {
        do throws(StoreError) {
            return try await records.commit(batch)
        } catch {
            guard error.code == .outcomeUnknown else { throw error }
            // The batch has an id: asking again is safe.
            return try await records.commit(batch)
        }
    }

    private func lastEnd() async throws(MemoryError) -> (head: AuditHead, revision: Int64) {
        let known = end.withLock { $0 }
        if let known, !known.isStale { return (known.head, known.revision) }
        let found: (head: AuditHead, revision: Int64)
        do throws(StoreError) {
            if let record = try await records.record(AuditRecords.headKey, in: AuditRecords.partition) {
                guard let head = AuditHead(record) else {
                    throw StoreError(.corrupted, "the end of the audit log cannot be read")
                }
                found = (head, record.revision)
            } else {
                let log = Digest.hex((0..<16).map { _ in UInt8.random(in: 0...255) })
                found = (AuditHead(log: log, sequence: 0, code: key.beginning(of: log)), 0)
            }
        } catch {
            throw MemoryError(error)
        }
        // Others only ever append: a log that is shorter than it was is not written on.
        if let known, known.head.sequence > 0,
            known.head.log != found.head.log || known.head.sequence > found.head.sequence
        {
            throw MemoryError(.corrupted, "the audit log was cut off or replaced")
        }
        end.withLock { $0 = End(head: found.head, revision: found.revision) }
        return found
    }
}
