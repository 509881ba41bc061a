import Records

/// What a walk has found so far.
struct Traversal {
    let limit: Int
    /// In the order in which they were found.
    private(set) var relations: [Relation] = []
    /// Entities by id, with their distance.
    private(set) var distances: [Value: Int] = [:]
    private(set) var isTruncated = false
    /// Ids that the next level is about, in the order in which they were found.
    private var discovered: [String] = []
    private var seen: Set<Value> = []

    init(_ walk: GraphWalk) {
        limit = walk.limit
        for id in walk.start where distances.updateValue(0, forKey: .text(id)) == nil { discovered.append(id) }
    }

    /// How many relations to ask for where so many questions are open: a share of what is left, and one more to know
    /// whether there is more; at least a few, so that much is not asked in many small pieces.
    func share(of open: Int) -> Int {
        min(1_000, max(16, (limit - relations.count + open) / max(1, open)))
    }

    /// Takes a relation of an entity at this distance; false once there are too many.
    mutating func take(_ relation: Relation, at distance: Int) -> Bool {
        guard seen.insert(.text(relation.id)).inserted else { return true }
        guard relations.count < limit else {
            isTruncated = true
            return false
        }
        relations.append(relation)
        for end in [relation.source, relation.target] where distances[.text(end)] == nil {
            distances[.text(end)] = distance + 1
            discovered.append(end)
        }
        return true
    }

    /// The entities that were discovered since the last time.
    mutating func nextLevel() -> [String] {
        defer { discovered = [] }
        return discovered
    }

    /// The result, without relations of entities that are not there.
    func subgraph(_ present: [Value: Entity]) -> Subgraph {
        var reached: [Subgraph.Reached] = []
        for (id, distance) in distances where distance > 0 {
            if let entity = present[id] { reached.append(Subgraph.Reached(entity: entity, distance: distance)) }
        }
        reached.sort {
            $0.distance == $1.distance
                ? $0.entity.id.compareBytes($1.entity.id) < 0 : $0.distance < $1.distance
        }
        return Subgraph(
            entities: reached,
            relations: relations.filter { present[.text($0.source)] != nil && present[.text($0.target)] != nil },
            isTruncated: isTruncated)
    }
}
