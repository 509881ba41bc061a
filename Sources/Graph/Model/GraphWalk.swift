/// A walk from some entities along relations, breadth first.
public struct GraphWalk: Sendable, Hashable {
    /// The ids of the entities to begin at, 1 to 100.
    public var start: [String]
    /// How many relations the farthest entity may be away, 1 to 5; 1 by default.
    public var depth: Int
    /// Which way relations are followed; both by default.
    public var direction: Direction
    /// Only along these kinds, at most 64; all when empty.
    public var kinds: [String]
    /// As of when; by default what is believed now, whenever it was true.
    public var view: GraphView
    /// The most relations, 1 to 10,000; 1,000 by default.
    public var limit: Int

    /// A walk.
    public init(
        from start: [String], depth: Int = 1, direction: Direction = .both, kinds: [String] = [],
        view: GraphView = GraphView(), limit: Int = 1_000
    ) {
        self.start = start
        self.depth = depth
        self.direction = direction
        self.kinds = kinds
        self.view = view
        self.limit = limit
    }
}

/// What a walk found.
public struct Subgraph: Sendable, Hashable {
    /// An entity that was reached.
    public struct Reached: Sendable, Hashable {
        /// The entity.
        public var entity: Entity
        /// How many relations it is away from the nearest start, from 1.
        public var distance: Int

        /// An entity at a distance.
        public init(entity: Entity, distance: Int) {
            self.entity = entity
            self.distance = distance
        }
    }

    /// The entities that were reached, the nearest first, then by id. The start is not among them.
    public var entities: [Reached]
    /// The relations of the start and of every entity nearer than the depth, each once, the nearest first.
    public var relations: [Relation]
    /// Whether there are more than the limit. Then every entity of a distance had its share, the last recorded first, so
    /// that one with many relations does not hide the others'.
    public var isTruncated: Bool

    /// What a walk found; nothing by default.
    public init(entities: [Reached] = [], relations: [Relation] = [], isTruncated: Bool = false) {
        self.entities = entities
        self.relations = relations
        self.isTruncated = isTruncated
    }
}
