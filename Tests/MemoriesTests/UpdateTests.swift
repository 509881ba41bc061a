import Memories
import Records
import Testing

@Suite struct UpdateTests {
    @Test(arguments: MemoryStoreFactory.all) func theIDStaysAndTheRestIsKept(_ factory: MemoryStoreFactory) async throws
    {
        let store = try await factory.makeStore()
        let id = try await store.add(
            NewMemory("Likes coffee", topics: ["food"], kind: .preference, location: "Rome", importance: 0.5),
            in: .test
        ).id
        let before = try await store.get(id, in: .test)
        for content in ["Likes tea", "Likes water", "Likes milk"] {
            #expect(try await store.update(id, MemoryUpdate(content: content), in: .test).memory.id == id)
        }
        let after = try await store.get(id, in: .test)
        #expect(after.content == "Likes milk")
        #expect(after.topics == ["food"])
        #expect(after.kind == .preference)
        #expect(after.location == "Rome")
        #expect(after.importance == 0.5)
        #expect(after.createdAt == before.createdAt)
        #expect(after.updatedAt > before.updatedAt)
        #expect(after.revision == 4)
        #expect(after.fingerprint != before.fingerprint)
        #expect(try await store.found("coffee").isEmpty)
        #expect(try await store.found("milk") == ["Likes milk"])
        // The old words are free again.
        #expect(try await store.add(before.asNew, in: .test).isCreated)
    }

    @Test(arguments: MemoryStoreFactory.all) func fieldsCanBeCleared(_ factory: MemoryStoreFactory) async throws {
        let clock = TestClock()
        let store = try await factory.makeStore(.lexical { $0.clock = { clock.now } })
        let id = try await store.add(
            NewMemory(
                "Went hiking", topics: ["sport"], eventTime: clock.now, participants: ["Bob"], location: "Kyoto",
                metadata: ["a": .int(1)], importance: 1, expiresAt: clock.later(seconds: 5)), in: .test
        ).id
        try await store.update(
            id,
            MemoryUpdate(
                topics: [], eventTime: .clear, participants: [], location: .clear, metadata: [:], importance: .clear,
                expiresAt: .clear), in: .test)
        clock.advance(seconds: 100)
        let memory = try await store.get(id, in: .test)
        #expect(memory.content == "Went hiking")
        #expect(memory.topics.isEmpty)
        #expect(memory.eventTime == nil)
        #expect(memory.participants.isEmpty)
        #expect(memory.location == nil)
        #expect(memory.metadata.isEmpty)
        #expect(memory.importance == nil)
        #expect(memory.expiresAt == nil)
    }

    @Test(arguments: MemoryStoreFactory.all) func aConflictNamesTheOtherAndChangesNothing(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await factory.makeStore()
        let coffee = try await store.add(NewMemory("Likes coffee"), in: .test).id
        let tea = try await store.add(NewMemory("Likes tea"), in: .test).id
        let before = [try await store.get(coffee, in: .test), try await store.get(tea, in: .test)]
        let error = await #expect(throws: MemoryError.self) {
            try await store.update(tea, MemoryUpdate(content: "Likes coffee"), in: .test)
        }
        #expect(error?.code == .conflict)
        #expect(error?.conflictingID == coffee)
        #expect([try await store.get(coffee, in: .test), try await store.get(tea, in: .test)] == before)
        #expect(try await store.history(tea, in: .test).count == 1)
    }

    @Test(arguments: MemoryStoreFactory.all) func aTombstoneIsNoConflict(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore(.lexical { $0.softDelete = true })
        let coffee = try await store.add(NewMemory("Likes coffee"), in: .test).id
        let tea = try await store.add(NewMemory("Likes tea"), in: .test).id
        try await store.delete(coffee, in: .test)
        #expect(try await store.update(tea, MemoryUpdate(content: "Likes coffee"), in: .test).memory.id == tea)
        // Now that another says it, the deleted one cannot come back.
        let error = await #expect(throws: MemoryError.self) { try await store.restore(coffee, in: .test) }
        #expect(error?.code == .conflict)
        #expect(error?.conflictingID == tea)
    }

    @Test(arguments: MemoryStoreFactory.all) func theExpectedRevisionIsChecked(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await factory.makeStore()
        let id = try await store.add(NewMemory("one"), in: .test).id
        #expect(try await store.update(id, MemoryUpdate(content: "two"), in: .test, expecting: 1).memory.revision == 2)
        let error = await #expect(throws: MemoryError.self) {
            try await store.update(id, MemoryUpdate(content: "three"), in: .test, expecting: 1)
        }
        #expect(error?.code == .conflict)
        #expect(try await store.get(id, in: .test).content == "two")
    }

    @Test(arguments: MemoryStoreFactory.all) func unknownAndInvalidIDsAreToldApart(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await factory.makeStore()
        let absent = await #expect(throws: MemoryError.self) {
            try await store.update("01890000-0000-7000-8000-000000000000", MemoryUpdate(content: "x"), in: .test)
        }
        #expect(absent?.code == .notFound)
        let malformed = await #expect(throws: MemoryError.self) {
            try await store.update("' OR 1=1 --", MemoryUpdate(content: "x"), in: .test)
        }
        #expect(malformed?.code == .invalid)
        #expect(malformed?.message.contains("memory_id") == true)
        let id = try await store.add(NewMemory("one"), in: .test).id
        #expect(try await store.get(id.uppercased(), in: .test).id == id)
    }

    @Test(arguments: MemoryStoreFactory.all) func aBlankUpdateIsRefused(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore()
        let id = try await store.add(NewMemory("one"), in: .test).id
        let error = await #expect(throws: MemoryError.self) {
            try await store.update(id, MemoryUpdate(content: "\u{2003}"), in: .test)
        }
        #expect(error?.code == .invalid)
        #expect(try await store.get(id, in: .test).revision == 1)
    }
}
