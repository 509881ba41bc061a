import Memories
import Records
import Testing

@Suite struct AddTests {
    @Test(arguments: MemoryStoreFactory.all) func addingTheSameAgainKeepsTheMemory(_ factory: MemoryStoreFactory)
        async throws
    {
        let clock = TestClock()
        let store = try await factory.makeStore(.lexical { $0.clock = { clock.now } })
        let memory = NewMemory("Likes coffee", topics: ["food"], metadata: ["source": .string("chat")])
        let first = try await store.add(memory, in: .test)
        clock.advance(seconds: 60)
        let second = try await store.add(memory, in: .test)

        #expect(first.isCreated)
        #expect(!second.isCreated)
        #expect(second.id == first.id)
        let stored = try await store.get(first.id, in: .test)
        #expect(stored.updatedAt.microseconds - stored.createdAt.microseconds == 60_000_000)
        #expect(try await store.count(in: .test) == 1)
        #expect(try await store.history(first.id, in: .test).map(\.event) == ["add"])
    }

    @Test(arguments: MemoryStoreFactory.all) func addingTheSameAgainAtOnceMakesOne(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await factory.makeStore()
        let outcomes = try await withThrowingTaskGroup { group in
            for _ in 0..<16 { group.addTask { try await store.add(NewMemory("Likes coffee"), in: .test) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(outcomes.map(\.id)).count == 1)
        #expect(outcomes.count(where: \.isCreated) == 1)
        #expect(try await store.count(in: .test) == 1)
    }

    @Test(arguments: MemoryStoreFactory.all) func everythingComesBack(_ factory: MemoryStoreFactory) async throws {
        let clock = TestClock()
        let store = try await factory.makeStore(.lexical { $0.clock = { clock.now } })
        let scope = Scope(app: "app", user: "user", agent: "agent", session: "session")
        let new = NewMemory(
            "Learned to juggle", topics: [" hobby ", "circus", "hobby", ""], kind: .procedure, type: .procedural,
            eventTime: Timestamp(microseconds: -5), participants: ["Bob", "BOB", " Ann"], location: "  Paris ",
            metadata: ["a": .object(["b": .array([.int(1), .double(0.5), .null, .bool(true)])])], importance: 0.75,
            relevance: 0.5, expiresAt: clock.later(seconds: 9))
        let id = try await store.add(new, in: scope).id
        let memory = try await store.get(id, in: scope)

        #expect(memory.id == id)
        #expect(memory.scope == scope)
        #expect(memory.content == "Learned to juggle")
        #expect(memory.topics == ["hobby", "circus"])
        #expect(memory.kind == .procedure)
        #expect(memory.type == .procedural)
        #expect(memory.eventTime == Timestamp(microseconds: -5))
        #expect(memory.participants == ["Bob", "Ann"])
        #expect(memory.location == "Paris")
        #expect(memory.metadata == new.metadata)
        #expect(memory.importance == 0.75)
        #expect(memory.relevance == 0.5)
        #expect(memory.expiresAt == clock.later(seconds: 9))
        #expect(memory.createdAt == memory.updatedAt)
        #expect(memory.deletedAt == nil)
        #expect(memory.revision == 1)
        #expect(memory.sequence == 1)
    }

    @Test(arguments: MemoryStoreFactory.all) func topicsMakeAnotherMemory(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore()
        let plain = try await store.add(NewMemory("Likes coffee"), in: .test).id
        let labelled = try await store.add(NewMemory("Likes coffee", topics: ["food", "drink"]), in: .test).id
        let reordered = try await store.add(NewMemory("Likes coffee", topics: ["drink", "food", "drink"]), in: .test)
        #expect(plain != labelled)
        #expect(reordered.id == labelled)
        #expect(!reordered.isCreated)
    }

    @Test(arguments: MemoryStoreFactory.all) func eventDataMakesAnotherMemory(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await factory.makeStore()
        let time = Timestamp(microseconds: 1_000_000)
        let variants = [
            NewMemory("Went hiking"), NewMemory("Went hiking", kind: .episode),
            NewMemory("Went hiking", eventTime: time),
            NewMemory("Went hiking", eventTime: Timestamp(microseconds: time.microseconds + 1)),
            NewMemory("Went hiking", participants: ["Bob"]), NewMemory("Went hiking", participants: ["bob"]),
            NewMemory("Went hiking", location: "Kyoto"), NewMemory("went hiking"), NewMemory("Went hiking "),
        ]
        var ids: Set<String> = []
        for variant in variants { ids.insert(try await store.add(variant, in: .test).id) }
        #expect(ids.count == variants.count)
        // `fact` is what no kind means.
        #expect(try await !store.add(NewMemory("Went hiking", kind: .fact), in: .test).isCreated)
    }

    @Test(arguments: MemoryStoreFactory.all) func manyAddsHaveAnOutcomeEach(_ factory: MemoryStoreFactory) async throws
    {
        let store = try await factory.makeStore()
        let outcomes = await store.add(
            [NewMemory("one"), NewMemory(" \n"), NewMemory("two"), NewMemory("one")], in: .test)
        try #require(outcomes.count == 4)
        let first = try outcomes[0].get()
        #expect(first.isCreated)
        #expect(throws: MemoryError.self) { try outcomes[1].get() }
        #expect(try outcomes[2].get().isCreated)
        #expect(try outcomes[3].get().id == first.id)
        #expect(try !outcomes[3].get().isCreated)
        #expect(try await store.contents() == ["one", "two"])
        #expect(try await store.list(in: .test).memories.map(\.sequence).sorted() == [1, 2])
    }
}
