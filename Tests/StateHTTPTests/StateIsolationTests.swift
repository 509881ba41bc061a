import Access
import Checkpoints
import Foundation
import HTTPServer
import InMemoryRecords
import KeyValues
import Memories
import MemoryHTTP
import Records
import StateHTTP
import Synchronization
import Testing

/// Every call of the protocol, by keys that may not make it and for tenants whose data is another's.
@Suite("Isolation of checkpoints and items") struct StateIsolationTests {
    /// The calls here are those of the protocol's document, so that the tests below leave none out.
    @Test func theProtocolNamesTheseCallsAndNoOthers() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appendingPathComponent("integrations/python/PROTOCOL.md"), encoding: .utf8)
        let named = text.matches(of: #/POST (/v1/(?:checkpoints|kv)/[a-z-]+)/#).map { String($0.output.1) }
        #expect(Set(named) == Set(StateCall.allCases.map(\.path)))
    }

    /// They belong to no app and no user, so a key for one of them may do nothing here, whatever it says.
    @Test(arguments: StateCall.allCases)
    func aKeyForAnAppOrAUserIsRefused(_ call: StateCall) async throws {
        let service = try await KeyedService()
        let everybody = try await service.key([.read, .write, .delete])
        for tenant in ["", "app"] { try await service.fill(tenant, everybody) }
        let before = try await service.snapshot("", everybody)
        let bound = [
            try await service.key(Permission.allCases, app: "app"),
            try await service.key(Permission.allCases, app: "app", user: "user"),
        ]
        for key in bound {
            for tenant in [nil, "", "app", "app/user"] {
                let answer = try await service.ask(call.path, service.body(call, tenant), key: key)
                #expect(answer.status == 403 && answer.text.contains("\"forbidden\""), "\(answer.text)")
                #expect(!answer.text.contains(KeyedService.canary))
            }
        }
        #expect(try await service.ask(call.path, service.body(call, ""), key: nil).status == 401)
        #expect(try await service.snapshot("", everybody) == before)
        // It was the key: the same by one for all is answered.
        let answer = try await service.ask(call.path, service.body(call, ""), key: everybody)
        #expect(answer.status == 200, "\(answer.text)")
    }

    @Test(arguments: StateCall.allCases)
    func aKeyNeedsEveryPermissionOfACall(_ call: StateCall) async throws {
        let service = try await KeyedService()
        try await service.fill("", try await service.key([.read, .write, .delete]))
        for missing in call.permissions {
            let key = try await service.key(Permission.allCases.filter { $0 != missing })
            #expect(try await service.ask(call.path, service.body(call, ""), key: key).status == 403)
        }
        let key = try await service.key(call.permissions)
        #expect(try await service.ask(call.path, service.body(call, ""), key: key).status == 200)
    }

    /// Names that are like one another's, by escape, by case, by Unicode's equivalence, and as parts of a path.
    private static let tenants = [
        ("a", "b"), ("", "a"), ("a", ""), ("a", "A"), ("a", "a/"), ("a/t", "a"), ("a", "a/t"), ("a/t", "a%2Ft"),
        ("\u{e9}", "e\u{301}"), ("a", "a "),
    ]

    @Test(arguments: StateCall.allCases, tenants)
    func aTenantSeesAndChangesNothingOfAnother(_ call: StateCall, _ tenants: (String, String)) async throws {
        let service = try await KeyedService()
        let key = try await service.key([.read, .write, .delete])
        let (asker, victim) = tenants
        // The same names for both; what is under them tells whose it is.
        let own = "own5q77"
        try await service.fill(asker, key, own)
        try await service.fill(victim, key, KeyedService.canary)
        let before = try await service.snapshot(victim, key)
        #expect(before.contains(KeyedService.encoded) && before.contains(KeyedService.canary))
        service.advance(120)
        let answer = try await service.ask(call.path, service.body(call, asker), key: key)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(!answer.text.contains(KeyedService.encoded) && !answer.text.contains(KeyedService.canary))
        if call.permissions == [.read] || call == .batch {
            let encoded = Data(own.utf8).base64EncodedString()
            #expect(answer.text.contains(own) || answer.text.contains(encoded), "the call reads what is there")
        }
        #expect(try await service.snapshot(victim, key) == before)
        // What had expired is still the victim's to remove.
        let swept = try await service.ask(StateCall.sweep.path, service.body(.sweep, victim), key: key)
        #expect(swept.text == "{\"removed\":1}\n")
    }
}

/// The routes as a server has them, with keys.
private struct KeyedService {
    static let canary = "canary7x81"
    /// The canary within a value.
    static let encoded = Data(canary.utf8).base64EncodedString()
    private let service: MemoryService
    private let keys: AccessKeys
    private let time: TestTime

    init() async throws {
        let records = InMemoryRecords()
        let time = TestTime()
        self.time = time
        keys = try await AccessKeys(records)
        let routes = StateRoutes(
            checkpoints: try await CheckpointStore(records, configuration: .init(clock: { time.now })),
            keyValues: try await KeyValueStore(records, configuration: .init(index: ItemIndex(), clock: { time.now })))
        service = MemoryService(
            [StateRouteGroup(routes)], origins: OriginPolicy(isLoopback: true), keys: keys,
            metrics: ServerMetrics(version: "test"))
    }

    func advance(_ seconds: Int64) { time.advance(seconds * 1_000_000) }

