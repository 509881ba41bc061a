import Memories
import MemoryAPI
import MemoryHTTP
import MemoryMCP
import Records
import Testing
import TranscriptFormats
import Transcripts

@Suite("Transcripts over HTTP") struct TranscriptRouteTests {
    let scope = "app=app&user=alice"
    let body = #""app":"app","user":"alice""#

    private func post(_ test: TestService, _ path: String, _ more: String = "", method: String = "POST") async throws
        -> Answer
    {
        try await test.ask(method, path, "{\(body)\(more.isEmpty ? "" : ",")\(more)}")
    }

    @Test func aSessionLives() async throws {
        let test = try await TestService()
        let made = try await post(test, "/v1/sessions", #""id":"chat/1","title":"Tea","ttl_seconds":60"#)
        #expect((made.status, made.header("location")) == (201, "/v1/sessions/chat%2F1"))
        #expect(try await post(test, "/v1/sessions", #""id":"chat/1","title":"Tea","ttl_seconds":60"#).status == 200)
        #expect(try await post(test, "/v1/sessions", #""id":"chat/1","title":"Other""#).status == 409)
        let got = try await test.ask("GET", "/v1/sessions/chat%2F1?\(scope)")
        #expect((got["title"], got["ttl_seconds"]) == (.string("Tea"), .int(60)))
        let tag = try #require(got.header("etag"))
        let cleared = try await test.ask(
            "PATCH", "/v1/sessions/chat%2F1", "{\(body),\"title\":null}", headers: [("If-Match", tag)])
        #expect((cleared.status, cleared["title"]) == (200, nil))
        let stale = try await test.ask(
            "PATCH", "/v1/sessions/chat%2F1", "{\(body),\"title\":\"x\"}", headers: [("If-Match", tag)])
        #expect((stale.status, stale.string("code")) == (412, "precondition_failed"))
        let conflict = try await post(
            test, "/v1/sessions/chat%2F1", #""title":"x","expected_revision":1"#, method: "PATCH")
        #expect((conflict.status, conflict.string("conflicting_id")) == (409, "chat/1"))
        #expect(try await test.ask("DELETE", "/v1/sessions/chat%2F1?\(scope)").string("code") == "session_active")
        #expect(try await post(test, "/v1/sessions/chat%2F1/end")["status"] == .string("ended"))
        let late = try await post(
            test, "/v1/sessions/chat%2F1/events", #""events":[{"type":"user_message","content":"late"}]"#)
        #expect((late.status, late.string("code")) == (409, "session_ended"))
        #expect(try await test.ask("DELETE", "/v1/sessions/chat%2F1?\(scope)").status == 200)
        #expect(try await test.ask("GET", "/v1/sessions/chat%2F1?\(scope)").status == 404)
        let gone = try await post(test, "/v1/sessions", #""id":"chat/1""#)
        #expect((gone.status, gone.string("code")) == (410, "session_purged"))
    }

    @Test func sessionsAreListedAPageAtATime() async throws {
        let test = try await TestService()
        for number in 0..<5 {
            _ = try await post(
                test, "/v1/sessions", #""id":"s\#(number)","labels":{"parity":"\#(number % 2)"}"#)
        }
        var seen: [JSONValue] = []
        var cursor = ""
        repeat {
            let page = try await test.ask("GET", "/v1/sessions?\(scope)&limit=2&order=created_at" + cursor)
            guard case .array(let results)? = page["results"] else { break }
            seen += results.compactMap { $0.value(at: ["id"]) }
            cursor = page.string("next_cursor").map { "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty
        #expect(seen == (0..<5).reversed().map { .string("s\($0)") })
        #expect(
            try await test.ask("GET", "/v1/sessions?\(scope)&labels=%7B%22parity%22:%221%22%7D")["count"] == .int(2))
    }

    @Test func eventsCommitWithTheirStateAndOnlyOnce() async throws {
        let test = try await TestService()
        _ = try await post(test, "/v1/sessions", #""id":"s""#)
        let events = #"""
            "events":[{"type":"user_message","content":"Which tea?","key":"k1","state_changes":[
            {"scope":"user","name":"topic","value":null},{"scope":"session","name":"step","value":1}]},
            {"type":"own","data":"AAEC","key":"k2"}]
            """#
        let first = try await post(test, "/v1/sessions/s/events", events)
        #expect((first.status, first["count"], first["session_status"]) == (200, .int(2), .string("active")))
        let again = try await post(test, "/v1/sessions/s/events", events)
        guard case .array(let results)? = again["results"] else {
            Issue.record("no results")
            return
        }
        #expect(results.map { $0.value(at: ["created"]) } == [.bool(false), .bool(false)])
        let other = try await post(
            test, "/v1/sessions/s/events", #""events":[{"type":"user_message","content":"x","key":"k1"}]"#)
        #expect((other.status, other.string("code")) == (409, "conflict"))
        let state = try await test.ask("GET", "/v1/sessions/s/state?\(scope)")
        #expect(state["state"] == .object(["user:topic": .null, "step": .int(1)]))
        let removed = try await post(
            test, "/v1/sessions/s/state", #""changes":[{"scope":"user","name":"topic"}]"#, method: "PATCH")
        #expect(removed.status == 200)
        #expect(try await test.ask("GET", "/v1/state?\(scope)")["user"] == .object([:]))
    }

    @Test func aLogIsPagedInBothDirections() async throws {
        let test = try await TestService()
        _ = try await post(test, "/v1/sessions", #""id":"s""#)
        let events = (1...7).map { number in
            #"{"type":"\#(number % 2 == 0 ? "assistant_message" : "user_message")","content":"number \#(number)"}"#
        }
        _ = try await post(test, "/v1/sessions/s/events", "\"events\":[\(events.joined(separator: ","))]")
        func pages(_ query: String, _ name: String) async throws -> [Int64] {
            var seen: [Int64] = []
            var more = ""
            repeat {
                let page = try await test.ask("GET", "/v1/sessions/s/events?\(scope)&limit=2\(query)\(more)")
                guard case .array(let results)? = page["results"] else { break }
                for case .int(let number)? in results.map({ $0.value(at: ["sequence"]) }) { seen.append(number) }
                if case .int(let next)? = page["next"] { more = "&\(name)=\(next)" } else { more = "" }
            } while !more.isEmpty
            return seen
        }
        #expect(try await pages("", "after") == [1, 2, 3, 4, 5, 6, 7])
        #expect(try await pages("&descending=true", "before") == [7, 6, 5, 4, 3, 2, 1])
        #expect(try await pages("&types=assistant_message", "after") == [2, 4, 6])
        // Longer than any type that is kept, in bytes though not in characters.
        let long = String(repeating: "%C3%A9", count: 60)
        #expect(try await pages("&types=\(long)&types=assistant_message", "after") == [2, 4, 6])
        #expect(try await pages("&types=\(long)", "after") == [])
        let words = String(repeating: "é", count: 300)
        let search = try await post(
            test, "/v1/transcripts/search", "\"query\":\"tea\",\"types\":[\"\(words)\"],\"agents\":[\"\(words)\"]")
        #expect((search.status, search["count"]) == (200, .int(0)))
        let latest = try await test.ask("GET", "/v1/sessions/s/events/latest?\(scope)&type=assistant_message")
        #expect(latest["event", "sequence"] == .int(6))
        #expect(try await test.ask("GET", "/v1/sessions/s/events/latest?\(scope)&type=thinking")["event"] == .null)
        let id = try #require(latest.string("event", "id"))
        #expect(try await test.ask("GET", "/v1/events/\(id)?\(scope)")["sequence"] == .int(6))
        let window = try await test.ask("GET", "/v1/events/\(id)/window?\(scope)&before=1&after=5")
        guard case .array(let before)? = window["before"], case .array(let after)? = window["after"] else {
            Issue.record("no window")
            return
        }
        #expect((before.count, after.count) == (1, 1))
        let found = try await post(test, "/v1/transcripts/search", #""query":"number 6","limit":3"#)
        #expect(found["results"] != .array([]))
        #expect(try await test.ask("GET", "/v1/sessions/none/events?\(scope)").status == 404)
    }

    @Test func aRunLives() async throws {
        let test = try await TestService()
        let start = #""id":"r1","agent":"a","attributes":{"customer":{"keyword":"acme"}},"status":"pending""#
        let made = try await post(test, "/v1/runs", start + #","events":[{"type":"planner_note","content":"go"}]"#)
        #expect((made.status, made["run", "status"]) == (201, .string("pending")))
        #expect(try await post(test, "/v1/runs", start).status == 200)
        #expect(try await post(test, "/v1/runs", #""id":"r1","agent":"b""#).status == 409)
        let running = try await post(
            test, "/v1/runs/r1", #""status":"running","phase":"planning""#, method: "PATCH")
        #expect(running["run", "phase"] == .string("planning"))
        let stale = try await post(test, "/v1/runs/r1", #""turn":"t","expected_revision":1"#, method: "PATCH")
        #expect((stale.status, stale.string("conflicting_id")) == (409, "r1"))
        #expect(try await post(test, "/v1/runs/r1/cancel")["run", "cancellation_reason"] == .string("user_requested"))
        let end =
            #""agent":"a","end":{"status":"suspended","outcome":{"result":"{}"},"checkpoint":{"id":"c","data":"AAEC"}}"#
        #expect(try await post(test, "/v1/runs/r1", end, method: "PUT")["changed"] == .bool(true))
        #expect(try await post(test, "/v1/runs/r1", end, method: "PUT")["changed"] == .bool(false))
        let other = try await post(test, "/v1/runs/r1", #""end":{"status":"failed"}"#, method: "PATCH")
        #expect(other.status == 409)
        #expect(try await test.ask("GET", "/v1/runs/r1/checkpoint?\(scope)").string("data") == "AAEC")
        #expect(try await test.ask("GET", "/v1/run-directory/r1")["count"] == .int(1))
        #expect(try await test.ask("GET", "/v1/run-directory/r1?app=other")["count"] == .int(0))
        // A user without an app is the user of that name in every app.
        #expect(try await test.ask("GET", "/v1/run-directory/r1?user=nobody")["count"] == .int(0))
        let archiving = try await test.ask("POST", "/v1/archive/runs", #"{"ended_before":"2100","user":"user"}"#)
        #expect(archiving.status == 403, "\(archiving.text)")
        let listed = try await test.ask(
            "GET", "/v1/runs?\(scope)&statuses=suspended&attributes=%7B%22customer%22:%7B%22keyword%22:%22acme%22%7D%7D"
        )
        #expect(listed["count"] == .int(1))
        #expect(try await test.ask("GET", "/v1/runs/r1/snapshot?\(scope)")["count"] == .int(1))
        #expect(try await test.ask("GET", "/v1/runs/none/snapshot?\(scope)")["run"] == .null)
        #expect(try await post(test, "/v1/archive/runs/r1", method: "PUT")["archived"] == .bool(true))
        #expect(try await test.ask("GET", "/v1/runs/r1/events?\(scope)")["count"] == .int(1))
        #expect(try await test.ask("GET", "/v1/runs/r1/checkpoint?\(scope)").string("data") == "AAEC")
        #expect(try await test.ask("GET", "/v1/runs/r1/snapshot?\(scope)")["count"] == .int(1))
        #expect(try await post(test, "/v1/archive/search", #""query":"go""#)["count"] == .int(1))
        #expect(try await post(test, "/v1/archive/runs/r1/restore").status == 200)
        #expect(try await test.ask("GET", "/v1/runs/r1/events?\(scope)")["count"] == .int(1))
        let moved = try await test.ask("POST", "/v1/archive/runs", #"{"ended_before":"2100","statuses":["suspended"]}"#)
        #expect(moved["archived"] == .int(1))
        #expect(try await test.ask("DELETE", "/v1/runs/r1?\(scope)").status == 200)
        #expect(try await test.ask("GET", "/v1/runs/r1?\(scope)").status == 404)
    }

    @Test func theConversationAtHandIsBounded() async throws {
        let test = try await TestService()
        for number in 0..<60 {
            _ = try await post(
                test, "/v1/sessions/s/buffer", #""messages":[{"role":"user","content":"m\#(number)"}]"#)
        }
        #expect(try await test.ask("GET", "/v1/sessions/s/buffer?\(scope)")["count"] == .int(50))
        #expect(try await test.ask("GET", "/v1/sessions/s/buffer?\(scope)&limit=3")["count"] == .int(3))
        #expect(try await test.ask("DELETE", "/v1/sessions/s/buffer?\(scope)").status == 200)
        #expect(try await test.ask("GET", "/v1/sessions/s/buffer?\(scope)")["count"] == .int(0))
    }

    // MARK: Documents

    /// Everything that a payload can hold, and text that is hard to keep.
    private static let hard = "日本語 👩‍👩‍👧 e\u{301} \u{0}\u{7f} \\\"\n\r\u{2028}"

    private func fill(_ test: TestService) async throws -> Owner {
        let owner = Owner(app: "app", user: "alice")
        _ = try await test.transcripts.createSession(
            NewSession(
                id: "s", title: "Ünïcode", labels: ["a": "b"], metadata: ["n": .array([.int(1), .null])],
                state: [StateChange(.session, "x", .object(["y": .null]))]), in: owner)
        let call = ToolCall(id: "c1", name: "tool", arguments: JSONText(#"{ "b":1.0, "a" : "é" }"#), signature: "sig==")
        let message = Message(
            [
                .text(Self.hard), .image(Media(data: [0, 255, 1], mediaType: "image/png", name: "p.png")),
                .audio(Media(data: [9], format: "pcm16", sampleRate: 16_000)), .file(Media(url: "https://e.example/f")),
                .thinking(Thinking(text: "hm", signature: "s1", redacted: [7, 8], contentIndex: 2, isFinal: false)),
                .toolCall(call), .other(type: "citation", JSONText("[ 1 ]")),
            ], structured: "{ }", model: "m", usage: Usage(inputTokens: 3, outputTokens: 4, details: "{}"),
            metadata: "null")
        _ = try await test.transcripts.startRun(
            NewRun(id: "r", agent: "ag", session: "s", attributes: ["n": .double(1.5)]), in: owner,
            events: [NewEvent(.userMessage(message), key: "k", author: "Ann", labels: ["l": ""])])
        _ = try await test.transcripts.append(
            [
                NewEvent(.toolCall(call)), NewEvent(.thinking(Thinking(text: "t", signature: "sig", redacted: [1]))),
                NewEvent(
                    .toolResult(
                        ToolResult(
                            callID: "c1", name: "tool", result: "{ \"r\" : 1 }", parts: [.image(Media(data: [1, 2]))],
                            duration: 5))), NewEvent(.custom(EventType(rawValue: "own"), [0, 255])),
            ], to: .run("r"), in: owner)
        return owner
    }

    @Test(arguments: ["json", "yaml"])
    func aSessionComesBackByteForByte(_ format: String) async throws {
        let (from, to) = (try await TestService(), try await TestService())
        let owner = try await fill(from)
        let exported = try await from.ask("GET", "/v1/sessions/s/export?\(scope)&format=\(format)")
        #expect(exported.header("content-type") == "application/\(format)")
        for expected in [5, 5] {
            let taken = try await to.ask("POST", "/v1/transcripts/import?\(scope)&format=\(format)", exported.text)
            #expect((taken.status, taken["events"]) == (200, .int(Int64(expected))), "\(taken.text)")
        }
        let (before, after) = (
            try await from.transcripts.exportSession("s", in: owner),
            try await to.transcripts.exportSession("s", in: owner)
        )
        #expect(before.events.map(\.event.payload) == after.events.map(\.event.payload))
        #expect(SessionDocument(before).json.utf8.elementsEqual(SessionDocument(after).json.utf8))
        let again = try await to.ask("GET", "/v1/sessions/s/export?\(scope)&format=\(format)")
        #expect(again.text.utf8.elementsEqual(exported.text.utf8))
    }

    @Test func whatIsAppendedOverHTTPIsTheSameAsInTheLibrary() async throws {
        let test = try await TestService()
        let owner = try await fill(test)
        _ = try await post(test, "/v1/sessions", #""id":"copy""#)
        let stored = try await test.transcripts.events(in: .session("s"), of: owner).events
        // What a listing shows of a payload is what an append takes.
        let listed = try await test.ask("GET", "/v1/sessions/s/events?\(scope)")
        guard case .array(let events)? = listed["results"] else {
            Issue.record("no events")
            return
        }
        let kept: Set<String> = ["type", "payload", "data", "labels", "author", "timestamp"]
        let new = events.map { event in
            guard case .object(let members) = event else { return event }
            return JSONValue.object(members.filter { kept.contains($0.key) })
        }
        let taken = try await post(
            test, "/v1/sessions/copy/events", "\"events\":" + JSONValue.array(new).canonical)
        #expect(taken.status == 200, "\(taken.text)")
        let copied = try await test.transcripts.events(in: .session("copy"), of: owner).events
        #expect(copied.map(\.payload) == stored.map(\.payload))
        #expect(copied.map(\.timestamp) == stored.map(\.timestamp))
    }

    @Test(arguments: ["openai", "anthropic", "langchain", "autogen", "crewai"])
    func aMessageListIsAppendedOnce(_ format: String) async throws {
        let test = try await TestService()
        let owner = Owner(app: "app", user: "alice")
        _ = try await post(test, "/v1/sessions", #""id":"s""#)
        _ = try await post(
            test, "/v1/sessions/s/events",
            #""events":[{"type":"user_message","content":"Which tea?"},{"type":"assistant_message","content":"Sencha."}]"#
        )
        let list = try await test.ask("GET", "/v1/sessions/s/export?\(scope)&format=\(format)")
        for created in [2, 0] {
            let taken = try await test.ask(
                "POST", "/v1/transcripts/import?\(scope)&format=\(format)&session=copy", list.text)
            #expect(taken["created"] == .int(Int64(created)), "\(taken.text)")
        }
        let copied = try await test.transcripts.events(in: .session("copy"), of: owner).events
        #expect(copied.map(\.payload.text) == ["Which tea?", "Sencha."])
    }

    @Test(arguments: [
        ("json", "nonsense"), ("json", "{}"), ("yaml", ": ["), ("openai", "{}"), ("openai", "[1]"), ("markdown", "# x"),
    ])
    func aDocumentThatCannotBeReadIsRefused(_ format: String, _ text: String) async throws {
        let test = try await TestService()
        let answer = try await test.ask("POST", "/v1/transcripts/import?\(scope)&format=\(format)", text)
        #expect((answer.status, answer.string("code")) == (400, "invalid"))
        #expect(try await test.ask("GET", "/v1/sessions?\(scope)")["count"] == .int(0))
    }

    @Test func markdownIsForReading() async throws {
        let test = try await TestService()
        _ = try await fill(test)
        let answer = try await test.ask("GET", "/v1/sessions/s/export?\(scope)&format=markdown")
        #expect(answer.header("content-type") == "text/markdown; charset=utf-8")
        #expect(answer.text.hasPrefix("# Ünïcode"))
        let omitting = try await test.ask("GET", "/v1/sessions/s/export?\(scope)&format=crewai")
        #expect(omitting.header("x-omissions").flatMap(Int.init) ?? 0 > 0)
    }

    @Test func olderTurnsAreSummedUp() async throws {
        let test = try await TestService()
        _ = try await post(test, "/v1/sessions", #""id":"s""#)
        for number in 0..<6 {
            _ = try await post(
                test, "/v1/sessions/s/events",
                #""events":[{"type":"user_message","content":"Question number \#(number) about green tea."},"#
                    + #"{"type":"assistant_message","content":"Answer number \#(number) about sencha."}]"#)
        }
        let made = try await post(test, "/v1/sessions/s/summaries", #""keep_turns":2"#)
        #expect(made.string("summary", "text")?.contains("tea") == true)
        let context = try await test.ask("GET", "/v1/sessions/s/context?\(scope)")
        #expect((context["count"], context["summary"]) == (.int(4), made["summary"]))
        // Only the server makes summaries: one that is not could not be read back.
        let forged = try await post(test, "/v1/sessions/s/events", #""events":[{"type":"summary","data":"AAEC"}]"#)
        #expect(forged.status == 400)
    }

    /// The events of a request, what is wrong with them, in words.
    @Test(arguments: [
        ("[]", "events has 0 elements"), (#"[{"content":"x"}]"#, "type is required"),
        (#"[{"type":"user_message"}]"#, "is required"), (#"[{"type":"user_message","content":5}]"#, "must be a string"),
        (#"[{"type":"user_message","content":"x","keys":"k"}]"#, "unknown member keys"),
        (#"[{"type":"user_message","payload":{"parts":[{"type":"text"}]}}]"#, "parts[0].text is required"),
        (#"[{"type":"user_message","payload":{"parts":[{"type":"image","media":{"data":"?"}}]}}]"#, "base64"),
        (#"[{"type":"user_message","payload":{"parts":[],"usage":{"tokens":1}}}]"#, "unknown member tokens"),
        (#"[{"type":"tool_call","payload":{"tool_call_id":"","tool_name":"x"}}]"#, "must not be empty"),
        (#"[{"type":"own","content":"x"}]"#, "events[0]"), (#"[{"type":"own","data":"x"}]"#, "base64"),
        (#"[{"type":"thinking","content":"x","timestamp":"soon"}]"#, "timestamp must be a time"),
        (#"[{"type":"thinking","content":"x","state_changes":[{"scope":"all","name":"x"}]}]"#, "must be one of"),
        (#"[{"type":"thinking","content":"x","labels":{"":"x"}}]"#, "must not be empty"),
    ])
    func aWrongEventIsNamed(_ events: String, _ detail: String) async throws {
        let test = try await TestService()
        _ = try await post(test, "/v1/sessions", #""id":"s""#)
        let answer = try await post(test, "/v1/sessions/s/events", "\"events\":\(events)")
        #expect(answer.status == 400)
        #expect(answer.string("detail")?.contains(detail) == true, "\(answer.text)")
    }

    @Test func memoriesTravelAsLines() async throws {
        let (from, to) = (try await TestService(), try await TestService())
        for number in 0..<700 {
            _ = try await from.store.add(NewMemory("memory \(number)"), in: Scope(app: "app", user: "alice"))
        }
        let changed = try await from.store.list(in: Scope(app: "app", user: "alice"), limit: 1).memories[0].id
        _ = try await post(from, "/v1/memories/\(changed)", #""memory":"changed""#, method: "PATCH")
        _ = try await from.ask("DELETE", "/v1/memories/\(changed)?\(scope)")
        let lines = try await from.stream("/v1/memories/export?\(scope)")
        #expect(lines.split(separator: "\n").count == 702, "700 memories, one of them deleted, and two versions")
        let taken = try await to.ask("POST", "/v1/memories/import?\(scope)", lines)
        #expect((taken["created"], taken["versions"], taken["refused"]) == (.int(700), .int(2), .array([])))
        let again = try await to.ask("POST", "/v1/memories/import?\(scope)", lines)
        #expect((again["created"], again["existing"]) == (.int(0), .int(700)))
        #expect(try await to.stream("/v1/memories/export?\(scope)") == lines)
        let wrong = try await to.ask("POST", "/v1/memories/import?\(scope)", "{\"memory\":\"x\"}\nbad\n\n{}")
        guard case .array(let refused)? = wrong["refused"] else {
            Issue.record("nothing was refused")
            return
        }
        #expect(refused.map { $0.value(at: ["line"]) } == [.int(2), .int(4)])
    }

    @Test func modelsAreOfferedWhatTheirProfileSays() async throws {
        for (profile, has, lacks) in [
            (ToolProfile.memories, "memory_add", "event_append"), (.transcripts, "event_append", "memory_add"),
            (.all, "run_list", "session_export"), (.minimal, "memory_add", "session_create"),
        ] {
            let test = try await TestService(profile: profile)
            let answer = try await test.ask(
                "POST", "/mcp", #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#,
                headers: [("Content-Type", "application/json")])
            #expect(answer.text.contains("\"name\":\"\(has)\""))
            #expect(!answer.text.contains("\"name\":\"\(lacks)\""))
        }
    }
}
