import Access
import Records
import Testing

@Suite("Claude's memory tool over HTTP and MCP") struct ClaudeToolRouteTests {
    @Test func aCommandIsAnsweredAsAResult() async throws {
        let test = try await TestService()
        #expect(try await test.done("GET", "/v1/claude/memory")["type"] == .string("memory_20250818"))
        let made = try await test.done(
            "POST", "/v1/claude/memory", #"{"command":"create","path":"/memories/a","file_text":"x"}"#)
        #expect(made["is_error"] == .bool(false))
        let whole = try await test.done(
            "POST", "/v1/claude/memory",
            #"{"type":"tool_use","id":"toolu_1","name":"memory","input":{"command":"create","path":"/memories/a","file_text":"x"},"wording":"sdk"}"#
        )
        #expect(whole["is_error"] == .bool(true) && whole["content"] == .string("File /memories/a already exists"))
        let agent = try await test.done(
            "POST", "/v1/claude/memory", #"{"command":"view","path":"/memories/a","agent":"other"}"#)
        #expect(agent["is_error"] == .bool(true), "an agent has files of its own")
        let user = try await test.done(
            "POST", "/v1/claude/memory", #"{"command":"view","path":"/memories/a","user":"other"}"#)
        #expect(user["is_error"] == .bool(true))
        let stores = try await test.done("GET", "/v1/memory_stores").list("data", "id")
        #expect(stores.count == 2)
        let listed = try await test.done("GET", "/v1/memory_stores/\(stores[1])/memories").list("data", "path")
        #expect(listed == ["/a"], "the files are also memories of a memory store")
        let other = try await test.done("POST", "/v1/memory_stores", #"{"name":"n"}"#).string("id")
        let chosen = try await test.done(
            "POST", "/v1/claude/memory", #"{"command":"view","path":"/memories/a","memory_store_id":"\#(other)"}"#)
        #expect(chosen["is_error"] == .bool(true))
        #expect(
            try await test.ask("POST", "/v1/claude/memory", #"{"input":{},"scope":"x"}"#).status == 400)
        #expect(try await test.ask("PUT", "/v1/claude/memory", "{}").status == 404)
    }

    @Test func permissionsAreThoseOfTheCommand() async throws {
        let test = try await TestService(needsKeys: true)
        func key(_ permissions: Set<Permission>) async throws -> String {
            try await test.keys.create(name: "", permissions: permissions, app: "a", user: "u").token
        }
        let (reader, writer) = (try await key([.read]), try await key([.read, .write]))
        func status(_ body: String, _ key: String) async throws -> Int {
            try await test.ask("POST", "/v1/claude/memory", body, key: key).status
        }
        let create = #"{"command":"create","path":"/memories/a","file_text":"x"}"#
        let delete = #"{"command":"delete","path":"/memories/a"}"#
        #expect(try await status(#"{"command":"view","path":"/memories"}"#, reader) == 200)
        #expect(try await status(create, reader) == 403)
        #expect(try await status(create, writer) == 200)
        #expect(try await status(delete, writer) == 403)
        #expect(try await status(delete, try await key([.read, .write, .delete])) == 200)
    }

    @Test func theProtocolShowsOneTool() async throws {
        let test = try await TestService()
        func call(_ method: String, _ params: String) async throws -> Answer {
            try await test.ask(
                "POST", "/mcp", #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#,
                headers: [("Content-Type", "application/json"), ("MCP-Protocol-Version", "2025-11-25")])
        }
        let tools = try await call("tools/list", "{}")
        guard case .array(let declared)? = tools["result", "tools"] else {
            Issue.record("\(tools.text)")
            return
        }
        #expect(declared.count == 1 && declared[0].value(at: ["name"]) == .string("memory"))
        #expect(declared[0].value(at: ["inputSchema", "properties", "old_str"]) != nil)
        let made = try await call(
            "tools/call",
            #"{"name":"memory","arguments":{"command":"create","path":"/memories/a","file_text":"x"}}"#)
        #expect(
            made["result", "isError"] == .bool(false) && made.text.contains("File created successfully at: /memories/a")
        )
        let failed = try await call(
            "tools/call", #"{"name":"memory","arguments":{"command":"view","path":"/memories/../x"}}"#)
        #expect(failed["result", "isError"] == .bool(true))
        let http = try await test.done("POST", "/v1/claude/memory", #"{"command":"view","path":"/memories/a"}"#)
        #expect(http.string("content").hasSuffix("     1\tx"), "the same files")
    }
}
