public import Owners
import Records

extension GraphStore {
    /// One entity: see ``KnowledgeGraph/entity(_:in:)``.
    /// - Complexity: O(log entities).
    public func entity(_ id: String, in owner: Owner) async throws(GraphError) -> Entity {
        let partition = try partition(of: owner)
        try GraphBounds.check(id: id, "entity")
        guard let stored = try await stored(entities: [id], partition)[0] else { throw Self.missing("entity", id) }
        return stored.entity
    }

    /// Changes an entity: see ``KnowledgeGraph/update(_:_:in:)``.
    /// - Complexity: one read and one commit.
    @discardableResult
    public func update(_ id: String, _ update: EntityUpdate, in owner: Owner) async throws(GraphError) -> Entity {
        let partition = try partition(of: owner)
        try GraphBounds.check(id: id, "entity")
        try update.validate()
        for _ in 0..<GraphBounds.attempts {
            guard let old = try await stored(entities: [id], partition)[0] else { throw Self.missing("entity", id) }
            if let expected = update.expectedRevision, expected != old.entity.revision {
                throw GraphError(
                    .conflict, "the entity has revision \(old.entity.revision), not \(expected)", existing: id)
            }
            let changed = try old.changed(at: now()) { entity in
                entity.name = update.name ?? entity.name
                entity.type = update.type ?? entity.type
                entity.aliases = FoldedName.distinct(update.aliases ?? entity.aliases, besides: [entity.name])
                entity.description = update.description ?? entity.description
                for (key, change) in update.properties {
                    entity.properties[key] = change.applied(to: entity.properties[key])
                }
            }
            guard let changed else { return old.entity }
            if try await replace(old, with: changed, partition) { return changed.entity }
        }
        throw Self.contention
    }

    /// Entities, a page at a time: see ``KnowledgeGraph/entities(_:in:)``.
    /// - Complexity: O(page + log entities); with a name also the others that have it.
    public func entities(
        _ query: EntityQuery = EntityQuery(), in owner: Owner
    ) async throws(GraphError) -> EntityPage {
        let partition = try partition(of: owner)
        try query.validate()
        var question: Query
        if let name = query.name {
            question = Query(GraphRecords.name.name, .equal("name", .text(FoldedName(name).text)))
        } else {
            question = Query(
                GraphRecords.entity.name, query.type.map { .equal("type", .text($0)) } ?? .all,
                order: .field("updated_at"), isDescending: true)
        }
        question.after = query.after
        var page = EntityPage(entities: [])
        repeat {
            question.limit = query.limit - page.entities.count
            let found = try await read([.query(question)], partition)[0]
            if query.name == nil {
                for case let record? in found.records { page.entities.append(try StoredEntity(record).entity) }
            } else {
                let ids = found.records.compactMap { $0?.values[1].text }
                // An entity that leaves meanwhile is left out.
                for case let stored? in ids.isEmpty ? [] : try await stored(entities: ids, partition)
                where query.type.map(stored.entity.type.hasSameBytes) ?? true {
                    page.entities.append(stored.entity)
                }
            }
            page.next = found.next
            question.after = found.next
        } while page.entities.count < query.limit && page.next != nil
        return page
    }

    static func missing(_ role: String, _ id: String) -> GraphError {
        GraphError(.notFound, "\(role) \(id) not found")
    }
}
