import Records

extension CheckpointStore {
    /// Copies everything of a thread to another: all namespaces, checkpoints with their ids and parents, values and
    /// writes. What the target has already stays, and is replaced where it has the same name.
    ///
    /// The source may be written to meanwhile; checkpoints that are put after the call may be missing in the copy.
    /// - Returns: How many checkpoints were copied; 0 when the source is unknown.
    /// - Throws: ``CheckpointError`` `invalid`, `sealed`, `corrupted`, `unavailable`, `conflict` when removals in the
    ///   source kept the copy from being whole (repeating is safe).
    /// - Complexity: O(records of the source).
    @discardableResult
    public func copyThread(_ source: String, to target: String) async throws(CheckpointError) -> Int {
        try CheckpointAddress(thread: source).validate()
        try CheckpointAddress(thread: target).validate()
        guard !source.hasSameBytes(as: target) else {
            throw CheckpointError(.invalid, "source and target of a copy must be two threads")
        }
        let from = partition(source)
        for _ in 0..<CheckpointBounds.attempts {
            let heads = try await heads(from)
            if heads.isEmpty { return 0 }
            let copied = try await copyRecords(source, target)
            let after = try await self.heads(from)
            // A removal may have taken values of checkpoints that were copied: then they are copied again.
            let isWhole = heads.allSatisfy { head in
                after.contains { $0.namespace.hasSameBytes(as: head.namespace) && $0.removals == head.removals }
            }
            if !isWhole { continue }
            for head in heads { try await copy(head, to: target) }
            return copied
        }
        throw CheckpointError(.conflict, "others kept removing checkpoints of the source")
    }

    /// Copies values and writes, then the checkpoints that were there at the beginning, so that each arrives whole.
    private func copyRecords(_ source: String, _ target: String) async throws(CheckpointError) -> Int {
        let from = partition(source)
        var known: Set<Key> = []
        try await each(Query(CheckpointRecords.checkpoint.name, limit: 1_000, fields: []), from) {
            record throws(CheckpointError) in known.insert(record.key)
        }
        try await copy(CheckpointRecords.value, part: 3, to: target, from) { record throws(CheckpointError) in
            guard let namespace = record.values[0].text, let channel = record.values[1].text,
                let text = record.values[2].text, let version = Version(keyText: text)
            else { throw CheckpointError(.corrupted, "a channel's stored value has a damaged key") }
            let place = CheckpointAddress(thread: source, namespace: namespace)
            let versioned = ChannelVersion(channel, version)
            guard let value = try await self.value(record, versioned, place, from) else { return [] }
            return try self.valueRows(
                value, versioned, CheckpointAddress(thread: target, namespace: namespace)
            ).map(\.values)
        }
        try await copy(CheckpointRecords.write, part: 3, to: target, from) { record throws(CheckpointError) in
            guard let namespace = record.values[0].text, let id = record.values[1].text else { return [] }
            let place = CheckpointAddress(thread: source, namespace: namespace)
            guard let pack = try await self.packs(of: [record], place, from)?.first else { return [] }
            return try self.writeRows(pack, CheckpointAddress(thread: target, namespace: namespace), id)
        }
        var copied = 0
        try await copy(CheckpointRecords.checkpoint, part: nil, to: target, from) { record throws(CheckpointError) in
            guard known.contains(record.key) else { return [] }
            var stored = try StoredCheckpoint(record)
            let place = CheckpointAddress(thread: source, namespace: stored.namespace, id: stored.id)
            let state = try self.sealer.open(
                stored.state, sealedBy: stored.cipher, SealContext.state(self.configuration.tenant, place))
            var new = place
            new.thread = target
            stored.state = try self.sealer.seal(state, SealContext.state(self.configuration.tenant, new))
            stored.cipher = self.sealer.name
            copied += 1
            return [stored.values(tenant: self.configuration.tenant, thread: target, run: record.values[5].text)]
        }
        return copied
    }

    /// Copies the records of a type, as `body` rewrites them.
    private func copy(
        _ type: RecordType, part: Int?, to target: String, _ from: Partition,
        _ body: (Record) async throws(CheckpointError) -> [[Value]]
    ) async throws(CheckpointError) {
        var query = Query(type.name, limit: 100)
        if part != nil { query.filter = .equal("part", .int(0)) }
        var waiting: [Write] = []
        var bytes = 0
        let limit = records.capabilities.maximumWrites
        try await each(query, from) { record throws(CheckpointError) in
            for values in try await body(record) {
                waiting.append(.put(type.name, values))
                bytes += values.reduce(0) { $0 + ($1.bytes?.count ?? 0) }
                if waiting.count == limit || bytes > Self.pieceBytes {
                    try await commit(&waiting, target)
                    bytes = 0
                }
            }
        }
        try await commit(&waiting, target)
    }

    /// The bytes after which a piece of a copy is committed.
    private static let pieceBytes = 4 << 20

    private func commit(_ writes: inout [Write], _ target: String) async throws(CheckpointError) {
        guard !writes.isEmpty else { return }
        do {
            try await records.commit(Batch(partition(target), writes))
        } catch {
            throw CheckpointError(error)
        }
        writes = []
    }

    private func copy(_ head: StoredHead, to target: String) async throws(CheckpointError) {
        let now = configuration.clock()
        var change = HeadChange(latest: head.latest, written: head.lastWritten)
        change.activeAt = now
        try await commit(
            [], deleting: [], [], change, CheckpointAddress(thread: target, namespace: head.namespace))
    }
}

extension HeadChange {
    fileprivate init(latest: String?, written: String?) {
        self.latest = latest
        self.written = written
    }
}
