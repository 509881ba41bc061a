public import Records

/// A stored item.
public struct Item: Sendable, Hashable {
    /// Where it is: labels from the root, such as `["memories", "alice"]`.
    public var namespace: [String]
    /// Its key in the namespace.
    public var key: String
    /// Its value, a JSON object.
    public var value: [String: JSONValue]
    /// When it was first put, in microseconds since 1970 UTC; putting it again keeps this.
    public var createdAt: Int64
    /// When it was last put, in microseconds since 1970 UTC.
    public var updatedAt: Int64
    /// When it expires unless it is read or put before, in microseconds since 1970 UTC; nil never.
    public var expiresAt: Int64?
}

/// An item that was found.
public struct FoundItem: Sendable, Hashable {
    /// The item.
    public var item: Item
    /// How well it answers the question, 0 to 1; nil where nothing was asked, or the item is not indexed.
    public var score: Double?
}

/// How the fields of one item are indexed for search.
public enum IndexChoice: Sendable, Hashable {
    /// As the store is configured.
    case standard
    /// Not at all: it is found by filters only.
    case none
    /// These field paths, see ``FieldPathText``.
    case fields([String])
}

/// How long an item lives after it was last put or read.
public enum LifetimeChoice: Sendable, Hashable {
    /// As the store is configured.
    case standard
    /// For ever.
    case unlimited
    /// So many seconds, more than 0 and at most 1e9.
    case seconds(Double)
}

/// What to look for.
public struct ItemSearch: Sendable {
    /// Labels that the namespaces begin with; empty is everywhere.
    public var prefix: [String]
    /// What the items should be about; nil lists them, the last updated first.
    public var query: String?
    /// What their values must be.
    public var filter: ItemFilter
    /// The most items, 1 to 1,000; 10 by default.
    public var limit: Int
    /// How many to leave out at the beginning, 0 to 100,000.
    public var offset: Int
    /// Whether what is found lives on; nil is as the store is configured.
    public var refreshesLifetime: Bool?

    /// A search; everything by default.
    public init(
        prefix: [String] = [], query: String? = nil, filter: ItemFilter = ItemFilter(), limit: Int = 10,
        offset: Int = 0, refreshesLifetime: Bool? = nil
    ) {
        self.prefix = prefix
        self.query = query
        self.filter = filter
        self.limit = limit
        self.offset = offset
        self.refreshesLifetime = refreshesLifetime
    }
}

/// Which namespaces to list.
public struct NamespaceQuery: Sendable, Hashable {
    /// Labels that they begin with, and that they end with; `*` is any one label.
    public var prefix: [String], suffix: [String]
    /// Deeper namespaces are cut to so many labels, and listed once; at least 1.
    public var maximumDepth: Int?
    /// The most namespaces, 1 to 10,000; 100 by default.
    public var limit: Int
    /// How many to leave out at the beginning, 0 to 100,000.
    public var offset: Int

    /// A list; all by default.
    public init(
        prefix: [String] = [], suffix: [String] = [], maximumDepth: Int? = nil, limit: Int = 100, offset: Int = 0
    ) {
        self.prefix = prefix
        self.suffix = suffix
        self.maximumDepth = maximumDepth
        self.limit = limit
        self.offset = offset
    }
}

/// One operation of a batch.
public enum Operation: Sendable {
    /// Gets an item.
    case get(namespace: [String], key: String, refreshesLifetime: Bool? = nil)
    /// Puts an item; nil deletes it.
    case put(
        namespace: [String], key: String, value: [String: JSONValue]?, index: IndexChoice = .standard,
        lifetime: LifetimeChoice = .standard)
    /// Searches.
    case search(ItemSearch)
    /// Lists namespaces.
    case listNamespaces(NamespaceQuery)
}

/// What one operation of a batch answered.
public enum OperationResult: Sendable, Hashable {
    /// A get: the item, or nil.
    case item(Item?)
    /// A search.
    case items([FoundItem])
    /// A list of namespaces.
    case namespaces([[String]])
    /// A put.
    case done
}
