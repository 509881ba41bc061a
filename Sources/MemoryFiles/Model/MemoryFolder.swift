public import Records

/// A named set of files that belong together; Anthropic's API calls it a memory store.
public struct MemoryFolder: Sendable, Hashable {
    /// `memstore_…`, stable for life.
    public var id: String
    /// What people call it, 1 to 255 characters; need not be unique.
    public var name: String
    /// What it is for, at most 1,024 characters; agents are told.
    public var description: String
    /// At most 16 pairs; keys of 1 to 64, values of at most 512 characters.
    public var metadata: [String: String]
    /// Microseconds since 1970 UTC.
    public var createdAt: Int64
    /// When name, description, metadata or the archive changed last; files do not count.
    public var updatedAt: Int64
    /// Since when nothing can be written; nil while it can.
    public var archivedAt: Int64?

    /// A folder.
    public init(
        id: String, name: String, description: String, metadata: [String: String], createdAt: Int64,
        updatedAt: Int64, archivedAt: Int64?
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.metadata = metadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.archivedAt = archivedAt
    }
}

/// Which folders to list.
public struct FolderQuery: Sendable {
    /// Whether archived ones are among them; false by default.
    public var includesArchived: Bool
    /// Made at or after this time, microseconds since 1970 UTC.
    public var createdAtLeast: Int64?
    /// Made at or before this time.
    public var createdAtMost: Int64?
    /// The most folders of a page, 1 to 1,000; 20 by default.
    public var limit: Int
    /// Continue after the page that gave this.
    public var after: Cursor?

    /// Every folder that is not archived, 20 a page.
    public init(
        includesArchived: Bool = false, createdAtLeast: Int64? = nil, createdAtMost: Int64? = nil, limit: Int = 20,
        after: Cursor? = nil
    ) {
        self.includesArchived = includesArchived
        self.createdAtLeast = createdAtLeast
        self.createdAtMost = createdAtMost
        self.limit = limit
        self.after = after
    }
}

/// What to change of a folder; nil leaves it.
public struct FolderChange: Sendable {
    /// The new name.
    public var name: String?
    /// The new description; empty for none.
    public var description: String?
    /// Pairs to set; nil removes one, others stay.
    public var metadata: [String: String?]

    /// A change.
    public init(name: String? = nil, description: String? = nil, metadata: [String: String?] = [:]) {
        self.name = name
        self.description = description
        self.metadata = metadata
    }
}

/// A page of a listing.
public struct FileListing<Element: Sendable>: Sendable {
    /// The elements.
    public var elements: [Element]
    /// Where the next page begins; nil at the end.
    public var next: Cursor?

    /// A page.
    public init(_ elements: [Element], next: Cursor?) {
        self.elements = elements
        self.next = next
    }
}
