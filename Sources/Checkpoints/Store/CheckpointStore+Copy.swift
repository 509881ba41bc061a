import Records

extension CheckpointStore {
    /// Copies everything of a thread to another: all namespaces, checkpoints with their ids and parents, values and
    /// writes. What the target has already stays, and is replaced where it has the same name.
    ///
    /// The source may be written to meanwhile; checkpoints that are put after the call may be missing in the copy.
    /// - Returns: How many checkpoints were copied; 0 when the source is unknown.
    /// - Throws: ``CheckpointError`` `invalid`, `sealed`, `corrupted`, `unavailable`, `conflict` when removals in the
    ///   source, or checkpoints that were put again, kept the copy from being whole (repeating is safe).
    /// - Complexity: O(records of the source); the checkpoints without their values are in memory meanwhile.
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
            let removals = try await removals(in: target, heads.map(\.namespace))
            let copy = try await copyRecords(source, target)
            let after = try await self.heads(from)
            // What changed may refer to values that were not there yet, and a removal may have taken some that were to be
            // copied: then everything is read again.
            let isWhole =
                !copy.isStale
                && heads.allSatisfy { head in
                    after.contains { $0.namespace.hasSameBytes(as: head.namespace) && $0.removals == head.removals }
                }
            if !isWhole { continue }
            // Until its checkpoints are there, nothing in the target refers to the values: a removal takes them.
            guard try await commit(copy.checkpoints, target, unlessRemoved: removals) else { continue }
            for head in after {
                try await commit(
                    [], deleting: [], [],
                    HeadChange(
                        latest: copy.latest[Bytewise(head.namespace)], written: head.lastWritten,
                        activeAt: copy.latest.isEmpty ? nil : configuration.clock()),
                    CheckpointAddress(thread: target, namespace: head.namespace))
            }
            return copy.checkpoints.count
        }
        throw CheckpointError(.conflict, "others kept removing checkpoints of the source or the target")
    }

    /// How often something was removed from namespaces of a thread, which get a head where they have none.
    private func removals(
        in target: String, _ namespaces: [String]
    ) async throws(CheckpointError) -> [Bytewise: Int64] {
        for namespace in namespaces {
            let address = CheckpointAddress(thread: target, namespace: namespace)
            let head = HeadChange(isFirst: true).heads(address, configuration.tenant)[0]
            do {
                try await records.commit(Batch(partition(target), [head.write]))
            } catch {
                guard error.code == .exists else { throw CheckpointError(error) }
            }
        }
        return Dictionary(
            try await heads(partition(target)).map { (Bytewise($0.namespace), $0.removals) }, uniquingKeysWith: { $1 })
    }

    /// What remains to be written when values and writes are copied: the checkpoints that were there at the beginning.
    private struct Copy {
        var checkpoints: [Write] = []
        /// The latest of each namespace.
        var latest: [Bytewise: String] = [:]
        /// Whether a checkpoint was replaced meanwhile.
        var isStale = false
    }

    /// Copies values and writes, which nobody sees without their checkpoints.
    private func copyRecords(_ source: String, _ target: String) async throws(CheckpointError) -> Copy {
        let from = partition(source)
        var known: [Key: Stamp] = [:]
        try await each(Query(CheckpointRecords.checkpoint.name, limit: 1_000, fields: []), from) {
            record throws(CheckpointError) in known[record.key] = record.stamp
        }
        try await copy(CheckpointRecords.value, to: target, from) { record throws(CheckpointError) in
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
        try await copy(CheckpointRecords.write, to: target, from) { record throws(CheckpointError) in
            guard let namespace = record.values[0].text, let id = record.values[1].text else { return [] }
            let place = CheckpointAddress(thread: source, namespace: namespace)
            guard let pack = try await self.packs(of: [record], place, from)?.first else { return [] }
            return try self.writeRows(pack, CheckpointAddress(thread: target, namespace: namespace), id)
        }
        var copy = Copy()
        try await each(Query(CheckpointRecords.checkpoint.name, limit: 100), from) { record throws(CheckpointError) in
            guard let stamp = known[record.key] else { return }
            if record.stamp != stamp { copy.isStale = true }
            var stored = try StoredCheckpoint(record)
            let place = CheckpointAddress(thread: source, namespace: stored.namespace, id: stored.id)
            let state = try sealer.open(
                stored.state, sealedBy: stored.cipher, SealContext.state(configuration.tenant, place))
            var new = place
            new.thread = target
            stored.state = try sealer.seal(state, SealContext.state(configuration.tenant, new))
            stored.cipher = sealer.name
            // Records come in the order of their keys, so the last visible one of a namespace is its latest.
            if !stored.isRetained { copy.latest[Bytewise(stored.namespace)] = stored.id }
            copy.checkpoints.append(
                .put(
                    CheckpointRecords.checkpoint.name,
                    stored.values(tenant: configuration.tenant, thread: target, run: record.values[5].text)))
        }
        return copy
    }

    /// Copies the records of a type, as `body` rewrites them.
    private func copy(
        _ type: RecordType, to target: String, _ from: Partition,
        _ body: (Record) async throws(CheckpointError) -> [[Value]]
    ) async throws(CheckpointError) {
        let query = Query(type.name, .equal("part", .int(0)), limit: 100)
        var waiting: [Write] = []
        try await each(query, from) { record throws(CheckpointError) in
            for values in try await body(record) { waiting.append(.put(type.name, values)) }
            // Bounds what is in memory; the last piece follows.
            if waiting.count >= 100 {
                try await commit(waiting, target)
                waiting = []
            }
        }
        try await commit(waiting, target)
    }

    /// The bytes after which a piece of a copy is committed.
    private static let pieceBytes = 4 << 20

    /// Commits writes in pieces that every store takes.
    /// - Parameter removals: How often something was removed from each namespace when the copy began: where that is another
    ///   number now, nothing more is committed. Nil asks for nothing.
    /// - Returns: Whether everything was committed.
    @discardableResult
    private func commit(
        _ writes: [Write], _ target: String, unlessRemoved removals: [Bytewise: Int64]? = nil
    ) async throws(CheckpointError) -> Bool {
        var piece: [Write] = []
        var bytes = 0
        for write in writes {
            if case .put(_, let values) = write { bytes += values.reduce(0) { $0 + ($1.bytes?.count ?? 0) } }
            piece.append(write)
            if piece.count == records.capabilities.maximumWrites || bytes > Self.pieceBytes {
                guard try await commit(piece: piece, target, removals) else { return false }
                piece = []
                bytes = 0
            }
        }
        if piece.isEmpty { return true }
        return try await commit(piece: piece, target, removals)
    }

    private func commit(
        piece: [Write], _ target: String, _ removals: [Bytewise: Int64]?
    ) async throws(CheckpointError) -> Bool {
        var guards: [Guard] = []
        if let removals {
            let namespaces = Set(
                piece.compactMap { write -> Bytewise? in
                    guard case .put(_, let values) = write else { return nil }
                    return values[0].text.map(Bytewise.init)
                })
            guards = namespaces.map { namespace in
                // A namespace whose head had gone by then has none of these checkpoints' values either.
                .matches(
                    CheckpointRecords.headKey(namespace.text),
                    .equal("removals", .int(removals[namespace] ?? -1)))
            }
        }
        do {
            try await records.commit(Batch(partition(target), guards: guards, piece))
            return true
        } catch {
            guard error.code == .guardFailed else { throw CheckpointError(error) }
            return false
        }
    }
}
