import Memories
import Testing

@Suite struct ExpiryTests {
    private let clock = TestClock()

    private func store(_ factory: MemoryStoreFactory, perUser: Int? = nil) async throws -> MemoryStore {
        let clock = clock
        return try await factory.makeStore(
            .lexical {
                $0.clock = { clock.now }
                $0.limits = MemoryLimits(perUser: perUser)
            })
    }

    @Test(arguments: MemoryStoreFactory.all) func invisibleFromTheInstantOn(_ factory: MemoryStoreFactory) async throws
    {
        let store = try await store(factory)
        let id = try await store.add(NewMemory("Parked on level 3", expiresAt: clock.later(seconds: 60)), in: .test).id
        try await store.add(NewMemory("Owns a car"), in: .test)
        clock.advance(seconds: 59)
        #expect(try await store.get(id, in: .test).content == "Parked on level 3")
        #expect(try await store.found("parked") == ["Parked on level 3"])
        #expect(try await store.count(in: .test) == 2)

        clock.advance(seconds: 1)
        let error = await #expect(throws: MemoryError.self) { try await store.get(id, in: .test) }
        #expect(error?.code == .notFound)
        #expect(try await store.found("parked").isEmpty)
        #expect(try await store.contents() == ["Owns a car"])
        #expect(try await store.count(in: .test) == 1)
        let update = await #expect(throws: MemoryError.self) {
            try await store.update(id, MemoryUpdate(expiresAt: .clear), in: .test)
        }
        #expect(update?.code == .notFound)
    }

    @Test(arguments: MemoryStoreFactory.all) func sweepingDeletesInEveryPartition(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await store(factory)
        let users = ["a", "b", "c"].map { Scope(app: "app", user: $0) }
        var ids: [String] = []
        for (number, user) in users.enumerated() {
            let expiry = clock.later(seconds: Int64(number + 1) * 10)
            ids.append(try await store.add(NewMemory("temporary", expiresAt: expiry), in: user).id)
            try await store.add(NewMemory("permanent"), in: user)
        }
        #expect(try await store.sweepExpired() == 0)
        clock.advance(seconds: 20)
        #expect(try await store.sweepExpired() == 2)
        #expect(try await store.sweepExpired() == 0)
        #expect(try await store.history(ids[1], in: users[1]).map(\.event) == ["add", "delete"])
        #expect(try await store.contents(in: users[2]).count == 2)
        #expect(try await store.contents(in: users[0]) == ["permanent"])
    }

    @Test(arguments: MemoryStoreFactory.all) func whatExpiredDoesNotCountAgainstTheLimit(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await store(factory, perUser: 1)
        try await store.add(NewMemory("one", expiresAt: clock.later(seconds: 1)), in: .test)
        let error = await #expect(throws: MemoryError.self) { try await store.add(NewMemory("two"), in: .test) }
        #expect(error?.code == .limit)
        clock.advance(seconds: 1)
        // No sweep was asked for.
        try await store.add(NewMemory("two"), in: .test)
        #expect(try await store.contents() == ["two"])
        let third = await #expect(throws: MemoryError.self) { try await store.add(NewMemory("three"), in: .test) }
        #expect(third?.code == .limit)
    }

    @Test(arguments: MemoryStoreFactory.all) func addingAgainRevives(_ factory: MemoryStoreFactory) async throws {
        let store = try await store(factory, perUser: 1)
        let id = try await store.add(NewMemory("one", expiresAt: clock.later(seconds: 1)), in: .test).id
        clock.advance(seconds: 5)
        #expect(try await store.add(NewMemory("one"), in: .test).id == id)
        #expect(try await store.get(id, in: .test).expiresAt == nil)
        #expect(try await store.sweepExpired() == 0)
        // It still counts once.
        let error = await #expect(throws: MemoryError.self) { try await store.add(NewMemory("two"), in: .test) }
        #expect(error?.message.hasSuffix("current: 1") == true)
    }
}
