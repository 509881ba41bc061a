import Records

extension CheckpointStore {
    /// Removes the checkpoints of threads that a policy excludes, with their writes and the values nobody refers to.
    ///
    /// Every checkpoint that stays loads whole: values that it shares with removed ones stay, and so does what its
    /// incremental channels need of its ancestors, which readers no longer see. Puts meanwhile are safe: each piece is
    /// committed only where nothing changed since it was planned, else it is planned again.
    /// - Throws: ``CheckpointError`` `invalid`, `conflict` (repeating continues), `unavailable`, `corrupted`.
    /// - Complexity: O(checkpoints of the threads × channels).
    @discardableResult
    public func prune(_ threads: [String], _ policy: PrunePolicy) async throws(CheckpointError) -> RemovalSummary {
        try policy.validate()
        try Self.check(threads, "thread", CheckpointBounds.threadBytes)
        var summary = RemovalSummary()
        for thread in threads {
            for head in try await heads(partition(thread)) {
                let now = configuration.clock()
                summary += try await remove(from: thread, head.namespace) { chain in
                    let kept = chain.kept(by: policy, now: now)
                    return chain.plan { kept.contains($0.id) }
                }
            }
        }
        return summary
    }

    /// Removes every checkpoint that these runs made, in all threads of the tenant: those whose metadata has one of them
    /// as `run_id`. What incremental channels of others need of them is retained, and no longer seen.
    /// - Throws: ``CheckpointError`` `invalid`, `conflict` (repeating continues), `unavailable`, `corrupted`.
    /// - Complexity: O(checkpoints of the threads that the runs wrote to × channels).
    @discardableResult
    public func delete(runs: [String]) async throws(CheckpointError) -> RemovalSummary {
        try Self.check(runs, "run", CheckpointBounds.runBytes)
        var summary = RemovalSummary()
        for run in runs {
            var places: [Place: Set<Bytewise>] = [:]
            var query = Query(
                CheckpointRecords.checkpoint.name,
                .and([.equal("tenant", .text(configuration.tenant)), .equal("run", .text(run))]), order: .field("id"),
                limit: 1_000, fields: ["thread"])
            repeat {
                let found: SurveyPage
                do {
                    found = try await records.survey(query)
                } catch {
                    throw CheckpointError(error)
                }
                for case let record? in found.page.records {
                    guard let namespace = record.values[0].text, let id = record.values[1].text,
                        let thread = record.values[3].text
                    else { throw CheckpointError(.corrupted, "a stored checkpoint lacks a required field") }
                    places[Place(thread: Bytewise(thread), namespace: Bytewise(namespace)), default: []]
                        .insert(Bytewise(id))
                }
                query.after = found.page.next
            } while query.after != nil
            for (place, ids) in places {
                summary += try await remove(from: place.thread.text, place.namespace.text) { chain in
                    chain.plan { !ids.contains(Bytewise($0.id)) }
                }
                try await removeEmptyThread(place.thread.text)
            }
        }
        return summary
    }

    /// A namespace of a thread.
    private struct Place: Hashable {
        var thread: Bytewise
        var namespace: Bytewise
    }

    private static func check(_ names: [String], _ name: String, _ limit: Int) throws(CheckpointError) {
        guard names.count <= CheckpointBounds.names else {
            throw CheckpointError(.invalid, "\(names.count) \(name)s; the limit is \(CheckpointBounds.names)")
        }
        for text in names { try CheckpointBounds.check(text, name, limit) }
    }

    /// Plans and commits a removal in one namespace until all of the plan is done.
    private func remove(
        from thread: String, _ namespace: String, _ plan: (ChannelChain) -> ChannelChain.Plan
    ) async throws(CheckpointError) -> RemovalSummary {
        let partition = partition(thread)
        var summary = RemovalSummary()
        for _ in 0..<CheckpointBounds.attempts {
            let page = try await read([.keys([CheckpointRecords.headKey(namespace)])], partition)[0]
            guard let record = page.records[0] else { return summary }
            var removal = Removal(head: try StoredHead(record), partition: partition)
            let chain = try await chain(namespace, partition)
            let plan = plan(chain)
            let writes = try await writesToRemove(plan, chain, namespace, partition)
            var values: [Write] = []
            for value in plan.values { values += try await deletions(of: value, namespace, partition) }
            do {
                try await commit(plan, writes, values, namespace, &removal, &summary)
                return summary
            } catch {
                // Somebody put or wrote meanwhile: what is done is done, the rest is planned again.
                guard error.code == .guardFailed || error.code == .missing else { throw CheckpointError(error) }
            }
        }
        throw CheckpointError(.conflict, "others kept changing the thread; repeat to continue")
    }

    /// A removal under way: each piece is guarded by the head's revision after the piece before.
    private struct Removal {
        var head: StoredHead
        var partition: Partition
    }

    /// Commits a plan in pieces, in an order that leaves every checkpoint that can still be read whole, wherever it stops:
    /// first the latest checkpoint moves, then retained ones are hidden, then checkpoints go, each with its writes, and
    /// values last.
    private func commit(
        _ plan: ChannelChain.Plan, _ writes: [Key], _ values: [Write], _ namespace: String, _ removal: inout Removal,
        _ summary: inout RemovalSummary
    ) async throws(StoreError) {
        var latest: [Change] = [.add("removals", 1)]
        let known = removal.head.latest
        if known.map({ id in plan.latest?.hasSameBytes(as: id) != true }) ?? (plan.latest != nil) {
            latest.append(.set("latest", Value(plan.latest)))
        }
        let hidden = plan.retained.map {
            Write.patch(CheckpointRecords.key(namespace, $0), [.set("is_retained", .bool(true))])
        }
        if !hidden.isEmpty || latest.count > 1 { try await commit(hidden, latest, namespace, &removal, &summary) }
        let bump: [Change] = [.add("removals", 1)]
        var writesByID = Dictionary(grouping: writes) { Bytewise($0.id[1].text ?? "") }
        var gone: [Write] = []
        for id in plan.removed {
            // Where a piece ends in between, writes are left that nobody sees, not a checkpoint without some of them.
            gone.append(.delete(CheckpointRecords.key(namespace, id)))
            gone += (writesByID.removeValue(forKey: Bytewise(id)) ?? []).map { .delete($0) }
        }
        gone += writesByID.values.joined().map { .delete($0) }
        try await commit(gone, bump, namespace, &removal, &summary)
        try await commit(values, bump, namespace, &removal, &summary)
    }

