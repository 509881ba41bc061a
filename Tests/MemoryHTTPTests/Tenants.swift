import Access
import Foundation
import HTTPServer
import Memories
import MemoryAPI
import Records
import Synchronization
import Testing

/// Tenants of one service who ask for their own and for each other's, over every path that reads.
struct Tenants {
    struct Tenant {
        var scope: Scope
        var canary: String
        var key: String
        var ids: [String]
    }

    struct Findings {
        /// The calls in whose answers another's canary was.
        var leaks: [String] = []
        /// How many answers held the asker's own, and on which paths.
        var own = 0
        var ownPaths: Set<String> = []
    }

    let test: TestService
    private let admin: String
    private(set) var tenants: [Tenant] = []
    /// Users whose names are like one another's, in as many apps as it takes.
    private static let users = [
        "user", "user1", "user11", "user/1", "user%2F1", "USER", "us", "\u{e9}", "e\u{301}", "user ",
    ]

    /// The paths on which a tenant must find what is theirs; operations of the catalogue come by themselves.
    static var paths: [String] {
        var paths = ["resource", "resources", "prompt", "completion", "watch"]
        for operation in reads where operation.specification.name != "memory_count" {
            paths.append(operation.specification.name)
            if operation.specification.isTool { paths.append("tool:" + operation.specification.name) }
        }
        return paths
    }

    /// What reads memories; `TranscriptIsolationTests` asks the rest.
    private static let reads = Catalogue.operations.filter {
        $0.specification.effect == .reads && $0.specification.domain == .memories
    }

    init(_ test: TestService, count: Int, records: Int) async throws {
        self.test = test
        admin = try await test.keys.create(name: "", permissions: [.admin]).token
        for number in 0..<count {
            // The first two are the same user of two apps.
            let scope = Scope(
                app: "app\(number < 2 ? number : 2 + number / Self.users.count)",
                user: number < 2 ? "user" : Self.users[number % Self.users.count])
            let canary = "canary\(number)x\(UInt64.random(in: 0...UInt64.max))x"
            var ids: [String] = []
            for agent in [nil, "a"] {
                let memories = (0..<records / 2).map { record in
                    NewMemory(
                        "\(canary) likes tea number \(record)", topics: [canary], participants: [canary],
                        location: canary, metadata: ["word": .string(canary), "n": .int(Int64(record))])
                }
                let place = Scope(app: scope.app, user: scope.user, agent: agent)
                for outcome in await test.store.add(memories, in: place) { ids.append(try outcome.get().id) }
            }
            // Some have a version that was.
            for id in ids.prefix(5) {
                try await test.store.update(id, MemoryUpdate(content: "\(canary) likes coffee, \(id)"), in: scope)
            }
            let key = try await test.keys.create(
                name: "", permissions: [.read, .write], app: scope.app, user: scope.user)
            tenants.append(Tenant(scope: scope, canary: canary, key: key.token, ids: ids))
        }
    }

    /// Makes random calls, half of them about another.
    func check(calls: Int, watches: Bool = true) async throws -> Findings {
        var findings = Findings()
        for _ in 0..<calls {
            let asker = try #require(tenants.randomElement())
            let target = Bool.random() ? asker : try #require(tenants.randomElement())
            let (path, answers) = try await call(asker, target, watches)
            // What the asker said may come back; what is stored may not.
            let text = answers.replacing("\"query\":\"\(target.canary)\"", with: "").replacing(
                "\\\"query\\\":\\\"\(target.canary)\\\"", with: "")
            for tenant in tenants where tenant.canary != asker.canary && text.contains(tenant.canary) {
                findings.leaks.append("\(path) of \(tenant.scope.user) to \(asker.scope.user)")
            }
            if text.contains(asker.canary) {
                findings.own += 1
                findings.ownPaths.insert(path)
            }
        }
        return findings
    }

    private func call(
        _ asker: Tenant, _ target: Tenant, _ watches: Bool
    ) async throws -> (path: String, answer: String) {
        let id = try #require(target.ids.randomElement())
        // Half of the askers say whose memories they mean, the others rely on their key.
        var claims: [String: JSONValue] = [:]
        if Bool.random() { claims["user"] = .string(target.scope.user) }
        if Bool.random() { claims["app"] = .string(target.scope.app) }
        if Int.random(in: 0..<4) == 0 { claims["agent"] = .string("a") }
        let kind = Int.random(in: 0..<16)
        switch kind {
        case 0..<10:
            let operation = try #require(Self.reads.randomElement()).specification
            let members = arguments(operation, target, id).merging(claims) { first, _ in first }
            if kind < 6 { return (operation.name, try await http(operation, members, asker)) }
            let call: [String: JSONValue] = ["name": .string(operation.name), "arguments": .object(members)]
            return ("tool:" + operation.name, try await mcp("tools/call", call, asker))
        case 10:
            let owner = "memory://\(Self.escape(target.scope.app))/\(Self.escape(target.scope.user))"
            let uri = Bool.random() ? owner : owner + "/" + id
            return ("resource", try await mcp("resources/read", ["uri": .string(uri)], asker))
        case 11: return ("resources", try await mcp("resources/list", [:], asker))
        case 12:
            let isRecall = Bool.random()
            var arguments = claims
            arguments["agent"] = nil
            if isRecall { arguments["question"] = .string("likes tea") }
            let params: [String: JSONValue] = [
                "name": .string(isRecall ? "recall" : "summarize_user"), "arguments": .object(arguments),
            ]
            return ("prompt", try await mcp("prompts/get", params, asker))
        case 13:
            let argument = try #require([("question", "can"), ("id", ""), ("user", ""), ("app", "")].randomElement())
            return (
                "completion",
                try await mcp(
                    "completion/complete",
                    [
                        "ref": .object(["type": .string("ref/prompt"), "name": .string("recall")]),
                        "argument": .object(["name": .string(argument.0), "value": .string(argument.1)]),
                    ], asker)
            )
        case 14 where watches: return ("watch", try await watch(claims, asker))
        default: return ("errors", try await errors(id, claims, asker))
        }
    }

