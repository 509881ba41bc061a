public import Owners
import Records

extension GraphStore {
    /// The entities around some entities: see ``KnowledgeGraph/walk(_:in:)``.
    ///
    /// Each level is one read: its entities, and, where the walk goes on, the relations of all of them; more only for so
    /// many that they are asked in pieces.
    /// - Complexity: O(limit + entities of the levels + skipped), whatever the number of relations of one entity.
    public func walk(_ walk: GraphWalk, in owner: Owner) async throws(GraphError) -> Subgraph {
        let partition = try partition(of: owner)
        try walk.validate()
        let filter = RelationFilter(kinds: walk.kinds, view: walk.view)
        var traversal = Traversal(walk)
        var present: [Value: Entity] = [:]
        for distance in 0...walk.depth {
            let level = traversal.nextLevel()
            for start in stride(from: 0, to: level.count, by: Self.entitiesInRead) {
                let ids = Array(level[start..<min(start + Self.entitiesInRead, level.count)])
                let follows = distance < walk.depth && !traversal.isTruncated
                var asked: [(entity: String, query: Query)] = []
                for id in follows ? ids : [] {
                    asked += filter.queries(of: id, walk.direction).map { (id, $0) }
                }
                let share = traversal.share(of: asked.count)
                let pages = try await read(
                    [.keys(ids.map(GraphRecords.entityKey))] + asked.map { $0.query.read(share) }, partition)
                for case let record? in pages[0].records {
                    present[record.values[0]] = try StoredEntity(record).entity
                }
                if distance == 0, let missing = ids.first(where: { present[.text($0)] == nil }) {
                    throw Self.missing("the start", missing)
                }
                // Relations of an entity that is gone are left from a removal that will go on.
                var open: [(Query, Page)] = []
                for (asked, page) in zip(asked, pages.dropFirst()) where present[.text(asked.entity)] != nil {
                    open.append((asked.query, page))
                }
                try await follow(open, at: distance, &traversal, partition)
            }
        }
        return traversal.subgraph(present)
    }

    /// How many entities are asked about at once.
    private static let entitiesInRead = 250

    /// Takes what the questions about a level found, and asks on where there is more, all at once again.
    private func follow(
        _ first: [(Query, Page)], at distance: Int, _ traversal: inout Traversal, _ partition: Partition
    ) async throws(GraphError) {
        var open = first
        while !open.isEmpty {
            var rest: [Query] = []
            for (query, page) in open {
                for case let record? in page.records {
                    guard traversal.take(try StoredRelation(record).relation, at: distance) else { return }
                }
                guard page.next != nil else { continue }
                rest.append(query)
                rest[rest.count - 1].after = page.next
            }
            guard !rest.isEmpty else { return }
            let share = traversal.share(of: rest.count)
            open = Array(zip(rest, try await read(rest.map { $0.read(share) }, partition)))
        }
    }
}

extension Query {
    fileprivate func read(_ limit: Int) -> Read {
        var query = self
        query.limit = limit
        return .query(query)
    }
}
