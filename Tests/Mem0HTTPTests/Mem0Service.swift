import Access
import HTTPServer
import InMemoryRecords
import Mem0HTTP
import Memories
import MemoryAPI
import MemoryHTTP
import Projects
import Records
import Synchronization
import Testing

/// A service with our routes and mem0's, asked without a socket.
struct Mem0Service {
    let store: MemoryStore
    let documents: ProjectStore
    let service: MemoryService
    let keys: AccessKeys
    let clock: Clock

    init(
        over records: any RecordStore = InMemoryRecords(), needsKeys: Bool = false, hosts: [String] = []
    ) async throws {
        let clock = Clock()
        let time: @Sendable () -> Timestamp = { clock.now }
        store = try await MemoryStore(
            records, configuration: MemoryStoreConfiguration(isLexicalByChoice: true, clock: time))
        keys = try await AccessKeys(records, clock: time)
        documents = try await ProjectStore(records, clock: time)
        service = MemoryService(
            [
                Mem0Routes(store, documents, defaultApp: "shop", webhooks: WebhookHosts(hosts)),
                MemoryRoutes(store),
            ], origins: OriginPolicy(isLoopback: true), keys: needsKeys ? keys : nil,
            metrics: ServerMetrics(version: "test"))
        self.clock = clock
    }

    /// What a request is answered.
    func ask(
        _ method: String, _ target: String, _ body: String = "", key: String? = nil,
        headers: [(String, String)] = []
    ) async throws -> Answer {
        let fields = [("Host", "localhost:1")] + headers + (key.map { [("Authorization", "Token \($0)")] } ?? [])
        let request = try #require(
            HTTPRequest(
                method: method, target: target, headers: fields.map { (name: $0.0, value: $0.1) },
                body: Array(body.utf8)))
        let response = await service.respond(to: request)
        return Answer(response: response, json: try JSONValue(parsing: String(decoding: response.body, as: UTF8.self)))
    }

    /// Adds one memory and answers its id.
    func add(_ text: String, _ members: String, key: String? = nil) async throws -> String {
        let answer = try await ask(
            "POST", "/v3/memories/add/",
            #"{"messages":[{"role":"user","content":"\#(text)"}],"infer":false,\#(members)}"#, key: key)
        #expect(answer.status == 200, "\(answer.json)")
        return try #require(answer.rows("results").first?["id"]?.text)
    }

    /// The texts that a list, a search, an export or whatever is asked finds, sorted.
    func texts(_ method: String, _ target: String, _ body: String, key: String? = nil) async throws -> [String] {
        let answer = try await ask(method, target, body, key: key)
        #expect(answer.status == 200, "\(answer.json)")
        return answer.rows("results", "memories").compactMap { $0["memory"]?.text }.sorted()
    }
}

/// A response and its document.
struct Answer {
    let response: HTTPResponse
    let json: JSONValue

    var status: Int { response.status }

    subscript(_ path: String...) -> JSONValue? { json.value(at: path) }

    /// The objects of the document itself, or of the first of these lists that it has.
    func rows(_ names: String...) -> [[String: JSONValue]] {
        var list = json
        for name in names { list = json.value(at: [name]) ?? list }
        guard case .array(let elements) = list else { return [] }
        return elements.compactMap { if case .object(let members) = $0 { members } else { nil } }
    }

    /// The names of the document's members.
    var names: Set<String> { if case .object(let members) = json { Set(members.keys) } else { [] } }
}

extension JSONValue {
    var text: String? { if case .string(let text) = self { text } else { nil } }
}

/// A clock that stands until it is moved: 2023-11-14T22:13:20Z at first.
final class Clock: Sendable {
    private let time = Mutex(Timestamp(microseconds: 1_700_000_000_000_000))

    var now: Timestamp { time.withLock { $0 } }

    func advance(seconds: Int64) { time.withLock { $0.microseconds += seconds * 1_000_000 } }
}
