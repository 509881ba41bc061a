import Digests
public import Records

/// Whose memory: an application's user, optionally narrowed to one agent or one session.
///
/// Every call takes a scope; it is never part of metadata. A scope without an agent sees all of the user's memories; one
/// with an agent or a session sees, adds and removes only those. App and user together own everything: they are the
/// unit of isolation, and no call crosses them.
public struct Scope: Sendable, Hashable {
    /// The application, 1 to 255 UTF-8 bytes.
    public var app: String
    /// The user, 1 to 255 UTF-8 bytes.
    public var user: String
    /// The agent, 1 to 255 UTF-8 bytes, if narrowed.
    public var agent: String?
    /// The session, 1 to 255 UTF-8 bytes, if narrowed.
    public var session: String?

    /// A scope; calls that take it check its parts and name the one at fault.
    public init(app: String, user: String, agent: String? = nil, session: String? = nil) {
        self.app = app
        self.user = user
        self.agent = agent
        self.session = session
    }

    /// Checks every part, app first, then user, agent and session.
    /// - Throws: ``MemoryError`` `invalid`, naming the part and the limit.
    public func validate() throws(MemoryError) {
        for (name, part) in [("app", app as String?), ("user", user), ("agent", agent), ("session", session)] {
            guard let part else { continue }
            guard !part.isEmpty else { throw MemoryError(.invalid, "\(name) is required and must not be empty") }
            guard part.utf8.count <= 255 else {
                throw MemoryError(.invalid, "\(name) has \(part.utf8.count) bytes; the limit is 255")
            }
            guard !part.utf8.contains(0) else { throw MemoryError(.invalid, "\(name) must not contain U+0000") }
        }
    }

    /// The partition that holds everything of app and user. Long names are hashed, so that any pair fits.
    public var partition: Partition {
        let name = Self.escape(app) + "/" + Self.escape(user)
        // An escaped name has exactly one slash, so "#" followed by no slash can never be one.
        return Partition(name.utf8.count <= 512 ? name : "#" + Digest.sha256Hex(name))
    }

    /// A part as it is in the partition's name: without a slash.
    static func escape(_ text: String) -> String {
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

    /// What was escaped; nil for what has a slash.
    static func unescape(_ name: String) -> String? {
        guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")) else { return nil }
        guard name.utf8.contains(UInt8(ascii: "%")) else { return name }
        return name.replacing("%2F", with: "/").replacing("%25", with: "%")
    }

    /// Whether a memory with this agent and session belongs to the scope.
    func includes(_ other: Scope) -> Bool {
        func same(_ left: String?, _ right: String?) -> Bool {
            guard let left else { return true }
            return right.map { left.hasSameBytes(as: $0) } ?? false
        }
        return app.hasSameBytes(as: other.app) && user.hasSameBytes(as: other.user) && same(agent, other.agent)
            && same(session, other.session)
    }
}
