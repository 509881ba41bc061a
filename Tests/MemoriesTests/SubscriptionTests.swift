import InMemoryRecords
import Memories
import Records
import TestStores
import Testing

/// What anybody does to a scope's memories is in the stream, once and in order.
@Suite("Subscriptions")
struct SubscriptionTests {
    @Test(arguments: MemoryStoreFactory.all) func everyChangeArrivesOnce(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore()
        _ = try await store.add(NewMemory("was there before"), in: .test)
        let changes = try await store.subscribe(to: .test)
        let first = try await store.add(NewMemory("first"), in: .test).id
        var iterator = changes.makeAsyncIterator()
        #expect(try await iterator.next()?.text == "first")
        _ = try await store.add(NewMemory("somebody else's"), in: Scope(app: "app", user: "other"))
        _ = try await store.update(first, MemoryUpdate(content: "second"), in: .test)
        #expect(try await iterator.next()?.text == "second")
        try await store.delete(first, in: .test)
        #expect(try await iterator.next()?.text == "deleted \(first)")
        await store.close()
        #expect(try await iterator.next() == nil, "the stream ends with the store")
    }

    @Test(arguments: MemoryStoreFactory.all) func whatIsThereCanComeFirst(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore()
        let agent = Scope(app: "app", user: "user", agent: "one")
        let mine = try await store.add(NewMemory("mine"), in: agent).id
        let others = try await store.add(NewMemory("another agent's"), in: .test).id
        var iterator = try await store.subscribe(to: agent, includesPresent: true).makeAsyncIterator()
        #expect(try await iterator.next()?.text == "mine")
        try await store.delete(others, in: .test)
        try await store.delete(mine, in: agent)
        #expect(try await iterator.next()?.text == "deleted \(mine)", "a narrow scope hears of its own only")
        await store.close()
    }
}

extension MemoryChange {
    fileprivate var text: String {
        switch self {
        case .saved(let memory): memory.content
        case .deleted(let id): "deleted \(id)"
        }
    }
}
