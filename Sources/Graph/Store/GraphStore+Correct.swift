public import Owners
public import Records

extension GraphStore {
    /// Says when a relation stopped to be true: see ``KnowledgeGraph/end(_:at:in:)``.
    /// - Complexity: O(corrections it had) reads and one commit.
    @discardableResult
    public func end(_ id: String, at time: Timestamp, in owner: Owner) async throws(GraphError) -> Relation {
        let partition = try partition(of: owner)
        try GraphBounds.check(id: id, "relation")
        for _ in 0..<GraphBounds.attempts {
            let old = try await latest(id, partition)
            guard old.relation.isBelieved else {
                throw GraphError(.conflict, "the relation was retracted", existing: old.relation.id)
            }
            if old.relation.validUntil == time { return old.relation }
            if let begin = old.relation.validFrom, time <= begin {
                throw GraphError(.invalid, "the end must be after the relation's begin")
            }
            let now = now()
            let new = old.relation.corrected(
                to: Validity(from: old.relation.validFrom, until: time), id: configuration.makeIdentifier(now), at: now)
            if let done = try await replace(old, with: new, partition) { return done.relation }
        }
        throw Self.contention
    }

    /// Says that a relation was never true: see ``KnowledgeGraph/retract(_:in:)``.
    /// - Complexity: O(corrections it had) reads and one commit.
    @discardableResult
    public func retract(_ id: String, in owner: Owner) async throws(GraphError) -> Relation {
        let partition = try partition(of: owner)
        try GraphBounds.check(id: id, "relation")
        for _ in 0..<GraphBounds.attempts {
            let old = try await latest(id, partition)
            guard old.relation.isBelieved else { return old.relation }
            let retracted = old.retracting(at: now())
            do {
                try await records.commit(Batch(partition, guards: [old.guardian], [retracted.write]))
                return retracted.relation
            } catch {
                guard error.isChangedMeanwhile else { throw GraphError(error) }
            }
        }
        throw Self.contention
    }

    /// What took a relation's place in the end; the relation itself where nothing did.
    /// - Throws: ``GraphError`` `notFound`, also where an entity of it is gone.
    private func latest(_ id: String, _ partition: Partition) async throws(GraphError) -> StoredRelation {
        guard var found = try await stored(relation: id, partition) else { throw Self.missing("relation", id) }
        while let successor = found.relation.replacedBy, let next = try await stored(relation: successor, partition) {
            found = next
        }
        return found
    }

    /// What ``replace(_:with:_:)`` did.
    struct Replacement {
        /// What is believed now.
        var relation: Relation
        /// Whether it was not believed before.
        var isNew: Bool
        /// What was believed before.
        var retracted: Relation
    }

    /// Retracts a relation and records another one in its place, in one commit; nil when others came between.
    ///
    /// Where that is believed already, it gets the episodes instead.
    func replace(
        _ old: StoredRelation, with new: Relation, _ partition: Partition
    ) async throws(GraphError) -> Replacement? {
        let endpoints = [GraphRecords.exists(new.source), GraphRecords.exists(new.target)]
        var retracted = old.retracting(at: new.recordedAt, replacedBy: new.id)
        do {
            try await records.commit(
                Batch(partition, guards: endpoints + [old.guardian], [retracted.write, new.insertion]))
            return Replacement(relation: new, isNew: true, retracted: retracted.relation)
        } catch {
            if error.code == .guardFailed, let index = error.index, index < 2 {
                throw Self.missing(endpoint: index, of: new)
            }
            guard error.isChangedMeanwhile else { throw GraphError(error) }
            guard error.code == .exists, let record = error.record else { return nil }
            let existing = try StoredRelation(record)
            guard existing.relation.connects(like: new), existing.relation.isBelieved else { return nil }
            let grown = existing.adding(new.episodes)
            retracted = old.retracting(at: new.recordedAt, replacedBy: existing.relation.id)
            do {
                try await records.commit(
                    Batch(
                        partition, guards: [old.guardian, existing.guardian],
                        [retracted.write] + (grown.map { [$0.write] } ?? [])))
                return Replacement(
                    relation: grown?.relation ?? existing.relation, isNew: false, retracted: retracted.relation)
            } catch {
                guard error.isChangedMeanwhile else { throw GraphError(error) }
                return nil
            }
        }
    }
}
