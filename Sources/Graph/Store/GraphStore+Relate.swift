public import Owners
import Records

extension GraphStore {
    /// Records a relation: see ``KnowledgeGraph/relate(_:in:)``.
    /// - Complexity: one commit for a new one, and no read; an exclusive one, or one of which only the end is known, reads
    ///   the relations of its source and kind.
    @discardableResult
    public func relate(_ new: NewRelation, in owner: Owner) async throws(GraphError) -> RelationOutcome {
        let partition = try partition(of: owner)
        try new.validate()
        for _ in 0..<GraphBounds.attempts {
            let outcome =
                new.isExclusive
                ? try await relateExclusively(new, partition) : try await relateBesideOthers(new, partition)
            if let outcome { return outcome }
        }
        throw Self.contention
    }

    /// One attempt; nil when others came between.
    private func relateBesideOthers(
        _ new: NewRelation, _ partition: Partition
    ) async throws(GraphError) -> RelationOutcome? {
        let time = now()
        let draft = Relation(new, id: configuration.makeIdentifier(time), at: time)
        if new.validFrom == nil, new.validUntil != nil, let open = try await openRelation(like: draft, partition) {
            return try await correct(open, as: draft, partition)
        }
        do {
            try await records.commit(
                Batch(
                    partition, guards: [GraphRecords.exists(new.source), GraphRecords.exists(new.target)],
                    [draft.insertion]))
            return RelationOutcome(relation: draft, created: true, superseded: [])
        } catch {
            if error.code == .guardFailed { throw Self.missing(endpoint: error.index, of: draft) }
            guard error.code == .exists, let record = error.record else { throw GraphError(error) }
            let existing = try StoredRelation(record)
            // Otherwise only the id is taken, and the next one may be free.
            guard existing.relation.connects(like: draft), existing.relation.isBelieved else { return nil }
            if let end = draft.validUntil, end != existing.relation.validUntil {
                return try await correct(existing, as: draft, partition)
            }
            return try await unite(existing, with: draft.episodes, partition)
        }
    }

    /// The relation of which neither begin nor end is known, and which a known end therefore corrects.
    private func openRelation(like draft: Relation, _ partition: Partition) async throws(GraphError) -> StoredRelation?
    {
        try await believed(of: draft.source, draft.kind, to: draft.target, partition).relations.first {
            $0.relation.validFrom == nil && $0.relation.validUntil == nil
        }
    }

    /// Puts the end that a new relation names in the place of the one that was believed.
    private func correct(
        _ old: StoredRelation, as draft: Relation, _ partition: Partition
    ) async throws(GraphError) -> RelationOutcome? {
        var new = draft
        new.fact = draft.fact.isEmpty ? old.relation.fact : draft.fact
        new.properties = old.relation.properties.merging(draft.properties) { _, new in new }
        try GraphBounds.check(properties: new.properties)
        new.episodes = Relation.united(old.relation.episodes, draft.episodes)
        new.recordedAt = max(draft.recordedAt, old.relation.recordedAt)
        guard let done = try await replace(old, with: new, partition) else { return nil }
        return RelationOutcome(relation: done.relation, created: done.isNew, superseded: [done.retracted])
    }

    /// Adds episodes to a relation; nil when somebody changed it meanwhile.
    private func unite(
        _ existing: StoredRelation, with episodes: [String], _ partition: Partition
    ) async throws(GraphError) -> RelationOutcome? {
        guard let grown = existing.adding(episodes) else {
            return RelationOutcome(relation: existing.relation, created: false, superseded: [])
        }
        do {
            try await records.commit(Batch(partition, guards: [existing.guardian], [grown.write]))
            return RelationOutcome(relation: grown.relation, created: false, superseded: [])
        } catch {
            guard error.isChangedMeanwhile else { throw GraphError(error) }
            return nil
        }
    }

    /// Relations of a source and kind that are believed, with the source's record as of the same moment.
    func believed(
        of source: String, _ kind: String, to target: String? = nil, _ partition: Partition
    ) async throws(GraphError) -> (source: StoredEntity?, relations: [StoredRelation]) {
        var filter: [Filter] = [.equal("source", .text(source)), .equal("kind", .text(kind))]
        if let target { filter.append(.equal("target", .text(target))) }
        filter.append(.not(.exists("retracted_at")))
        var query = Query(GraphRecords.relation.name, .and(filter), order: .field("recorded_at"), limit: 1_000)
        let first = try await read([.keys([GraphRecords.entityKey(source)]), .query(query)], partition)
        var page = first[1]
        var relations: [StoredRelation] = []
        while true {
            for case let record? in page.records { relations.append(try StoredRelation(record)) }
            query.after = page.next
            guard page.next != nil else { break }
            page = try await read([.query(query)], partition)[0]
        }
        var entity: StoredEntity?
        if case let record?? = first[0].records.first { entity = try StoredEntity(record) }
        return (entity, relations)
    }

    /// The error for the endpoint whose guard failed.
    static func missing(endpoint index: Int?, of relation: Relation) -> GraphError {
        index == 1 ? missing("target", relation.target) : missing("source", relation.source)
    }
}

extension StoreError {
    /// Whether looking again tells what to do instead.
    var isChangedMeanwhile: Bool { [.exists, .guardFailed, .missing].contains(code) }
}
