package import Memories
import Synchronization

/// What a request did that an audit wants to know: which permissions it asked for, and whose memories it named.
///
/// Whoever audits binds a trail around the work; ``Caller`` writes into it, so that no set of routes can forget to.
package final class AccessTrail: Sendable {
    /// What was noted.
    package struct Notes: Sendable {
        /// The operation's own name, where one is known.
        package var operation: String?
        /// The permissions that were asked for, granted or not.
        package var permissions: Set<Permission> = []
        /// The owners that were named, in order, each once; agent and session are left out.
        package var scopes: [Scope] = []
        /// The records that were named or made.
        package var ids: [String] = []
        /// The HTTP status of a failure that the answer itself does not show as one.
        package var failure: Int?
    }

    /// More are not kept: they say no more of who did what.
    private static let capacity = 1_000
    private let state = Mutex(Notes())

    /// The trail of the request at hand; nil where nobody audits.
    @TaskLocal package static var current: AccessTrail?

    package init() {}

    package var notes: Notes { state.withLock { $0 } }

    /// Names the operation.
    package func note(operation: String) { state.withLock { $0.operation = operation } }

    /// Names a record by its id.
    package func note(id: String) {
        state.withLock { notes in
            guard notes.ids.count < Self.capacity, !notes.ids.contains(id) else { return }
            notes.ids.append(id)
        }
    }

    /// Says that it failed, with the HTTP status of the error.
    package func note(failure status: Int) { state.withLock { $0.failure = status } }

    func note(_ permission: Permission) { state.withLock { _ = $0.permissions.insert(permission) } }

    func note(_ scope: Scope) {
        let owner = Scope(app: scope.app, user: scope.user)
        state.withLock { notes in
            guard notes.scopes.count < Self.capacity, !notes.scopes.contains(where: { $0.partition == owner.partition })
            else { return }
            notes.scopes.append(owner)
        }
    }
}
