import Records

extension CheckpointStore {
    /// Stores a checkpoint: one commit, and no read before it.
    ///
    /// A checkpoint that is there already is replaced. One that leaves channels unchanged needs its parent, because a
    /// removal may have taken the values otherwise.
    /// - Returns: Where it is.
    /// - Throws: ``CheckpointError`` `invalid`, `parentMissing`, `sealed`, `conflict`, `unavailable`,
    ///   `outcomeUnknown` (repeating is safe).
    @discardableResult
    public func put(
        _ new: NewCheckpoint, thread: String, namespace: String = ""
    ) async throws(CheckpointError) -> CheckpointAddress {
        let address = CheckpointAddress(thread: thread, namespace: namespace, id: new.id)
        do {
            return try await put(new, address, sharingWith: new.needsParent ? new.parent : nil)
        } catch {
            guard error.code == .parentMissing, let sibling = try await sibling(of: new, address) else { throw error }
            return try await put(new, address, sharingWith: sibling)
        }
    }

    /// Stores a checkpoint.
    /// - Parameter basis: A checkpoint that it has values in common with, or the values that its incremental channels are
    ///   made of: as long as that one can be read, they are there.
    func put(
        _ new: NewCheckpoint, _ address: CheckpointAddress, sharingWith basis: String?
    ) async throws(CheckpointError) -> CheckpointAddress {
        try address.validate()
        try new.validate()
        let now = configuration.clock()
        let rows = try rows(new, address, now)
        // A retained checkpoint is gone for readers: only what incremental channels need of it is left.
        let guards = basis.map {
            [Guard.matches(CheckpointRecords.key(address.namespace, $0), .equal("is_retained", .bool(false)))]
        }
        let thread = address.thread, namespace = address.namespace
        let place = LatestCache.Place(partition(thread), namespace)
        let before = latest.entry(place)
        let done = try await commit(
            rows.values, deleting: rows.emptied, guards ?? [],
            HeadChange(latest: new.id, activeAt: now, isFirst: new.parent == nil), address)
        // What was replaced may have writes, which are not known here.
        var entry: LatestCache.Entry?
        if !done.replaced, done.madeHead || before != nil {
            entry = LatestCache.Entry(
                putting: new, address, metadata: rows.metadata, at: now, after: done.madeHead ? nil : before,
                done.stamp, done.headRevision)
        }
        latest.set(entry, place)
        return address
    }

    /// A checkpoint that can be read, of the same parent, which has everything that a new one does not bring: where the
    /// parent itself was removed, as LangGraph's copies find it after a prune.
    /// - Complexity: O(checkpoints of the namespace).
    private func sibling(
        of new: NewCheckpoint, _ address: CheckpointAddress
    ) async throws(CheckpointError) -> String? {
        guard let parent = new.parent else { return nil }
        let changed = Set(new.changes.map(\.channel))
        let shared = new.versions.filter { !changed.contains($0) }
        let seeded = Set(new.changes.filter { $0.value != nil }.map { Bytewise($0.channel.channel) })
        let grown = new.incremental.map(Bytewise.init).filter { !seeded.contains($0) }
        func version(_ channel: Bytewise, _ versions: [ChannelVersion]) -> ChannelVersion? {
            versions.first { $0.channel.hasSameBytes(as: channel.text) }
        }
        var found: String?
        try await each(
            Query(
                CheckpointRecords.checkpoint.name, .equal("namespace", .text(address.namespace)), limit: 1_000,
                fields: StoredCheckpoint.chainFields), partition(address.thread)
        ) { record throws(CheckpointError) in
            let stored = try StoredCheckpoint(record)
            guard !stored.isRetained, stored.parent.map({ $0.hasSameBytes(as: parent) }) ?? false else { return }
            let known = Set(stored.incremental.map(Bytewise.init))
            // At another version the sibling may have the channel's value itself, and the chain be gone.
            let hasChain = grown.allSatisfy {
                known.contains($0) && version($0, stored.versions) == version($0, new.versions)
            }
            if hasChain, shared.allSatisfy(stored.versions.contains) { found = stored.id }
        }
        return found
    }

