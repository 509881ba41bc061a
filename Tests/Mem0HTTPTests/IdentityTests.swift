import Memories
import Records
import Testing

@testable import Mem0HTTP

@Suite("Whose memories") struct IdentityTests {
    @Test(arguments: [
        "alice", "@", "@agent:", "@agent:x", "@agent:@agent:x", "@app:x", "@run:x", "@user:", "@user:x",
        "@user:@agent:x", "@user:@user:x", "@user:@user:@run:x", "a/b", "@user:@agent:", "é", "e\u{301}",
    ]) func everyNameStandsForOneOwner(_ name: String) {
        let owner = Owner(user: name)
        #expect(owner.user.utf8.elementsEqual(name.utf8), "a user of ours has one owner")
        for kind in EntityKind.allCases {
            let back = Owner(user: Owner(kind, name).user)
            #expect(back == Owner(kind, name), "an owner has one user of ours")
        }
    }

    @Test func spellingsAreDifferentOwners() {
        #expect(Owner(.user, "é") != Owner(.user, "e\u{301}"))
        #expect(Owner(.user, "x") != Owner(.agent, "x"))
    }

    @Test func nativeAndMem0SeeTheSame() async throws {
        let test = try await Mem0Service()
        let scope = Scope(app: "shop", user: "alice", agent: "bot", session: "s1")
        let id = try await test.store.add(NewMemory("Likes tea", metadata: ["k": .string("v")]), in: scope).id
        let answer = try await test.ask("GET", "/v1/memories/\(id)/")
        #expect(answer["memory"]?.text == "Likes tea")
        #expect(answer["user_id"]?.text == "alice")
        #expect(answer["agent_id"]?.text == "bot")
        #expect(answer["run_id"]?.text == "s1")
        #expect(answer["session_id"]?.text == "s1")
        #expect(answer["app_id"] == .null)
        #expect(answer["metadata"] == .object(["k": .string("v")]))
        let other = try await test.add("Likes coffee", #""user_id":"alice","agent_id":"bot","run_id":"s1""#)
        #expect(try await test.store.get(other, in: scope).content == "Likes coffee")
        #expect(try await test.store.get(other, in: scope).metadata["role"] == nil)
        let list = try await test.ask("GET", "/v1/memories?app=shop&user=alice")
        #expect(list.rows("memories", "results").allSatisfy { $0["revision"] != nil && $0["user_id"] == nil })
        #expect(list.rows("memories", "results").count == 2, "without the slash it is ours")
        let theirs = try await test.ask(
            "GET", "/v1/memories?user_id=alice", headers: [("Mem0-User-ID", "d41d8cd98f00b204e9800998ecf8427e")])
        #expect(theirs.rows().count == 2)
    }

    @Test func oneIdIsEnough() async throws {
        let test = try await Mem0Service()
        for kind in ["user", "agent", "app", "run"] {
            let id = try await test.add("Of a \(kind)", #""\#(kind)_id":"x""#)
            let answer = try await test.ask("GET", "/v1/memories/\(id)/")
            for other in ["user", "agent", "app", "run"] {
                #expect(answer["\(other)_id"] == (other == kind ? .string("x") : .null))
            }
        }
        #expect(try await test.store.users(of: "shop").count == 4)
    }

    @Test func theSameInTwoAppsIsTwoMemories() async throws {
        let test = try await Mem0Service()
        var ids: Set<String> = []
        for members in [
            #""user_id":"a""#, #""user_id":"a","app_id":"x""#, #""user_id":"a","app_id":"y""#,
            #""user_id":"a","app_id":"x","run_id":"r""#, #""user_id":"a","run_id":"r""#,
            #""user_id":"a","app_id":"x@run:r""#,
        ] {
            ids.insert(try await test.add("Likes tea", members))
            ids.insert(try await test.add("Likes tea", members))
        }
        #expect(ids.count == 6)
        let wrong = try await test.ask(
            "POST", "/v3/memories/add/", #"{"messages":"Likes tea","user_id":"a","run_id":"@app:x"}"#)
        #expect(wrong.status == 400)
    }

    @Test(arguments: ["user", "agent", "app", "run"]) func idsMayHoldAnything(_ kind: String) async throws {
        let test = try await Mem0Service()
        for name in ["al/ice", "a b", "@agent:x", "100%", "ünï", "a/profile", "/", "a%2Fb"] {
            let json = JSONValue.string(name).canonical
            _ = try await test.add("Of \(kind)", #""\#(kind)_id":\#(json)"#)
            let escaped = name.utf8.map { "%" + String(UInt16($0) + 256, radix: 16).suffix(2) }.joined()
            let found = try await test.ask("GET", "/v2/entities/\(kind)/\(escaped)/")
            #expect(found.rows().first?["name"] == .string(name))
            let deleted = try await test.ask("DELETE", "/v2/entities/\(kind)/\(escaped)/")
            #expect(deleted["count"] == .int(1))
        }
        // As the older clients send it.
        _ = try await test.add("Of \(kind)", #""\#(kind)_id":"al/ice""#)
        #expect(try await test.ask("GET", "/v1/memories/\(kind)/al/ice/")["count"] == .int(1))
        #expect(try await test.ask("DELETE", "/v2/entities/\(kind)/al/ice/")["count"] == .int(1))
    }

    @Test func tooLongIsRefusedByName() async throws {
        let test = try await Mem0Service()
        let long = String(repeating: "x", count: 250)
        let user = try await test.ask("POST", "/v3/memories/add/", #"{"messages":"hi","user_id":"\#(long)"}"#)
        #expect(user.status == 200)
        let agent = try await test.ask("POST", "/v3/memories/add/", #"{"messages":"hi","agent_id":"\#(long)"}"#)
        #expect(agent.status == 400)
        #expect(agent["detail"] == .string("agent_id has 250 bytes; the limit is 248"))
    }

    @Test func usersListEverybody() async throws {
        let test = try await Mem0Service()
        _ = try await test.add("One", #""user_id":"alice","agent_id":"bot""#)
        _ = try await test.add("Two", #""user_id":"alice","run_id":"r""#)
        _ = try await test.add("Three", #""agent_id":"bot""#)
        try await test.store.add(NewMemory("Native"), in: Scope(app: "shop", user: "carol"))
        try await test.store.add(NewMemory("Elsewhere"), in: Scope(app: "other", user: "mallory"))
        let made = try await test.ask("POST", "/v1/users/", #"{"user_id":"dave","metadata":{"x":1}}"#)
        #expect(made.status == 201)
        let answer = try await test.ask("GET", "/v1/entities/")
        let counts = answer.rows("results").map { row in
            "\(row["type"]?.text ?? "") \(row["name"]?.text ?? "") \(row["total_memories"] ?? .null)"
        }
        #expect(
            Set(counts) == [
                "user alice int(2)", "user carol int(1)", "user dave int(0)", "agent bot int(2)", "run r int(1)",
            ])
        #expect(answer["total_users"] == .int(3))
        #expect(answer["total_agents"] == .int(1))
        #expect(answer["count"] == .int(5))
        let stats = try await test.ask("GET", "/v1/stats/")
        #expect(stats["total_memories"] == .int(4))
    }
}
