import Access
import Blocks
import FilesHTTP
import HTTPServer
import InMemoryRecords
import Memories
import MemoryFiles
import MemoryHTTP
import MemoryMCP
import Records
import Testing

/// A whole service over memory, asked without a socket.
struct TestService {
    let service: MemoryService
    let keys: AccessKeys

    init(needsKeys: Bool = false) async throws {
        let records = InMemoryRecords()
        let store = try await MemoryStore(
            records, configuration: MemoryStoreConfiguration(isLexicalByChoice: true))
        keys = try await AccessKeys(records)
        let files = try await FileStore(records, owner: "none")
        let blocks = try await BlockStore(records, owner: "none")
        let defaults = needsKeys ? ScopeDefaults() : ScopeDefaults(app: "app", user: "user")
        let mcp = MCPServer(
            store, profile: .claude, files: files, defaults: defaults, version: "test", hasConnection: false)
        service = MemoryService(
            [
                MemoryStoreRoutes(files, defaults: defaults), ClaudeToolRoutes(files, defaults: defaults),
                BlockRoutes(blocks, defaults: defaults), MCPEndpoint(mcp),
            ], origins: OriginPolicy(isLoopback: true), keys: needsKeys ? keys : nil,
            metrics: ServerMetrics(version: "test"))
    }

    func ask(
        _ method: String, _ target: String, _ body: String = "", key: String? = nil,
        headers: [(String, String)] = []
    ) async throws -> Answer {
        let fields = headers + (key.map { [("x-api-key", $0)] } ?? []) + [("Host", "localhost:1")]
        let request = try #require(
            HTTPRequest(
                method: method, target: target, headers: fields.map { (name: $0.0, value: $0.1) },
                body: Array(body.utf8), remoteAddress: "127.0.0.1"))
        let response = await service.respond(to: request)
        return Answer(response: response, text: String(decoding: response.body, as: UTF8.self))
    }

    /// A request that must be answered well.
    func done(
        _ method: String, _ target: String, _ body: String = "", key: String? = nil,
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let answer = try await ask(method, target, body, key: key)
        #expect(answer.status == 200, "\(answer.text)", sourceLocation: location)
        return answer
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

    func string(_ path: String...) -> String { if case .string(let text)? = json?.value(at: path) { text } else { "" } }

    /// A member of each element of a list.
    func list(_ name: String?, _ member: String) -> [String] {
        guard case .array(let elements)? = name.map({ json?.value(at: [$0]) }) ?? json else { return [] }
        return elements.compactMap { if case .string(let text)? = $0.value(at: [member]) { text } else { nil } }
    }
}