    func key(_ permissions: [Permission], app: String? = nil, user: String? = nil) async throws -> String {
        try await keys.create(name: "", permissions: Set(permissions), app: app, user: user).token
    }

    func ask(
        _ path: String, _ body: [String: JSONValue], key: String?
    ) async throws -> (status: Int, text: String) {
        var headers = [(name: "Host", value: "localhost:1")]
        if let key { headers.append((name: "Authorization", value: "Bearer \(key)")) }
        let request = try #require(
            HTTPRequest(
                method: "POST", target: path, headers: headers, body: JSONValue.object(body).canonicalBytes,
                remoteAddress: "127.0.0.1"))
        let response = await service.respond(to: request)
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    /// A call that means what ``fill(_:_:_:)`` stored, and would show, change or remove it.
    func body(_ call: StateCall, _ tenant: String?, _ word: String = "x") -> [String: JSONValue] {
        var body = members(call, word)
        body["tenant"] = tenant.map { .string($0) }
        return body
    }

    private func members(_ call: StateCall, _ word: String) -> [String: JSONValue] {
        let value = JSONValue.object([
            "type": .string("s"), "data": .string(Data(word.utf8).base64EncodedString()),
        ])
        switch call {
        case .putCheckpoint:
            return [
                "thread": .string("t"), "id": .string("2"), "parent": .string("1"), "state": value,
                "versions": .array([.array([.string("c"), .int(2)])]),
                "changes": .array([.array([.string("c"), .int(2), value])]),
                "metadata": .object(["run_id": .string("r"), "word": .string(word)]),
            ]
        case .putWrites:
            return [
                "thread": .string("t"), "id": .string("2"), "task": .string("k"),
                "writes": .array([.array([.string("__error__"), value])]),
            ]
        case .getCheckpoint: return ["thread": .string("t")]
        case .listCheckpoints, .listThreads: return [:]
        case .channelHistory: return ["thread": .string("t"), "channels": .array([.string("c")])]
        case .deleteThread: return ["thread": .string("t")]
        case .copyThread: return ["source": .string("t"), "target": .string("copy")]
        case .deleteRuns: return ["runs": .array([.string("r")])]
        case .prune: return ["threads": .array([.string("t")]), "keep_latest": .int(1)]
        case .fork: return ["thread": .string("t"), "id": .string("2"), "as": .string("3")]
        case .batch:
            let item: [String: JSONValue] = ["namespace": .array([.string("n")]), "key": .string("k")]
            func operation(_ name: String, _ members: [String: JSONValue] = [:]) -> JSONValue {
                .object(members.merging(["op": .string(name)]) { $1 })
            }
            return [
                "operations": .array([
                    operation("get", item), operation("search", ["query": .string("tea")]),
                    operation("search", ["prefix": .array([.string("n")])]), operation("list_namespaces"),
                    operation("put", item.merging(["value": .object(["text": .string("tea \(word)")])]) { $1 }),
                    operation("delete", ["namespace": .array([.string("n")]), "key": .string("other")]),
                ])
            ]
        case .sweep: return [:]
        }
    }

    /// Stores a thread of two checkpoints with a write, and items, one of which has expired a minute later.
    func fill(_ tenant: String, _ key: String, _ word: String = canary) async throws {
        var first = body(.putCheckpoint, tenant, word)
        first["id"] = .string("1")
        first["parent"] = nil
        var named = first
        named["thread"] = .string("of " + word)
        var items: [JSONValue] = [("n", "k"), ("n", "other"), ("of " + word, "k")].map { namespace, key in
            .object([
                "op": .string("put"), "namespace": .array([.string(namespace)]), "key": .string(key),
                "value": .object(["text": .string("tea \(word)")]),
            ])
        }
        // Only canaries die: what sweeping removes was the victim's.
        if word == Self.canary {
            items.append(
                .object([
                    "op": .string("put"), "namespace": .array([.string("n")]), "key": .string("brief"),
                    "value": .object([:]), "lifetime": .int(60),
                ]))
        }
        var put: [String: JSONValue] = ["operations": .array(items)]
        put["tenant"] = .string(tenant)
        for (call, body) in [
            (StateCall.putCheckpoint, first), (.putCheckpoint, body(.putCheckpoint, tenant, word)),
            (.putCheckpoint, named), (.putWrites, body(.putWrites, tenant, word)), (.batch, put),
        ] {
            let answer = try await ask(call.path, body, key: key)
            #expect(answer.status == 200, "\(answer.text)")
        }
    }

    /// All that a tenant can read, but for what expires.
    func snapshot(_ tenant: String, _ key: String) async throws -> String {
        var text = ""
        for call in [StateCall.listCheckpoints, .listThreads, .channelHistory, .getCheckpoint] {
            let answer = try await ask(call.path, body(call, tenant), key: key)
            #expect(answer.status == 200, "\(answer.text)")
            text += answer.text
        }
        let reads: [String: JSONValue] = [
            "tenant": .string(tenant),
            "operations": .array([
                .object(["op": .string("search"), "filter": .object(["text": .object(["$gte": .string("")])])]),
                .object(["op": .string("list_namespaces")]),
            ]),
        ]
        return text + (try await ask(StateCall.batch.path, reads, key: key)).text
    }
}

/// A clock that is set.
private final class TestTime: Sendable {
    private let microseconds = Mutex<Int64>(1_700_000_000_000_000)

    var now: Int64 { microseconds.withLock { $0 } }
    func advance(_ amount: Int64) { microseconds.withLock { $0 += amount } }
}
