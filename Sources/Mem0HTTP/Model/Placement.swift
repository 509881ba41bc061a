import Memories
import Records

/// Where a memory of some ids is put, and which ids a memory of ours has.
///
/// The owner decides the partition. Beside a user, the agent is our agent. The run is our session; an app beside
/// another owner makes the session its own, `@app:…`, so that the same words in two apps are two memories.
struct Placement: Sendable {
    var owner: Owner
    var agent: String?
    var session: String?
    /// What the scope has no place for.
    var attributes = Attributes()

    private static let appSession = "@app:"

    /// - Parameter user: The only user of the caller's key, who is meant where no user is named.
    /// - Throws: ``MemoryError`` `invalid` without an id, or for one that cannot be kept.
    init(_ ids: EntityIDs, boundTo user: String?) throws(MemoryError) {
        var ids = ids
        if let user {
            let bound = Owner(user: user)
            if ids[bound.kind] == nil { ids[bound.kind] = bound.name }
        }
        guard let kind = EntityKind.allCases.first(where: { ids[$0] != nil }), let name = ids[kind] else {
            throw MemoryError(
                .invalid, "Invalid input data. At least one of user_id, agent_id, app_id and run_id is required.")
        }
        owner = Owner(kind, name)
        for kind in EntityKind.allCases { try Self.check(kind, ids[kind]) }
        let room = 255 - (owner.user.utf8.count - name.utf8.count)
        guard name.utf8.count <= room else {
            throw MemoryError(.invalid, "\(kind.field) has \(name.utf8.count) bytes; the limit is \(room)")
        }
        if kind == .user { agent = ids[.agent] }
        let run = kind == .run ? nil : ids[.run]
        if kind != .app, let app = ids[.app] {
            attributes.app = app
            attributes.run = run
            session = Self.session(app, run)
        } else {
            session = run
        }
        if attributes.app == nil, let session, session.utf8.starts(with: Self.appSession.utf8) {
            throw MemoryError(.invalid, "run_id must not begin with \(Self.appSession)")
        }
    }

    private static func check(_ kind: EntityKind, _ id: String?) throws(MemoryError) {
        guard let id else { return }
        guard !id.isEmpty, id.utf8.count <= 255, !id.utf8.contains(0) else {
            throw MemoryError(.invalid, "\(kind.field) must have 1 to 255 bytes and no U+0000")
        }
    }

    private static func session(_ app: String, _ run: String?) -> String {
        // The app without its separators, so that no app can imitate another's run.
        let name = app.replacing("%", with: "%25").replacing("@", with: "%40")
        let session = appSession + name + (run.map { "@run:" + $0 } ?? "")
        return session.utf8.count <= 255 ? session : appSession + "@" + PlainIdentifier.hash(session)
    }
}

extension EntityIDs {
    /// The ids of a memory: the inverse of ``Placement``.
    init(of memory: Memory, _ attributes: Attributes) {
        let owner = Owner(user: memory.scope.user)
        self[.agent] = memory.scope.agent
        self[.app] = attributes.app
        self[.run] = attributes.run ?? (attributes.app == nil ? memory.scope.session : nil)
        self[owner.kind] = owner.name
    }
}
