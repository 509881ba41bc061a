import Records
import Retrieval

extension KeyValueStore {
    /// Finds items below a namespace.
    ///
    /// Without a question, or without an index, items come last updated first, without a score. With one, indexed items
    /// come best first, an item scoring as its best field, and then those that are not found by it, without a score.
    /// - Throws: ``KeyValueError`` `invalid`, `corrupted`, `unavailable` (the embedder's failures too).
    /// - Complexity: O(offset + limit + skipped) without a question; with one, O(indexed texts below the root), in memory;
    ///   O(roots) for an empty prefix.
    public func search(_ search: ItemSearch) async throws(KeyValueError) -> [FoundItem] {
        let prefix = try NamespacePath(search.prefix, mayBeEmpty: true)
        guard (1...1_000).contains(search.limit) else {
            throw KeyValueError(.invalid, "limit must be 1 to 1000, not \(search.limit)")
        }
        guard (0...KeyValueBounds.offset).contains(search.offset) else {
            throw KeyValueError(.invalid, "offset must be 0 to \(KeyValueBounds.offset), not \(search.offset)")
        }
        let now = configuration.clock()
        var found: [(StoredItem, Partition)] = []
        var scores: [Double?] = []
        if let query = search.query, !query.isEmpty, let indexes, let index = configuration.index {
            guard query.utf8.count <= KeyValueBounds.queryBytes else {
                throw KeyValueError(
                    .invalid, "query has \(query.utf8.count) bytes; the limit is \(KeyValueBounds.queryBytes)")
            }
            let ranked = try await ranked(search, query, prefix, indexes, index, now)
            for (item, partition, score) in ranked {
                found.append((item, partition))
                scores.append(score)
            }
        }
        // Those that the question did not find follow.
        let wanted = search.offset + search.limit
        if found.count < wanted {
            let known = Set(found.map(\.0.key))
            let rest = try await listed(search, prefix, now, limit: wanted - found.count, except: known)
            found += rest
            scores += Array(repeating: nil, count: rest.count)
        }
        var page = Array(found.dropFirst(search.offset).prefix(search.limit))
        let pageScores = scores.dropFirst(search.offset)
        try await refresh(&page, search.refreshesLifetime, now)
        return zip(page, pageScores).map { FoundItem(item: $0.0.item, score: $1) }
    }

    /// Items in the order of their last update.
    private func listed(
        _ search: ItemSearch, _ prefix: NamespacePath, _ now: Int64, limit: Int, except known: Set<Key>
    ) async throws(KeyValueError) -> [(StoredItem, Partition)] {
        var found: [(StoredItem, Partition)] = []
        var parts = [prefix.range("namespace"), Self.alive(now)] + search.filter.narrowing
        if prefix.labels.isEmpty { parts[0] = .equal("tenant", .text(configuration.tenant)) }
        var query = Query(
            KeyValueRecords.item.name, .and(parts), order: .field("updated_at"), isDescending: true,
            limit: min(10_000, max(limit + known.count, 100)))
        repeat {
            let page: Page
            let partitions: [Partition]
            if let root = prefix.labels.first {
                let partition = partition(root)
                page = try await read([.query(query)], partition)[0]
                partitions = Array(repeating: partition, count: page.records.count)
            } else {
                let answer = try await survey(query)
                (page, partitions) = (answer.page, answer.partitions)
            }
            for (record, partition) in zip(page.records, partitions) {
                guard let record, !known.contains(record.key) else { continue }
                let stored = try StoredItem(record)
                guard search.filter.accepts(stored.item.value) else { continue }
                found.append((stored, partition))
                if found.count == limit { return found }
            }
            query.after = page.next
        } while query.after != nil
        return found
    }

    /// Indexed items that a question finds, best first.
    private func ranked(
        _ search: ItemSearch, _ text: String, _ prefix: NamespacePath, _ indexes: IndexCache, _ index: ItemIndex,
        _ now: Int64
    ) async throws(KeyValueError) -> [(StoredItem, Partition, Double)] {
        var vector: [Float]?
        if let embedder = index.embedder, index.mode != .lexical {
            vector = try await embed([text], .query, embedder)[0]
        }
        var question = IndexSearch(
            text, vector: vector, space: index.embedder?.space, mode: vector == nil ? .lexical : index.mode,
            filter: prefix.range("namespace"), now: now, suppressesDuplicates: false)
        var ranked: [(StoredItem, Partition, Double)] = []
        for partition in try await partitions(below: prefix) {
            ranked += try await self.ranked(&question, search, indexes, partition, now)
        }
        ranked.sort { $0.2 != $1.2 ? $0.2 > $1.2 : $0.0.item.updatedAt > $1.0.item.updatedAt }
        return Array(ranked.prefix(search.offset + search.limit))
    }

    /// The best items of one root. An item has several texts and filters look at the items, so the index is asked for more
    /// until there are enough.
    private func ranked(
        _ question: inout IndexSearch, _ search: ItemSearch, _ indexes: IndexCache, _ partition: Partition, _ now: Int64
    ) async throws(KeyValueError) -> [(StoredItem, Partition, Double)] {
        let wanted = search.offset + search.limit
        question.limit = max(50, wanted * 2)
        let index: PartitionIndex
        do {
            index = try await indexes.fresh(partition)
        } catch {
            throw KeyValueError(error)
        }
        while true {
            let hits: [IndexHit]
            do {
                hits = try index.search(question)
            } catch {
                throw KeyValueError(error)
            }
            var keys: [Key] = []
            var scores: [Key: Double] = [:]
            for hit in hits {
                let key = Key(KeyValueRecords.item.name, Array(hit.key.id.prefix(2)))
                if scores[key] == nil {
                    scores[key] = hit.explanation.score
                    keys.append(key)
                }
            }
            var found: [(StoredItem, Partition, Double)] = []
            if !keys.isEmpty {
                for case let record? in try await read([.keys(keys)], partition)[0].records {
                    let stored = try StoredItem(record)
                    guard !stored.isExpired(now), search.filter.accepts(stored.item.value) else { continue }
                    found.append((stored, partition, scores[record.key] ?? 0))
                }
            }
            if found.count >= wanted || hits.count < question.limit { return found }
            question.limit *= 4
        }
    }

    /// The partitions that a prefix may have items in.
    private func partitions(below prefix: NamespacePath) async throws(KeyValueError) -> [Partition] {
        if let root = prefix.labels.first { return [partition(root)] }
        var seen: Set<Partition> = []
        var found: [Partition] = []
        var query = Query(
            KeyValueRecords.namespace.name, .equal("tenant", .text(configuration.tenant)), order: .field("path"),
            limit: 1_000, fields: [])
        repeat {
            let answer = try await survey(query)
            for partition in answer.partitions where seen.insert(partition).inserted { found.append(partition) }
            guard found.count <= KeyValueBounds.roots else {
                throw KeyValueError(
                    .unsupported, "more than \(KeyValueBounds.roots) roots: ask below one of them")
            }
            query.after = answer.page.next
        } while query.after != nil
        return found
    }
}
