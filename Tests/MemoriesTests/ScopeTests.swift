import Memories
import Testing

@Suite struct ScopeTests {
    @Test(arguments: MemoryStoreFactory.all) func aNarrowerScopeSeesItsOwn(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore()
        let user = Scope.test
        let agent = Scope(app: "app", user: "user", agent: "a")
        let session = Scope(app: "app", user: "user", session: "s")
        let both = Scope(app: "app", user: "user", agent: "a", session: "s")
        for (text, scope) in [
            ("note user", user), ("note agent", agent), ("note session", session), ("note both", both),
        ] {
            try await store.add(NewMemory(text), in: scope)
        }
        let expected: [(Scope, Set<String>)] = [
            (user, ["note user", "note agent", "note session", "note both"]), (agent, ["note agent", "note both"]),
            (session, ["note session", "note both"]), (both, ["note both"]),
            (Scope(app: "app", user: "user", agent: "b"), []), (Scope(app: "app", user: "user", session: "a"), []),
        ]
        for (scope, contents) in expected {
            #expect(try await Set(store.contents(in: scope)) == contents)
            #expect(try await Set(store.found("note", in: scope)) == contents)
            #expect(try await store.count(in: scope) == contents.count)
        }
    }

    /// Pairs of owners that a careless spelling of app and user would confuse.
    static let confusable: [(Scope, Scope)] = [
        (Scope(app: "a/b", user: "c"), Scope(app: "a", user: "b/c")),
        (Scope(app: "a%2Fb", user: "c"), Scope(app: "a/b", user: "c")),
        (Scope(app: "a", user: "b"), Scope(app: "A", user: "b")),
        (Scope(app: "a", user: "b"), Scope(app: "a", user: "b ")),
        (Scope(app: "a", user: "é"), Scope(app: "a", user: "e\u{301}")),
        (Scope(app: "a", user: "_"), Scope(app: "a", user: "%")),
        (Scope(app: "ab", user: "c"), Scope(app: "a", user: "bc")),
        (
            Scope(app: String(repeating: "/", count: 255), user: "x"),
            Scope(app: String(repeating: "/", count: 254), user: "/x")
        ),
        (Scope(app: "a", user: "b", agent: "é"), Scope(app: "a", user: "b", agent: "e\u{301}")),
        (Scope(app: "a", user: "b", agent: "x", session: "y"), Scope(app: "a", user: "b", agent: "y", session: "x")),
    ]

    @Test(arguments: MemoryStoreFactory.all, confusable.indices)
    func ownersNeverMix(_ factory: MemoryStoreFactory, _ index: Int) async throws {
        let (mine, other) = Self.confusable[index]
        let store = try await factory.makeStore()
        let id = try await store.add(NewMemory("secret note"), in: mine).id
        let theirs = try await store.add(NewMemory("secret note"), in: other)
        #expect(theirs.isCreated)
        #expect(theirs.id != id)
        #expect(try await store.list(in: other).memories.map(\.id) == [theirs.id])
        #expect(try await store.search(MemorySearch("secret"), in: other).hits.map(\.memory.id) == [theirs.id])
        for call in [
            { _ = try await store.get(id, in: other) },
            { try await store.update(id, MemoryUpdate(content: "mine"), in: other) },
            { try await store.delete(id, in: other) }, { try await store.restore(id, in: other) },
            { _ = try await store.history(id, in: other) },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: MemoryError.self) { try await call() }
            #expect(error?.code == .notFound)
        }
        #expect(try await store.clear(in: other) == 1)
        #expect(try await store.get(id, in: mine).content == "secret note")
    }

    @Test(arguments: MemoryStoreFactory.all) func aWrongPartIsNamedInOrder(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore()
        let long = String(repeating: "x", count: 256)
        let cases: [(Scope, String)] = [
            (Scope(app: "", user: ""), "app is required"), (Scope(app: "a", user: ""), "user is required"),
            (Scope(app: "a", user: "u", agent: ""), "agent is required"),
            (Scope(app: "a", user: "u", session: ""), "session is required"),
            (Scope(app: long, user: ""), "app has 256 bytes; the limit is 255"),
            (Scope(app: "a", user: "u\0"), "user must not contain U+0000"),
        ]
        for (scope, message) in cases {
            for call in [
                { try await store.add(NewMemory("x"), in: scope) }, { _ = try await store.list(in: scope) },
                { _ = try await store.search(MemorySearch("x"), in: scope) },
                { try await store.clear(in: scope) },
                { _ = try await store.get("01890000-0000-7000-8000-000000000000", in: scope) },
            ] as [() async throws -> Void] {
                let error = await #expect(throws: MemoryError.self) { try await call() }
                #expect(error?.code == .invalid)
                #expect(error?.message.hasPrefix(message) == true)
            }
            let result = await store.tools(for: scope).call("memory_load", arguments: "{}")
            #expect(result.isError)
            #expect(result.text.contains(message))
        }
        let longest = Scope(app: String(repeating: "/", count: 255), user: String(repeating: "é", count: 127))
        #expect(try await store.add(NewMemory("x"), in: longest).isCreated)
        #expect(try await store.contents(in: longest) == ["x"])
    }
}
