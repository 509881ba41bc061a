import Memories
import Records
import Testing

@Suite struct DuplicatePolicyTests {
    private let old = NewMemory("Likes coffee", metadata: ["n": .int(1)])
    private let new = NewMemory("Likes coffee", metadata: ["n": .int(2)])

    @Test(arguments: MemoryStoreFactory.all) func overwriteTakesTheNewFields(_ factory: MemoryStoreFactory) async throws
    {
        let store = try await factory.makeStore(.lexical { $0.onDuplicate = .overwrite })
        let id = try await store.add(old, in: .test).id
        let before = try await store.get(id, in: .test)
        #expect(try await store.add(new, in: .test).id == id)
        let after = try await store.get(id, in: .test)
        #expect(after.metadata == new.metadata)
        #expect(after.createdAt == before.createdAt)
        #expect(after.updatedAt > before.updatedAt)
        #expect(after.sequence == before.sequence)
        #expect(try await store.history(id, in: .test).map(\.event) == ["add", "update"])
    }

    @Test(arguments: MemoryStoreFactory.all) func ignoreChangesNothing(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore(.lexical { $0.onDuplicate = .ignore })
        let id = try await store.add(old, in: .test).id
        let before = try await store.get(id, in: .test)
        let outcome = try await store.add(new, in: .test)
        #expect(outcome.id == id)
        #expect(!outcome.isCreated)
        #expect(try await store.get(id, in: .test) == before)
    }

    @Test(arguments: MemoryStoreFactory.all) func appendKeepsBoth(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore(.lexical { $0.onDuplicate = .append })
        let first = try await store.add(old, in: .test)
        let second = try await store.add(new, in: .test)
        #expect(first.id != second.id)
        #expect(second.isCreated)
        #expect(try await store.get(first.id, in: .test).metadata == old.metadata)
        #expect(try await store.count(in: .test) == 2)
        // A copy can change in what does not make it another memory.
        let changed = try await store.update(second.id, MemoryUpdate(importance: .set(1)), in: .test).memory
        #expect(changed.importance == 1)
    }

    @Test(arguments: MemoryStoreFactory.all) func appendedCopiesCanBeRestored(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await factory.makeStore(
            .lexical {
                $0.onDuplicate = .append
                $0.softDelete = true
            })
        let ids = [try await store.add(old, in: .test).id, try await store.add(old, in: .test).id]
        for id in ids { try await store.delete(id, in: .test) }
        for id in ids { #expect(try await store.restore(id, in: .test).id == id) }
        #expect(try await store.count(in: .test) == 2)
    }

    @Test(arguments: MemoryStoreFactory.all) func rejectNamesTheOther(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore(.lexical { $0.onDuplicate = .reject })
        let id = try await store.add(old, in: .test).id
        let error = await #expect(throws: MemoryError.self) { try await store.add(new, in: .test) }
        #expect(error?.code == .conflict)
        #expect(error?.conflictingID == id)
        #expect(try await store.get(id, in: .test).metadata == old.metadata)
        #expect(try await store.add(NewMemory("Likes tea"), in: .test).isCreated)
    }
}
