import Access
import Memories
import Projects
import Records

/// What one caller may touch: the memories and documents of one app, or of one user of it. Everything that a request
/// does goes through here, so that nobody reaches what is another's.
struct Project: Sendable {
    let store: MemoryStore
    let documents: ProjectStore
    let caller: Caller
    /// Our app, which is mem0's project.
    let app: String
    /// Where notifications may go.
    let webhooks: WebhookHosts

    var now: Timestamp { documents.clock() }

    /// The scope of an owner.
    /// - Throws: ``MemoryError`` `forbidden` when the caller's key is for another user, `invalid`.
    func scope(of owner: Owner, agent: String? = nil, session: String? = nil) throws(MemoryError) -> Scope {
        try caller.scope(app: app, user: owner.user, agent: agent, session: session, ScopeDefaults())
    }

    /// Every owner that the caller may see.
    /// - Throws: ``MemoryError`` `unsupported`, `unavailable`.
    /// - Complexity: O(users of the app).
    func owners() async throws(MemoryError) -> [Owner] {
        if let user = caller.user { return [Owner(user: user)] }
        return try await store.users(of: app).map { Owner(user: $0) }
    }

    /// The owners among whose memories those that pass a filter are.
    func owners(for filter: Mem0Filter) async throws(MemoryError) -> [Owner] {
        guard let named = filter.owners else { return try await owners() }
        guard let user = caller.user else { return Array(named) }
        let own = Owner(user: user)
        return named.contains(own) ? [own] : []
    }

    /// Checks that what belongs to the whole project is the caller's to see.
    /// - Throws: ``MemoryError`` `forbidden`.
    func requireWholeProject(_ permission: Permission) throws(MemoryError) {
        guard caller.user == nil else {
            throw MemoryError(.forbidden, "this key is for one user; the project needs one for all of them")
        }
        try caller.require(permission)
    }

    /// Checks a project's name in a path.
    /// - Throws: ``MemoryError`` `notFound` for another one than the caller's.
    func check(_ name: String) throws(MemoryError) {
        guard name.hasSameBytes(as: app) else { throw MemoryError(.notFound, "Project not found!") }
    }

    // MARK: Finding by id

    /// Whose a memory is that only its id is known of.
    ///
    /// The directory knows those that were added here. Those of the native API are looked for among all owners, and
    /// entered once they are found.
    /// - Throws: ``MemoryError`` `notFound`, `invalid` for an id that is no UUID, `unavailable`.
    /// - Complexity: O(log memories) for what the directory knows, O(users of the app) otherwise.
    func owner(of id: String) async throws(MemoryError) -> (owner: Owner, id: String) {
        guard let canonical = Identifier.canonical(id) else {
            throw MemoryError(.invalid, "memory_id should be a valid UUID")
        }
        if let user = caller.user { return (Owner(user: user), canonical) }
        if let user = try await documents.owner(of: canonical, in: app) { return (Owner(user: user), canonical) }
        for owner in try await owners() {
            do {
                // The history knows deleted memories too.
                _ = try await store.history(canonical, in: try scope(of: owner))
            } catch {
                guard error.code == .notFound else { throw error }
                continue
            }
            try await documents.commit([ProjectStore.entry(canonical, of: owner.user)], to: app)
            return (owner, canonical)
        }
        throw Self.absent
    }

    /// A memory by its id, also one that is hidden because it expired.
    /// - Throws: ``MemoryError`` `notFound`, `invalid`, `unavailable`.
    func memory(_ id: String) async throws(MemoryError) -> Mem0Memory {
        let found = try await owner(of: id)
        do {
            return Mem0Memory(try await store.get(found.id, in: try scope(of: found.owner)))
        } catch {
            throw error.code == .notFound ? Self.absent : error
        }
    }

    static let absent = MemoryError(.notFound, "Memory not found!")
}
