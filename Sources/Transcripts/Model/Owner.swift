import Digests
public import Records

/// Whose transcripts: an application's user. Every call takes an owner, and no call crosses owners unless it says so.
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

    /// Checks the application, then the user.
    /// - Throws: ``TranscriptError`` `invalid`, naming the part and the limit.
    public func validate() throws(TranscriptError) {
        try Check.identifier(app, "app")
        try Check.identifier(user, "user")
    }

    /// The partition that holds everything of app and user, memories included. Long names are hashed.
    public var partition: Partition { Self.partition(Self.escape(app) + "/" + Self.escape(user)) }

    /// The partition of what all users of an application share. No user has an empty name, so no owner has this one.
    static func sharedPartition(of app: String) -> Partition { partition(escape(app) + "/") }

    private static func partition(_ name: String) -> Partition {
        // An escaped name has exactly one slash, so "#" followed by no slash can never be one.
        Partition(name.utf8.count <= 512 ? name : "#" + Digest.sha256Hex(name))
    }

    private static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") }) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": escaped += "%25"
            case "/": escaped += "%2F"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
