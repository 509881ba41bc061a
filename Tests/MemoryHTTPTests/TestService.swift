import Access
import HTTPServer
import InMemoryRecords
import Memories
import MemoryAPI
import MemoryHTTP
import MemoryMCP
import Records
import Testing

/// A whole service over memory, asked without a socket.
struct TestService {
    let store: MemoryStore
    let service: MemoryService
    let keys: AccessKeys

    init(
        needsKeys: Bool = false, limiter: RateLimiter? = nil, profile: ToolProfile = .all,
        mcpDefaults: ScopeDefaults = ScopeDefaults(app: "app", user: "user"), log: RequestLog = RequestLog(.none),
        clock: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) async throws {
        let records = InMemoryRecords()
        store = try await MemoryStore(
            records, configuration: MemoryStoreConfiguration(isLexicalByChoice: true, softDelete: true))
        keys = try await AccessKeys(records, clock: clock)
        let metrics = ServerMetrics(version: "test")
        let mcp = MCPServer(
            store, profile: profile, defaults: needsKeys ? ScopeDefaults() : mcpDefaults, version: "test",
            hasConnection: false)
        service = MemoryService(
            [
                ServerRoutes(
                    store, version: "test", metrics: metrics,
                    document: OpenAPIDocument(version: "test", needsKeys: needsKeys)),
                WatchRoutes(store),
                MemoryRoutes(store, idempotency: try await IdempotencyKeys(records, clock: clock)), MCPEndpoint(mcp),
            ], origins: OriginPolicy(isLoopback: true), keys: needsKeys ? keys : nil, limiter: limiter,
            metrics: metrics, log: log)
    }

    /// What a request is answered.
    func ask(
        _ method: String, _ target: String, _ body: String = "", headers: [(String, String)] = [],
        key: String? = nil
    ) async throws -> Answer {
        let fields = headers + (key.map { [("Authorization", "Bearer \($0)")] } ?? []) + [("Host", "localhost:1")]
        let request = try #require(
            HTTPRequest(
                method: method, target: target, headers: fields.map { (name: $0.0, value: $0.1) },
                body: Array(body.utf8), remoteAddress: "127.0.0.1"))
        let response = await service.respond(to: request)
        return Answer(response: response, text: String(decoding: response.body, as: UTF8.self))
    }
}

/// A response and its body.
struct Answer {
    let response: HTTPResponse
    let text: String

    var status: Int { response.status }
    var json: JSONValue? { try? JSONValue(parsing: text) }

    func header(_ name: String) -> String? {
        response.headers.first { $0.0.lowercased() == name.lowercased() }?.1
    }

    subscript(_ path: String...) -> JSONValue? { json?.value(at: path) }

    func string(_ path: String...) -> String? {
        if case .string(let text)? = json?.value(at: path) { text } else { nil }
    }
}
