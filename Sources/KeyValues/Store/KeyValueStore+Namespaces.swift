import Records

extension KeyValueStore {
    /// Namespaces that have items, in the order of their labels, bytewise.
    /// - Throws: ``KeyValueError`` `invalid`, `unavailable`.
    /// - Complexity: O(namespaces below the prefix's labels before its first `*`).
    public func listNamespaces(_ query: NamespaceQuery = NamespaceQuery()) async throws(KeyValueError) -> [[String]] {
        let fixed = try NamespacePath(Array(query.prefix.prefix { $0 != "*" }), mayBeEmpty: true)
        _ = try NamespacePath(query.prefix, mayBeEmpty: true)
        _ = try NamespacePath(query.suffix, mayBeEmpty: true)
        guard (1...10_000).contains(query.limit) else {
            throw KeyValueError(.invalid, "limit must be 1 to 10000, not \(query.limit)")
        }
        guard (0...KeyValueBounds.offset).contains(query.offset) else {
            throw KeyValueError(.invalid, "offset must be 0 to \(KeyValueBounds.offset), not \(query.offset)")
        }
        if let depth = query.maximumDepth, depth < 1 {
            throw KeyValueError(.invalid, "maximumDepth must be at least 1, not \(depth)")
        }
        var listed: [[String]] = []
        var skipped = 0
        var last: [String]?
        var question = Query(
            KeyValueRecords.namespace.name, fixed.range("path"), limit: 500, fields: ["path"])
        if fixed.labels.isEmpty {
            question.filter = .equal("tenant", .text(configuration.tenant))
            question.order = .field("path")
        }
        repeat {
            let (records, partitions, next) = try await page(question, fixed.labels.first)
            var candidates: [(record: Record, partition: Partition, labels: [String])] = []
            for (record, partition) in zip(records, partitions) {
                guard case .text(let text) = record.values[0] else { continue }
                let labels = NamespacePath.labels(of: text)
                if query.accepts(labels) { candidates.append((record, partition, labels)) }
            }
            let areUsed = try await areUsed(candidates.map { ($0.record, $0.partition) })
            for (candidate, isUsed) in zip(candidates, areUsed) where isUsed {
                let labels = query.maximumDepth.map { Array(candidate.labels.prefix($0)) } ?? candidate.labels
                // Namespaces with the same beginning follow each other.
                if let last, last.count == labels.count, zip(last, labels).allSatisfy({ $0.hasSameBytes(as: $1) }) {
                    continue
                }
                last = labels
                if skipped < query.offset {
                    skipped += 1
                    continue
                }
                listed.append(labels)
                if listed.count == query.limit { return listed }
            }
            question.after = next
        } while question.after != nil
        return listed
    }

    private func page(
        _ query: Query, _ root: String?
    ) async throws(KeyValueError) -> (records: [Record], partitions: [Partition], next: Cursor?) {
        if let root {
            let partition = partition(root)
            let page = try await read([.query(query)], partition)[0]
            let records = page.records.compactMap { $0 }
            return (records, Array(repeating: partition, count: records.count), page.next)
        }
        let answer = try await survey(query)
        return (answer.page.records.compactMap { $0 }, answer.partitions, answer.page.next)
    }

    /// Whether namespaces have an item that has not expired; those without any item at all are forgotten.
    private func areUsed(_ namespaces: [(record: Record, partition: Partition)]) async throws(KeyValueError) -> [Bool] {
        let now = configuration.clock()
        func query(_ place: Int, _ condition: Filter) -> Query {
            Query(
                KeyValueRecords.item.name, .and([.equal("namespace", namespaces[place].record.values[0]), condition]),
                limit: 1, fields: [])
        }
        var places: [Partition: [Int]] = [:]
        for (place, namespace) in namespaces.enumerated() { places[namespace.partition, default: []].append(place) }
        var areUsed = [Bool](repeating: true, count: namespaces.count)
        for (partition, places) in places {
            let pages = try await read(places.map { .query(query($0, Self.alive(now))) }, partition)
            for (page, place) in zip(pages, places) {
                areUsed[place] = try await hasRecords(page, query(place, Self.alive(now)), partition)
                if areUsed[place] { continue }
                let any = query(place, .all)
                if try await hasRecords(try await read([.query(any)], partition)[0], any, partition) { continue }
                try await forget(namespaces[place].record, partition)
            }
        }
        return areUsed
    }

    /// Whether a query has a record, in its first page or in a later one: pages may be empty before the end.
    private func hasRecords(_ first: Page, _ query: Query, _ partition: Partition) async throws(KeyValueError) -> Bool {
        var page = first
        var query = query
        while page.records.isEmpty, let next = page.next {
            query.after = next
            page = try await read([.query(query)], partition)[0]
        }
        return !page.records.isEmpty
    }

    /// Forgets a namespace without items. A put meanwhile has changed the record, and keeps it.
    private func forget(_ record: Record, _ partition: Partition) async throws(KeyValueError) {
        do {
            try await records.commit(
                Batch(
                    partition, guards: [.matches(record.key, .equal("revision", .int(record.revision)))],
                    [.delete(record.key)]))
        } catch {
            guard error.code == .guardFailed else { throw KeyValueError(error) }
        }
    }
}

extension NamespaceQuery {
    fileprivate func accepts(_ labels: [String]) -> Bool {
        func match(_ pattern: some Sequence<String>, _ labels: some Sequence<String>) -> Bool {
            zip(pattern, labels).allSatisfy { $0 == "*" || $0.hasSameBytes(as: $1) }
        }
        return labels.count >= prefix.count && labels.count >= suffix.count && match(prefix, labels)
            && match(suffix.reversed(), labels.reversed())
    }
}
