import Access
import Memories
import MemoryAPI
import MemoryHTTP
import Records
import Testing

@Suite("The HTTP routes") struct RouteTests {
    let scope = "app=app&user=alice"

    private func add(_ test: TestService, _ text: String, _ more: String = "") async throws -> String {
        let answer = try await test.ask(
            "POST", "/v1/memories", #"{"app":"app","user":"alice","memory":"\#(text)"\#(more)}"#)
        return try #require(answer.string("id"))
    }

    @Test func aMemoryLives() async throws {
        let test = try await TestService()
        let added = try await test.ask(
            "POST", "/v1/memories",
            #"{"app":"app","user":"alice","memory":"Met Bob","kind":"episode","event_time":"2024-05-07","metadata":{"a":1}}"#
        )
        #expect(added.status == 201)
        let id = try #require(added.string("id"))
        #expect(added.header("location") == "/v1/memories/\(id)")
        let again = try await test.ask(
            "POST", "/v1/memories",
            #"{"app":"app","user":"alice","memory":"Met Bob","kind":"episode","event_time":"2024-05-07"}"#)
        #expect(again.status == 200)
        #expect(again["created"] == .bool(false))
        let got = try await test.ask("GET", "/v1/memories/\(id)?\(scope)")
        #expect(got["event_time"] == .string("2024-05-07T00:00:00.000000Z"))
        let found = try await test.ask(
            "POST", "/v1/memories/search", #"{"app":"app","user":"alice","query":"bob","explain":true}"#)
        #expect(found["count"] == .int(1))
        #expect(found["degraded"] == .array([]))
        let block = try await test.ask(
            "POST", "/v1/memories/context", #"{"app":"app","user":"alice","query":"bob"}"#)
        #expect(block.string("context")?.contains("Met Bob") == true)
        let changed = try await test.ask(
            "PATCH", "/v1/memories/\(id)", #"{"app":"app","user":"alice","event_time":null,"memory":"Met Ann"}"#)
        #expect(changed["event_time"] == .null)
        #expect(try await test.ask("GET", "/v1/memories/count?\(scope)")["count"] == .int(1))
        let history = try await test.ask("GET", "/v1/memories/\(id)/history?\(scope)")
        #expect((history["count"], history["id"]) == (.int(3), .string(id)))
        let deleted = try await test.ask("DELETE", "/v1/memories/\(id)?\(scope)")
        #expect((deleted.status, deleted.text) == (204, ""))
        #expect(try await test.ask("GET", "/v1/memories/\(id)?\(scope)").status == 404)
        let restored = try await test.ask("POST", "/v1/memories/\(id)/restore", #"{"app":"app","user":"alice"}"#)
        #expect(restored["memory"] == .string("Met Ann"))
        #expect(try await test.ask("DELETE", "/v1/memories?\(scope)")["deleted"] == .int(1))
    }

    /// Integers of JSON have no end; no memory has such a revision.
    @Test(arguments: ["13083461139872306167808", "9223372036854775807", "9223372036854775808", "1e300"])
    func aRevisionBeyond64BitsMatchesNothing(_ revision: String) async throws {
        let test = try await TestService()
        let id = try await add(test, "one")
        let changed = try await test.ask(
            "PATCH", "/v1/memories/\(id)",
            #"{"app":"app","user":"alice","memory":"two","expected_revision":\#(revision)}"#)
        #expect((changed.status, changed.string("code")) == (409, "conflict"))
        guard !revision.contains("e") else { return }
        let deleted = try await test.ask("DELETE", "/v1/memories/\(id)?\(scope)&expected_revision=\(revision)")
        #expect((deleted.status, deleted.string("code")) == (409, "conflict"))
        #expect(try await test.ask("GET", "/v1/memories/\(id)?\(scope)").string("memory") == "one")
    }

    @Test func aVectorOfZerosLeavesItToTheWords() async throws {
        let test = try await TestService()
        _ = try await add(test, "likes tea", #","vector":[1,0]"#)
        let found = try await test.ask(
            "POST", "/v1/memories/search", #"{"app":"app","user":"alice","query":"tea","vector":[0,0]}"#)
        #expect((found.status, found["count"]) == (200, .int(1)))
    }

    @Test func aFilterMayHoldManyTests() async throws {
        let test = try await TestService()
        let tests = Array(repeating: #"{"a":1}"#, count: 500).joined(separator: ",")
        let found = try await test.ask(
            "POST", "/v1/memories/search", #"{"app":"app","user":"alice","query":"x","filter":{"OR":[\#(tests)]}}"#)
        #expect(found.status == 200)
    }

    @Test func manyAreAddedEachWithItsOutcome() async throws {
        let test = try await TestService()
        let answer = try await test.ask(
            "POST", "/v1/memories/batch",
            #"{"app":"app","user":"alice","memories":[{"memory":"one"},{"memory":"two","topics":["t"]},{"memory":" "}]}"#
        )
        #expect(answer.status == 200)
        #expect((answer["count"], answer["failed"]) == (.int(3), .int(1)))
        guard case .array(let results)? = answer["results"] else {
            Issue.record("no results")
            return
        }
        #expect(results[2].value(at: ["error", "code"]) == .string("invalid"))
        #expect(try await test.ask("GET", "/v1/memories/count?\(scope)")["count"] == .int(2))
        let wrong = try await test.ask(
            "POST", "/v1/memories/batch", #"{"app":"app","user":"alice","memories":[{"memory":"three"},{"text":"x"}]}"#)
        #expect(wrong.string("detail")?.hasPrefix("memories[1]: unknown argument text;") == true)
        #expect(try await test.ask("GET", "/v1/memories/count?\(scope)")["count"] == .int(2))
    }

    @Test func aListGoesOnWhereItEnded() async throws {
        let test = try await TestService()
        for number in 0..<7 { _ = try await add(test, "memory \(number)", #","topics":["t\#(number % 2)"]"#) }
        var seen: [JSONValue] = []
        var cursor = ""
        repeat {
            let page = try await test.ask("GET", "/v1/memories?\(scope)&limit=3" + cursor)
            guard case .array(let results)? = page["results"] else { break }
            seen += results.compactMap { $0.value(at: ["memory"]) }
            cursor = page.string("next_cursor").map { "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty
        #expect(seen == (0..<7).reversed().map { .string("memory \($0)") })
        #expect(try await test.ask("GET", "/v1/memories?\(scope)&topics=t1&topics=t9")["count"] == .int(3))
        #expect(
            try await test.ask("GET", "/v1/memories?\(scope)&filter=%7B%22topics%22:%22t0%22%7D")["count"] == .int(4))
        let page = try await test.ask("GET", "/v1/memories?\(scope)&limit=3")
        let next = try #require(page.string("next_cursor"))
        #expect(try await test.ask("GET", "/v1/memories?\(scope)&cursor=\(next)x").status == 404)
        // A cursor belongs to its question: another user's list does not go on there.
        #expect(try await test.ask("GET", "/v1/memories?app=app&user=bob&cursor=\(next)").status == 400)
    }

    @Test func ifMatchProtectsWhatChangedMeanwhile() async throws {
        let test = try await TestService()
        let id = try await add(test, "one")
        let body = #"{"app":"app","user":"alice","memory":"two"}"#
        func patch(_ tag: String) async throws -> Answer {
            try await test.ask("PATCH", "/v1/memories/\(id)", body, headers: [("If-Match", tag)])
        }
        #expect(try await test.ask("GET", "/v1/memories/\(id)?\(scope)").header("etag") == "\"1\"")
        for tag in ["\"7\"", "W/\"1\"", "\"x\"", "\"0\""] {
            let refused = try await patch(tag)
            #expect((refused.status, refused.string("code")) == (412, "precondition_failed"))
        }
        for tag in ["1", "", "\"1\", \"2\"", "\""] { #expect(try await patch(tag).status == 400) }
        #expect(try await patch("\"1\"").header("etag") == "\"2\"")
        #expect(try await patch("*").status == 200)
        let stale = try await test.ask("DELETE", "/v1/memories/\(id)?\(scope)", headers: [("If-Match", "\"1\"")])
        #expect(stale.status == 412)
        let conflict = try await test.ask("DELETE", "/v1/memories/\(id)?\(scope)&expected_revision=1")
        #expect((conflict.status, conflict.string("conflicting_id")) == (409, id))
        // Another memory in the way is a conflict, whatever If-Match says.
        _ = try await add(test, "taken")
        let taken = try await test.ask(
            "PATCH", "/v1/memories/\(id)", #"{"app":"app","user":"alice","memory":"taken"}"#,
            headers: [("If-Match", "*")])
        #expect(taken.status == 409)
        let unchanged = try await test.ask(
            "GET", "/v1/memories/\(id)?\(scope)", headers: [("If-None-Match", "\"9\", \"3\"")])
        #expect((unchanged.status, unchanged.text) == (304, ""))
    }

    @Test func theSameRequestHearsTheSame() async throws {
        let clock = Clock()
        let test = try await TestService(clock: { clock.now })
        func send(_ text: String, key: String = "k1", user: String = "alice") async throws -> Answer {
            try await test.ask(
                "POST", "/v1/memories", #"{"app":"app","user":"\#(user)","memory":"\#(text)"}"#,
                headers: [("Idempotency-Key", key)])
        }
        let first = try await send("one")
        let again = try await send("one")
        #expect((first.status, again.status) == (201, 201))
        #expect(again.text == first.text)
        let other = try await send("two")
        #expect((other.status, other.string("code")) == (409, "conflict"))
        // Another user's keys are their own.
        #expect(try await send("one", user: "bob").text != first.text)
        #expect(try await send("one", key: "bad key").status == 400)
        #expect(try await send(" ", key: "k2").status == 400)
        #expect(try await send("two", key: "k2").status == 201, "a refusal does not use up the key")
        clock.advance(seconds: 25 * 3_600)
        #expect(try await send("three").status == 201, "after a day a key is new")
    }

    /// Method, target, body, status, and a part of the detail.
    @Test(arguments: [
        ("POST", "/v1/memories", "{}", 400, "memory is required"),
        ("POST", "/v1/memories", #"{"memory":"x"}"#, 400, "app is required"),
        ("POST", "/v1/memories", #"{"memory":"x","app":"a"}"#, 400, "user is required"),
        ("POST", "/v1/memories", #"{"memory":"x","app":"a","user":""}"#, 400, "user is required and must not be empty"),
        ("POST", "/v1/memories", #"{"memory":"x","app":"a","user":5}"#, 400, "user must be a string"),
        ("POST", "/v1/memories", #"{"memory":" ","app":"a","user":"u"}"#, 400, "must not be blank"),
        ("POST", "/v1/memories", #"{"memory":"x","app":"a","user":"u","tags":[]}"#, 400, "unknown argument tags;"),
        (
            "POST", "/v1/memories", #"{"memory":"x","app":"a","user":"u","relevance":2}"#, 400,
            "relevance must be between 0 and 1"
        ),
        (
            "POST", "/v1/memories", #"{"memory":"x","app":"a","user":"u","metadata":[]}"#, 400,
            "metadata must be a JSON object"
        ),
        ("POST", "/v1/memories", #"{"memory":"x","app":"a","user":"u","vector":[1e300]}"#, 400, "single-precision"),
        (
            "POST", "/v1/memories", #"{"memory":"x","app":"a","user":"u","metadata":{"a":1,"a":2}}"#, 400,
            "names a member twice"
        ),
        ("POST", "/v1/memories", #"{"memory":"x","app":"a","user":"u",}"#, 400, "not a JSON document"),
        ("POST", "/v1/memories", "[]", 400, "not a JSON object"),
        ("POST", "/v1/memories", "", 400, "memory is required"),
        (
            "POST", "/v1/memories/search", #"{"query":"x","app":"a","user":"u","limit":0}"#, 400,
            "limit must be 1 to 1000, not 0"
        ),
        (
            "POST", "/v1/memories/search", #"{"query":"x","app":"a","user":"u","filter":{"a":{"near":1}}}"#, 400,
            "unknown comparison"
        ),
        (
            "POST", "/v1/memories/search", #"{"query":"x","app":"a","user":"u","after":"soon"}"#, 400,
            "after must be a time"
        ),
        ("GET", "/v1/memories?app=a&user=u&limit=x", "", 400, "limit must be an integer"),
        ("GET", "/v1/memories?app=a&user=u&user=v", "", 400, "user is given twice"),
        ("GET", "/v1/memories?app=a&user=u&page=2", "", 400, "unknown argument page;"),
        ("GET", "/v1/memories?app=a&user=u&filter=x", "", 400, "filter must be JSON"),
        ("GET", "/v1/memories/7?app=a&user=u", "", 400, "id must be a UUID"),
        ("GET", "/v1/memories/01890000-0000-7000-8000-000000000000?app=a&user=u", "", 404, "not found"),
        (
            "PATCH", "/v1/memories/01890000-0000-7000-8000-000000000000", #"{"id":"x"}"#, 400,
            "id is in the path already"
        ),
        ("PUT", "/v1/memories", "", 405, "PUT"), ("PATCH", "/v1/memories/search", "{}", 405, "PATCH"),
        ("GET", "/v1/memories/a/b/c", "", 404, "nothing at this path"), ("GET", "/", "", 404, "nothing at this path"),
    ])
    func aRefusalSaysWhatIsWrong(
        _ method: String, _ target: String, _ body: String, _ status: Int, _ detail: String
    ) async throws {
        let answer = try await TestService().ask(method, target, body)
        #expect(answer.status == status)
        #expect(answer.header("content-type") == "application/problem+json")
        #expect(answer.string("detail")?.contains(detail) == true, "\(answer.text)")
        #expect(answer["status"] == .int(Int64(status)))
        #expect(answer.string("trace_id") == answer.header("x-request-id"))
        if status == 405 { #expect(answer.header("allow")?.isEmpty == false) }
    }

    @Test func aTraceGoesOn() async throws {
        let test = try await TestService()
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        func id(_ traceparent: String) async throws -> String? {
            try await test.ask("GET", "/livez", headers: [("traceparent", traceparent)]).header("x-request-id")
        }
        #expect(try await id("00-\(trace)-00f067aa0ba902b7-01") == trace)
        for wrong in [
            "", "00-\(trace)-00f067aa0ba902b7", "00-\(trace)-0000000000000000-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "ff-\(trace)-00f067aa0ba902b7-01",
            "00-\(trace.uppercased())-00f067aa0ba902b7-01", "00-\(trace)-00f067aa0ba902b7-01-more",
        ] {
            #expect(try await id(wrong) != trace)
        }
    }

    @Test func foreignPagesAreRefused() async throws {
        let test = try await TestService()
        for (name, value, status) in [
            ("Origin", "http://evil.example", 403), ("Origin", "null", 403), ("Origin", "http://localhost:1", 200),
            ("Origin", "http://127.0.0.1:5173", 200), ("Origin", "http://localhost.evil.example", 403),
        ] {
            #expect(try await test.ask("GET", "/livez", headers: [(name, value)]).status == status, "\(value)")
        }
    }

    @Test func theServerTellsOfItself() async throws {
        let test = try await TestService()
        #expect(try await test.ask("GET", "/readyz")["durability"] != nil)
        #expect(try await test.ask("GET", "/version").string("version") == "test")
        _ = try await add(test, "secret text")
        let metrics = try await test.ask("GET", "/metrics").text
        #expect(metrics.contains("memory_operations_total{op=\"memory_add\",status=\"201\"} 1"))
        #expect(!metrics.contains("alice") && !metrics.contains("secret"))
        #expect(try await test.ask("GET", "/docs").text.contains("/v1/memories/{id}"))
        let document = try await test.ask("GET", "/openapi.json")
        #expect(document["openapi"] == .string("3.1.0"))
        for operation in Catalogue.operations {
            let specification = operation.specification
            let entry = document["paths", specification.path, specification.method.lowercased(), "operationId"]
            #expect(entry == .string(specification.name))
        }
    }

    /// The page ends with what the groups say of themselves; the document's paths stay the catalogue's.
    @Test func thePageNamesTheOtherDialects() throws {
        let dialects = [Dialect(["/v1/kv/*", "/<b>"], "Items & more."), Dialect(["/mcp"], "A protocol.")]
        let document = OpenAPIDocument(version: "1", dialects: dialects)
        let text = try #require(document.page.split(separator: "<h2>Other dialects</h2>").dropFirst().first)
        for part in ["<code>/v1/kv/*</code>", "/&lt;b&gt;", "Items &amp; more.", "<code>/mcp</code>", "A protocol."] {
            #expect(text.contains(part))
        }
        #expect(document.page.contains("/v1/runs/{run}/events/watch"))
        let plain = OpenAPIDocument(version: "1")
        #expect(!plain.page.contains("Other dialects"))
        #expect(document.bytes == plain.bytes)
        #expect(JSONValue.object(plain.members).value(at: ["externalDocs", "url"]) == .string("/docs"))
    }

    /// What the embedder's vectors are like is said, wherever one may be sent.
    @Test func vectorsHaveTheEmbeddersDimensions() throws {
        func bounds(_ value: JSONValue) -> [[JSONValue?]] {
            switch value {
            case .array(let elements): return elements.flatMap(bounds)
            case .object(let members):
                let below = members.values.flatMap(bounds)
                let vector = JSONValue.object(members).value(at: ["properties", "vector"])
                return vector.map { below + [[$0.value(at: ["minItems"]), $0.value(at: ["maxItems"])]] } ?? below
            default: return []
            }
        }
        let fitted = bounds(.object(OpenAPIDocument(version: "1", dimensions: 384).members))
        #expect(fitted.count >= 6 && fitted.allSatisfy { $0 == [.int(384), .int(384)] })
        #expect(bounds(.object(OpenAPIDocument(version: "1").members)).allSatisfy { $0 == [.int(1), .int(65_536)] })
    }

    /// The export of an owner who has nothing is taken back.
    @Test func anEmptyImportIsTaken() async throws {
        let test = try await TestService()
        let imported = try await test.ask("POST", "/v1/memories/import?app=a&user=u")
        #expect(imported.status == 200 && imported["created"] == .int(0))
        let document = try await test.ask("GET", "/openapi.json")
        func isRequired(_ path: String) -> JSONValue? { document["paths", path, "post", "requestBody", "required"] }
        #expect(isRequired("/v1/memories/import") == .bool(false))
        #expect(isRequired("/v1/transcripts/import") == .bool(true))
    }

    @Test func examplesWork() async throws {
        let test = try await TestService()
        for operation in Catalogue.operations {
            for example in operation.specification.examples where operation.specification.pathParameters.isEmpty {
                var members = example.arguments
                if operation.specification.reach != .everybody {
                    members["app"] = .string("a")
                    members["user"] = .string("u")
                }
                _ = try await operation.perform(members, by: .local, on: test.services, defaults: ScopeDefaults())
            }
        }
    }

    @Test func whoAsksTooOftenWaits() async throws {
        let clock = Clock()
        let limiter = RateLimiter(perSecond: 2, burst: 3) { Double(clock.now.microseconds) / 1e6 }
        let test = try await TestService(limiter: limiter)
        for _ in 0..<3 { #expect(try await test.ask("GET", "/v1/memories?\(scope)").status == 200) }
        let refused = try await test.ask("GET", "/v1/memories?\(scope)")
        #expect((refused.status, refused.string("code"), refused.header("retry-after")) == (429, "rate_limited", "1"))
        #expect(try await test.ask("GET", "/livez").status == 200, "health is always told")
        clock.advance(seconds: 1)
        for status in [200, 200, 429] { #expect(try await test.ask("GET", "/v1/memories?\(scope)").status == status) }
    }

    @Test func theLogHasNoContent() async throws {
        let lines = Lines()
        let test = try await TestService(log: RequestLog(.all) { lines.add($0) })
        _ = try await add(test, "secret text")
        _ = try await test.ask("GET", "/v1/memories/nonsense?\(scope)", headers: [("Authorization", "Bearer secret")])
        #expect(lines.all.count == 2)
        for line in lines.all {
            #expect(throws: Never.self) { try JSONValue(parsing: line) }
            #expect(!line.contains("secret") && !line.contains("alice"))
        }
    }
}
