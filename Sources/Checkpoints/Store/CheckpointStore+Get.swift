import Records

extension CheckpointStore {
    /// The checkpoint at an address with the values of its channels and what was written since; the latest of the
    /// namespace when the address has no id, and nil when there is none.
    /// - Throws: ``CheckpointError`` `invalid`, `sealed`, `corrupted`, `conflict`, `unavailable`.
    /// - Complexity: O(channels × log records).
    public func get(_ address: CheckpointAddress) async throws(CheckpointError) -> CheckpointTuple? {
        try address.validate()
        let partition = partition(address.thread)
        for _ in 0..<CheckpointBounds.attempts {
            guard let (record, head) = try await find(address, partition) else { return nil }
            let stored = try StoredCheckpoint(record)
            // What is retained for incremental channels is gone for readers.
            if stored.isRetained { return nil }
            let mayHaveWrites = head?.mayHaveWrites(stored.id) ?? true
            if let tuple = try await load([stored], partition, mayHaveWrites: mayHaveWrites)[0] { return tuple }
            // It left, or was replaced, between the reads: look again.
        }
        throw CheckpointError(.conflict, "others kept changing the thread")
    }

    /// The record of an address and the head of its namespace.
    private func find(
        _ address: CheckpointAddress, _ partition: Partition
    ) async throws(CheckpointError) -> (Record, StoredHead?)? {
        let headKey = CheckpointRecords.headKey(address.namespace)
        if let id = address.id {
            let page = try await read([.keys([headKey, CheckpointRecords.key(address.namespace, id)])], partition)[0]
            guard let record = page.records[1] else { return nil }
            return (record, try page.records[0].map { record throws(CheckpointError) in try StoredHead(record) })
        }
        for _ in 0..<CheckpointBounds.attempts {
            let page = try await read([.keys([headKey])], partition)[0]
            guard let record = page.records[0], case let head = try StoredHead(record), let id = head.latest else {
                return nil
            }
            let key = CheckpointRecords.key(address.namespace, id)
            if let found = try await read([.keys([key])], partition)[0].records[0] { return (found, head) }
        }
        throw CheckpointError(.conflict, "others kept changing the thread")
    }

    /// Adds values and writes to checkpoints of one thread; nil for one that left or changed since it was read.
    func load(
        _ stored: [StoredCheckpoint], _ partition: Partition, mayHaveWrites: Bool = true
    ) async throws(CheckpointError) -> [CheckpointTuple?] {
        let (keys, slots) = Self.valueKeys(of: stored)
        let own = stored.map { CheckpointRecords.key($0.namespace, $0.id) }
        var reads: [Read] = [.keys(keys), .keys(own, fields: ["is_retained"])]
        if mayHaveWrites {
            reads += stored.map { .query(Self.writesQuery($0.namespace, $0.id)) }
        }
        let pages = try await read(reads, partition)
        var tuples: [CheckpointTuple?] = []
        for (place, checkpoint) in stored.enumerated() {
            guard pages[1].records[place]?.revision == checkpoint.revision else {
                tuples.append(nil)
                continue
            }
            let address = CheckpointAddress(
                thread: checkpoint.thread, namespace: checkpoint.namespace, id: checkpoint.id)
            var found: [Record] = []
            if mayHaveWrites {
                found = try await firstParts(
                    pages[place + 2], Self.writesQuery(address.namespace, checkpoint.id), partition)
            }
            let values = zip(checkpoint.versions, slots[place]).compactMap { version, slot in
                pages[0].records[slot].map { (version, $0) }
            }
            tuples.append(try await tuple(checkpoint, address, values, found, partition))
        }
        return tuples
    }

    /// The keys of all values that checkpoints refer to, each once, and for each checkpoint where its own are.
    private static func valueKeys(of stored: [StoredCheckpoint]) -> (keys: [Key], slots: [[Int]]) {
        func key(_ checkpoint: StoredCheckpoint, _ version: ChannelVersion) -> Key {
            CheckpointRecords.valueKey(checkpoint.namespace, version)
        }
        if stored.count == 1, let only = stored.first {
            return (only.versions.map { key(only, $0) }, [Array(only.versions.indices)])
        }
        var keys: [Key] = []
        var known: [Key: Int] = [:]
        let slots = stored.map { checkpoint in
            checkpoint.versions.map { version in
                let key = key(checkpoint, version)
                if let slot = known[key] { return slot }
                known[key] = keys.count
                keys.append(key)
                return keys.count - 1
            }
        }
        return (keys, slots)
    }

    /// The first records of the writes after a checkpoint.
    static func writesQuery(_ namespace: String, _ id: String) -> Query {
        Query(
            CheckpointRecords.write.name,
            .and([.equal("namespace", .text(namespace)), .equal("id", .text(id)), .equal("part", .int(0))]),
            limit: 1_000)
    }

    /// The records of a page and of those after it.
    func firstParts(_ page: Page, _ query: Query, _ partition: Partition) async throws(CheckpointError) -> [Record] {
        var found = page.records.compactMap { $0 }
        guard page.next != nil else { return found }
        var rest = query
        rest.after = page.next
        try await each(rest, partition) { record throws(CheckpointError) in found.append(record) }
        return found
    }

    private func tuple(
        _ stored: StoredCheckpoint, _ address: CheckpointAddress, _ records: [(ChannelVersion, Record)],
        _ writes: [Record], _ partition: Partition
    ) async throws(CheckpointError) -> CheckpointTuple? {
        var values: [ChannelValue] = []
        values.reserveCapacity(records.count)
        for (version, record) in records {
            guard let value = try await value(record, version, address, partition) else { return nil }
            values.append(ChannelValue(version.channel, value))
        }
        var pending: [PendingWrite] = []
        if !writes.isEmpty {
            guard let packs = try await packs(of: writes, address, partition) else { return nil }
            pending = packs.flatMap(\.writes)
            pending.sort(by: PendingWrite.precedes)
        }
        let state = try sealer.open(
            stored.state, sealedBy: stored.cipher, SealContext.state(configuration.tenant, address))
        return CheckpointTuple(
            checkpoint: Checkpoint(
                thread: address.thread, namespace: stored.namespace, id: stored.id, parent: stored.parent,
                state: TypedBytes(type: stored.stateType, bytes: state), versions: stored.versions, values: values,
                incremental: stored.incremental, metadata: CheckpointMetadata(stored: stored.metadata),
                createdAt: stored.createdAt),
            pendingWrites: pending)
    }

    /// Opens a channel's value, reading further parts; nil when it changed meanwhile.
    func value(
        _ record: Record, _ version: ChannelVersion, _ address: CheckpointAddress, _ partition: Partition
    ) async throws(CheckpointError) -> TypedBytes? {
        guard let count = record.values[4].integer, let type = record.values[5].text,
            var body = record.values[7].bytes
        else { throw CheckpointError(.corrupted, "a channel's stored value is damaged") }
        if count > 1 {
            let keys = (1..<Int(count)).map { CheckpointRecords.valueKey(address.namespace, version, part: $0) }
            let pages = try await read([.keys(keys), .keys([record.key], fields: ["parts"])], partition)
            guard pages[1].records[0]?.revision == record.revision else { return nil }
            for part in pages[0].records {
                guard let bytes = part?.values[7].bytes else {
                    throw CheckpointError(.corrupted, "a part of a channel's stored value is missing")
                }
                body += bytes
            }
        }
        let bytes = try sealer.open(
            body, sealedBy: record.values[6].text, SealContext.value(configuration.tenant, address, version))
        return TypedBytes(type: type, bytes: bytes)
    }
}
