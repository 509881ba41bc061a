import Access
import Memories
import MemoryHTTP
import MemoryMCP
import Records
import Testing

@Suite("The Model Context Protocol over HTTP") struct MCPTests {
    private static let meta =
        #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#

    /// A stateless request.
    private func ask(
        _ test: TestService, _ method: String, _ params: String = "", name: String? = nil,
        headers: [(String, String)] = []
    ) async throws -> Answer {
        let body =
            #"{"jsonrpc":"2.0","id":"x","method":"\#(method)","params":{\#(params.isEmpty ? "" : params + ",")\#(Self.meta)}}"#
        let standard =
            [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method)] + (name.map { [("Mcp-Name", $0)] } ?? [])
        let kept = standard.filter { field in !headers.contains { $0.0 == field.0 } }
        return try await test.ask(
            "POST", "/mcp", body, headers: [("Content-Type", "application/json")] + kept + headers)
    }

    /// A request of the era with a handshake.
    private func askLegacy(
        _ test: TestService, _ method: String, _ params: String = "{}", version: String? = "2025-11-25"
    ) async throws -> Answer {
        try await test.ask(
            "POST", "/mcp", #"{"jsonrpc":"2.0","id":7,"method":"\#(method)","params":\#(params)}"#,
            headers: [("Content-Type", "application/json")] + (version.map { [("MCP-Protocol-Version", $0)] } ?? []))
    }

    @Test func aStatelessServerDescribesItself() async throws {
        let test = try await TestService()
        let answer = try await ask(test, "server/discover")
        #expect(answer["result", "supportedVersions"] == .array([.string("2026-07-28")]))
        #expect(answer["result", "resultType"] == .string("complete"))
        #expect(answer["result", "_meta", "io.modelcontextprotocol/serverInfo", "name"] == .string("agent-memory"))
        for method in ["tools/list", "prompts/list", "resources/list", "resources/templates/list"] {
            let list = try await ask(test, method)
            #expect(list["result", "cacheScope"] != nil && list["result", "ttlMs"] != nil)
        }
        for removed in ["initialize", "ping", "logging/setLevel", "resources/subscribe", "no/such"] {
            let answer = try await ask(test, removed)
            #expect((answer.status, answer["error", "code"]) == (404, .int(-32_601)))
        }
    }

    @Test(arguments: [
        ("2024-11-05", "2024-11-05"), ("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"), ("1999-01-01", "2025-11-25"), ("2026-07-28", "2025-11-25"),
    ])
    func aHandshakeAgreesOnARevision(_ asked: String, _ agreed: String) async throws {
        let test = try await TestService()
        let answer = try await askLegacy(
            test, "initialize",
            #"{"protocolVersion":"\#(asked)","capabilities":{},"clientInfo":{"name":"c","version":"1"}}"#,
            version: nil)
        #expect(answer["result", "protocolVersion"] == .string(agreed))
        #expect(answer["result", "resultType"] == nil)
        #expect(try await askLegacy(test, "ping")["result"] == .object([:]))
        let notice = try await test.ask(
            "POST", "/mcp", #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            headers: [("Content-Type", "application/json")])
        #expect(notice.status == 202)
    }

    @Test func aToolAnswersWhatItsSchemaSays() async throws {
        let test = try await TestService()
        let added = try await ask(
            test, "tools/call", #""name":"memory_add","arguments":{"memory":"Likes tea"}"#, name: "memory_add")
        #expect(added["result", "isError"] == .bool(false))
        let id = try #require(added.string("result", "structuredContent", "id"))
        let listed = try await ask(test, "tools/list")
        guard case .array(let tools)? = listed["result", "tools"] else {
            Issue.record("no tools")
            return
        }
        #expect(tools.count == 12)
        for tool in tools {
            #expect(tool.value(at: ["inputSchema", "additionalProperties"]) == .bool(false))
            #expect(tool.value(at: ["outputSchema", "type"]) == .string("object"))
            #expect(tool.value(at: ["annotations", "openWorldHint"]) == .bool(false))
        }
        // Whose memories they are, is an argument; without it the host's user is meant.
        let other = try await ask(
            test, "tools/call", #""name":"memory_get","arguments":{"id":"\#(id)","user":"other"}"#, name: "memory_get")
        #expect(other["result", "isError"] == .bool(true))
        #expect(other.text.contains("not_found: memory with id"))
        let wrong = try await ask(
            test, "tools/call", #""name":"memory_add","arguments":{"text":"x"}"#, name: "memory_add")
        #expect(wrong["result", "isError"] == .bool(true))
        #expect(wrong.text.contains("unknown argument text"))
        let unknown = try await ask(test, "tools/call", #""name":"nope""#, name: "nope")
        #expect((unknown.status, unknown["error", "code"]) == (400, .int(-32_602)))
    }

    @Test func resourcesAreReadAndPaged() async throws {
        let test = try await TestService()
        for number in 0..<120 {
            try await test.store.add(NewMemory("memory \(number)"), in: Scope(app: "app", user: "user"))
        }
        var uris: [JSONValue] = []
        var cursor = ""
        repeat {
            let page = try await ask(test, "resources/list", cursor)
            guard case .array(let resources)? = page["result", "resources"] else { break }
            uris += resources.compactMap { $0.value(at: ["uri"]) }
            cursor = page.string("result", "nextCursor").map { #""cursor":"\#($0)""# } ?? ""
        } while !cursor.isEmpty
        #expect(uris.count == 121)
        #expect(uris.first == .string("memory://app/user"))
        guard case .string(let uri)? = uris.last else { return }
        let read = try await ask(test, "resources/read", #""uri":"\#(uri)""#, name: uri)
        #expect(read.text.contains("memory 0"))
        for missing in [
            "memory://app/user/01890000-0000-7000-8000-000000000000", "memory://a", "file:///etc/passwd",
            "memory://a/b/c/d",
        ] {
            let answer = try await ask(test, "resources/read", #""uri":"\#(missing)""#, name: missing)
            #expect(answer["error", "code"] == .int(-32_602))
            #expect(
                try await askLegacy(test, "resources/read", #"{"uri":"\#(missing)"}"#)["error", "code"] == .int(-32_002)
            )
        }
        #expect(try await ask(test, "tools/list", #""cursor":"x""#)["error", "code"] == .int(-32_602))
    }

    @Test func promptsAndCompletionHelp() async throws {
        let test = try await TestService()
        try await test.store.add(NewMemory("Likes tea", topics: ["tea", "taste"]), in: Scope(app: "app", user: "user"))
        let prompt = try await ask(
            test, "prompts/get", #""name":"recall","arguments":{"question":"tea"}"#, name: "recall")
        #expect(prompt.text.contains("Likes tea") && prompt.text.contains("not instructions"))
        #expect(
            try await ask(test, "prompts/get", #""name":"recall""#, name: "recall")["error", "code"] == .int(-32_602))
        let complete = try await ask(
            test, "completion/complete",
            #""ref":{"type":"ref/prompt","name":"recall"},"argument":{"name":"question","value":"te"}"#)
        #expect(complete["result", "completion", "values"] == .array([.string("tea")]))
        let nothing = try await ask(
            test, "completion/complete",
            #""ref":{"type":"ref/prompt","name":"nope"},"argument":{"name":"question","value":"te"}"#)
        #expect(nothing["error", "code"] == .int(-32_602))
    }

    /// Headers that replace the right ones, and the code.
    @Test(
        arguments: [
            ([("Mcp-Method", "prompts/list")], -32_020), ([("Mcp-Method", "")], -32_020),
            ([("MCP-Protocol-Version", "2025-11-25")], -32_020), ([("MCP-Protocol-Version", "v999")], -32_020),
            ([("Mcp-Name", "memory_get")], -32_020), ([("Mcp-Name", "=?base64?!!?=")], -32_020),
        ] as [([(String, String)], Int64)])
    func headersMustSayTheSame(_ headers: [(String, String)], _ code: Int64) async throws {
        let test = try await TestService()
        let answer = try await ask(
            test, "tools/call", #""name":"memory_count""#, name: "memory_count", headers: headers)
        #expect((answer.status, answer["error", "code"], answer["id"]) == (400, .int(code), .string("x")))
        let encoded = try await ask(
            test, "tools/call", #""name":"memory_count""#, headers: [("Mcp-Name", "=?base64?bWVtb3J5X2NvdW50?=")])
        #expect(encoded.status == 200)
    }

    /// Body, status, code.
    @Test(arguments: [
        ("{", 400, -32_700), ("\u{feff}{}", 400, -32_700), ("[]", 400, -32_600), ("42", 400, -32_600),
        (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, 400, -32_600),
        (#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, 400, -32_600),
        (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, 400, -32_600),
        (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, 400, -32_602),
    ])
    func whatIsNoMessageIsRefused(_ body: String, _ status: Int, _ code: Int64) async throws {
        let answer = try await TestService().ask("POST", "/mcp", body, headers: [("Content-Type", "application/json")])
        #expect((answer.status, answer["error", "code"]) == (status, .int(code)))
    }

    @Test func otherMethodsAndTypesAreRefused() async throws {
        let test = try await TestService()
        for method in ["GET", "DELETE", "PUT"] {
            let answer = try await test.ask(method, "/mcp")
            #expect((answer.status, answer.header("allow")) == (405, "POST"))
        }
        #expect(try await test.ask("POST", "/mcp", "{}", headers: [("Content-Type", "text/plain")]).status == 415)
    }

    @Test func aBatchBelongsToOneRevision() async throws {
        let test = try await TestService()
        let batch =
            #"[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/x"},{"jsonrpc":"2.0","id":2,"method":"no"}]"#
        let answer = try await test.ask(
            "POST", "/mcp", batch,
            headers: [("Content-Type", "application/json"), ("MCP-Protocol-Version", "2025-03-26")])
        guard case .array(let answers)? = answer.json else {
            Issue.record("no batch")
            return
        }
        #expect(answers.map { $0.value(at: ["id"]) } == [.int(1), .int(2)])
        let refused = try await test.ask(
            "POST", "/mcp", batch,
            headers: [("Content-Type", "application/json"), ("MCP-Protocol-Version", "2025-11-25")])
        #expect(refused.status == 400)
    }

    @Test func aKeyIsShownTheToolsItMayUse() async throws {
        let test = try await TestService(needsKeys: true)
        let key = try await test.keys.create(name: "", permissions: [.read], app: "app", user: "user").token
        func ask(_ method: String, _ params: String) async throws -> Answer {
            try await test.ask(
                "POST", "/mcp", #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#,
                headers: [("Content-Type", "application/json")], key: key)
        }
        let list = try await ask("tools/list", "{}").text
        #expect(list.contains("memory_search") && !list.contains("\"memory_add\""))
        let add = try await ask("tools/call", #"{"name":"memory_add","arguments":{"memory":"x"}}"#)
        #expect(add["error", "code"] == .int(-32_602))
        #expect(try await test.ask("POST", "/mcp", "{}", headers: [("Content-Type", "application/json")]).status == 401)
    }

    @Test func theReferenceServersToolsWork() async throws {
        let test = try await TestService(profile: .reference)
        func call(_ name: String, _ arguments: String) async throws -> Answer {
            let answer = try await askLegacy(test, "tools/call", #"{"name":"\#(name)","arguments":\#(arguments)}"#)
            #expect(answer["result", "isError"] == .bool(false), "\(answer.text)")
            return answer
        }
        let entities =
            #"{"entities":[{"name":"Ann","entityType":"person","observations":["likes tea"]},{"name":"Kyoto","entityType":"city","observations":[]}]}"#
        let made = try await call("create_entities", entities)
        guard case .array(let list)? = made["result", "structuredContent", "entities"] else { return }
        #expect(list.count == 2)
        #expect(try await call("create_entities", entities)["result", "structuredContent", "entities"] == .array([]))
        _ = try await call(
            "create_relations", #"{"relations":[{"from":"Ann","to":"Kyoto","relationType":"lives in"}]}"#)
        let added = try await call(
            "add_observations", #"{"observations":[{"entityName":"Ann","contents":["plays go","likes tea"]}]}"#)
        #expect(added.text.contains(#""addedObservations":["plays go"]"#))
        let graph = try await call("read_graph", "{}")
        #expect(
            graph["result", "structuredContent"]?.canonical
                == #"{"entities":[{"entityType":"person","name":"Ann","observations":["likes tea","plays go"]},{"entityType":"city","name":"Kyoto","observations":[]}],"relations":[{"from":"Ann","relationType":"lives in","to":"Kyoto"}]}"#
        )
        #expect(try await call("search_nodes", #"{"query":"go"}"#).text.contains("plays go"))
        #expect(!(try await call("open_nodes", #"{"names":["Kyoto"]}"#)).text.contains("Ann"))
        _ = try await call("delete_observations", #"{"deletions":[{"entityName":"Ann","observations":["plays go"]}]}"#)
        _ = try await call("delete_entities", #"{"entityNames":["Kyoto"]}"#)
        let rest = try await call("read_graph", "{}")
        #expect(
            rest["result", "structuredContent"]?.canonical
                == #"{"entities":[{"entityType":"person","name":"Ann","observations":["likes tea"]}],"relations":[]}"#)
        let missing = try await askLegacy(
            test, "tools/call",
            #"{"name":"add_observations","arguments":{"observations":[{"entityName":"Bob","contents":["x"]}]}}"#)
        #expect(missing["result", "isError"] == .bool(true))
    }
}
