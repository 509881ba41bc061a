public import Records

extension CheckpointStore {
    /// Checkpoints that a query accepts, newest first: by descending id, then by namespace and thread.
    ///
    /// The list is no snapshot: a checkpoint that leaves while a page is made is left out.
    /// - Throws: ``CheckpointError`` `invalid`, `sealed`, `corrupted`, `unavailable`.
    /// - Complexity: O(page × channels + skipped) with thread and namespace; O(thread) without a namespace.
    public func list(_ query: CheckpointQuery) async throws(CheckpointError) -> CheckpointPage {
        if let thread = query.thread {
            try CheckpointAddress(thread: thread, namespace: query.namespace ?? "", id: query.id).validate()
        }
        if let before = query.before {
            try CheckpointBounds.check(before, "before", CheckpointBounds.idBytes)
        }
        guard (1...1_000).contains(query.limit) else {
            throw CheckpointError(.invalid, "limit must be 1 to 1000, not \(query.limit)")
        }
        let match = MetadataMatch(query.metadata)
        var page = CheckpointPage(tuples: [], next: query.after)
        repeat {
            var question = Query(
                CheckpointRecords.checkpoint.name, filter(query, match), order: .field("id"), isDescending: true,
                limit: query.limit - page.tuples.count, after: page.next)
            if query.thread != nil, query.namespace != nil { question.order = .key }
            let (records, partitions, next) = try await records(question, query.thread)
            page.next = next
            var accepted: [(StoredCheckpoint, Partition)] = []
            for (record, partition) in zip(records, partitions) {
                let stored = try StoredCheckpoint(record)
                if try match.accepts(stored.metadata) { accepted.append((stored, partition)) }
            }
            page.tuples += try await load(accepted)
        } while page.tuples.count < query.limit && page.next != nil
        return page
    }

    /// The tenant's threads, most recently active first.
    /// - Parameters:
    ///   - limit: The most threads, 1 to 1,000.
    ///   - idleSince: Only threads without a new checkpoint since this moment, in microseconds since 1970 UTC.
    /// - Throws: ``CheckpointError`` `invalid`, `unavailable`.
    /// - Complexity: O(page + skipped).
    public func threads(
        limit: Int = 100, idleSince: Int64? = nil, after: Cursor? = nil
    ) async throws(CheckpointError) -> ThreadPage {
        guard (1...1_000).contains(limit) else {
            throw CheckpointError(.invalid, "limit must be 1 to 1000, not \(limit)")
        }
        var filter = Filter.equal("tenant", .text(configuration.tenant))
        if let idleSince { filter = .and([filter, .atMost("active_at", .time(idleSince))]) }
        do {
            let found = try await records.survey(
                Query(
                    CheckpointRecords.head.name, filter, order: .field("active_at"), isDescending: true, limit: limit,
                    after: after))
            var page = ThreadPage(threads: [], next: found.page.next)
            for case let record? in found.page.records {
                let head = try StoredHead(record)
                guard let thread = record.values[2].text, let activeAt = head.activeAt else { continue }
                page.threads.append(
                    ThreadSummary(
                        thread: thread, latest: head.latest, createdAt: head.createdAt, activeAt: activeAt))
            }
            return page
        } catch let error as StoreError {
            throw CheckpointError(error)
        } catch let error as CheckpointError {
            throw error
        } catch {
            throw CheckpointError(.unavailable, "the threads could not be read", underlying: error)
        }
    }

    private func filter(_ query: CheckpointQuery, _ match: MetadataMatch) -> Filter {
        var parts: [Filter] = [.equal("is_retained", .bool(false))]
        if query.thread == nil { parts.append(.equal("tenant", .text(configuration.tenant))) }
        if let namespace = query.namespace { parts.append(.equal("namespace", .text(namespace))) }
        if let id = query.id { parts.append(.equal("id", .text(id))) }
        if let before = query.before { parts.append(.less("id", .text(before))) }
        return .and(parts + match.filters)
    }

    private func records(
        _ query: Query, _ thread: String?
    ) async throws(CheckpointError) -> (records: [Record], partitions: [Partition], next: Cursor?) {
        if let thread {
            let partition = partition(thread)
            let page = try await read([.query(query)], partition)[0]
            let records = page.records.compactMap { $0 }
            return (records, Array(repeating: partition, count: records.count), page.next)
        }
        do {
            let found = try await records.survey(query)
            return (found.page.records.compactMap { $0 }, found.partitions, found.page.next)
        } catch {
            throw CheckpointError(error)
        }
    }

    /// Loads checkpoints of any threads, keeping their order.
    private func load(_ found: [(StoredCheckpoint, Partition)]) async throws(CheckpointError) -> [CheckpointTuple] {
        var loaded = [CheckpointTuple?](repeating: nil, count: found.count)
        var groups: [Partition: [Int]] = [:]
        for (place, element) in found.enumerated() { groups[element.1, default: []].append(place) }
        for (partition, places) in groups {
            // A page of long states is read piece by piece.
            for start in stride(from: 0, to: places.count, by: 100) {
                let piece = places[start..<min(start + 100, places.count)]
                let tuples = try await load(piece.map { found[$0].0 }, partition)
                for (place, tuple) in zip(piece, tuples) { loaded[place] = tuple }
            }
        }
        return loaded.compactMap { $0 }
    }
}

/// A condition on metadata: what the store can narrow by, and the rest.
struct MetadataMatch {
    private let wanted: [String: JSONValue]

    init(_ wanted: [String: JSONValue]) { self.wanted = wanted }

    /// What holds for every accepted checkpoint.
    var filters: [Filter] {
        wanted.compactMap { name, value in
            let place = FieldPath("metadata", [name])
            switch value.scalar {
            case nil: return nil
            case .null?: return .not(.exists(place))
            case let scalar?: return .equal(place, scalar)
            }
        }
    }

    /// Whether every member is equal; scalars were asked of the store already.
    func accepts(_ json: String) throws(CheckpointError) -> Bool {
        let others = wanted.filter { $0.value.scalar == nil }
        if others.isEmpty { return true }
        let members = try CheckpointMetadata(stored: json).members()
        return others.allSatisfy { name, value in
            members[name].map { $0.canonical.hasSameBytes(as: value.canonical) } ?? false
        }
    }
}
