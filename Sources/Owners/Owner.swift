import Digests
public import Records

/// An application's user, who owns memories, transcripts and a graph. Calls that take an owner cross to no other.
public struct Owner: Sendable, Hashable {
    /// The application, 1 to 255 UTF-8 bytes.
    public var app: String
    /// The user, 1 to 255 UTF-8 bytes.
    public var user: String

    /// An owner; calls that take it check its parts and name the one at fault.
    public init(app: String, user: String) {
        self.app = app
        self.user = user
    }

    /// The partition that holds everything of app and user. Long names are hashed, so that any pair fits.
    public var partition: Partition { Self.partition(Partition.escape(app) + "/" + Partition.escape(user)) }

    /// The partition of what all users of an application share. No user has an empty name, so no owner has this one.
    package static func sharedPartition(of app: String) -> Partition { partition(Partition.escape(app) + "/") }

    private static func partition(_ name: String) -> Partition {
        // An escaped name has exactly one slash, so "#" followed by no slash can never be one.
        Partition(name.utf8.count <= 512 ? name : "#" + Digest.sha256Hex(name))
    }
}
