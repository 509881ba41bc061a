public import Owners
import Records

extension GraphStore {
    /// One relation: see ``KnowledgeGraph/relation(_:in:)``.
    /// - Complexity: O(log relations).
    public func relation(_ id: String, in owner: Owner) async throws(GraphError) -> Relation {
        let partition = try partition(of: owner)
        try GraphBounds.check(id: id, "relation")
        guard let stored = try await stored(relation: id, partition) else { throw Self.missing("relation", id) }
        return stored.relation
    }

    /// Relations, a page at a time: see ``KnowledgeGraph/relations(_:in:)``.
    /// - Complexity: O(page + skipped + log relations). Nothing is skipped for an entity and one kind in what is believed;
    ///   retracted relations and several kinds are.
    public func relations(
        _ query: RelationQuery = RelationQuery(), in owner: Owner
    ) async throws(GraphError) -> RelationPage {
        let partition = try partition(of: owner)
        try query.validate()
        let queries = RelationFilter(kinds: query.kinds, view: query.view).queries(of: query.entity, query.direction)
        var page = RelationPage(relations: [], next: query.after)
        repeat {
            let piece = try await newest(
                of: queries, query.limit - page.relations.count, after: page.next, query, partition)
            page.relations += try await visible(piece.relations, partition)
            page.next = piece.next
        } while page.relations.count < query.limit && page.next != nil
        return page
    }

    /// A relation whose entities are there; nil when there is none.
    func stored(relation id: String, _ partition: Partition) async throws(GraphError) -> StoredRelation? {
        let page = try await read([.keys([GraphRecords.relationKey(id)])], partition)[0]
        guard case let record?? = page.records.first else { return nil }
        let stored = try StoredRelation(record)
        return try await visible([stored.relation], partition).isEmpty ? nil : stored
    }

    /// The relations whose entities are there: others are left from a removal that will go on.
    private func visible(_ relations: [Relation], _ partition: Partition) async throws(GraphError) -> [Relation] {
        let present = try await present(relations.flatMap { [$0.source, $0.target] }, partition)
        return relations.filter { present.contains(.text($0.source)) && present.contains(.text($0.target)) }
    }

    /// The newest relations that any of the queries finds, and where to continue all of them.
    ///
    /// A cursor holds a position in the order of all, so that it fits each of the queries.
    private func newest(
        of queries: [Query], _ limit: Int, after cursor: Cursor?, _ query: RelationQuery, _ partition: Partition
    ) async throws(GraphError) -> RelationPage {
        let whole = Query(
            GraphRecords.relation.name, .or(queries.map(\.filter)), order: .field("recorded_at"), isDescending: true)
        var position: [Value]?
        do {
            position = try cursor?.position(of: whole, in: partition)
        } catch {
            throw GraphError(error)
        }
        var found: [Relation] = []
        var hasMore = false
        for var part in queries {
            part.after = position.map { Cursor(after: $0, of: part, in: partition) }
            var own: [Relation] = []
            // A page may be short: a later one of this query may come before the other's.
            repeat {
                part.limit = limit - own.count
                let page = try await read([.query(part)], partition)[0]
                for case let record? in page.records { own.append(try StoredRelation(record).relation) }
                part.after = page.next
            } while own.count < limit && part.after != nil
            found += own
            hasMore = hasMore || part.after != nil
        }
        found.sort {
            $0.recordedAt == $1.recordedAt ? $0.id.compareBytes($1.id) > 0 : $0.recordedAt > $1.recordedAt
        }
        hasMore = hasMore || found.count > limit
        var page = RelationPage(relations: Array(found.prefix(limit)))
        if hasMore, let last = page.relations.last {
            page.next = Cursor(
                after: [.time(last.recordedAt.microseconds), .text(last.id)], of: whole, in: partition)
        }
        return page
    }
}