    /// Commits pieces, and counts what each did: where a later one is planned again, what is done counts.
    private func commit(
        _ writes: [Write], _ changes: [Change], _ namespace: String, _ removal: inout Removal,
        _ summary: inout RemovalSummary
    ) async throws(StoreError) {
        let key = CheckpointRecords.headKey(namespace)
        let size = records.capabilities.maximumWrites - 1
        var start = 0
        repeat {
            let piece = writes[start..<min(start + size, writes.count)]
            if piece.isEmpty, changes.count == 1 { return }
            let receipt = try await records.commit(
                Batch(
                    removal.partition, guards: [.matches(key, .equal("revision", .int(removal.head.revision)))],
                    [.patch(key, changes)] + piece))
            removal.head.revision = receipt.results[0]
            for write in piece { summary.count(write) }
            start += size
        } while start < writes.count
    }

    /// The deletions of all parts of a value, the first part first.
    private func deletions(
        of value: ChannelVersion, _ namespace: String, _ partition: Partition
    ) async throws(CheckpointError) -> [Write] {
        var deletions: [Write] = []
        try await each(
            Query(
                CheckpointRecords.value.name,
                .and([
                    .equal("namespace", .text(namespace)), .equal("channel", .text(value.channel)),
                    .equal("version", .text(value.version.keyText)),
                ]), limit: 1_000, fields: []), partition
        ) { record throws(CheckpointError) in deletions.append(.delete(record.key)) }
        return deletions
    }

    /// The namespace's checkpoints and values, without their content.
    func chain(_ namespace: String, _ partition: Partition) async throws(CheckpointError) -> ChannelChain {
        let own = Filter.equal("namespace", .text(namespace))
        var links: [ChannelChain.Link] = []
        try await each(
            Query(CheckpointRecords.checkpoint.name, own, limit: 1_000, fields: StoredCheckpoint.chainFields), partition
        ) { record throws(CheckpointError) in
            let stored = try StoredCheckpoint(record)
            links.append(
                ChannelChain.Link(
                    id: stored.id, parent: stored.parent, versions: stored.versions, incremental: stored.incremental,
                    createdAt: stored.createdAt, byteCount: stored.byteCount, isRetained: stored.isRetained))
        }
        var values: [ChannelVersion: Int64] = [:]
        var remains: Set<ChannelVersion> = []
        try await each(
            Query(CheckpointRecords.value.name, own, limit: 1_000, fields: ["byte_count"]), partition
        ) { record throws(CheckpointError) in
            guard let channel = record.values[1].text, let text = record.values[2].text,
                let version = Version(keyText: text), let part = record.values[3].integer
            else { throw CheckpointError(.corrupted, "a channel's stored value has a damaged key") }
            let value = ChannelVersion(channel, version)
            // The first part comes first.
            if part == 0 {
                values[value] = record.values[8].integer ?? 0
            } else if values[value] == nil {
                remains.insert(value)
            }
        }
        return ChannelChain(links, values, remains)
    }

    /// The writes after checkpoints that leave, and those of checkpoints that are not there although later ones are.
    private func writesToRemove(
        _ plan: ChannelChain.Plan, _ chain: ChannelChain, _ namespace: String, _ partition: Partition
    ) async throws(CheckpointError) -> [Key] {
        let removed = Set(plan.removed.map(Bytewise.init))
        let known = Set(chain.links.map { Bytewise($0.id) })
        let newest = chain.links.first?.id
        var keys: [Key] = []
        try await each(
            Query(CheckpointRecords.write.name, .equal("namespace", .text(namespace)), limit: 1_000, fields: []),
            partition
        ) { record throws(CheckpointError) in
            guard let id = record.values[1].text else { return }
            // Tasks may write before their checkpoint arrives, so only what is older than another one is lost.
            let isOrphan = !known.contains(Bytewise(id)) && newest.map { id.compareBytes($0) < 0 } ?? false
            if removed.contains(Bytewise(id)) || isOrphan { keys.append(record.key) }
        }
        return keys
    }
}

extension RemovalSummary {
    /// Counts a write of a removal: a value by its part that is deleted first, so that it counts once.
    fileprivate mutating func count(_ write: Write) {
        switch write {
        case .patch(let key, _) where key.type == CheckpointRecords.checkpoint.name: retained += 1
        case .delete(let key) where key.type == CheckpointRecords.checkpoint.name: checkpoints += 1
        case .delete(let key) where key.type == CheckpointRecords.value.name && key.id[3] == .int(0): values += 1
        default: break
        }
    }
}

extension Version {
    /// The version of a part of a key.
    init?(keyText: String) {
        guard let kind = keyText.first else { return nil }
        let rest = String(keyText.dropFirst())
        switch kind {
        case "i":
            guard let number = Int64(rest) else { return nil }
            self = .int(number)
        case "d":
            guard let number = Double(rest) else { return nil }
            self = .double(number)
        case "t": self = .text(rest)
        default: return nil
        }
    }
}