    /// Arguments of a reading operation that aim at a tenant's memories.
    private func arguments(
        _ operation: OperationSpecification, _ target: Tenant, _ id: String
    ) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for parameter in operation.parameters {
            switch parameter.name {
            case "id": members["id"] = .string(id)
            case "query": members["query"] = .string(Bool.random() ? "likes tea" : target.canary)
            case "topics" where Int.random(in: 0..<4) == 0: members["topics"] = .array([.string(target.canary)])
            case "participants" where Int.random(in: 0..<6) == 0:
                members["participants"] = .array([.string(target.canary)])
            case "filter" where Int.random(in: 0..<4) == 0:
                members["filter"] = .object(["word": .string(target.canary)])
            case "limit": members["limit"] = .int(Int64.random(in: 1...10))
            default: break
            }
        }
        return members
    }

    private func http(
        _ operation: OperationSpecification, _ members: [String: JSONValue], _ asker: Tenant
    ) async throws -> String {
        var members = members
        var path = operation.path
        for name in operation.pathParameters {
            if case .string(let value)? = members.removeValue(forKey: name) {
                path = path.replacing("{\(name)}", with: value)
            }
        }
        if operation.hasBody {
            return try await answer(operation.method, path, JSONValue.object(members).canonical, key: asker.key)
        }
        return try await answer(operation.method, path + "?" + Self.query(members), key: asker.key)
    }

    private func mcp(_ method: String, _ params: [String: JSONValue], _ asker: Tenant) async throws -> String {
        let message = JSONValue.object([
            "jsonrpc": .string("2.0"), "id": .int(1), "method": .string(method), "params": .object(params),
        ])
        return try await answer(
            "POST", "/mcp", message.canonical, headers: [("Content-Type", "application/json")], key: asker.key)
    }

    /// The first events of a stream.
    private func watch(_ claims: [String: JSONValue], _ asker: Tenant) async throws -> String {
        let query = Self.query(claims.merging(["include_present": .bool(true)]) { $1 })
        let answer = try await test.ask("GET", "/v1/memories/watch?" + query, key: asker.key)
        guard let stream = answer.response.stream else { return answer.text }
        return await Self.text(of: stream, pieces: 4)
    }

    /// What the server says of itself, and of what fails.
    private func errors(_ id: String, _ claims: [String: JSONValue], _ asker: Tenant) async throws -> String {
        let body = JSONValue.object(claims.merging(["importance": .double(0.5)]) { $1 }).canonical
        var text = try await answer("PATCH", "/v1/memories/\(id)", body, key: asker.key)
        text += try await answer("POST", "/v1/memories/\(id)/restore", "{}", key: asker.key)
        text += try await answer("DELETE", "/v1/memories/\(id)", key: asker.key)
        text += try await answer("GET", "/v1/memories?cursor=\(id)", key: asker.key)
        text += try await answer("GET", "/metrics", key: admin)
        return text + (try await answer("GET", "/readyz"))
    }

    private func answer(
        _ method: String, _ target: String, _ body: String = "", headers: [(String, String)] = [], key: String? = nil
    ) async throws -> String {
        let answer = try await test.ask(method, target, body, headers: headers, key: key)
        var text = answer.text
        if let stream = answer.response.stream { text += await Self.text(of: stream) }
        return text + answer.response.headers.map { $0.0 + $0.1 }.joined()
    }

    /// What a stream sends, or its first pieces.
    private static func text(of stream: HTTPBodyStream, pieces: Int = .max) async -> String {
        let sent = Mutex<(bytes: [UInt8], count: Int)>(([], 0))
        await stream.produce(
            HTTPBodyWriter { bytes in
                sent.withLock { sent in
                    sent.bytes += bytes
                    sent.count += 1
                    return sent.count < pieces
                }
            })
        return sent.withLock { String(decoding: $0.bytes, as: UTF8.self) }
    }

    private static func query(_ members: [String: JSONValue]) -> String {
        members.flatMap { name, value -> [String] in
            switch value {
            case .string(let text): ["\(name)=\(escape(text))"]
            case .array(let elements):
                elements.map { element in
                    if case .string(let text) = element { "\(name)=\(escape(text))" } else { "" }
                }
            default: ["\(name)=\(escape(value.canonical))"]
            }
        }.joined(separator: "&")
    }

    private static func escape(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }.joined()
    }
}
