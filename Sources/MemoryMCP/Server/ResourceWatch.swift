import Access
import Memories
import MemoryAPI

/// Follows resources on behalf of a client.
struct ResourceWatch: Sendable {
    enum Event: Sendable {
        case updated(uri: String)
        case listChanged
    }

    private struct Watched: Sendable {
        /// By id, those of one memory; under nil, those of all.
        var uris: [String?: [String]] = [:]
        var tellsOfList = false
    }

    private let defaults: ScopeDefaults
    private var scopes: [Scope: Watched] = [:]

    init(defaults: ScopeDefaults) { self.defaults = defaults }

    /// Adds a resource; false when there is none that the caller may read.
    mutating func add(_ uri: String, for caller: Caller) -> Bool {
        guard let resource = MemoryResource(uri), caller.permissions.contains(.read),
            let scope = try? caller.scope(app: resource.app, user: resource.user, ScopeDefaults())
        else { return false }
        scopes[scope, default: Watched()].uris[resource.id, default: []].append(uri)
        return true
    }

    /// Adds the list of resources; false when there is nobody whose resources are listed.
    mutating func addList(for caller: Caller) -> Bool {
        guard caller.permissions.contains(.read), let scope = try? caller.scope(app: nil, user: nil, defaults) else {
            return false
        }
        scopes[scope, default: Watched()].tellsOfList = true
        return true
    }

    /// Tells of changes until the task is cancelled or the store closes.
    func run(on store: MemoryStore, _ tell: @escaping @Sendable (Event) async -> Void) async {
        if scopes.isEmpty {
            // Nothing will ever happen, and the client waits all the same.
            let (never, continuation) = AsyncStream.makeStream(of: Void.self)
            for await _ in never {}
            continuation.finish()
            return
        }
        await withTaskGroup(of: Void.self) { group in
            for (scope, watched) in scopes {
                group.addTask { await Self.follow(scope, watched, store, tell) }
            }
        }
    }

    private static func follow(
        _ scope: Scope, _ watched: Watched, _ store: MemoryStore, _ tell: @Sendable (Event) async -> Void
    ) async {
        do {
            for try await change in try await store.subscribe(to: scope) {
                let id: String
                switch change {
                case .saved(let memory): id = memory.id
                case .deleted(let deleted): id = deleted
                }
                for uri in (watched.uris[id] ?? []) + (watched.uris[nil] ?? []) { await tell(.updated(uri: uri)) }
                if watched.tellsOfList { await tell(.listChanged) }
            }
        } catch {
            // The end of the subscription is what the client sees; it listens again and reads what it missed.
        }
    }
}
