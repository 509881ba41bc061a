public import Owners
import Records

extension GraphStore {
    /// Makes two entities one: see ``KnowledgeGraph/merge(_:into:in:)``.
    ///
    /// The survivor gets the names first, then the relations piece by piece, and the other goes last: wherever it stops,
    /// every name and relation belongs to one of the two.
    /// - Complexity: O(names + relations of the one that goes).
    @discardableResult
    public func merge(
        _ id: String, into survivor: String, in owner: Owner
    ) async throws(GraphError) -> EntityMerge {
        let partition = try partition(of: owner)
        try GraphBounds.check(id: id, "entity")
        try GraphBounds.check(id: survivor, "survivor")
        guard !id.hasSameBytes(as: survivor) else {
            throw GraphError(.invalid, "survivor must be another entity than the one that is merged")
        }
        var mover = RelationMover(store: self, from: id, to: survivor, partition: partition)
        for _ in 0..<GraphBounds.attempts {
            let found = try await stored(entities: [id, survivor], partition)
            guard let old = found[1] else { throw Self.missing("survivor", survivor) }
            guard let leaving = found[0] else {
                // Relations that were recorded right before the other left, or that an interruption left behind.
                try await mover.run()
                let merged = try await entity(survivor, in: owner)
                return EntityMerge(survivor: merged, moved: mover.moved, vanished: mover.vanished)
            }
            if let absorbed = try old.changed(at: now(), { $0.absorb(leaving.entity) }) {
                guard try await replace(old, with: absorbed, guards: [leaving.guardian], partition) else { continue }
            }
            try await mover.run()
            do {
                // Not where the survivor left meanwhile: then both would be gone.
                try await records.commit(
                    Batch(
                        partition, guards: [leaving.guardian, GraphRecords.exists(survivor)], leaving.deletions))
            } catch {
                guard error.isChangedMeanwhile else { throw GraphError(error) }
            }
        }
        throw Self.contention
    }
}

extension Entity {
    /// Takes the names of another, and of the rest what this one does not know.
    fileprivate mutating func absorb(_ other: Entity) {
        aliases += FoldedName.distinct([other.name] + other.aliases, besides: [name] + aliases)
        properties.merge(other.properties) { own, _ in own }
        if description.isEmpty { description = other.description }
    }
}
