import Access
import Auditing
import Foundation
import HTTPServer
import InMemoryRecords
import Memories
import MemoryAPI
import MemoryHTTP
import MemoryMCP
import Records
import Telemetry
import Testing
import Transcripts

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A whole service over memory, asked without a socket.
struct TestService {
    let store: MemoryStore
    let service: MemoryService
    let keys: AccessKeys
    let records: any RecordStore

    enum Audits { case changes, all }
    static let auditKey = Data(repeating: 3, count: 32).base64EncodedString()
    let services: Services
    let transcripts: TranscriptStore
    let archive = MemoryArchive()

    init(
        needsKeys: Bool = false, limiter: RateLimiter? = nil, profile: ToolProfile = .memories,
        mcpDefaults: ScopeDefaults = ScopeDefaults(app: "app", user: "user"), log: RequestLog = RequestLog(.none),
        audits: Audits? = nil, tokens: TokenVerifier? = nil, resource: ProtectedResource? = nil,
        tracer: Tracer? = nil,
        over records: any RecordStore = InMemoryRecords(),
        wrapping wrap: (any RouteGroup) -> any RouteGroup = { $0 },
        clock: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) async throws {
        self.records = records
        store = try await MemoryStore(
            records, configuration: MemoryStoreConfiguration(isLexicalByChoice: true, softDelete: true))
        keys = try await AccessKeys(records, clock: clock)
        var audit: AuditLog?
        if let audits {
            audit = try await AuditLog(
                records, key: try AuditKey(base64: Self.auditKey), includesReads: audits == .all, clock: clock)
        }
        transcripts = try await TranscriptStore(
            records, configuration: TranscriptStoreConfiguration(isLexicalByChoice: true, archive: archive))
        services = Services(
            memories: store, transcripts: transcripts, shortTerm: try await ShortTermMemory(records))
        let metrics = ServerMetrics(version: "test")
        let mcp = MCPServer(
            services, profile: profile, defaults: needsKeys ? ScopeDefaults() : mcpDefaults, version: "test",
            hasConnection: false, audit: audit)
        var groups: [any RouteGroup] = []
        if let resource { groups.append(resource) }
        groups += [
            ServerRoutes(
                store, version: "test", metrics: metrics,
                document: OpenAPIDocument(version: "test", needsKeys: needsKeys)),
            WatchRoutes(store, heartbeat: .milliseconds(10)), FollowRoutes(transcripts),
            MemoryRoutes(services, idempotency: try await IdempotencyKeys(records, clock: clock)),
            MCPEndpoint(mcp),
        ]
        service = MemoryService(
            groups.map(wrap), origins: OriginPolicy(isLoopback: true), keys: needsKeys ? keys : nil, limiter: limiter,
            metrics: metrics, log: log, audit: audit, tokens: tokens, resource: resource,
            tracer: tracer)
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

/// An archive of runs for tests.
actor MemoryArchive: RunArchive {
    private var kept: [Owner: [String: ArchivedRun]] = [:]

    func keep(_ content: ArchivedRun, of owner: Owner) { kept[owner, default: [:]][content.content.run.id] = content }
    func load(_ run: String, of owner: Owner) -> ArchivedRun? { kept[owner]?[run] }
    func remove(_ run: String, of owner: Owner) { kept[owner]?[run] = nil }
    func runs(of owner: Owner) -> [String] { (kept[owner] ?? [:]).keys.sorted() }
}

extension TestService {
    /// What a request over a socket is answered, for bodies that are made while they are sent.
    func stream(_ target: String) async throws -> String {
        let service = service
        let server = HTTPServer(configuration: HTTPServer.Configuration(host: "127.0.0.1", port: 0)) { request in
            await service.respond(to: request)
        }
        let port = try server.start()
        do {
            let url = try #require(URL(string: "http://127.0.0.1:\(port)\(target)"))
            let (data, _) = try await URLSession.shared.data(from: url)
            await server.stop(drainSeconds: 1)
            return String(decoding: data, as: UTF8.self)
        } catch {
            await server.stop(drainSeconds: 1)
            throw error
        }
    }
}
