import Access
import Memories
import Records
import Testing

/// Whatever one key asks for, nothing of another's is in the answer, and nothing of another's is changed.
@Suite("Isolation of mem0's tenants") struct Mem0IsolationTests {
    private static func all(_ id: String, _ name: String, _ export: String, _ event: String) -> [(
        String, String, String
    )] {
        let anybody = #"{"OR":[{"user_id":"*"},{"agent_id":"*"},{"app_id":"*"},{"run_id":"*"}]}"#
        let filter = #"{"user_id":"\#(name)"}"#
        return [
            ("GET", "/v1/memories/\(id)/", ""), ("GET", "/v1/memories/\(id)/history/", ""),
            ("PUT", "/v1/memories/\(id)/", #"{"text":"taken over"}"#), ("DELETE", "/v1/memories/\(id)/", ""),
            ("GET", "/memories/\(id)", ""), ("PUT", "/memories/\(id)", #"{"text":"taken over"}"#),
            ("DELETE", "/memories/\(id)", ""), ("GET", "/memories/\(id)/history", ""),
            ("PUT", "/v1/batch/", #"{"memories":[{"memory_id":"\#(id)","text":"taken over"}]}"#),
            ("DELETE", "/v1/batch/", #"{"memories":[{"memory_id":"\#(id)"}]}"#),
            ("POST", "/v1/feedback/", #"{"memory_id":"\#(id)","feedback":"POSITIVE"}"#),
            ("POST", "/v3/memories/", #"{"filters":\#(filter)}"#),
            ("POST", "/v3/memories/", #"{"filters":\#(anybody)}"#),
            ("POST", "/v2/memories/", #"{"filters":\#(anybody)}"#), ("GET", "/v1/memories/?user_id=\(name)", ""),
            ("GET", "/v1/memories/?user_id=*", ""), ("GET", "/memories", ""), ("GET", "/memories?user_id=\(name)", ""),
            ("POST", "/v3/memories/search/", #"{"query":"secret","filters":\#(filter)}"#),
            ("POST", "/v2/memories/search/", #"{"query":"secret","filters":\#(anybody)}"#),
            ("POST", "/v1/memories/search/", #"{"query":"secret","user_id":"\#(name)"}"#),
            ("POST", "/search", #"{"query":"secret","filters":\#(anybody)}"#),
            ("GET", "/v1/memories/user/\(name)/", ""), ("GET", "/v1/memories/events/", ""),
            ("GET", "/v1/entities/", ""), ("GET", "/entities", ""), ("GET", "/v2/entities/user/\(name)/", ""),
            ("GET", "/v1/events/", ""), ("GET", "/v1/event/\(event)/", ""), ("GET", "/v1/stats/", ""),
            ("POST", "/v1/exports/get/", #"{"memory_export_id":"\#(export)"}"#), ("POST", "/v1/exports/get/", "{}"),
            ("POST", "/v1/summary/", #"{"filters":\#(anybody)}"#),
            ("DELETE", "/v1/memories/?user_id=\(name)", ""), ("DELETE", "/v1/memories/?user_id=*", ""),
            ("DELETE", "/v1/memories/?user_id=*&agent_id=*&app_id=*&run_id=*", ""),
            ("DELETE", "/memories?user_id=\(name)", ""), ("DELETE", "/v2/entities/user/\(name)/", ""),
            ("DELETE", "/v1/entities/user/\(name)/", ""), ("DELETE", "/entities/user/\(name)", ""),
            ("POST", "/reset", ""), ("DELETE", "/api/v1/orgs/organizations/local/projects/shop/", ""),
            ("GET", "/api/v1/orgs/organizations/local/projects/shop/", ""),
            ("GET", "/api/v1/webhooks/projects/shop/", ""),
        ]
    }

    @Test(arguments: [("shop", "bob"), ("other", nil), ("other", "alice"), ("shop", "alic")] as [(String, String?)])
    func nothingOfAnothers(_ app: String, _ user: String?) async throws {
        let test = try await Mem0Service(needsKeys: true)
        let permissions: Set<Permission> = [.read, .write, .delete, .admin]
        let owner = try await test.keys.create(name: "", permissions: permissions, app: "shop", user: "alice").token
        let whole = try await test.keys.create(name: "", permissions: permissions, app: "shop").token
        let stranger = try await test.keys.create(name: "", permissions: permissions, app: app, user: user).token
        let id = try await test.add("The secret canary", #""user_id":"alice","metadata":{"m":"canary"}"#, key: owner)
        let project = "/api/v1/orgs/organizations/local/projects/shop/"
        _ = try await test.ask("PATCH", project, #"{"custom_instructions":"canary"}"#, key: whole)
        let export = try await test.ask(
            "POST", "/v1/exports/", #"{"schema":"canary","filters":{"user_id":"alice"}}"#, key: owner)
        let event = try await test.ask("GET", "/v1/events/", key: owner)
        for (method, target, body) in Self.all(
            id, "alice", try #require(export["id"]?.text),
            try #require(event.rows("results").first?["id"]?.text))
        {
            let answer = try await test.ask(method, target, body, key: stranger)
            // Settings are the project's, so another user of the same app may read them.
            if app == "shop", target == project, method == "GET" { continue }
            let text = answer.json.canonical
            #expect(!text.contains("canary"), "\(method) \(target)")
            if target.contains(id) { #expect(answer.status == 404, "\(method) \(target): \(answer.status)") }
        }
        let left = try await test.ask("GET", "/v1/memories/\(id)/", key: owner)
        #expect(left["memory"] == .string("The secret canary"))
        let history = try await test.ask("GET", "/v1/memories/\(id)/history/", key: owner)
        #expect(history.rows().count == 1, "nobody touched it")
    }

    @Test func aKeyForOneUserIsThatUser() async throws {
        let test = try await Mem0Service(needsKeys: true)
        let key = try await test.keys.create(
            name: "", permissions: [.read, .write, .delete], app: "shop", user: "alice"
        )
        .token
        // Without a user it is the key's.
        let id = try await test.add("Mine", #""agent_id":"bot""#, key: key)
        #expect(try await test.ask("GET", "/v1/memories/\(id)/", key: key)["user_id"] == .string("alice"))
        let other = try await test.ask("POST", "/v3/memories/add/", #"{"messages":"hi","user_id":"bob"}"#, key: key)
        #expect(other.status == 403)
        let webhooks = try await test.ask("GET", "/api/v1/webhooks/projects/shop/", key: key)
        #expect(webhooks.status == 403)
        #expect(try await test.ask("GET", "/v1/entities/", key: key)["count"] == .int(2))
    }

    @Test func permissionsHold() async throws {
        let test = try await Mem0Service(needsKeys: true)
        let reader = try await test.keys.create(name: "", permissions: [.read], app: "shop").token
        let writer = try await test.keys.create(name: "", permissions: [.read, .write], app: "shop").token
        let id = try await test.add("Mine", #""user_id":"alice""#, key: writer)
        for (method, target, body) in [
            ("POST", "/v3/memories/add/", #"{"messages":"hi","user_id":"a"}"#),
            ("PUT", "/v1/memories/\(id)/", #"{"text":"x"}"#),
            ("PUT", "/v1/batch/", #"{"memories":[{"memory_id":"\#(id)","text":"x"}]}"#),
            ("POST", "/v1/feedback/", #"{"memory_id":"\#(id)","feedback":"POSITIVE"}"#),
            ("POST", "/v1/users/", #"{"user_id":"a"}"#),
            ("PATCH", "/api/v1/orgs/organizations/local/projects/shop/", "{}"),
        ] {
            #expect(try await test.ask(method, target, body, key: reader).status == 403, "\(method) \(target)")
        }
        for (method, target, body) in [
            ("DELETE", "/v1/memories/\(id)/", ""), ("DELETE", "/v1/memories/?user_id=alice", ""),
            ("DELETE", "/v2/entities/user/alice/", ""), ("POST", "/reset", ""), ("GET", "/memories", ""),
            ("DELETE", "/v1/batch/", #"{"memories":[{"memory_id":"\#(id)"}]}"#),
        ] {
            #expect(try await test.ask(method, target, body, key: writer).status == 403, "\(method) \(target)")
        }
        let none = try await test.ask("GET", "/v1/ping/")
        #expect(none.status == 401)
        #expect(none["detail"]?.text?.hasPrefix("Invalid API key") == true)
        #expect(try await test.ask("GET", "/v1/ping/", key: reader)["project_id"] == .string("shop"))
    }
}
