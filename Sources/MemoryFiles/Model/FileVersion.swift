public import Records

/// One change of a file. Versions stay when the file is deleted.
public struct FileVersion: Sendable, Hashable {
    /// What happened.
    public enum Operation: String, Sendable, Hashable {
        /// The file was made.
        case created
        /// Its content or path changed.
        case modified
        /// It was deleted.
        case deleted
    }

    /// `memver_…`.
    public var id: String
    /// The file, `mem_…`, which may be gone.
    public var file: String
    /// What happened.
    public var operation: Operation
    /// Where the file was then; nil when redacted.
    public var path: String?
    /// What it said then; nil when deleted, redacted or not asked for.
    public var content: String?
    /// SHA-256 of the content; nil when deleted or redacted.
    public var contentSHA256: String?
    /// How many UTF-8 bytes the content had; nil when deleted or redacted.
    public var contentBytes: Int?
    /// Microseconds since 1970 UTC.
    public var createdAt: Int64
    /// Who did it, if known.
    public var createdBy: FileAuthor?
    /// When what it said was removed; nil if it was not.
    public var redactedAt: Int64?
    /// Who removed it.
    public var redactedBy: FileAuthor?

    /// A version.
    public init(
        id: String, file: String, operation: Operation, path: String?, content: String?, contentSHA256: String?,
        contentBytes: Int?, createdAt: Int64, createdBy: FileAuthor?, redactedAt: Int64?, redactedBy: FileAuthor?
    ) {
        self.id = id
        self.file = file
        self.operation = operation
        self.path = path
        self.content = content
        self.contentSHA256 = contentSHA256
        self.contentBytes = contentBytes
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.redactedAt = redactedAt
        self.redactedBy = redactedBy
    }
}

/// Which versions to list, the newest first.
public struct VersionQuery: Sendable {
    /// Only of this file, there or gone.
    public var file: String?
    /// Only of this kind.
    public var operation: FileVersion.Operation?
    /// Only by this author.
    public var author: FileAuthor?
    /// Made at or after this time, microseconds since 1970 UTC.
    public var createdAtLeast: Int64?
    /// Made at or before this time.
    public var createdAtMost: Int64?
    /// Whether they come with what the file said; false by default.
    public var includesContent: Bool
    /// The most versions of a page, 1 to 1,000; 20 by default.
    public var limit: Int
    /// Continue after the page that gave this.
    public var after: Cursor?

    /// Every version, 20 a page.
    public init(
        file: String? = nil, operation: FileVersion.Operation? = nil, author: FileAuthor? = nil,
        createdAtLeast: Int64? = nil, createdAtMost: Int64? = nil, includesContent: Bool = false, limit: Int = 20,
        after: Cursor? = nil
    ) {
        self.file = file
        self.operation = operation
        self.author = author
        self.createdAtLeast = createdAtLeast
        self.createdAtMost = createdAtMost
        self.includesContent = includesContent
        self.limit = limit
        self.after = after
    }
}
