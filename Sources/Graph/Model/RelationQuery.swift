public import Records

/// Which way relations are looked at from an entity.
public enum Direction: String, Sendable, Hashable, CaseIterable {
    /// Those that begin at it.
    case outgoing
    /// Those that lead to it.
    case incoming
    /// Both.
    case both
}

/// Which relations to list.
public struct RelationQuery: Sendable, Hashable {
    /// Only those of this entity; nil is every relation, whatever the direction says.
    public var entity: String?
    /// Whether the entity is their source, their target, or either, the default.
    public var direction: Direction
    /// Only those of one of these kinds, at most 64; all when empty.
    public var kinds: [String]
    /// As of when; by default what is believed now, whenever it was true.
    public var view: GraphView
    /// The most relations in a page, 1 to 1,000; 100 by default.
    public var limit: Int
    /// Continue after this cursor of the same query.
    public var after: Cursor?

    /// A list; every relation that is believed by default.
    public init(
        of entity: String? = nil, direction: Direction = .both, kinds: [String] = [], view: GraphView = GraphView(),
        limit: Int = 100, after: Cursor? = nil
    ) {
        self.entity = entity
        self.direction = direction
        self.kinds = kinds
        self.view = view
        self.limit = limit
        self.after = after
    }
}

/// A page of relations.
public struct RelationPage: Sendable, Hashable {
    /// The relations, the last recorded first, then by descending id.
    public var relations: [Relation]
    /// Where to continue; nil at the end.
    public var next: Cursor?

    /// A page.
    public init(relations: [Relation], next: Cursor? = nil) {
        self.relations = relations
        self.next = next
    }
}
