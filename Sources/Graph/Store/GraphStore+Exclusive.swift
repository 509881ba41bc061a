import Records

extension GraphStore {
    /// One attempt to record a relation that its source has only one of at a time; nil when others came between.
    ///
    /// The source's turn is taken with it, so that no two such decisions are made side by side.
    func relateExclusively(
        _ new: NewRelation, _ partition: Partition
    ) async throws(GraphError) -> RelationOutcome? {
        let found = try await believed(of: new.source, new.kind, partition)
        guard let source = found.source else { throw Self.missing("source", new.source) }
        let targets = try await present(found.relations.map(\.relation.target) + [new.target], partition)
        guard targets.contains(.text(new.target)) else { throw Self.missing("target", new.target) }
        // The others are left from a removal that will go on; nobody sees them.
        let relations = found.relations.filter { targets.contains(.text($0.relation.target)) }
        let time = now()
        let draft = Relation(new, id: configuration.makeIdentifier(time), at: time)
        let plan = ExclusivePlan(draft, among: relations, now: time)
        var writing = ExclusiveWrites(plan, relations, at: time, configuration.makeIdentifier)
        if writing.writes.isEmpty {
            return RelationOutcome(relation: writing.relation, created: false, superseded: [])
        }
        try GraphBounds.check(properties: writing.relation.properties)
        writing.writes.append(.patch(source.key, [.set("turn", .int(source.turn + 1))]))
        guard writing.writes.count <= records.capabilities.maximumWrites else {
            throw GraphError(
                .limit, "the relation corrects \(plan.cuts.count) others; one commit cannot hold so many")
        }
        let guards: [Guard] =
            [.matches(source.key, .equal("turn", .int(source.turn))), GraphRecords.exists(new.target)]
            + writing.guards
        do {
            try await records.commit(Batch(partition, guards: guards, writing.writes))
            return RelationOutcome(
                relation: writing.relation, created: writing.isNew, superseded: writing.superseded)
        } catch {
            guard error.isChangedMeanwhile else { throw GraphError(error) }
            return nil
        }
    }
}

/// The writes of an ``ExclusivePlan``, and what they depend on.
private struct ExclusiveWrites {
    var guards: [Guard] = []
    var writes: [Write] = []
    /// The relation as it will be.
    var relation: Relation
    /// Whether it is recorded, and not only found.
    var isNew = false
    var superseded: [Relation] = []

    init(_ plan: ExclusivePlan, _ believed: [StoredRelation], at time: Timestamp, _ makeID: (Timestamp) -> String) {
        relation = plan.relation
        let rests = Rests(plan.cuts, besides: believed, at: time, makeID)
        for (old, replacement) in rests.retracted {
            let retracted = old.retracting(at: time, replacedBy: replacement)
            guards += [old.guardian, GraphRecords.exists(old.relation.target)]
            writes.append(retracted.write)
            superseded.append(retracted.relation)
        }
        guards += rests.relied.map(\.guardian)
        // After all that they take the place of, whose begin some of them have.
        writes += rests.recorded.map(\.insertion)
        guard let existing = plan.existing else {
            isNew = true
            writes.append(relation.insertion)
            return
        }
        if plan.correctsExisting {
            isNew = true
            relation.fact = relation.fact.isEmpty ? existing.relation.fact : relation.fact
            relation.properties = existing.relation.properties.merging(relation.properties) { _, new in new }
            relation.episodes = Relation.united(existing.relation.episodes, relation.episodes)
            relation.recordedAt = max(relation.recordedAt, existing.relation.recordedAt)
            let retracted = existing.retracting(at: time, replacedBy: relation.id)
            guards.append(existing.guardian)
            writes += [retracted.write, relation.insertion]
            superseded.append(retracted.relation)
        } else if let grown = existing.adding(relation.episodes) {
            guards.append(existing.guardian)
            writes.append(grown.write)
            relation = grown.relation
        } else {
            relation = existing.relation
        }
    }

}
