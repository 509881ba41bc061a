import Access
package import HTTPServer
package import Memories
import MemoryAPI
import Models
import Records
import Synchronization

/// What a server says of itself: health, version, metrics, and how to use it.
package final class ServerRoutes: RouteGroup {
    private let store: MemoryStore
    private let version: String
    private let metrics: ServerMetrics
    private let document: [UInt8]
    private let page: [UInt8]
    private let isDraining = Mutex(false)

    private static let names = [
        "/livez": "livez", "/readyz": "readyz", "/health": "readyz", "/version": "version", "/metrics": "metrics",
        "/openapi.json": "openapi", "/docs": "docs",
    ]

    /// - Parameter document: What `/openapi.json` answers.
    package init(_ store: MemoryStore, version: String, metrics: ServerMetrics, document: OpenAPIDocument) {
        self.store = store
        self.version = version
        self.metrics = metrics
        self.document = document.bytes
        page = Array(document.page.utf8)
    }

    /// From now on the server says that it is not ready, so that balancers look elsewhere.
    package func drain() { isDraining.withLock { $0 = true } }

    package func name(of request: HTTPRequest) -> String? { Self.names[request.path] }

    package func isOpen(_ request: HTTPRequest) -> Bool { request.path != "/metrics" }

    package func respond(to request: HTTPRequest, _ context: RequestContext) async -> HTTPResponse {
        guard request.method == "GET" else {
            var response = Problem.response(
                status: 405, code: "method_not_allowed", "\(request.method.prefix(16)) is not known here", context)
            response.headers.append(("Allow", "GET, HEAD"))
            return response
        }
        switch Self.names[request.path] {
        case "livez": return .json(["status": .string("ok")])
        case "readyz": return await readiness(context)
        case "version": return .json(["name": .string("agent-memory"), "version": .string(version)])
        case "metrics":
            do {
                try context.caller.require(.admin)
            } catch {
                return Problem.response(error, context)
            }
            return HTTPResponse(
                headers: [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")],
                body: Array(metrics.text(indexBytes: store.indexByteCount).utf8))
        case "openapi": return HTTPResponse(headers: [("Content-Type", "application/json")], body: document)
        default:
            return HTTPResponse(
                headers: [
                    ("Content-Type", "text/html; charset=utf-8"),
                    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
                ], body: page)
        }
    }

    private func readiness(_ context: RequestContext) async -> HTTPResponse {
        if isDraining.withLock({ $0 }) {
            return Problem.response(MemoryError(.unavailable, "the server is shutting down"), context)
        }
        do {
            // A read proves that the store answers.
            _ = try await store.list(in: Scope(app: "readyz", user: "readyz"), limit: 1)
        } catch {
            return Problem.response(MemoryError(.unavailable, "the store does not answer"), context)
        }
        return .json([
            "status": .string("ok"), "durability": .string(store.records.capabilities.durability),
            "embedder": store.configuration.embedder.map { .string($0.identifier) } ?? .null,
        ])
    }
}
