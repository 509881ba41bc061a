import Access
package import HTTPServer
import Memories
package import MemoryHTTP

/// Checkpoints and key–value items as routes of the server. They belong to no user, so a key that is bound to an app or
/// a user may not touch them.
package struct StateRouteGroup: RouteGroup {
    private let routes: StateRoutes

    package init(_ routes: StateRoutes) { self.routes = routes }

    package var dialects: [Dialect] { Self.described }

    /// The calls, as OpenAPI describes them.
    package static let described: [Dialect] = {
        func calls(ofItems: Bool) -> [DialectCall] {
            StateCall.allCases.filter { $0.isOfItems == ofItems }.map(\.description)
        }
        return [
            Dialect(
                ["/v1/checkpoints/*"],
                "Checkpoints of agents' threads, for LangGraph's checkpointer of the Python package.",
                calls: calls(ofItems: false), schemas: CheckpointSchemas.named),
            Dialect(
                ["/v1/kv/*"], "Key–value items, for LangGraph's store of the Python package.",
                calls: calls(ofItems: true), schemas: KeyValueSchemas.named),
        ]
    }()

    package func name(of request: HTTPRequest) -> String? {
        let segments = request.pathSegments
        guard segments.count >= 2, segments[0] == "v1" else { return nil }
        switch segments[1] {
        case "checkpoints": return "checkpoints"
        case "kv": return "key_values"
        default: return nil
        }
    }

    package func respond(to request: HTTPRequest, _ context: RequestContext) async -> HTTPResponse {
        if let call = request.pathSegments.dropFirst(2).last, let group = name(of: request) {
            AccessTrail.current?.note(operation: "\(group)_\(call.prefix(32))")
        }
        do throws(MemoryError) {
            let caller = context.caller
            guard caller.app == nil, caller.user == nil else {
                throw MemoryError(.forbidden, "this key is for one app or user; checkpoints and items need one for all")
            }
            // A path where nothing is needs everything: whoever may do little learns nothing of it.
            for permission in StateCall(request.pathSegments)?.permissions ?? [.read, .write, .delete] {
                try caller.require(permission)
            }
        } catch {
            return refusal(error, context)
        }
        return await routes.respond(to: request)
            ?? refusal(MemoryError(.notFound, "there is nothing at this path"), context)
    }
}
