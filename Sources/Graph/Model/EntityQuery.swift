public import Records

/// Which entities to list.
public struct EntityQuery: Sendable, Hashable {
    /// Only those that have this name, primary or alias, whatever its case and white space; 1 to 512 bytes.
    public var name: String?
    /// Only those of this type.
    public var type: String?
    /// The most entities in a page, 1 to 1,000; 100 by default.
    public var limit: Int
    /// Continue after this cursor of the same query.
    public var after: Cursor?

    /// A list; every entity by default.
    public init(name: String? = nil, type: String? = nil, limit: Int = 100, after: Cursor? = nil) {
        self.name = name
        self.type = type
        self.limit = limit
        self.after = after
    }
}

/// A page of entities.
public struct EntityPage: Sendable, Hashable {
    /// The entities: with a name by id, which is the order of their creation; otherwise the last updated first, then by
    /// descending id.
    public var entities: [Entity]
    /// Where to continue; nil at the end.
    public var next: Cursor?

    /// A page.
    public init(entities: [Entity], next: Cursor? = nil) {
        self.entities = entities
        self.next = next
    }
}