    /// The records of a checkpoint, and the keys of values that must not be there.
    private func rows(
        _ new: NewCheckpoint, _ address: CheckpointAddress, _ now: Int64
    ) throws(CheckpointError)
        -> (values: [(type: String, values: [Value])], emptied: [Key], metadata: CheckpointMetadata)
    {
        var rows: [(type: String, values: [Value])] = []
        var emptied: [Key] = []
        for change in new.changes {
            guard let value = change.value else {
                emptied.append(CheckpointRecords.valueKey(address.namespace, change.channel))
                continue
            }
            rows += try valueRows(value, change.channel, address)
        }
        let metadata = CheckpointMetadata(new.metadata)
        guard metadata.json.utf8.count <= CheckpointBounds.metadataBytes else {
            throw CheckpointError(
                .invalid,
                "metadata has \(metadata.json.utf8.count) bytes; the limit is \(CheckpointBounds.metadataBytes)")
        }
        let state = try sealer.seal(new.state.bytes, SealContext.state(configuration.tenant, address))
        let limit = records.capabilities.maximumValueBytes
        guard state.count <= limit else {
            throw CheckpointError(.invalid, "state has \(state.count) bytes; the limit is \(limit)")
        }
        let versions = new.versions.sorted { $0.channel.compareBytes($1.channel) < 0 }
        for (first, second) in zip(versions, versions.dropFirst()) where first.channel.hasSameBytes(as: second.channel)
        {
            throw CheckpointError(.invalid, "a channel has two versions")
        }
        let stored = StoredCheckpoint(
            namespace: address.namespace, id: new.id, parent: new.parent, createdAt: now, metadata: metadata.json,
            versions: versions, incremental: new.incremental, stateType: new.state.type, cipher: sealer.name,
            state: state)
        rows.append(
            (
                CheckpointRecords.checkpoint.name,
                stored.values(tenant: configuration.tenant, thread: address.thread, run: new.run)
            ))
        return (rows, emptied, metadata)
    }

    /// The records of a channel's value.
    func valueRows(
        _ value: TypedBytes, _ channel: ChannelVersion, _ address: CheckpointAddress
    ) throws(CheckpointError) -> [(type: String, values: [Value])] {
        let body = try sealer.seal(value.bytes, SealContext.value(configuration.tenant, address, channel))
        let parts = sealer.parts(body)
        return parts.enumerated().map { part, bytes in
            (
                CheckpointRecords.value.name,
                CheckpointRecords.valueKey(address.namespace, channel, part: part).id + [
                    .int(Int64(parts.count)), .text(value.type), Value(sealer.name), .bytes(bytes),
                    .int(Int64(body.count)),
                ]
            )
        }
    }

    /// What a commit with a change of a head did.
    struct Committed {
        var stamp: Stamp
        /// The revision of the namespace's head.
        var headRevision: Int64
        /// Whether the namespace had no head before.
        var madeHead: Bool
        /// Whether records were there already.
        var replaced: Bool
    }

    /// Commits records that are most likely new, together with the heads. Where they turn out to be there, or a head to be
    /// missing, the next attempt knows.
    @discardableResult
    func commit(
        _ rows: [(type: String, values: [Value])], deleting emptied: [Key], _ guards: [Guard], _ change: HeadChange,
        _ address: CheckpointAddress
    ) async throws(CheckpointError) -> Committed {
        let partition = partition(address.thread)
        let limit = records.capabilities.maximumWrites
        guard rows.count + emptied.count + 2 <= limit else {
            throw CheckpointError(
                .invalid, "\(rows.count + emptied.count) records in one checkpoint; the limit is \(limit - 2)")
        }
        var replaces = false
        var heads = change.heads(address, configuration.tenant)
        for _ in 0..<CheckpointBounds.attempts {
            var writes: [Write] = rows.map { replaces ? .put($0.type, $0.values) : .insert($0.type, $0.values) }
            writes += emptied.map { .delete($0) }
            let firstHead = writes.count
            writes += heads.map(\.write)
            do {
                let receipt = try await records.commit(Batch(partition, guards: guards, writes))
                return Committed(
                    stamp: receipt.stamp, headRevision: receipt.results[firstHead], madeHead: !heads[0].isThere,
                    replaced: replaces)
            } catch {
                switch error.code {
                case .exists:
                    guard let index = error.index, index >= firstHead else {
                        replaces = true
                        continue
                    }
                    heads[index - firstHead].isThere = true
                case .missing:
                    guard let index = error.index, index >= firstHead, index < writes.count else {
                        throw CheckpointError(error)
                    }
                    heads[index - firstHead].isThere = false
                case .guardFailed:
                    throw CheckpointError(
                        .parentMissing,
                        "the parent checkpoint is gone: send the value of every channel, or load the thread again")
                default: throw CheckpointError(error)
                }
            }
        }
        throw CheckpointError(.conflict, "others kept changing the thread")
    }
}

