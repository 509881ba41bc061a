import HTTPServer
import Mem0HTTP
import Memories
import MemoryAPI
import Projects
import Records
import Testing

/// What each route answers, in the shapes that mem0's clients read.
@Suite("mem0's routes") struct Mem0RouteTests {
    private static let memoryNames: Set<String> = [
        "id", "memory", "hash", "user_id", "agent_id", "app_id", "run_id", "session_id", "metadata", "categories",
        "created_at", "updated_at", "expiration_date", "structured_attributes", "replaced_by", "synthesized",
        "lifecycle_state", "immutable", "role",
    ]

    /// mem0's routes come first on a server: those of ours stay ours.
    @Test func noRouteOfTheCatalogueIsTaken() async throws {
        let service = try await Mem0Service()
        let routes = Mem0Routes(service.store, service.documents)
        for operation in Catalogue.operations {
            let specification = operation.specification
            let request = try #require(HTTPRequest(method: specification.method, target: specification.path))
            #expect(routes.name(of: request) == nil, "\(specification.name)")
        }
        let entity = try #require(HTTPRequest(method: "POST", target: "/v1/runs/"))
        #expect(routes.name(of: entity) == "mem0_addEntity")
    }

    @Test func ping() async throws {
        let answer = try await Mem0Service().ask("GET", "/v1/ping/")
        #expect(answer.status == 200)
        #expect(answer["status"] == .string("ok"))
        #expect(answer["org_id"] == .string("local"))
        #expect(answer["project_id"] == .string("shop"))
    }

