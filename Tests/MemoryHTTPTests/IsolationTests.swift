import Access
import HTTPServer
import Memories
import MemoryAPI
import MemoryHTTP
import Records
import Testing

/// Every tenant's memories carry a word that is nobody else's: it must never be in an answer to another.
@Suite("Isolation of tenants") struct IsolationTests {
    private static let tenants = 6
    private static let records = 20
    private static let calls = 1_500

    private struct Tenant {
        var user: String
        var canary: String
        var key: String
        var ids: [String]
    }

    @Test func noForeignCanaryInAnyAnswer() async throws {
        let test = try await TestService(needsKeys: true)
        var random = SystemRandomNumberGenerator()
        var tenants: [Tenant] = []
        for number in 0..<Self.tenants {
            // Users whose names begin like one another's, in two apps that share users.
            let scope = Scope(
                app: number % 2 == 0 ? "app" : "app2", user: "user" + String(repeating: "1", count: number / 2))
            let canary = "canary\(number)x\(UInt64.random(in: 0...UInt64.max, using: &random))"
            var ids: [String] = []
            for record in 0..<Self.records {
                ids.append(
                    try await test.store.add(
                        NewMemory(
                            "\(canary) likes tea number \(record)", topics: [canary], participants: [canary],
                            location: canary, metadata: ["word": .string(canary), "n": .int(Int64(record))]),
                        in: Scope(app: scope.app, user: scope.user, agent: record % 3 == 0 ? "a" : nil)
                    ).id)
            }
            let key = try await test.keys.create(
                name: "", permissions: Set(Permission.allCases), app: scope.app, user: scope.user)
            tenants.append(Tenant(user: scope.user, canary: canary, key: key.token, ids: ids))
        }
        var leaks = 0
        var own = 0
        for _ in 0..<Self.calls {
            let asker = try #require(tenants.randomElement(using: &random))
            let other = try #require(tenants.randomElement(using: &random))
            let answer = try await Self.call(test, asker: asker, other: other, &random)
            let text = answer.text + answer.response.headers.map { $0.0 + $0.1 }.joined()
            for tenant in tenants where tenant.canary != asker.canary && text.contains(tenant.canary) {
                // What the asker wrote may come back; what is stored may not.
                if !(tenant.canary == other.canary && Self.isEcho(text, of: tenant.canary)) { leaks += 1 }
            }
            if text.contains(asker.canary) { own += 1 }
        }
        #expect(leaks == 0)
        #expect(own > Self.calls / 20, "the calls find what is the asker's own")
    }

    /// Whether the word is there only as the query of a search.
    private static func isEcho(_ text: String, of word: String) -> Bool {
        !text.replacing("\"query\":\"\(word)\"", with: "").replacing("\\\"query\\\":\\\"\(word)\\\"", with: "")
            .contains(word)
    }

    /// A random call by one tenant, half the time with another's words and ids.
    private static func call(
        _ test: TestService, asker: Tenant, other: Tenant, _ random: inout SystemRandomNumberGenerator
    ) async throws -> Answer {
        let target = Bool.random(using: &random) ? asker : other
        let id = try #require(target.ids.randomElement(using: &random))
        let claim = Bool.random(using: &random) ? "&user=\(target.user)" : ""
        func mcp(_ method: String, _ params: String) async throws -> Answer {
            try await test.ask(
                "POST", "/mcp", #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#,
                headers: [("Content-Type", "application/json")], key: asker.key)
        }
        switch Int.random(in: 0..<14, using: &random) {
        case 0: return try await test.ask("GET", "/v1/memories/\(id)?x=\(claim)", key: asker.key)
        case 1: return try await test.ask("GET", "/v1/memories/\(id)?agent=a\(claim)", key: asker.key)
        case 2: return try await test.ask("GET", "/v1/memories/\(id)/history?agent=a\(claim)", key: asker.key)
        case 3: return try await test.ask("GET", "/v1/memories?limit=50\(claim)", key: asker.key)
        case 4: return try await test.ask("GET", "/v1/memories?topics=\(target.canary)\(claim)", key: asker.key)
        case 5: return try await test.ask("GET", "/v1/memories/count?agent=a\(claim)", key: asker.key)
        case 6:
            return try await test.ask(
                "POST", "/v1/memories/search", #"{"query":"\#(target.canary)","limit":50}"#, key: asker.key)
        case 7:
            return try await test.ask(
                "POST", "/v1/memories/search", #"{"query":"likes tea","user":"\#(target.user)"}"#, key: asker.key)
        case 8: return try await test.ask("POST", "/v1/memories/context", #"{"query":"tea"}"#, key: asker.key)
        case 9:
            return try await test.ask("PATCH", "/v1/memories/\(id)", #"{"importance":0.5}"#, key: asker.key)
        case 10: return try await mcp("tools/call", #"{"name":"memory_search","arguments":{"query":"tea"}}"#)
        case 11: return try await mcp("resources/read", #"{"uri":"memory://app/\#(target.user)/\#(id)"}"#)
        case 12: return try await mcp("resources/read", #"{"uri":"memory://app/\#(target.user)"}"#)
        default:
            return try await mcp(
                "completion/complete",
                #"{"ref":{"type":"ref/prompt","name":"recall"},"argument":{"name":"question","value":"canary"}}"#)
        }
    }
}
