import Foundation
import HTTPServer
import Records
import StateHTTP
import Testing

@Suite("Checkpoints over HTTP") struct CheckpointCallTests {
    /// A checkpoint's body, with a state of one byte.
    private func body(_ id: String, _ parent: String? = nil, _ more: String = "") -> String {
        let parent = parent.map { ",\"parent\":\"\($0)\"" } ?? ""
        return "{\"thread\":\"t/1\",\"id\":\"\(id)\"\(parent),\"state\":{\"type\":\"x\",\"data\":\"AA==\"}\(more)}"
    }

    @Test("A tuple has what was put, in base64") func base64() async throws {
        let service = try await Service()
        let put = try await service.ask(
            "/v1/checkpoints/put",
            """
            {"thread":"t/1","namespace":"a:b","id":"1","state":{"type":"msgpack","data":"AP8K"},
            "versions":[["n",2],["text","00.1"],["half",1.5],["empty",1]],
            "changes":[["n",2,{"type":"bytes","data":""}],["text","00.1",{"type":"msgpack","data":"Cg=="}],
            ["half",1.5,null],["empty",1,null]],"metadata":{"source":"loop","step":-1,"é":[1,null]}}
            """)
        #expect(put.members == ["thread": .string("t/1"), "namespace": .string("a:b"), "id": .string("1")])
        try await service.ask(
            "/v1/checkpoints/writes",
            """
            {"thread":"t/1","namespace":"a:b","id":"1","task":"k","task_path":"p",
            "writes":[["text",{"type":"x","data":"AQ=="}],["__error__",{"type":"x","data":"Ag=="}]]}
            """)
        let answer = try await service.ask(
            "/v1/checkpoints/get", "{\"thread\":\"t/1\",\"namespace\":\"a:b\",\"id\":null,\"tenant\":null}")
        #expect(answer.type == "application/json")
        guard case .object(var tuple)? = answer["tuple"] else { throw StoreError(.invalid, "no tuple") }
        guard case .string(let time)? = tuple.removeValue(forKey: "created_at") else {
            throw StoreError(.invalid, "no time")
        }
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil)
        let expected = try json(
            """
            {"thread":"t/1","namespace":"a:b","id":"1","parent":null,"state":{"type":"msgpack","data":"AP8K"},
            "versions":[["empty",1],["half",1.5],["n",2],["text","00.1"]],
            "values":[["n",{"type":"bytes","data":""}],["text",{"type":"msgpack","data":"Cg=="}]],"incremental":[],
            "metadata":{"source":"loop","step":-1,"é":[1,null]},
            "writes":[{"task":"k","task_path":"p","index":-1,"channel":"__error__","value":{"type":"x","data":"Ag=="}},
            {"task":"k","task_path":"p","index":0,"channel":"text","value":{"type":"x","data":"AQ=="}}]}
            """)
        #expect(JSONValue.object(tuple) == expected)
    }

    @Test("Bytes travel as they are where both sides say so") func attached() async throws {
        let service = try await Service()
        let type = ("Content-Type", "application/vnd.agent-memory.values")
        // Every byte, line feeds too.
        let every = (0...255).map { UInt8($0) }
        let head = """
            {"thread":"t","id":"1","state":{"type":"s","data":[0,256]},"versions":[["c",1],["d",1]],\
            "changes":[["c",1,{"type":"x","data":[10,2]}],["d",1,{"type":"x","data":[256,0]}]]}\n
            """
        let put = try await service.post("/v1/checkpoints/put", Array(head.utf8) + every, [type])
        #expect(put.status == 200)
        let accept = ("Accept", "application/json;q=0.5, application/vnd.agent-memory.values")
        let answer = try await service.post("/v1/checkpoints/get", "{\"thread\":\"t\"}", [accept])
        #expect(answer.type == "application/vnd.agent-memory.values")
        #expect(answer.attached.count == 258)
        func bytes(_ value: JSONValue?) -> [UInt8]? {
            guard case .object(let value)? = value, case .array(let range)? = value["data"],
                case .int(let start) = range[0], case .int(let count) = range[1]
            else { return nil }
            return Array(answer.attached[Int(start)..<Int(start + count)])
        }
        guard case .object(let tuple)? = answer["tuple"], case .array(let values)? = tuple["values"],
            case .array(let first) = values[0], case .array(let second) = values[1]
        else { throw StoreError(.invalid, "no tuple") }
        #expect(bytes(tuple["state"]) == every)
        #expect(bytes(first[1]) == [10, 11])
        #expect(bytes(second[1]) == [])
        // A range outside of what was sent is refused, whatever its numbers.
        for range in ["[0,257]", "[257,0]", "[-1,1]", "[1,-1]", "[1,9223372036854775807]", "[1]", "[\"0\",1]", "1"] {
            let head = "{\"thread\":\"t\",\"id\":\"2\",\"state\":{\"type\":\"s\",\"data\":\(range)}}\n"
            let refused = try await service.post("/v1/checkpoints/put", Array(head.utf8) + every, [type])
            #expect(refused.status == 400 && refused.code == "invalid", "\(range)")
        }
        let noBytes = try await service.post("/v1/checkpoints/get", "{\"thread\":\"t\"}", [type])
        #expect(noBytes.code == "invalid")
    }

    @Test("Lists go on where they stopped") func lists() async throws {
        let service = try await Service()
        for number in 1...5 {
            try await service.ask(
                "/v1/checkpoints/put",
                body("\(number)", number == 1 ? nil : "\(number - 1)", ",\"metadata\":{\"step\":\(number)}"))
        }
        func ids(_ answer: Service.Answer) -> [String] {
            guard case .array(let tuples)? = answer["tuples"] else { return [] }
            return tuples.compactMap { tuple in
                if case .object(let tuple) = tuple, case .string(let id)? = tuple["id"] { id } else { nil }
            }
        }
        let first = try await service.ask("/v1/checkpoints/list", "{\"thread\":\"t/1\",\"limit\":2}")
        #expect(ids(first) == ["5", "4"])
        let cursor = try #require(first["next_cursor"])
        let rest = try await service.ask(
            "/v1/checkpoints/list", "{\"thread\":\"t/1\",\"limit\":10,\"cursor\":\(cursor.canonical)}")
        #expect(ids(rest) == ["3", "2", "1"])
        #expect(rest["next_cursor"] == .null)
        #expect(ids(try await service.ask("/v1/checkpoints/list", "{\"before\":\"3\"}")) == ["2", "1"])
        #expect(ids(try await service.ask("/v1/checkpoints/list", "{\"metadata\":{\"step\":4}}")) == ["4"])
        #expect(ids(try await service.ask("/v1/checkpoints/list", "{\"namespace\":\"x\"}")) == [])
        #expect(ids(try await service.ask("/v1/checkpoints/list", "{\"tenant\":\"other\"}")) == [])
        let threads = try await service.ask("/v1/checkpoints/threads", "{}")
        guard case .array(let found)? = threads["threads"], case .object(let thread) = found[0] else {
            throw StoreError(.invalid, "no thread")
        }
        #expect(thread["thread"] == .string("t/1") && thread["latest"] == .string("5"))
        for (time, count) in [("2000-01-01T00:00:00Z", 0), ("2999-12-31T23:59:59.5Z", 1)] {
            let idle = try await service.ask("/v1/checkpoints/threads", "{\"idle_since\":\"\(time)\"}")
            guard case .array(let found)? = idle["threads"] else { throw StoreError(.invalid, "no list") }
            #expect(found.count == count)
        }
    }

    @Test("Histories, forks, copies and removals") func changes() async throws {
        let service = try await Service()
        try await service.ask(
            "/v1/checkpoints/put",
            body(
                "1", nil,
                ",\"versions\":[[\"log\",1]],\"changes\":[[\"log\",1,{\"type\":\"x\",\"data\":\"AQ==\"}]]"))
        try await service.ask(
            "/v1/checkpoints/writes",
            "{\"thread\":\"t/1\",\"id\":\"1\",\"task\":\"k\",\"writes\":[[\"log\",{\"type\":\"x\",\"data\":\"Ag==\"}]]}"
        )
        try await service.ask(
            "/v1/checkpoints/put",
            body(
                "2", "1",
                ",\"versions\":[[\"log\",2]],\"changes\":[[\"log\",2,null]],\"incremental\":[\"log\"],"
                    + "\"metadata\":{\"run_id\":\"r\"}"))
        let history = try await service.ask(
            "/v1/checkpoints/history", "{\"thread\":\"t/1\",\"channels\":[\"log\",\"none\"]}")
        #expect(
            history["channels"]
                == (try json(
                    """
                    [{"channel":"log","seed":{"type":"x","data":"AQ=="},"writes":[{"task":"k","task_path":"","index":0,
                    "channel":"log","value":{"type":"x","data":"Ag=="}}]},{"channel":"none","seed":null,"writes":[]}]
                    """)))
        let fork = try await service.ask("/v1/checkpoints/fork", "{\"thread\":\"t/1\",\"id\":\"1\",\"as\":\"3\"}")
        #expect(fork["id"] == .string("3"))
        #expect(
            try await service.ask("/v1/checkpoints/copy-thread", "{\"source\":\"t/1\",\"target\":\"u\"}").members
                == ["copied": .int(3)])
        #expect(
            try await service.ask("/v1/checkpoints/delete-runs", "{\"runs\":[\"r\"]}")["checkpoints"] == .int(2))
        #expect(
            try await service.ask("/v1/checkpoints/prune", "{\"threads\":[\"t/1\"],\"keep_latest\":1}")["checkpoints"]
                == .int(1))
        #expect(
            try await service.ask("/v1/checkpoints/delete-thread", "{\"thread\":\"t/1\"}").members
                == ["deleted": .int(1)])
        #expect(try await service.ask("/v1/checkpoints/get", "{\"thread\":\"t/1\"}").members == ["tuple": .null])
        let missing = try await service.post("/v1/checkpoints/fork", "{\"thread\":\"t/1\",\"id\":\"1\",\"as\":\"3\"}")
        #expect(missing.status == 404 && missing.code == "not_found")
        let orphan = try await service.post(
            "/v1/checkpoints/put", body("9", "gone", ",\"versions\":[[\"c\",1]]"))
        #expect(orphan.status == 409 && orphan.code == "parent_missing")
    }

    @Test(
        "What is wrong is named",
        arguments: [
            ("put", "", "the body is not a JSON document"), ("put", "[]", "the body is not a JSON object"),
            ("put", "{\"thread\":1,\"thread\":2}", "the body is not a JSON document: an object names a member twice"),
            (
                "put", "{\"metadata\":" + String(repeating: "[", count: 600) + String(repeating: "]", count: 600) + "}",
                "the body is nested deeper than the limit of 512 levels"
            ),
            ("put", "{\"thread\":\"t\",\"id\":\"1\"}", "state is required"),
            ("put", "{\"thread\":1}", "thread must be a string"), ("get", "{}", "thread is required"),
            ("get", "{\"thread\":\"t\",\"tenant\":5}", "tenant must be a string"),
            (
                "get", "{\"thread\":\"t\",\"ID\":\"1\"}",
                "unknown member ID; known are id, namespace, thread"
            ),
            (
                "put", "{\"thread\":\"t\",\"id\":\"1\",\"state\":{\"type\":\"x\",\"data\":\"!\"}}",
                "the data of state is not base64"
            ),
            ("put", "{\"thread\":\"t\",\"id\":\"1\",\"state\":5}", "state must have a type and data"),
            (
                "put",
                "{\"thread\":\"t\",\"id\":\"1\",\"state\":{\"type\":\"x\",\"data\":\"\"},\"versions\":[[\"a\"]]}",
                "versions must be a list of lists of 2, each with a channel first"
            ),
            (
                "put",
                "{\"thread\":\"t\",\"id\":\"1\",\"state\":{\"type\":\"x\",\"data\":\"\"},\"versions\":[[\"a\",null]]}",
                "a version must be a number or a string"
            ),
            ("list", "{\"limit\":0}", "limit must be 1 to 1000, not 0"),
            ("threads", "{\"cursor\":\"CURSOR\"}", "after: the cursor belongs to another query"),
            (
                "put",
                "{\"thread\":\"t\",\"id\":\"1\",\"state\":{\"type\":\"x\",\"data\":\"\"},\"metadata\":{\"a\":[\"\\u0000\"]}}",
                "metadata must not contain U+0000"
            ),
            ("list", "{\"limit\":1.5}", "limit must be an integer"),
            (
                "threads", "{\"idle_since\":\"2024-02-30T00:00:00Z\"}",
                "idle_since must be a time such as 2024-05-07T09:30:00.000000Z"
            ),
            ("prune", "{\"threads\":[1]}", "threads must be a list of strings"),
            ("prune", "{\"threads\":[],\"keep_latest\":0}", "keepLatest must be at least 1, not 0"),
        ])
    func refusals(_ name: String, _ body: String, _ detail: String) async throws {
        let service = try await Service()
        for id in ["1", "2"] { try await service.ask("/v1/checkpoints/put", self.body(id)) }
        let page = try await service.ask("/v1/checkpoints/list", "{\"limit\":1}")
        guard case .string(let cursor)? = page["next_cursor"] else { throw StoreError(.invalid, "no cursor") }
        let answer = try await service.post("/v1/checkpoints/\(name)", body.replacing("CURSOR", with: cursor))
        #expect(answer.status == 400 && answer.code == "invalid")
        #expect(answer["detail"] == .string(detail))
        #expect(answer.type == "application/problem+json")
    }

    @Test("A cursor that no server gave names no page", arguments: ["*", "AAAA", ""])
    func madeUpCursors(_ cursor: String) async throws {
        let answer = try await Service().post("/v1/checkpoints/list", "{\"cursor\":\"\(cursor)\"}")
        #expect(answer.status == 404 && answer.code == "not_found")
        #expect(answer["detail"] == .string("cursor is not one that this server gave: there is no such page"))
    }

    @Test("Other paths and methods") func paths() async throws {
        let service = try await Service()
        func answer(_ method: String, _ path: String) async throws -> HTTPResponse? {
            await service.routes.respond(to: try #require(HTTPRequest(method: method, target: path)))
        }
        for path in ["/", "/v1", "/v1/memories", "/v2/kv/batch", "/livez"] {
            #expect(try await answer("POST", path) == nil, "\(path)")
        }
        #expect(try await answer("GET", "/v1/checkpoints/get")?.status == 405)
        for path in ["/v1/kv", "/v1/checkpoints/get/more"] {
            #expect(try await answer("POST", path)?.status == 404, "\(path)")
        }
        for path in ["/v1/checkpoints/nothing", "/v1/kv/nothing"] {
            let unknown = try await service.post(path, "{}")
            #expect(unknown.status == 404 && unknown.code == "not_found")
        }
    }
}
