import Access
import HTTPServer
import Memories
import MemoryHTTP
import StateHTTP

/// Checkpoints and key–value items as routes of the server. They belong to no user, so a key that is bound to an app or
/// a user may not touch them.
struct StateRouteGroup: RouteGroup {
    private let routes: StateRoutes

    init(_ routes: StateRoutes) { self.routes = routes }

    func name(of request: HTTPRequest) -> String? {
        let segments = request.pathSegments
        guard segments.count >= 2, segments[0] == "v1" else { return nil }
        switch segments[1] {
        case "checkpoints": return "checkpoints"
        case "kv": return "key_values"
        default: return nil
        }
    }

    func respond(to request: HTTPRequest, _ context: RequestContext) async -> HTTPResponse {
        if let call = request.pathSegments.dropFirst(2).last, let group = name(of: request) {
            AccessTrail.current?.note(operation: "\(group)_\(call.prefix(32))")
        }
        do throws(MemoryError) {
            let caller = context.caller
            guard caller.app == nil, caller.user == nil else {
                throw MemoryError(.forbidden, "this key is for one app or user; checkpoints and items need one for all")
            }
            for permission in Self.permissions(for: request.pathSegments.last ?? "") {
                try caller.require(permission)
            }
        } catch {
            return refusal(error, context)
        }
        return await routes.respond(to: request)
            ?? refusal(MemoryError(.notFound, "there is nothing at this path"), context)
    }

    /// What a call needs; everything where it may hold any operation.
    private static func permissions(for call: String) -> [Permission] {
        switch call {
        case "get", "list", "history", "threads": [.read]
        case "put", "writes", "copy-thread", "fork": [.read, .write]
        default: [.read, .write, .delete]
        }
    }
}
