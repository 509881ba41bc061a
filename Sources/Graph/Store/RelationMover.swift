import Records

/// Makes the relations of one entity those of another, a bounded piece at a time.
struct RelationMover {
    let store: GraphStore
    let from: String
    let to: String
    let partition: Partition
    private(set) var moved = 0
    private(set) var vanished = 0

    /// Each may be a write and a duplicate's, and each duplicate costs one more commit.
    private static let piece = 100

    init(store: GraphStore, from: String, to: String, partition: Partition) {
        self.store = store
        self.from = from
        self.to = to
        self.partition = partition
    }

    /// Moves until there is none left.
    /// - Throws: ``GraphError`` `notFound` when the survivor is gone; `conflict`.
    mutating func run() async throws(GraphError) {
        for side in ["source", "target"] {
            var failures = 0
            while let relations = try await next(side) {
                let isMoved = try await move(relations, side)
                failures = isMoved ? 0 : failures + 1
                guard failures < GraphBounds.attempts else { throw GraphStore.contention }
            }
        }
    }

    /// Some relations of the one that goes; nil when there is none. Those that were moved are no longer found.
    private func next(_ side: String) async throws(GraphError) -> [StoredRelation]? {
        var query = Query(
            GraphRecords.relation.name, .equal(FieldPath(side), .text(from)), order: .field("recorded_at"),
            limit: Self.piece)
        repeat {
            let page = try await store.read([.query(query)], partition)[0]
            var relations: [StoredRelation] = []
            for case let record? in page.records { relations.append(try StoredRelation(record)) }
            if !relations.isEmpty { return relations }
            query.after = page.next
        } while query.after != nil
        return nil
    }

    /// Moves these, or answers false when somebody changed one of them meanwhile.
    private mutating func move(_ relations: [StoredRelation], _ side: String) async throws(GraphError) -> Bool {
        /// What the survivor has already, by the place of the one that vanishes into it.
        var duplicates: [Int: StoredRelation] = [:]
        while true {
            let plan = plan(relations, side, duplicates)
            do {
                try await store.records.commit(Batch(partition, guards: plan.guards, plan.writes))
                vanished += plan.vanished
                moved += relations.count - plan.vanished
                return true
            } catch {
                if error.code == .guardFailed, error.index == 0 { throw GraphStore.missing("survivor", to) }
                guard error.isChangedMeanwhile else { throw GraphError(error) }
                guard error.code == .exists, let index = error.index, let record = error.record,
                    plan.places.indices.contains(index), duplicates[plan.places[index]] == nil
                else { return false }
                duplicates[plan.places[index]] = try StoredRelation(record)
            }
        }
    }

    private func plan(
        _ relations: [StoredRelation], _ side: String, _ duplicates: [Int: StoredRelation]
    ) -> (guards: [Guard], writes: [Write], places: [Int], vanished: Int) {
        var guards = [GraphRecords.exists(to)]
        var writes: [Write] = []
        /// Which relation each write is about.
        var places: [Int] = []
        var vanished = 0
        for (place, stored) in relations.enumerated() {
            let other = side == "source" ? stored.relation.target : stored.relation.source
            if other.hasSameBytes(as: to) {
                vanished += 1
                writes.append(.delete(stored.key))
            } else if let duplicate = duplicates[place] {
                vanished += 1
                // Neither may have changed: one takes what the other has.
                guards += [stored.guardian, duplicate.guardian]
                writes.append(.delete(stored.key))
                if let grown = duplicate.adding(stored.relation.episodes) {
                    writes.append(grown.write)
                    places.append(place)
                }
            } else {
                writes.append(.patch(stored.key, [.set(side, .text(to))]))
            }
            places.append(place)
        }
        return (guards, writes, places, vanished)
    }
}
