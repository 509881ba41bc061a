public import Records

/// A text at a path.
public struct MemoryFile: Sendable, Hashable {
    /// `mem_…`, stable when the path changes.
    public var id: String
    /// Where it is, such as `/projects/notes.md`: 1 to 20 segments, at most 1,024 UTF-8 bytes, unique in its folder.
    public var path: String
    /// The text, at most 102,400 UTF-8 bytes; nil where it was not asked for.
    public var content: String?
    /// SHA-256 of the content's UTF-8 bytes, 64 lower-case hexadecimal digits.
    public var contentSHA256: String
    /// How many UTF-8 bytes the content has.
    public var contentBytes: Int
    /// The version that the file is now, `memver_…`.
    public var version: String
    /// Microseconds since 1970 UTC.
    public var createdAt: Int64
    /// When content or path changed last.
    public var updatedAt: Int64

    /// A file.
    public init(
        id: String, path: String, content: String?, contentSHA256: String, contentBytes: Int, version: String,
        createdAt: Int64, updatedAt: Int64
    ) {
        self.id = id
        self.path = path
        self.content = content
        self.contentSHA256 = contentSHA256
        self.contentBytes = contentBytes
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// What is in a directory.
public enum FileEntry: Sendable, Hashable {
    /// A file.
    case file(MemoryFile)
    /// A directory, by its path without a slash at the end. It has at least one file in it or below.
    case directory(String)

    /// Where it is.
    public var path: String {
        switch self {
        case .file(let file): file.path
        case .directory(let path): path
        }
    }
}

/// Which files to list.
public struct FileQuery: Sendable {
    /// The directory below which they are; `/` for everything.
    public var directory: String
    /// Whether only what is directly in the directory is listed, directories included; by default every file below.
    public var isShallow: Bool
    /// Whether files come with their content; false by default.
    public var includesContent: Bool
    /// The most entries of a page, 1 to 1,000; 20 by default.
    public var limit: Int
    /// Continue after the page that gave this.
    public var after: Cursor?

    /// Every file, 20 a page.
    public init(
        directory: String = "/", isShallow: Bool = false, includesContent: Bool = false, limit: Int = 20,
        after: Cursor? = nil
    ) {
        self.directory = directory
        self.isShallow = isShallow
        self.includesContent = includesContent
        self.limit = limit
        self.after = after
    }
}
