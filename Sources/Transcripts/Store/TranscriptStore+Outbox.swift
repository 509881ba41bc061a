import Records

/// Changes of the application's state cross partitions. They are committed with their event into the owner's outbox and
/// carried over from there: exactly once, because the target keeps the last number of each owner and commits it together
/// with the values; in the order of the owner's commits, because numbers are given in that order and none is left out.
/// Changes of different owners have no order between them but that of their arrival.
extension TranscriptStore {
    /// Carries an owner's changes of the application's state over.
    /// - Returns: how many commits' changes arrived by this call.
    /// - Throws: ``TranscriptError`` `invalid`, `unavailable`; what has not arrived stays and is carried over later.
    @discardableResult
    public func deliverAppState(of owner: Owner) async throws(TranscriptError) -> Int {
        try owner.validate()
        var delivered = 0
        for _ in 0..<Self.attempts {
            let page = try await read([.query(Self.outboxQuery)], in: owner.partition)[0]
            let waiting = try page.records.compactMap { $0 }.map { record throws(TranscriptError) in
                try Outgoing(record)
            }
            guard !waiting.isEmpty else { return delivered }
            let shared = Owner.sharedPartition(of: owner.app)
            let watermark = try Self.watermark(try await record(Self.inboxKey(owner), in: shared))
            let fresh = fitting(waiting.filter { $0.number > watermark })
            if let last = fresh.last {
                let time = now()
                var values = FieldValues<InboxField>()
                values[.source] = .text(owner.partition.name)
                values[.number] = .int(last.number)
                let expected: Guard =
                    watermark == 0
                    ? .absent(Self.inboxKey(owner))
                    : .matches(Self.inboxKey(owner), InboxField.equal(.number, .int(watermark)))
                let writes = fresh.flatMap(\.changes).map { Self.write($0, session: "", at: time) }
                switch await commit(Batch(shared, guards: [expected], writes + [values.replacement])) {
                case .success: delivered += fresh.count
                case .failure(let error) where error.code == .guardFailed: continue
                case .failure(let error): throw TranscriptError(error)
                }
            }
            let arrived = max(watermark, fresh.last?.number ?? 0)
            let deletions = waiting.filter { $0.number <= arrived }.map { Write.delete(Self.outboxKey($0.number)) }
            if case .failure(let error) = await commit(Batch(owner.partition, deletions)) {
                throw TranscriptError(error)
            }
        }
        throw Self.contention
    }

    /// Carries changes over right after their commit.
    /// - Returns: whether they are still on their way; they are committed either way.
    func deliver(_ changes: [StateChange], of owner: Owner) async -> Bool {
        guard changes.contains(where: { $0.scope == .app }) else { return false }
        do {
            try await deliverAppState(of: owner)
            return false
        } catch {
            return true
        }
    }

    /// The changes of the application's state that have not arrived yet, in order.
    func outgoing(
        _ first: Page, after watermark: Int64, in partition: Partition
    ) async throws(TranscriptError) -> [StateChange] {
        var changes: [StateChange] = []
        var page = first
        var query = Self.outboxQuery
        while true {
            for case let record? in page.records {
                let outgoing = try Outgoing(record)
                if outgoing.number > watermark { changes += outgoing.changes }
            }
            guard let next = page.next else { return changes }
            query.after = next
            page = try await read([.query(query)], in: partition)[0]
        }
    }

    static func outgoing(_ changes: [StateChange], of owner: Owner, at time: Timestamp) -> Write {
        var values = FieldValues<OutboxField>()
        values[.number] = .next("transcript/outbox")
        values[.app] = .text(owner.app)
        values[.user] = .text(owner.user)
        values[.changes] = .json(changes.document.canonical)
        values[.recordedAt] = .init(time)
        return values.insertion
    }

    static let outboxQuery = Query(OutboxField.recordType, limit: 100)

    static func outboxKey(_ number: Int64) -> Key { Key(OutboxField.recordType, [.int(number)]) }

    static func inboxKey(_ owner: Owner) -> Key { Key(InboxField.recordType, owner.partition.name) }

    static func watermark(_ record: Record?) throws(TranscriptError) -> Int64 {
        guard let record else { return 0 }
        let row = try StoredRow<InboxField>(record)
        return try row.required(row.int(.number), .number)
    }

    /// As many from the start as one commit takes; at least one.
    private func fitting(_ waiting: [Outgoing]) -> [Outgoing] {
        var writes = 1
        var count = 0
        for element in waiting {
            writes += element.changes.count
            if count > 0, writes > records.capabilities.maximumWrites { break }
            count += 1
        }
        return Array(waiting.prefix(count))
    }
}

/// Changes of one commit on their way.
private struct Outgoing {
    var number: Int64
    var changes: [StateChange]

    init(_ record: Record) throws(TranscriptError) {
        let row = try StoredRow<OutboxField>(record)
        number = try row.required(row.int(.number), .number)
        guard case .json(let text) = row.value(.changes) else {
            throw TranscriptError(.corrupted, "stored state changes are damaged")
        }
        changes = try [StateChange](text)
    }
}
