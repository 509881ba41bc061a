public import Owners
import Records

extension GraphStore {
    /// Adds an entity, or answers the one there is with what is new: see ``KnowledgeGraph/add(_:in:)``.
    /// - Complexity: one commit for a new one, and no read.
    @discardableResult
    public func add(_ new: NewEntity, in owner: Owner) async throws(GraphError) -> EntityOutcome {
        let partition = try partition(of: owner)
        try new.validate()
        for _ in 0..<GraphBounds.attempts {
            let time = now()
            let draft = StoredEntity(new, id: configuration.makeIdentifier(time), at: time)
            do {
                try await records.commit(Batch(partition, draft.insertions))
                return EntityOutcome(entity: draft.entity, created: true)
            } catch {
                guard error.code == .exists, let record = error.record else { throw GraphError(error) }
                let existing = try StoredEntity(record)
                // Otherwise only the id is taken, and the next one may be free.
                guard existing.isSame(as: draft) else { continue }
                if let united = try await unite(existing, with: new, partition) {
                    return EntityOutcome(entity: united, created: false)
                }
            }
        }
        throw Self.contention
    }

    /// Adds to an entity what is new; nil when somebody changed it meanwhile.
    private func unite(
        _ old: StoredEntity, with new: NewEntity, _ partition: Partition
    ) async throws(GraphError) -> Entity? {
        let changed = try old.changed(at: now()) { entity in
            entity.aliases += FoldedName.distinct(new.aliases, besides: [entity.name] + entity.aliases)
            entity.properties.merge(new.properties) { _, new in new }
            if !new.description.isEmpty { entity.description = new.description }
        }
        guard let changed else { return old.entity }
        return try await replace(old, with: changed, partition) ? changed.entity : nil
    }

    /// Commits a change of an entity; false when somebody changed it meanwhile.
    /// - Throws: ``GraphError`` `conflict` when another entity has its type and name.
    func replace(
        _ old: StoredEntity, with new: StoredEntity, guards: [Guard] = [], _ partition: Partition
    ) async throws(GraphError) -> Bool {
        do {
            try await records.commit(
                Batch(partition, guards: [old.guardian] + guards, new.changes(from: old)))
            return true
        } catch {
            switch error.code {
            case .guardFailed, .missing: return false
            case .exists:
                throw GraphError(
                    .conflict, "another entity has this type and name", existing: error.record?.values[0].text,
                    underlying: error)
            default: throw GraphError(error)
            }
        }
    }
}
