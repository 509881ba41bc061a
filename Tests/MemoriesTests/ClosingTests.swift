import Memories
import Records
import Testing

@Suite struct ClosingTests {
    @Test(arguments: MemoryStoreFactory.all) func aHandedInStoreStaysOpen(_ factory: MemoryStoreFactory) async throws {
        let records = try await factory.makeRecords()
        let store = try await factory.makeStore(.lexical, records)
        let id = try await store.add(NewMemory("one"), in: .test).id
        await store.close()
        await store.close()
        let other = try await factory.makeStore(.lexical, records)
        #expect(try await other.get(id, in: .test).content == "one")
        await records.close()
    }

    @Test(arguments: MemoryStoreFactory.all) func anOwnedStoreIsClosed(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore(.lexical { $0.ownsRecords = true })
        let id = try await store.add(NewMemory("one"), in: .test).id
        await store.close()
        await store.close()
        for call in [
            { try await store.add(NewMemory("two"), in: .test) }, { _ = try await store.get(id, in: .test) },
            { _ = try await store.search(MemorySearch("one"), in: .test) }, { _ = try await store.list(in: .test) },
            { try await store.delete(id, in: .test) }, { try await store.clear(in: .test) },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: MemoryError.self) { try await call() }
            #expect(error?.code == .closed)
        }
    }
}
