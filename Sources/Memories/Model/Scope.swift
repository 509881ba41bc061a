public import Owners
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

    /// App and user, who own everything of every agent and session.
    public var owner: Owner { Owner(app: app, user: user) }

    /// The partition that holds everything of app and user.
    public var partition: Partition { owner.partition }

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
