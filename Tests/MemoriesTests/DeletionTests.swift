import Memories
import Testing

@Suite struct DeletionTests {
    @Test(arguments: MemoryStoreFactory.all) func addingAgainAfterDeletionMakesANewMemory(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await factory.makeStore()
        let first = try await store.add(NewMemory("Likes coffee"), in: .test)
        try await store.delete(first.id, in: .test)
        #expect(try await store.found("coffee").isEmpty)
        #expect(try await store.count(in: .test) == 0)
        let second = try await store.add(NewMemory("Likes coffee"), in: .test)
        #expect(second.isCreated)
        #expect(second.id != first.id)
        #expect(try await store.history(first.id, in: .test).last?.event == "delete")
        #expect(try await store.found("coffee") == ["Likes coffee"])
    }

    @Test(arguments: MemoryStoreFactory.all) func deletingWhatIsNotThereIsSaid(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await factory.makeStore()
        let id = try await store.add(NewMemory("one"), in: .test).id
        try await store.delete(id, in: .test)
        let error = await #expect(throws: MemoryError.self) { try await store.delete(id, in: .test) }
        #expect(error?.code == .notFound)
        let restored = await #expect(throws: MemoryError.self) { try await store.restore(id, in: .test) }
        #expect(restored?.code == .notFound)
    }

    @Test(arguments: MemoryStoreFactory.all) func aSoftlyDeletedMemoryIsInvisibleAndComesBack(
        _ factory: MemoryStoreFactory
    )
        async throws
    {
        let store = try await factory.makeStore(.lexical { $0.softDelete = true })
        let id = try await store.add(NewMemory("Likes coffee", topics: ["food"]), in: .test).id
        let before = try await store.get(id, in: .test)
        try await store.delete(id, in: .test)
        let error = await #expect(throws: MemoryError.self) { try await store.get(id, in: .test) }
        #expect(error?.code == .notFound)
        #expect(try await store.contents().isEmpty)
        #expect(try await store.found("coffee").isEmpty)
        #expect(try await store.count(in: .test) == 0)

        let after = try await store.restore(id, in: .test)
        #expect(after.content == before.content)
        #expect(after.topics == before.topics)
        #expect(after.createdAt == before.createdAt)
        #expect(after.fingerprint == before.fingerprint)
        #expect(try await store.found("coffee") == ["Likes coffee"])
        #expect(try await store.count(in: .test) == 1)
        // Restoring a living memory changes nothing.
        #expect(try await store.restore(id, in: .test) == after)
    }

    @Test(arguments: MemoryStoreFactory.all) func tombstonesSurviveSwitchingOff(_ factory: MemoryStoreFactory)
        async throws
    {
        let records = try await factory.makeRecords()
        let soft = try await factory.makeStore(.lexical { $0.softDelete = true }, records)
        let ids = [
            try await soft.add(NewMemory("Likes coffee"), in: .test).id,
            try await soft.add(NewMemory("Likes tea"), in: .test).id,
        ]
        for id in ids { try await soft.delete(id, in: .test) }

        let hard = try await factory.makeStore(.lexical, records)
        #expect(try await hard.contents().isEmpty)
        #expect(try await hard.found("coffee").isEmpty)
        #expect(try await hard.count(in: .test) == 0)
        #expect(try await hard.restore(ids[0], in: .test).content == "Likes coffee")
        // Adding the other again revives it.
        let revived = try await hard.add(NewMemory("Likes tea"), in: .test)
        #expect(revived.id == ids[1])
        #expect(!revived.isCreated)
        #expect(try await hard.history(ids[1], in: .test).map(\.event) == ["add", "delete", "restore"])
        #expect(try await Set(hard.contents()) == ["Likes coffee", "Likes tea"])
    }

    @Test(arguments: MemoryStoreFactory.all) func whatExpiredMeanwhileStaysDeleted(_ factory: MemoryStoreFactory)
        async throws
    {
        let clock = TestClock()
        let store = try await factory.makeStore(
            .lexical {
                $0.softDelete = true
                $0.clock = { clock.now }
            })
        let id = try await store.add(NewMemory("one", expiresAt: clock.later(seconds: 5)), in: .test).id
        try await store.delete(id, in: .test)
        clock.advance(seconds: 5)
        let error = await #expect(throws: MemoryError.self) { try await store.restore(id, in: .test) }
        #expect(error?.code == .notFound)
        #expect(try await store.history(id, in: .test).map(\.event) == ["add", "delete"])
    }

    @Test(arguments: MemoryStoreFactory.all) func clearTakesTheScopeOnly(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore()
        let agent = Scope(app: "app", user: "user", agent: "a")
        for number in 0..<250 { try await store.add(NewMemory("Agent's number \(number)"), in: agent) }
        try await store.add(NewMemory("The user's"), in: .test)
        try await store.add(NewMemory("Another's"), in: Scope(app: "app", user: "other"))
        #expect(try await store.clear(in: agent) == 250)
        #expect(try await store.contents() == ["The user's"])
        #expect(try await store.clear(in: agent) == 0)
        #expect(try await store.clear(in: .test) == 1)
        #expect(try await store.contents(in: Scope(app: "app", user: "other")) == ["Another's"])
    }

    @Test(arguments: MemoryStoreFactory.all) func clearIsSoftWhereDeletionIs(_ factory: MemoryStoreFactory) async throws
    {
        let store = try await factory.makeStore(.lexical { $0.softDelete = true })
        let id = try await store.add(NewMemory("one"), in: .test).id
        #expect(try await store.clear(in: .test) == 1)
        #expect(try await store.contents().isEmpty)
        #expect(try await store.restore(id, in: .test).content == "one")
    }
}
