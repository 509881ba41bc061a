import Digests
import Records

/// Changes of the application's state cross partitions. They are committed with their event into the owner's outbox and
/// carried over from there: exactly once, because the target keeps the last number of each owner and commits it together
/// with the values; in the order of the owner's commits, because numbers are given in that order and none is left out.
/// Changes of different owners have no order between them but that of their arrival.
extension TranscriptStore {
    /// Carries an owner's changes of the application's state over.
    /// - Returns: how many rows of the outbox arrived by this call: a commit has one for every 256 changes.
    /// - Throws: ``TranscriptError`` `invalid`, `unavailable`; what has not arrived stays and is carried over later.
    @discardableResult
    public func deliverAppState(of owner: Owner) async throws(TranscriptError) -> Int {
        try owner.validate()
        let shared = Owner.sharedPartition(of: owner.app)
        var delivered = 0
        for _ in 0..<Self.attempts {
            let page = try await read([.query(Self.outboxQuery)], in: owner.partition)[0]
            let waiting = try page.records.compactMap { $0 }.map { record throws(TranscriptError) in
                try Outgoing(record)
            }
            guard !waiting.isEmpty else { return delivered }
            let keys = Arrival.keys(of: owner)
            var arrived = try Arrival(try await read([.keys(keys)], in: shared)[0].records)
            let fresh = waiting.filter { $0.number > arrived.number }
            if !fresh.isEmpty {
                let load = load(fresh, after: arrived, at: now())
                let writes = load.writes + load.arrival.writes(of: owner, after: arrived)
                switch await commit(Batch(shared, guards: arrived.guards(of: owner), writes)) {
                case .success: delivered += fresh.count { $0.number <= load.arrival.number }
                case .failure(let error) where error.code == .guardFailed: continue
                case .failure(let error): throw TranscriptError(error)
                }
                arrived = load.arrival
            }
            let deletions = waiting.filter { $0.number <= arrived.number }.map {
                Write.delete(Self.outboxKey($0.number))
            }
            guard !deletions.isEmpty else { continue }
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
        _ first: Page, after arrived: Arrival, in partition: Partition
    ) async throws(TranscriptError) -> [StateChange] {
        var changes: [StateChange] = []
        var page = first
        var query = Self.outboxQuery
        var skipped = arrived.changes
        while true {
            for case let record? in page.records {
                let outgoing = try Outgoing(record)
                guard outgoing.number > arrived.number else { continue }
                changes += outgoing.changes.dropFirst(skipped)
                skipped = 0
            }
            guard let next = page.next else { return changes }
            query.after = next
            page = try await read([.query(query)], in: partition)[0]
        }
    }

    /// The writes of changes into the owner's outbox, each row small enough to be carried over whole.
    func outgoing(_ changes: [StateChange], of owner: Owner, at time: Timestamp) -> [Write] {
        // A name may need three writes, and two more keep how far things have arrived.
        let most = max(1, min(Bounds.stateChanges, (records.capabilities.maximumWrites - 2) / 3))
        var rows: [[StateChange]] = []
        var bytes = 0
        for change in changes {
            let size = (change.value?.canonical.utf8.count ?? 0) + change.name.utf8.count
            if let row = rows.last, row.count < most, bytes + size <= Bounds.outboxBytes {
                rows[rows.count - 1].append(change)
                bytes += size
            } else {
                rows.append([change])
                bytes = size
            }
        }
        return rows.map { row in
            var values = FieldValues<OutboxField>()
            values[.number] = .next("transcript/outbox")
            values[.app] = .text(owner.app)
            values[.user] = .text(owner.user)
            values[.changes] = .json(row.document.canonical)
            values[.recordedAt] = .init(time)
            return values.insertion
        }
    }

    static let outboxQuery = Query(OutboxField.recordType, limit: 100)

    static func outboxKey(_ number: Int64) -> Key { Key(OutboxField.recordType, [.int(number)]) }

    /// What one commit carries: as many whole rows from the start as it takes, or, of a first row that is too large for
    /// one commit, the next piece.
    private func load(
        _ fresh: [Outgoing], after arrived: Arrival, at time: Timestamp
    ) -> (writes: [Write], arrival: Arrival) {
        let room = records.capabilities.maximumWrites - 2
        var writes: [Write] = []
        var arrival = arrived
        var bytes = 0
        for row in fresh {
            let rest = row.changes.dropFirst(arrival.changes).map { Self.writes($0, session: "", at: time) }
            bytes += row.byteCount
            let isFirst = arrival == arrived
            if writes.count + rest.joined().count <= room, isFirst || bytes <= Bounds.appendBytes {
                writes += rest.joined()
                arrival = Arrival(number: row.number)
                continue
            }
            guard isFirst else { break }
            for change in rest {
                guard writes.count + change.count <= room else { break }
                writes += change
                arrival.changes += 1
            }
            break
        }
        return (writes, arrival)
    }
}

/// How far an owner's changes of the application's state have arrived; kept beside them, in the same commits.
struct Arrival: Equatable {
    /// The last row of the outbox that has arrived whole; 0 before the first.
    var number: Int64 = 0
    /// How many changes of the row after it have arrived.
    var changes = 0

    init(number: Int64) { self.number = number }

    /// Reads the records of ``keys(of:)``.
    init(_ records: [Record?]) throws(TranscriptError) {
        var numbers: [Int64] = []
        for record in records {
            guard let record else {
                numbers.append(0)
                continue
            }
            let row = try StoredRow<InboxField>(record)
            numbers.append(try row.required(row.int(.number), .number))
        }
        number = numbers[0]
        changes = Int(numbers[1])
    }

    /// Where the number is, and how much of the next row has arrived.
    static func keys(of owner: Owner) -> [Key] { sources(of: owner).map { Key(InboxField.recordType, $0) } }

    private static func sources(of owner: Owner) -> [String] {
        let name = owner.partition.name
        return [name, "pieces " + Digest.sha256Hex(name)]
    }

    private var values: [Int64] { [number, Int64(changes)] }

    /// The guards that it is still so.
    func guards(of owner: Owner) -> [Guard] {
        zip(Self.keys(of: owner), values).map { key, value in
            value == 0 ? .absent(key) : .matches(key, InboxField.equal(.number, .int(value)))
        }
    }

    /// The writes that make it so.
    func writes(of owner: Owner, after old: Arrival) -> [Write] {
        var writes: [Write] = []
        for (source, value) in zip(Self.sources(of: owner), zip(values, old.values)) where value.0 != value.1 {
            guard value.0 != 0 else {
                writes.append(.delete(Key(InboxField.recordType, source)))
                continue
            }
            var row = FieldValues<InboxField>()
            row[.source] = .text(source)
            row[.number] = .int(value.0)
            writes.append(row.replacement)
        }
        return writes
    }
}

/// Changes of one commit, or some of them, on their way.
private struct Outgoing {
    var number: Int64
    var changes: [StateChange]
    var byteCount: Int

    init(_ record: Record) throws(TranscriptError) {
        let row = try StoredRow<OutboxField>(record)
        number = try row.required(row.int(.number), .number)
        guard case .json(let text) = row.value(.changes) else {
            throw TranscriptError(.corrupted, "stored state changes are damaged")
        }
        changes = try [StateChange](text)
        byteCount = text.utf8.count
    }
}
