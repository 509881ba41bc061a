package import Access
package import HTTPServer
package import Memories
import MemoryAPI
import Records

/// `GET /v1/memories/watch`: what happens to memories, as server-sent events. `saved` carries the memory, `deleted` its id;
/// `ready` comes first.
package struct WatchRoutes: RouteGroup {
    private let store: MemoryStore
    private let defaults: ScopeDefaults
    /// How often a comment shows that the line still stands.
    private let heartbeat: Duration
    static let path = "/v1/memories/watch"
    static let includesPresent = Parameter.bool(
        "include_present", "Whether the memories that are there come first; false when left out.")

    package init(
        _ store: MemoryStore, defaults: ScopeDefaults = ScopeDefaults(), heartbeat: Duration = .seconds(15)
    ) {
        self.store = store
        self.defaults = defaults
        self.heartbeat = heartbeat
    }

    package func name(of request: HTTPRequest) -> String? {
        request.path == Self.path && request.method == "GET" ? "memory_watch" : nil
    }

    package func respond(to request: HTTPRequest, _ context: RequestContext) async -> HTTPResponse {
        do throws(MemoryError) {
            try context.caller.require(.read)
            let defaults = defaults.bound(to: context.caller)
            let parameters: [any AnyParameter] = [Self.includesPresent] + defaults.parameters
            let arguments = try Arguments(try RequestMembers.query(of: request, parameters), parameters)
            let scope = try context.caller.scope(arguments, defaults)
            let changes = try await store.subscribe(
                to: scope, includesPresent: arguments[Self.includesPresent] ?? false)
            return Self.events(changes, heartbeat)
        } catch {
            return Problem.response(error, context)
        }
    }

    private static func events(
        _ changes: AsyncThrowingStream<MemoryChange, any Error>, _ heartbeat: Duration
    ) -> HTTPResponse {
        HTTPResponse(
            headers: ServerSentEvents.headers,
            stream: HTTPBodyStream { writer in
                guard await writer.write("event: ready\ndata: {}\n\n") else { return }
                await ServerSentEvents.keepingAlive(writer, every: heartbeat) {
                    do {
                        for try await change in changes {
                            guard await writer.write(Self.event(change)) else { return }
                        }
                    } catch {
                        await writer.write(ServerSentEvents.event("error", ["code": .string("unavailable")]))
                    }
                }
            })
    }

    private static func event(_ change: MemoryChange) -> String {
        switch change {
        case .saved(let memory): ServerSentEvents.event("saved", MemoryJSON.object(memory))
        case .deleted(let id): ServerSentEvents.event("deleted", ["id": .string(id)])
        }
    }
}