    @Test func addInEveryGeneration() async throws {
        let test = try await Mem0Service()
        let third = try await test.ask(
            "POST", "/v3/memories/add/",
            #"{"messages":[{"role":"system","content":"be kind"},{"role":"user","content":"I like tea"},"#
                + #"{"role":"assistant","content":[{"type":"text","text":"Noted"}]}],"filters":{"user_id":"alice"}}"#)
        #expect(third["status"] == .string("SUCCEEDED"))
        #expect(third.rows("results").map { $0["event"] } == [.string("ADD"), .string("ADD")])
        #expect(third.rows("results").map { $0["memory"]?.text } == ["I like tea", "Noted"])
        #expect(third.rows("results").map { $0["role"]?.text } == ["user", "assistant"])
        #expect(third["note"]?.text?.contains("no language model") == true)
        let event = try await test.ask("GET", "/v1/event/\(try #require(third["event_id"]?.text))/")
        #expect(event["status"] == .string("SUCCEEDED"))
        #expect(event["metadata", "extraction"] == .string("none"))
        #expect(event.rows("results").map { $0["memory"]?.text } == ["I like tea", "Noted"])
        // As 0.1.118 sends a text, and as 1.0.11 wants it answered.
        let first = try await test.ask(
            "POST", "/v1/memories/",
            #"{"messages":"I like milk","user_id":"alice","output_format":"v1.1","async_mode":true}"#)
        #expect(first.rows("results").first?["event"] == .string("ADD"))
        #expect(first["relations"] == .array([]))
        let bare = try await test.ask(
            "POST", "/v1/memories/", #"{"messages":{"role":"user","content":"I like tea"},"user_id":"alice"}"#)
        #expect(bare.rows().first?["event"] == .string("UPDATE"), "the same again is the same memory")
        #expect(try await test.texts("POST", "/v3/memories/", #"{"filters":{"user_id":"alice"}}"#).count == 3)
    }

    @Test(arguments: [
        #"{"messages":"hi"}"#, #"{"user_id":"a"}"#, #"{"messages":[],"user_id":"a"}"#, #"{"messages":7,"user_id":"a"}"#,
        #"{"messages":"hi","user_id":""}"#, #"{"messages":"hi","user_id":"a","expiration_date":"soon"}"#,
        #"{"messages":"hi","user_id":"a","metadata":{"_mem0":1}}"#, #"{"messages":"hi","user_id":"a","metadata":[]}"#,
        #"{"messages":"hi","user_id":true}"#, #"not json"#, #"{"messages":[{"content":7}],"user_id":"a"}"#,
    ]) func addRefuses(_ body: String) async throws {
        let test = try await Mem0Service()
        for target in ["/v3/memories/add/", "/v1/memories/", "/memories"] {
            let answer = try await test.ask("POST", target, body)
            #expect(answer.status == 400)
            #expect(answer["detail"]?.text?.isEmpty == false)
        }
        #expect(try await test.store.users(of: "shop").isEmpty)
    }

    @Test func oneMemory() async throws {
        let test = try await Mem0Service()
        let id = try await test.add("Likes tea", #""user_id":"alice","metadata":{"k":1},"categories":["food"]"#)
        let got = try await test.ask("GET", "/v1/memories/\(id)/")
        #expect(got.names == Self.memoryNames)
        #expect(got["categories"] == .array([.string("food")]))
        let put = try await test.ask("PUT", "/v1/memories/\(id)/", #"{"text":"Likes milk","metadata":{"k":2}}"#)
        #expect(put["memory"] == .string("Likes milk"))
        #expect(put["metadata"] == .object(["k": .int(2)]))
        #expect(put["id"]?.text == id)
        #expect(try await test.ask("PUT", "/v1/memories/\(id)/", "{}").status == 400)
        let history = try await test.ask("GET", "/v1/memories/\(id)/history/")
        #expect(history.rows().map { $0["event"]?.text } == ["ADD", "UPDATE"])
        #expect(history.rows().map { $0["old_memory"] } == [.null, .string("Likes tea")])
        #expect(history.rows().map { $0["new_memory"]?.text } == ["Likes tea", "Likes milk"])
        #expect(history.rows().allSatisfy { $0["metadata"]?.value(at: ["_mem0"]) == nil })
        let gone = try await test.ask("DELETE", "/v1/memories/\(id)/?delete_linked=true")
        #expect(gone["message"] == .string("Memory deleted successfully!"))
        #expect(gone["cascade_count"] == .int(0))
        for method in ["GET", "DELETE", "PUT"] {
            let absent = try await test.ask(method, "/v1/memories/\(id)/", method == "PUT" ? #"{"text":"x"}"# : "")
            #expect(absent.status == 404)
            #expect(absent["error"] == .string("Memory not found!"))
            #expect(absent["detail"] == .string("Memory not found!"))
        }
        let ended = try await test.ask("GET", "/v1/memories/\(id)/history/")
        #expect(ended.rows().map { $0["event"]?.text } == ["ADD", "UPDATE", "DELETE"])
        #expect(try await test.ask("GET", "/v1/memories/no-uuid/")["error"]?.text == "memory_id should be a valid UUID")
        #expect(try await test.ask("GET", "/v1/memories/00000000-0000-7000-8000-000000000000/").status == 404)
    }

    @Test func listsInEveryGeneration() async throws {
        let test = try await Mem0Service()
        for number in 0..<5 {
            test.clock.advance(seconds: 1)
            _ = try await test.add("Thing \(number)", #""user_id":"alice""#)
        }
        _ = try await test.add("Thing 5", #""agent_id":"bot""#)
        let filter = #"{"filters":{"user_id":"alice"}}"#
        let third = try await test.ask("POST", "/v3/memories/?page=2&page_size=2", filter)
        #expect(third["count"] == .int(5))
        #expect(third.rows("results").map { $0["memory"]?.text } == ["Thing 2", "Thing 1"])
        #expect(third["next"] == .string("/v3/memories/?page=3&page_size=2"))
        #expect(third["previous"] == .string("/v3/memories/?page=1&page_size=2"))
        let last = try await test.ask("POST", "/v3/memories/?page=3&page_size=2", filter)
        #expect(last["next"] == .null)
        #expect(try await test.ask("POST", "/v3/memories/?page=9&page_size=2", filter).rows("results").isEmpty)
        let both = try await test.ask(
            "POST", "/v3/memories/?page=1&page_size=2", #"{"filters":{"OR":[{"user_id":"*"},{"agent_id":"*"}]}}"#)
        #expect(both["count"] == .int(6))
        #expect(both.rows("results").map { $0["memory"]?.text } == ["Thing 5", "Thing 4"])
        #expect(try await test.ask("POST", "/v2/memories/", filter).rows().count == 5)
        #expect(try await test.ask("GET", "/v1/memories/?user_id=alice").rows().count == 5)
        #expect(try await test.ask("GET", "/v1/memories/?user_id=alice&page=1&page_size=3")["count"] == .int(5))
        #expect(try await test.ask("GET", "/v1/memories/?user_id=alice&limit=2").rows().count == 2)
        #expect(try await test.ask("GET", "/v1/memories/").status == 400)
        #expect(try await test.ask("GET", "/v1/memories/user/alice/")["count"] == .int(5))
        let fields = try await test.ask(
            "POST", "/v3/memories/", #"{"filters":{"user_id":"alice"},"fields":["memory"]}"#)
        #expect(Set(try #require(fields.rows("results").first).keys) == ["id", "memory"])
        let histories = try await test.ask("GET", "/v1/memories/events/?page=1&page_size=4")
        #expect(histories["count"] == .int(6))
        #expect(histories.rows("results").count == 4)
        for page in ["page=0", "page_size=0", "page=x"] {
            #expect(try await test.ask("POST", "/v3/memories/?\(page)", filter).status == 400)
        }
    }

    @Test func searchInEveryGeneration() async throws {
        let test = try await Mem0Service()
        _ = try await test.add("Likes green tea", #""user_id":"alice""#)
        _ = try await test.add("Likes green tea too", #""user_id":"alice""#)
        _ = try await test.add("Has a dog", #""user_id":"alice""#)
        let body = #""query":"tea","user_id":"alice""#
        let first = try await test.ask("POST", "/v1/memories/search/", "{\(body)}")
        #expect(first.rows().count == 2)
        let second = try await test.ask("POST", "/v1/memories/search/", #"{\#(body),"output_format":"v1.1"}"#)
        #expect(second.rows("results").count == 2 && second["relations"] == .array([]))
        #expect(try await test.ask("POST", "/v2/memories/search/", "{\(body)}").rows().count == 2)
        let third = try await test.ask(
            "POST", "/v3/memories/search/", #"{"query":"tea","filters":{"user_id":"alice"},"top_k":1,"rerank":true}"#)
        let hit = try #require(third.rows("results").first)
        #expect(third.rows("results").count == 1)
        #expect(Set(hit.keys) == Self.memoryNames.union(["score", "score_breakdown"]))
        guard case .double(let score)? = hit["score"] else {
            Issue.record("no score")
            return
        }
        #expect(score > 0 && score <= 1)
        let strict = try await test.ask(
            "POST", "/v3/memories/search/", #"{"query":"tea","filters":{"user_id":"alice"},"threshold":1}"#)
        #expect(strict.rows("results").count < 2)
        for wrong in [
            #"{"query":" ","user_id":"a"}"#, #"{"user_id":"a"}"#, #"{"query":"tea"}"#,
            #"{"query":"tea","user_id":"a","top_k":0}"#, #"{"query":"tea","user_id":"a","threshold":"high"}"#,
        ] {
            for version in ["v1", "v2", "v3"] {
                #expect(try await test.ask("POST", "/\(version)/memories/search/", wrong).status == 400)
            }
        }
    }

    @Test func expiry() async throws {
        let test = try await Mem0Service()
        // The clock stands on 2023-11-14.
        let id = try await test.add("Likes tea", #""user_id":"alice","expiration_date":"2023-11-14""#)
        let filter = #""filters":{"user_id":"alice"}"#
        func listed(_ more: String = "") async throws -> Int {
            try await test.texts("POST", "/v3/memories/", "{\(filter)\(more)}").count
        }
        func found(_ more: String = "") async throws -> Int {
            try await test.texts("POST", "/v3/memories/search/", #"{"query":"tea",\#(filter)\#(more)}"#).count
        }
        #expect(try await listed() == 1, "it is shown on its last day")
        #expect(try await found() == 1)
        #expect(try await listed(#","reference_date":"2023-11-15""#) == 0)
        test.clock.advance(seconds: 86_400)
        #expect(try await listed() == 0)
        #expect(try await found() == 0)
        #expect(try await listed(#","show_expired":true"#) == 1)
        #expect(try await found(#","show_expired":true"#) == 1)
        try await test.store.sweepExpired()
        #expect(try await test.ask("GET", "/v1/memories/\(id)/")["expiration_date"] == .string("2023-11-14"))
        let kept = try await test.ask("PUT", "/v1/memories/\(id)/", #"{"text":"Likes tea a lot"}"#)
        #expect(kept["expiration_date"] == .string("2023-11-14"))
        let cleared = try await test.ask("PUT", "/v1/memories/\(id)/", #"{"expiration_date":null}"#)
        #expect(cleared["expiration_date"] == .null)
        #expect(try await listed() == 1)
    }

    @Test func immutable() async throws {
        let test = try await Mem0Service()
        let id = try await test.add("Likes tea", #""user_id":"alice","immutable":true"#)
        #expect(try await test.ask("PUT", "/v1/memories/\(id)/", #"{"text":"x"}"#).status == 400)
        let batch = #"{"memories":[{"memory_id":"\#(id)","text":"x"}]}"#
        #expect(try await test.ask("PUT", "/v1/batch/", batch).status == 400)
        #expect(try await test.ask("DELETE", "/v1/memories/\(id)/").status == 200)
    }

    @Test func timestamps() async throws {
        let test = try await Mem0Service()
        let id = try await test.add("Likes tea", #""user_id":"alice","timestamp":1600000000"#)
        #expect(
            try await test.ask("GET", "/v1/memories/\(id)/")["created_at"] == .string("2020-09-13T12:26:40.000000Z"))
        let put = try await test.ask("PUT", "/v1/memories/\(id)/", #"{"timestamp":1500000000}"#)
        #expect(put["created_at"] == .string("2017-07-14T02:40:00.000000Z"))
        #expect(put["memory"] == .string("Likes tea"))
    }

    @Test func batches() async throws {
        let test = try await Mem0Service()
        let first = try await test.add("One", #""user_id":"alice""#)
        let second = try await test.add("Two", #""agent_id":"bot""#)
        let update = try await test.ask(
            "PUT", "/v1/batch/",
            #"{"memories":[{"memory_id":"\#(first)","text":"Uno"},{"memory_id":"\#(second)","metadata":{"k":1}}]}"#)
        #expect(update["message"] == .string("Successfully updated 2 memories"))
        #expect(try await test.ask("GET", "/v1/memories/\(first)/")["memory"] == .string("Uno"))
        let half = try await test.ask(
            "PUT", "/v1/batch/",
            #"{"memories":[{"memory_id":"\#(first)","text":"Eins"},{"memory_id":"00000000-0000-7000-8000-000000000000","text":"x"}]}"#
        )
        #expect(half.status == 404)
        #expect(try await test.ask("GET", "/v1/memories/\(first)/")["memory"] == .string("Uno"), "nothing half-done")
        let many = Array(repeating: #"{"memory_id":"\#(first)"}"#, count: 1_001).joined(separator: ",")
        for (method, verb) in [("PUT", "updated"), ("DELETE", "deleted")] {
            let answer = try await test.ask(method, "/v1/batch/", #"{"memories":[\#(many)]}"#)
            #expect(answer.status == 400)
            #expect(answer["error"]?.text == "Maximum of 1000 memories can be \(verb) in a single request")
        }
        let delete = try await test.ask(
            "DELETE", "/v1/batch/", #"{"memories":[{"memory_id":"\#(first)"},{"memory_id":"\#(second)"}]}"#)
        #expect(delete["message"] == .string("Successfully deleted 2 memories"))
        #expect(try await test.ask("GET", "/v1/memories/\(second)/").status == 404)
    }

    @Test func deleteAll() async throws {
        let test = try await Mem0Service()
        for user in ["alice", "bob"] {
            _ = try await test.add("Likes tea", #""user_id":"\#(user)","metadata":{"k":"v"}"#)
        }
        _ = try await test.add("Likes tea", #""agent_id":"bot""#)
        #expect(try await test.ask("DELETE", "/v1/memories/").status == 400)
        #expect(try await test.ask("DELETE", "/v1/memories/?org_id=x&project_id=y").status == 400)
        let one = try await test.ask("DELETE", "/v1/memories/?user_id=alice")
        #expect(one["count"] == .int(1) && one["event_id"]?.text != nil && one["message"]?.text != nil)
        #expect(try await test.ask("DELETE", "/v1/memories/?metadata=%7B%27k%27%3A+%27v%27%7D")["count"] == .int(1))
        let rest = try await test.ask("DELETE", "/v1/memories/?user_id=*&agent_id=*&app_id=*&run_id=*")
        #expect(rest["count"] == .int(1))
    }

    @Test func eventsAreListed() async throws {
        let test = try await Mem0Service()
        let id = try await test.add("Likes tea", #""user_id":"alice""#)
        test.clock.advance(seconds: 1)
        _ = try await test.ask("DELETE", "/v1/memories/\(id)/")
        let events = try await test.ask("GET", "/v1/events/")
        #expect(events["count"] == .int(2))
        #expect(events.rows("results").map { $0["event_type"]?.text } == ["DELETE", "ADD"])
        #expect(!events.json.canonical.contains("tea"), "what is deleted is in no log")
        let absent = try await test.ask("GET", "/v1/event/00000000-0000-4000-8000-000000000000/")
        #expect(absent.status == 404)
        test.clock.advance(seconds: 31 * 86_400)
        try await test.documents.sweep()
        #expect(try await test.ask("GET", "/v1/events/")["count"] == .int(0))
    }

    @Test func exportsSummaryAndFeedback() async throws {
        let test = try await Mem0Service()
        let id = try await test.add("Likes tea", #""user_id":"alice""#)
        let made = try await test.ask("POST", "/v1/exports/", #"{"schema":{"type":"object"},"user_id":"alice"}"#)
        #expect(made.status == 201)
        let export = try await test.ask("POST", "/v1/exports/get/", #"{"filters":{"user_id":"alice"}}"#)
        #expect(export["id"] == made["id"])
        #expect(export.rows("memories").map { $0["memory"]?.text } == ["Likes tea"])
        let absent = try await test.ask("POST", "/v1/exports/get/", #"{"filters":{"user_id":"bob"}}"#)
        #expect(absent.status == 404)
        #expect(absent["error"] == .string("No memory export request found"))
        let summary = try await test.ask("POST", "/v1/summary/", #"{"filters":{"user_id":"alice"}}"#)
        #expect(summary.rows().first?["status"] == .string("not_enabled"))
        #expect(summary.rows().first?["count"] == .int(1))
        let feedback = try await test.ask(
            "POST", "/v1/feedback/", #"{"memory_id":"\#(id)","feedback":"POSITIVE","feedback_reason":null}"#)
        #expect(feedback["feedback"] == .string("POSITIVE") && feedback["id"]?.text != nil)
        let wrong = try await test.ask("POST", "/v1/feedback/", #"{"memory_id":"\#(id)","feedback":"MEH"}"#)
        #expect(wrong.status == 400)
    }

    @Test func profilesSayThatThereAreNone() async throws {
        let test = try await Mem0Service()
        let profile = try await test.ask("GET", "/v2/entities/user/al%2Fice/profile/")
        #expect(profile["status"] == .string("not_enabled") && profile["entity_id"] == .string("al/ice"))
        let job = try await test.ask(
            "POST", "/v2/profiles/jobs/", #"{"operation":"trigger","entity_type":"user","entity_id":"alice"}"#)
        #expect(job["status"] == .string("not_enabled"))
        let state = try await test.ask("GET", try #require(job["status_url"]?.text))
        #expect(state["job", "status"] == .string("not_enabled"))
        let sample = try await test.ask("POST", "/v2/profiles/jobs/", #"{"operation":"sample","entity_type":"user"}"#)
        #expect(sample["entity_ids"] == .array([]))
        let settings = try await test.ask(
            "POST", "/v2/profiles/settings/", #"{"entities":{"user":{"custom_instructions":"short"}}}"#)
        #expect(settings["enabled"] == .bool(false))
        let kept = try await test.ask("GET", "/v2/profiles/settings/")
        #expect(kept["entities", "user", "custom_instructions"] == .string("short"))
        #expect(try await test.ask("POST", "/v2/profiles/settings/", #"{"enabled":true}"#).status == 400)
    }

    @Test func projects() async throws {
        let test = try await Mem0Service()
        let path = "/api/v1/orgs/organizations/local/projects/shop/"
        let patch = try await test.ask(
            "PATCH", path, #"{"custom_instructions":"short","custom_categories":[{"a":"b"}]}"#)
        #expect(patch["message"] == .string("Project updated successfully"))
        let some = try await test.ask("GET", path + "?fields=custom_instructions&fields=name")
        #expect(some.json == .object(["custom_instructions": .string("short"), "name": .string("shop")]))
        #expect(try await test.ask("GET", path)["decay"] == .bool(false))
        #expect(try await test.ask("GET", path + "members/").rows("members").count == 1)
        #expect(try await test.ask("POST", path + "members/", #"{"email":"a@b","role":"READER"}"#).status == 501)
        #expect(try await test.ask("GET", "/api/v1/orgs/organizations/local/projects/other/").status == 404)
        #expect(
            try await test.ask("POST", "/api/v1/orgs/organizations/local/projects/", #"{"name":"x"}"#).status == 501)
        #expect(try await test.ask("GET", "/api/v1/orgs/organizations/").rows().count == 1)
        _ = try await test.add("Likes tea", #""user_id":"alice""#)
        #expect(try await test.ask("DELETE", path).status == 200)
        #expect(try await test.ask("GET", "/v1/stats/")["total_memories"] == .int(0))
        #expect(try await test.ask("GET", path)["custom_instructions"] == .null)
    }

    @Test func whoReadOldSettingsOverwritesNothing() async throws {
        let test = try await Mem0Service()
        let path = "/api/v1/orgs/organizations/local/projects/shop/"
        _ = try await test.ask("PATCH", path, #"{"custom_instructions":"first"}"#)
        var old = try #require(try await test.documents.document(.settings, "settings", of: "shop"))
        _ = try await test.ask("PATCH", path, #"{"custom_instructions":"second"}"#)
        old.members["custom_instructions"] = .string("late")
        let error = await #expect(throws: MemoryError.self) { try await test.documents.replace(old, of: "shop") }
        #expect(error?.code == .conflict)
        let fresh = ProjectDocument(.settings, "settings", [:], at: test.clock.now)
        await #expect(throws: MemoryError.self) { try await test.documents.replace(fresh, of: "shop") }
        #expect(try await test.ask("GET", path)["custom_instructions"] == .string("second"))
    }

    @Test func selfHosted() async throws {
        let test = try await Mem0Service()
        let added = try await test.ask(
            "POST", "/memories", #"{"messages":[{"role":"user","content":"Likes tea"}],"user_id":"alice"}"#)
        let row = try #require(added.rows("results").first)
        #expect(row["event"] == .string("ADD") && row["memory"] == .string("Likes tea"))
        let id = try #require(row["id"]?.text)
        #expect(try await test.ask("GET", "/memories?user_id=alice").rows("results").count == 1)
        #expect(try await test.ask("GET", "/memories").rows("results").count == 1)
        #expect(try await test.ask("GET", "/memories/\(id)")["memory"] == .string("Likes tea"))
        #expect(
            try await test.ask("PUT", "/memories/\(id)", #"{"text":"Likes milk"}"#)["message"]
                == .string("Memory updated successfully!"))
        #expect(try await test.ask("GET", "/memories/\(id)/history").rows().count == 2)
        let found = try await test.ask("POST", "/search", #"{"query":"milk","user_id":"alice","explain":true}"#)
        #expect(found.rows("results").first?["score_details"] != nil)
        #expect(try await test.ask("GET", "/entities").rows().first?["total_memories"] == .int(1))
        #expect(try await test.ask("GET", "/configure")["llm"] == .null)
        #expect(try await test.ask("GET", "/auth/setup-status")["needsSetup"] == .bool(false))
        for (method, target) in [("POST", "/auth/login"), ("GET", "/api-keys"), ("POST", "/configure")] {
            #expect(try await test.ask(method, target, "{}").status == 501)
        }
        #expect(try await test.ask("POST", "/generate-instructions", "{}").status == 501)
        #expect(try await test.ask("DELETE", "/memories").status == 400)
        #expect(
            try await test.ask("DELETE", "/memories/\(id)")["message"] == .string("Memory deleted successfully"))
        _ = try await test.add("Likes tea", #""user_id":"alice""#)
        #expect(
            try await test.ask("DELETE", "/memories?user_id=alice")["message"]
                == .string("All relevant memories deleted"))
        #expect(try await test.ask("POST", "/reset")["message"] == .string("All memories reset"))
    }

    @Test func ourOwnRoutesAreUntouched() async throws {
        let test = try await Mem0Service()
        let added = try await test.ask("POST", "/v1/memories", #"{"app":"shop","user":"alice","memory":"Likes tea"}"#)
        #expect(added.status == 201)
        let id = try #require(added["id"]?.text)
        let token = [("Authorization", "Token x")]
        let got = try await test.ask("GET", "/v1/memories/\(id)?app=shop&user=alice", headers: token)
        #expect(got["revision"] == .int(1))
        #expect(try await test.ask("GET", "/v1/memories/\(id)/")["user_id"] == .string("alice"))
        #expect(try await test.ask("GET", "/v4/anything/").status == 404)
    }
}
