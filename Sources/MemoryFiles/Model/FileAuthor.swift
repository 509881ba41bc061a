/// Who wrote or redacted a version.
public struct FileAuthor: Sendable, Hashable {
    /// A kind of author: an open set.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        /// The kind's name.
        public var rawValue: String

        /// The kind of this name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Whoever showed an access key.
        public static let key = Kind(rawValue: "api_actor")
        /// An agent in a session.
        public static let session = Kind(rawValue: "session_actor")
        /// A person.
        public static let user = Kind(rawValue: "user_actor")
    }

    /// What the author is.
    public var kind: Kind
    /// Which one, 1 to 255 UTF-8 bytes: a key's id, a session's.
    public var id: String

    /// An author.
    public init(_ kind: Kind, _ id: String) {
        self.kind = kind
        self.id = id
    }
}
