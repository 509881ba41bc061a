import Access
import Memories
import MemoryAPI
import MemoryHTTP
import Records
import Testing

@Suite("Access") struct AccessTests {
    @Test func aKeyOpensWhatItSays() async throws {
        let test = try await TestService(needsKeys: true)
        let key = try await test.keys.create(name: "n", permissions: [.read, .write], app: "app", user: "alice")
        let body = #"{"memory":"mine"}"#
        for wrong in [
            nil, "", "am_", String(key.token.dropLast()), key.token + "0", String(key.token.reversed()),
            "am_\(key.key.id)_" + String(repeating: "0", count: 64),
            "am_000000000000000000000000_" + String(repeating: "0", count: 64),
        ] {
            let refused = try await test.ask("POST", "/v1/memories", body, key: wrong)
            #expect((refused.status, refused.string("code")) == (401, "unauthenticated"))
            #expect(refused.header("www-authenticate")?.hasPrefix("Bearer") == true)
        }
        // What the key is bound to need not be said, and nothing else may be.
        #expect(try await test.ask("POST", "/v1/memories", body, key: key.token).status == 201)
        #expect(try await test.ask("POST", "/v1/memories", body, headers: [("X-API-Key", key.token)]).status == 200)
        #expect(
            try await test.ask("POST", "/v1/memories", body, headers: [("Authorization", "Token \(key.token)")]).status
                == 200)
        for scope in ["user=bob", "app=other", "app=app&user=Alice", "user=alice%20"] {
            let refused = try await test.ask("GET", "/v1/memories?\(scope)", key: key.token)
            #expect((refused.status, refused.string("code")) == (403, "forbidden"))
        }
        #expect(try await test.ask("GET", "/v1/memories?app=app&user=alice", key: key.token)["count"] == .int(1))
        #expect(try await test.ask("GET", "/metrics", key: key.token).status == 403)
        #expect(try await test.ask("GET", "/livez").status == 200)
        #expect(try await test.ask("GET", "/metrics").status == 401)
    }

    /// A permission alone opens exactly the operations that say so.
    @Test(arguments: Permission.allCases) func aPermissionOpensItsOperations(_ permission: Permission) async throws {
        let test = try await TestService(needsKeys: true)
        let id = try await test.store.add(NewMemory("one"), in: Scope(app: "a", user: "u")).id
        let key = try await test.keys.create(name: "", permissions: [permission], app: "a", user: "u").token
        for operation in Catalogue.operations {
            let specification = operation.specification
            let path = specification.path.replacing("{id}", with: id)
            let answer = try await test.ask(specification.method, path, specification.hasBody ? "{}" : "", key: key)
            #expect((answer.status == 403) == (specification.permission != permission), "\(specification.name)")
        }
        let watch = try await test.ask("GET", "/v1/memories/watch", key: key)
        #expect((watch.status == 403) == (permission != .read))
        #expect((try await test.ask("GET", "/metrics", key: key).status == 403) == (permission != .admin))
    }

    @Test func keysExpireRotateAndEnd() async throws {
        let clock = Clock()
        let test = try await TestService(needsKeys: true, clock: { clock.now })
        func status(_ token: String) async throws -> Int {
            try await test.ask("GET", "/v1/memories?app=a&user=u", key: token).status
        }
        let limited = try await test.keys.create(
            name: "", permissions: [.read], expiresAt: Timestamp(microseconds: clock.now.microseconds + 60_000_000))
        #expect(try await status(limited.token) == 200)
        clock.advance(seconds: 61)
        #expect(try await status(limited.token) == 401)

        let key = try await test.keys.create(name: "", permissions: [.read])
        let second = try await test.keys.rotate(key.key.id, grace: 30)
        #expect(try await status(key.token) == 200)
        #expect(try await status(second) == 200)
        clock.advance(seconds: 31)
        #expect(try await status(key.token) == 401)
        let third = try await test.keys.rotate(key.key.id)
        #expect(try await status(second) == 401)
        #expect(try await status(third) == 200)
        try await test.keys.revoke(key.key.id)
        #expect(try await status(third) == 401)
        #expect(try await test.keys.hasActiveKey() == false)
    }

    @Test func aRevocationElsewhereIsSeenWithinSeconds() async throws {
        let clock = Clock()
        let test = try await TestService(needsKeys: true, clock: { clock.now })
        let key = try await test.keys.create(name: "", permissions: [.read])
        #expect(try await test.keys.caller(showing: key.token) != nil)
        let elsewhere = try await AccessKeys(test.store.records, clock: { clock.now })
        try await elsewhere.revoke(key.key.id)
        clock.advance(seconds: 6)
        #expect(try await test.keys.caller(showing: key.token) == nil)
    }

    @Test func secretsAreNotKept() async throws {
        let test = try await TestService(needsKeys: true)
        let key = try await test.keys.create(name: "n", permissions: [.read])
        let secret = try #require(key.token.split(separator: "_").last)
        let page = try await test.store.records.read(.query(Query("access_key")), in: Partition("access"))
        #expect(page.records.count == 1)
        #expect(!"\(page)".contains(secret))
        #expect(!"\(try await test.keys.all())".contains(secret))
    }

    @Test func keysThatMeanNothingAreRefused() async throws {
        let test = try await TestService()
        await #expect(throws: MemoryError.self) { try await test.keys.create(name: "", permissions: []) }
        await #expect(throws: MemoryError.self) {
            try await test.keys.create(name: "", permissions: [.read], user: "u")
        }
        await #expect(throws: MemoryError.self) { try await test.keys.revoke("nothing") }
    }
}
