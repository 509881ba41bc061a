public import Owners
import Records

extension GraphStore {
    /// Removes an entity and its relations: see ``KnowledgeGraph/remove(_:in:)``.
    /// - Complexity: O(names + relations of the entity).
    @discardableResult
    public func remove(_ id: String, in owner: Owner) async throws(GraphError) -> GraphRemoval {
        let partition = try partition(of: owner)
        try GraphBounds.check(id: id, "entity")
        var removal = GraphRemoval()
        // The entity goes first: from then on nothing new refers to it, so that its relations come to an end.
        if try await removeEntity(id, partition) { removal.entities = 1 }
        for side in ["source", "target"] {
            removal.relations += try await removeRelations(.equal(FieldPath(side), .text(id)), partition)
        }
        return removal
    }

    /// Removes everything of an owner: see ``KnowledgeGraph/clear(_:)``.
    /// - Complexity: O(entities + relations).
    @discardableResult
    public func clear(_ owner: Owner) async throws(GraphError) -> GraphRemoval {
        let partition = try partition(of: owner)
        var removal = GraphRemoval()
        // Each goes with its names, so that whoever adds one meanwhile leaves none behind.
        var query = Query(GraphRecords.entity.name, limit: GraphBounds.page)
        repeat {
            let page = try await read([.query(query)], partition)[0]
            var entities: [StoredEntity] = []
            for case let record? in page.records { entities.append(try StoredEntity(record)) }
            removal.entities += try await removeEntities(entities, partition)
            query.after = page.next
        } while query.after != nil
        removal.relations = try await removeRelations(.all, partition)
        return removal
    }

    /// Removes entities and their names, many in one commit, and answers how many.
    private func removeEntities(_ entities: [StoredEntity], _ partition: Partition) async throws(GraphError) -> Int {
        var count = 0
        var rest = entities[...]
        while !rest.isEmpty {
            var batch = Batch(partition, [])
            var piece: [StoredEntity] = []
            while let entity = rest.first {
                let deletions = entity.deletions
                guard piece.isEmpty || batch.writes.count + deletions.count <= records.capabilities.maximumWrites
                else { break }
                batch.guards.append(entity.guardian)
                batch.writes += deletions
                piece.append(rest.removeFirst())
            }
            do {
                try await records.commit(batch)
                count += piece.count
            } catch {
                guard error.isChangedMeanwhile else { throw GraphError(error) }
                for entity in piece where try await removeEntity(entity.entity.id, partition) { count += 1 }
            }
        }
        return count
    }

    /// Removes an entity and its names; false when there is none.
    private func removeEntity(_ id: String, _ partition: Partition) async throws(GraphError) -> Bool {
        for _ in 0..<GraphBounds.attempts {
            guard let entity = try await stored(entities: [id], partition)[0] else { return false }
            do {
                try await records.commit(Batch(partition, guards: [entity.guardian], entity.deletions))
                return true
            } catch {
                guard error.isChangedMeanwhile else { throw GraphError(error) }
            }
        }
        throw Self.contention
    }

    /// Removes relations a piece at a time, and answers how many.
    private func removeRelations(_ filter: Filter, _ partition: Partition) async throws(GraphError) -> Int {
        var count = 0
        var query = Query(
            GraphRecords.relation.name, filter, order: .field("recorded_at"),
            limit: min(GraphBounds.page, records.capabilities.maximumWrites), fields: [])
        repeat {
            let page = try await read([.query(query)], partition)[0]
            let deletions = page.records.compactMap { $0.map { Write.delete($0.key) } }
            if !deletions.isEmpty {
                do {
                    count += try await records.commit(Batch(partition, deletions)).results.count { $0 > 0 }
                } catch {
                    throw GraphError(error)
                }
            }
            query.after = page.next
        } while query.after != nil
        return count
    }
}