/// What a commit says about the heads of its namespace and thread.
struct HeadChange {
    /// The checkpoint that was stored.
    var latest: String?
    /// The checkpoint after which a task wrote.
    var written: String?
    /// When a checkpoint was stored.
    var activeAt: Int64?
    /// Whether the namespace most likely has no head yet.
    var isFirst: Bool

    init(latest: String? = nil, written: String? = nil, activeAt: Int64? = nil, isFirst: Bool = false) {
        self.latest = latest
        self.written = written
        self.activeAt = activeAt
        self.isFirst = isFirst
    }

    /// One head, and whether it is believed to be there.
    struct Target {
        var namespace: String
        var changes: [Change]
        var created: [Value]
        var isThere: Bool

        var write: Write {
            isThere
                ? .patch(CheckpointRecords.headKey(namespace), changes) : .insert(CheckpointRecords.head.name, created)
        }
    }

    /// The heads to change: the namespace's, and the root's, which stands for the thread in lists.
    func heads(_ address: CheckpointAddress, _ tenant: String) -> [Target] {
        var targets: [Target] = []
        func add(_ namespace: String, _ latest: String?, _ written: String?, _ activeAt: Int64?, isThere: Bool) {
            var changes: [Change] = []
            if let latest { changes.append(.greatest("latest", .text(latest))) }
            if let written { changes.append(.greatest("last_written", .text(written))) }
            if let activeAt {
                changes += [.greatest("active_at", .time(activeAt)), .least("created_at", .time(activeAt))]
            }
            let time = activeAt.map { Value.time($0) } ?? .null
            targets.append(
                Target(
                    namespace: namespace, changes: changes,
                    created: [
                        .text(namespace), .text(tenant), .text(address.thread), Value(latest), Value(written),
                        .int(CheckpointRecords.Head.newRemovals), time, time,
                    ], isThere: isThere))
        }
        if address.namespace.isEmpty {
            add("", latest, written, activeAt, isThere: !isFirst)
        } else {
            add(address.namespace, latest, written, nil, isThere: !isFirst)
            if let activeAt { add("", nil, nil, activeAt, isThere: true) }
        }
        return targets
    }
}

extension NewCheckpoint {
    /// Whether it relies on what ancestors stored.
    fileprivate var needsParent: Bool {
        if !incremental.isEmpty { return true }
        let changed = Set(changes.map(\.channel))
        return versions.contains { !changed.contains($0) }
    }
}

extension StoredCheckpoint {
    fileprivate init(
        namespace: String, id: String, parent: String?, createdAt: Int64, metadata: String,
        versions: [ChannelVersion], incremental: [String], stateType: String, cipher: String?, state: [UInt8]
    ) {
        tenant = ""
        thread = ""
        self.namespace = namespace
        self.id = id
        self.parent = parent
        self.createdAt = createdAt
        isRetained = false
        self.metadata = metadata
        self.versions = versions
        self.incremental = incremental
        self.stateType = stateType
        self.cipher = cipher
        self.state = state
        byteCount = Int64(state.count + metadata.utf8.count)
        revision = 0
    }
}
