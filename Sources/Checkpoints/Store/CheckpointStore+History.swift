import Records

extension CheckpointStore {
    /// What incremental channels are made of at a checkpoint: for each, the value of the nearest ancestor that has one, and
    /// everything that was written since. Writes after the checkpoint itself are not in it.
    /// - Parameters:
    ///   - channels: The channels; a name that no ancestor knows has an empty history.
    ///   - address: The checkpoint; the latest of the namespace without an id.
    /// - Returns: One history a channel, in the order asked for; empty ones when there is no such checkpoint.
    /// - Throws: ``CheckpointError`` `invalid`, `sealed`, `corrupted`, `conflict`, `unavailable`.
    /// - Complexity: O(ancestors up to the furthest seed × channels).
    public func history(
        of channels: [String], at address: CheckpointAddress
    ) async throws(CheckpointError) -> [ChannelHistory] {
        try address.validate()
        guard channels.count <= CheckpointBounds.channels else {
            throw CheckpointError(.invalid, "\(channels.count) channels; the limit is \(CheckpointBounds.channels)")
        }
        for channel in channels { try CheckpointBounds.check(channel, "channel", CheckpointBounds.channelBytes) }
        let partition = partition(address.thread)
        let headKey = CheckpointRecords.headKey(address.namespace)
        for _ in 0..<CheckpointBounds.attempts {
            guard let record = try await read([.keys([headKey])], partition)[0].records[0] else {
                return channels.map { ChannelHistory(channel: $0, seed: nil, writes: []) }
            }
            let head = try StoredHead(record)
            let found = try await walk(channels, address, head, partition)
            let after = try await read([.keys([headKey], fields: ["removals"])], partition)[0].records[0]
            // A removal meanwhile may have hidden what the walk missed.
            if let found, after?.values[CheckpointRecords.Head.removals].integer == head.removals { return found }
        }
        throw CheckpointError(.conflict, "others kept removing checkpoints of the thread")
    }

    /// Walks from the checkpoint's parent upwards, a piece of the chain at a time; nil when something changed meanwhile.
    private func walk(
        _ channels: [String], _ address: CheckpointAddress, _ head: StoredHead, _ partition: Partition
    ) async throws(CheckpointError) -> [ChannelHistory]? {
        var histories = channels.map { ChannelHistory(channel: $0, seed: nil, writes: []) }
        guard let start = address.id ?? head.latest else { return histories }
        let key = CheckpointRecords.key(address.namespace, start)
        let read = try await read([.keys([key], fields: StoredCheckpoint.chainFields)], partition)
        // What is retained for incremental channels is gone for readers.
        guard let record = read[0].records[0], case let stored = try StoredCheckpoint(record), !stored.isRetained
        else { return histories }
        var chain = ChainReader(store: self, address: address, partition: partition)
        var next = stored.parent
        var open = Set(channels.indices)
        while !open.isEmpty, next != nil {
            let piece = try await chain.piece(from: next)
            if piece.isEmpty { break }
            next = piece.last?.parent
            guard
                try await add(piece, to: &histories, &open, address, partition)
            else { return nil }
        }
        for place in histories.indices { histories[place].writes.reverse() }
        return histories
    }

    /// Adds a piece of the chain, newest first, to the channels whose seed is not found; false when something changed.
    private func add(
        _ piece: [StoredCheckpoint], to histories: inout [ChannelHistory], _ open: inout Set<Int>,
        _ address: CheckpointAddress, _ partition: Partition
    ) async throws(CheckpointError) -> Bool {
        var reads: [Read] = []
        var versions: [[(channel: Int, version: ChannelVersion)]] = []
        for link in piece {
            let known = open.sorted().compactMap { place -> (channel: Int, version: ChannelVersion)? in
                let name = histories[place].channel
                return link.versions.first { $0.channel.hasSameBytes(as: name) }.map { (place, $0) }
            }
            versions.append(known)
            reads.append(.keys(known.map { CheckpointRecords.valueKey(address.namespace, $0.version) }))
            reads.append(.query(Self.writesQuery(address.namespace, link.id)))
        }
        let pages = try await read(reads, partition)
        for (place, link) in piece.enumerated() {
            let records = try await firstParts(
                pages[2 * place + 1], Self.writesQuery(address.namespace, link.id), partition)
            var writes: [PendingWrite] = []
            if !records.isEmpty {
                guard let packs = try await packs(of: records, address, partition) else { return false }
                writes = packs.flatMap(\.writes).sorted { PendingWrite.precedes($1, $0) }
            }
            for channel in open {
                let name = histories[channel].channel
                histories[channel].writes += writes.filter { $0.channel.hasSameBytes(as: name) }
            }
            // A value is the one before the writes of its own checkpoint, so those are taken and the walk ends.
            for (known, record) in zip(versions[place], pages[2 * place].records) where open.contains(known.channel) {
                guard let record else { continue }
                guard let seed = try await value(record, known.version, address, partition) else { return false }
                histories[known.channel].seed = seed
                open.remove(known.channel)
            }
            if open.isEmpty { break }
        }
        return true
    }
}

/// Reads a chain of parents a piece at a time: a parent nearly always is the next lesser id.
private struct ChainReader {
    let store: CheckpointStore
    let address: CheckpointAddress
    let partition: Partition
    private var known: [Bytewise: StoredCheckpoint] = [:]
    /// What the chain went through: parents are the caller's word, and may lead back to where they came from.
    private var passed: Set<Bytewise> = []

    init(store: CheckpointStore, address: CheckpointAddress, partition: Partition) {
        self.store = store
        self.address = address
        self.partition = partition
    }

    private static let pieceLength = 50

    /// The chain from a checkpoint upwards, at most ``pieceLength`` long; empty when it is not there.
    mutating func piece(from id: String?) async throws(CheckpointError) -> [StoredCheckpoint] {
        var piece: [StoredCheckpoint] = []
        var next = id
        while let id = next, piece.count < Self.pieceLength, passed.insert(Bytewise(id)).inserted {
            if known[Bytewise(id)] == nil { try await readOn(from: id) }
            guard let link = known.removeValue(forKey: Bytewise(id)) else { break }
            piece.append(link)
            next = link.parent
        }
        return piece
    }

    private mutating func readOn(from id: String) async throws(CheckpointError) {
        let query = Query(
            CheckpointRecords.checkpoint.name,
            .and([.equal("namespace", .text(address.namespace)), .atMost("id", .text(id))]), isDescending: true,
            limit: Self.pieceLength, fields: StoredCheckpoint.chainFields)
        for case let record? in try await store.read([.query(query)], partition)[0].records {
            let link = try StoredCheckpoint(record)
            known[Bytewise(link.id)] = link
        }
    }
}
