import Access
import Records
import Testing

@Suite("Blocks over HTTP") struct BlockRouteTests {
    @Test func blocksAreMadeAttachedAndEdited() async throws {
        let test = try await TestService()
        let made = try await test.done(
            "POST", "/v1/blocks/", #"{"label":"human","value":"a\u0000b","limit":50,"tags":["x"],"metadata":{"k":1}}"#)
        let id = made.string("id")
        #expect(id.hasPrefix("block-") && made["value"] == .string("ab") && made["read_only"] == .bool(false))
        #expect(try await test.done("GET", "/v1/blocks/\(id)").json == made.json)
        #expect(try await test.done("GET", "/v1/blocks/count").json == .int(1))
        #expect(try await test.done("GET", "/v1/blocks/?label=human&tags=x&tags=y").list(nil, "id") == [id])
        #expect(try await test.done("GET", "/v1/blocks?connected_to_agents_count_gt=0").list(nil, "id").isEmpty)
        let agent = "/v1/agents/agent-1/core-memory"
        let state = try await test.done("PATCH", "\(agent)/blocks/attach/\(id)")
        #expect(state["id"] == .string("agent-1") && state.list("blocks", "id") == [id])
        #expect(try await test.done("GET", "/v1/blocks?connected_to_agents_count_gt=0").list(nil, "id") == [id])
        #expect(try await test.done("GET", "/v1/blocks/\(id)/agents").list(nil, "id") == ["agent-1"])
        let changed = try await test.done("PATCH", "\(agent)/blocks/human", #"{"value":"c","description":"d"}"#)
        #expect(changed["value"] == .string("c") && changed["id"] == .string(id))
        #expect(try await test.done("PATCH", "/v1/blocks/\(id)", #"{"description":null}"#)["description"] == .null)
        #expect(try await test.done("GET", "\(agent)/blocks").list(nil, "label") == ["human"])
        #expect(try await test.done("GET", "\(agent)/blocks?after=\(id)").list(nil, "label").isEmpty)
        let edited = try await test.done(
            "POST", "\(agent)/tools", #"{"name":"core_memory_append","arguments":{"label":"human","content":"x"}}"#)
        #expect(edited["is_error"] == .bool(false))
        #expect(try await test.done("GET", "\(agent)/blocks/human")["value"] == .string("c\nx"))
        #expect(try await test.done("GET", "\(agent)/prompt").string("prompt").contains("<human>"))
        #expect(try await test.done("GET", "\(agent)/tools").list(nil, "name").contains("memory_rethink"))
        let long = try await test.ask(
            "PATCH", "/v1/blocks/\(id)", #"{"value":"\#(String(repeating: "x", count: 51))"}"#)
        #expect(long.status == 400 && long.string("detail").contains("50"))
        #expect(try await test.done("PATCH", "\(agent)/blocks/detach/\(id)").list("blocks", "id").isEmpty)
        #expect(try await test.ask("GET", "\(agent)/blocks/human").status == 404)
        #expect(try await test.done("DELETE", "/v1/blocks/\(id)").json == .null)
        #expect(try await test.ask("GET", "/v1/blocks/\(id)").status == 404)
        for (method, target, body) in [
            ("POST", "/v1/blocks", #"{"value":"x"}"#), ("POST", "/v1/blocks", #"{"label":"x","value":"x","other":1}"#),
            ("GET", "/v1/blocks?limit=0", ""), ("GET", "/v1/blocks?name=x", ""), ("GET", "/v1/blocks?order=up", ""),
        ] {
            #expect(try await test.ask(method, target, body).status == 400)
        }
        #expect(try await test.ask("PUT", "/v1/blocks", "{}").status == 404)
    }

    @Test func keysKeepOwnersApart() async throws {
        let test = try await TestService(needsKeys: true)
        func key(_ user: String, _ permissions: Set<Permission> = [.read, .write, .delete]) async throws -> String {
            try await test.keys.create(name: "", permissions: permissions, app: "app", user: user).token
        }
        let (alice, bob, reader) = (try await key("alice"), try await key("bob"), try await key("alice", [.read]))
        let id = try await test.done("POST", "/v1/blocks", #"{"label":"l","value":"canary"}"#, key: alice).string("id")
        _ = try await test.done("PATCH", "/v1/agents/a/core-memory/blocks/attach/\(id)", key: alice)
        for (method, target, body) in [
            ("GET", "/v1/blocks/\(id)", ""), ("PATCH", "/v1/blocks/\(id)", #"{"value":"x"}"#),
            ("DELETE", "/v1/blocks/\(id)", ""), ("GET", "/v1/blocks/\(id)/agents", ""),
            ("GET", "/v1/agents/a/core-memory/blocks/l", ""), ("PATCH", "/v1/agents/a/core-memory/blocks/l", "{}"),
            ("PATCH", "/v1/agents/a/core-memory/blocks/attach/\(id)", ""),
            ("PATCH", "/v1/agents/a/core-memory/blocks/detach/\(id)", ""),
        ] {
            let foreign = try await test.ask(method, target, body, key: bob)
            #expect(foreign.status == 404 && !foreign.text.contains("canary"), "\(method) \(target): \(foreign.text)")
            #expect(try await test.ask(method, target, body, key: reader).status == (method == "GET" ? 200 : 403))
        }
        #expect(try await test.done("GET", "/v1/blocks", key: bob).json == .array([]))
        #expect(try await test.done("GET", "/v1/agents/a/core-memory/blocks", key: bob).json == .array([]))
        #expect(try await test.ask("GET", "/v1/blocks").status == 401)
    }
}
