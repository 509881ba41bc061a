import Access
import Digests
import Records
import Testing

@Suite("Memory stores over HTTP") struct MemoryStoreTests {
    @Test func storesMemoriesAndVersionsHaveTheirMembers() async throws {
        let test = try await TestService()
        let store = try await test.done(
            "POST", "/v1/memory_stores?beta=true", #"{"name":"Plans","metadata":{"a":"1"}}"#)
        let id = store.string("id")
        #expect(store["type"] == .string("memory_store") && store["archived_at"] == .null)
        #expect(store["description"] == .string("") && store.string("created_at").hasSuffix("Z"))
        let root = "/v1/memory_stores/\(id)"
        #expect(try await test.done("GET", root).json == store.json)
        let changed = try await test.done("POST", root, #"{"description":"d","metadata":{"a":null,"b":"2"}}"#)
        #expect(changed["metadata"] == .object(["b": .string("2")]) && changed["name"] == .string("Plans"))
        let made = try await test.done("POST", root + "/memories", #"{"path":"/a/b.md","content":"one"}"#)
        let memory = made.string("id")
        #expect(made["content"] == .null && made["content_size_bytes"] == .int(3))
        #expect(made["content_sha256"] == .string(Digest.sha256Hex("one")))
        #expect(made["memory_store_id"] == .string(id) && made["type"] == .string("memory"))
        #expect(try await test.done("GET", root + "/memories/\(memory)")["content"] == .string("one"))
        #expect(try await test.done("GET", root + "/memories/\(memory)?view=basic")["content"] == .null)
        let updated = try await test.done(
            "POST", root + "/memories/\(memory)?view=full",
            #"{"content":"two","path":"/c.md","precondition":{"type":"content_sha256","content_sha256":"\#(Digest.sha256Hex("one"))"}}"#
        )
        #expect(updated["content"] == .string("two") && updated["id"] == .string(memory))
        let stale = try await test.ask(
            "POST", root + "/memories/\(memory)",
            #"{"content":"3","precondition":{"type":"content_sha256","content_sha256":"\#(Digest.sha256Hex("one"))"}}"#)
        #expect(stale.status == 409 && stale["type"] == .string("error"))
        #expect(stale["error", "type"] == .string("memory_precondition_failed_error"))
        #expect(stale.header("x-should-retry") == "false" && stale.header("request-id") == stale.string("request_id"))
        let taken = try await test.ask("POST", root + "/memories", #"{"path":"/c.md","content":""}"#)
        #expect(taken.status == 409 && taken["error", "type"] == .string("memory_path_conflict_error"))
        #expect(taken["error", "conflicting_memory_id"] == .string(memory))
        let versions = try await test.done("GET", root + "/memory_versions?memory_id=\(memory)")
        #expect(versions.list("data", "operation") == ["modified", "created"] && versions["next_page"] == .null)
        let old = versions.list("data", "id")[1]
        let head = try await test.ask("POST", root + "/memory_versions/\(versions.list("data", "id")[0])/redact")
        #expect(head.status == 400 && head["error", "type"] == .string("invalid_request_error"))
        let redacted = try await test.done("POST", root + "/memory_versions/\(old)/redact")
        for member in ["path", "content", "content_sha256", "content_size_bytes"] {
            #expect(redacted[member] == .null)
        }
        #expect(redacted["redacted_by", "api_key_id"] == .string("local"))
        #expect(try await test.done("GET", root + "/memory_versions/\(old)").json == redacted.json)
        let gone = try await test.done(
            "DELETE", root + "/memories/\(memory)?expected_content_sha256=\(Digest.sha256Hex("two"))")
        #expect(gone.json == .object(["id": .string(memory), "type": .string("memory_deleted")]))
        #expect(try await test.ask("GET", root + "/memories/\(memory)").status == 404)
        #expect(try await test.done("POST", root + "/archive")["archived_at"] != .null)
        let refused = try await test.ask("POST", root + "/memories", #"{"path":"/x","content":""}"#)
        #expect(refused.status == 400)
        #expect(try await test.done("GET", "/v1/memory_stores").list("data", "id").isEmpty)
        #expect(try await test.done("GET", "/v1/memory_stores?include_archived=true").list("data", "id") == [id])
        #expect(try await test.done("DELETE", root)["type"] == .string("memory_store_deleted"))
        #expect(try await test.ask("DELETE", root).status == 404)
    }

    @Test func pagesFollowEachOther() async throws {
        let test = try await TestService()
        let id = try await test.done("POST", "/v1/memory_stores", #"{"name":"n"}"#).string("id")
        let root = "/v1/memory_stores/\(id)/memories"
        for path in ["/a/1", "/a/2", "/b", "/c/d/e", "/c0"] {
            _ = try await test.done("POST", root, #"{"path":"\#(path)","content":"x"}"#)
        }
        func paths(_ query: String) async throws -> [String] {
            var found: [String] = []
            var page = ""
            repeat {
                let answer = try await test.done("GET", "\(root)?\(query)\(page.isEmpty ? "" : "&page=\(page)")")
                found += answer.list("data", "path")
                page = answer.string("next_page")
            } while !page.isEmpty
            return found
        }
        #expect(try await paths("limit=2") == ["/a/1", "/a/2", "/b", "/c/d/e", "/c0"])
        #expect(try await paths("limit=2&depth=1") == ["/a/", "/b", "/c/", "/c0"])
        #expect(try await paths("path_prefix=/c/&view=full") == ["/c/d/e"])
        #expect(try await paths("path_prefix=%2Fc%2F&depth=1") == ["/c/d/"])
    }

    @Test(arguments: [
        ("POST", "", #"{"name":""}"#), ("POST", "", #"{"name":"n","metadata":{"a":1}}"#), ("POST", "", #"{"nam":"n"}"#),
        ("POST", "", "["), ("GET", "?limit=0", ""), ("GET", "?limit=101", ""), ("GET", "?page=x", ""),
        ("GET", "?page=page_AAAA", ""), ("GET", "?sort=name", ""), ("GET", "?created_at%5Bgte%5D=soon", ""),
        ("POST", "/ID/memories", #"{"path":"/a"}"#), ("POST", "/ID/memories", #"{"path":"a","content":""}"#),
        ("POST", "/ID/memories", #"{"path":"/../a","content":""}"#), ("GET", "/ID/memories?depth=2", ""),
        ("GET", "/ID/memories?path_prefix=/a", ""), ("GET", "/ID/memories?view=all", ""),
        ("GET", "/ID/memory_versions?operation=renamed", ""),
        ("DELETE", "/ID/memories/mem_x?expected_content_sha256=abc", ""),
        ("POST", "/ID/memories/mem_x", #"{"precondition":{"type":"etag","content_sha256":""}}"#),
    ]) func whatIsWrongIsTold(_ method: String, _ target: String, _ body: String) async throws {
        let test = try await TestService()
        let id = try await test.done("POST", "/v1/memory_stores", #"{"name":"n"}"#).string("id")
        let answer = try await test.ask(
            method, "/v1/memory_stores" + target.replacing("ID", with: id), body)
        #expect(answer.status == 400 && answer["error", "type"] == .string("invalid_request_error"), "\(answer.text)")
        #expect(!answer.string("error", "message").isEmpty)
    }

    @Test(arguments: [
        ("GET", "/memstore_none"), ("PUT", ""), ("GET", "/ID/archive"), ("GET", "/ID/memories/mem_none"),
        ("GET", "/ID/memory_versions/memver_none"), ("POST", "/ID/memory_versions/memver_none/redact"),
        ("GET", "/ID/x"), ("GET", "/ID/memories/a/b"), ("DELETE", "/ID/memories/mem_none"), ("GET", "/"),
    ]) func whatIsNotThereIsNotThere(_ method: String, _ target: String) async throws {
        let test = try await TestService()
        let id = try await test.done("POST", "/v1/memory_stores", #"{"name":"n"}"#).string("id")
        let answer = try await test.ask(method, "/v1/memory_stores" + target.replacing("ID", with: id))
        #expect(answer.status == 404 && answer["error", "type"] == .string("not_found_error"), "\(answer.text)")
    }

    @Test func keysKeepOwnersApart() async throws {
        let test = try await TestService(needsKeys: true)
        func key(_ user: String, _ permissions: Set<Permission> = [.read, .write, .delete]) async throws -> String {
            try await test.keys.create(name: "", permissions: permissions, app: "app", user: user).token
        }
        let (alice, bob) = (try await key("alice"), try await key("bob"))
        let reader = try await key("alice", [.read])
        #expect(try await test.ask("GET", "/v1/memory_stores")["error", "type"] == .string("authentication_error"))
        let id = try await test.done("POST", "/v1/memory_stores", #"{"name":"n"}"#, key: alice).string("id")
        let root = "/v1/memory_stores/\(id)"
        let memory = try await test.done("POST", root + "/memories", #"{"path":"/a","content":"canary"}"#, key: alice)
        let version = memory.string("memory_version_id")
        for (method, target, body) in [
            ("GET", "", ""), ("POST", "", #"{"name":"x"}"#), ("POST", "/archive", ""), ("DELETE", "", ""),
            ("GET", "/memories", ""), ("POST", "/memories", #"{"path":"/b","content":""}"#),
            ("GET", "/memories/\(memory.string("id"))", ""),
            ("POST", "/memories/\(memory.string("id"))", #"{"content":""}"#),
            ("DELETE", "/memories/\(memory.string("id"))", ""), ("GET", "/memory_versions", ""),
            ("GET", "/memory_versions/\(version)", ""), ("POST", "/memory_versions/\(version)/redact", ""),
        ] {
            let foreign = try await test.ask(method, root + target, body, key: bob)
            #expect(foreign.status == 404 && !foreign.text.contains("canary"), "\(method) \(target): \(foreign.text)")
            let claimed = try await test.ask(method, root + target + "?user=alice", body, key: bob)
            #expect(claimed.status == 403 && claimed["error", "type"] == .string("permission_error"))
            let isRead = method == "GET"
            #expect(try await test.ask(method, root + target, body, key: reader).status == (isRead ? 200 : 403))
        }
        #expect(try await test.done("GET", "/v1/memory_stores", key: bob).list("data", "id").isEmpty)
        let open = try await test.keys.create(name: "", permissions: [.read], app: nil, user: nil).token
        #expect(try await test.ask("GET", "/v1/memory_stores", key: open).status == 400, "whose is not said")
        let named = try await test.done("GET", "/v1/memory_stores?app=app&user=alice", key: open)
        #expect(named.list("data", "id") == [id])
        let tool = try await test.ask(
            "POST", "/v1/claude/memory",
            #"{"command":"view","path":"/memories/a","memory_store_id":"\#(id)"}"#, key: bob)
        #expect(tool.status == 404)
    }
}
