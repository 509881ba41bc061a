import Memories
import Testing

@Suite struct LimitTests {
    private static func store(_ factory: MemoryStoreFactory, _ limits: MemoryLimits) async throws -> MemoryStore {
        try await factory.makeStore(.lexical { $0.limits = limits })
    }

    private func agent(_ name: String) -> Scope { Scope(app: "app", user: "user", agent: name) }

    @Test(arguments: MemoryStoreFactory.all) func theUserLimitIsNamed(_ factory: MemoryStoreFactory) async throws {
        let store = try await Self.store(factory, MemoryLimits(perUser: 2))
        try await store.add(NewMemory("one"), in: .test)
        try await store.add(NewMemory("two"), in: agent("a"))
        let error = await #expect(throws: MemoryError.self) { try await store.add(NewMemory("three"), in: .test) }
        #expect(error?.code == .limit)
        #expect(error?.message == "memory limit exceeded for user user, limit: 2, current: 2")
        #expect(try await store.count(in: .test) == 2)
        // Other users have a limit of their own.
        #expect(try await store.add(NewMemory("three"), in: Scope(app: "app", user: "other")).isCreated)
    }

    @Test(arguments: MemoryStoreFactory.all) func theAgentLimitIsNamed(_ factory: MemoryStoreFactory) async throws {
        let store = try await Self.store(factory, MemoryLimits(perUser: 3, perAgent: 1))
        try await store.add(NewMemory("one"), in: agent("a"))
        let error = await #expect(throws: MemoryError.self) { try await store.add(NewMemory("two"), in: agent("a")) }
        #expect(error?.code == .limit)
        #expect(error?.message == "memory limit exceeded for agent a, limit: 1, current: 1")
        #expect(try await store.add(NewMemory("two"), in: agent("b")).isCreated)
        #expect(try await store.add(NewMemory("two"), in: .test).isCreated)
        let user = await #expect(throws: MemoryError.self) { try await store.add(NewMemory("two"), in: agent("c")) }
        #expect(user?.message.contains("user") == true)
    }

    @Test(arguments: MemoryStoreFactory.all) func addingAgainAtTheLimitSucceeds(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await Self.store(factory, MemoryLimits(perUser: 1, perAgent: 1))
        let id = try await store.add(NewMemory("one"), in: agent("a")).id
        #expect(try await store.add(NewMemory("one"), in: agent("a")).id == id)
        #expect(try await store.update(id, MemoryUpdate(content: "two"), in: .test).memory.content == "two")
    }

    @Test(arguments: MemoryStoreFactory.all) func whatLeavesMakesRoom(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore(
            .lexical {
                $0.limits = MemoryLimits(perUser: 1)
                $0.softDelete = true
            })
        let id = try await store.add(NewMemory("one"), in: .test).id
        try await store.delete(id, in: .test)
        try await store.add(NewMemory("two"), in: .test)
        // Neither way of coming back passes the limit.
        let restored = await #expect(throws: MemoryError.self) { try await store.restore(id, in: .test) }
        #expect(restored?.code == .limit)
        let revived = await #expect(throws: MemoryError.self) { try await store.add(NewMemory("one"), in: .test) }
        #expect(revived?.code == .limit)
        #expect(try await store.contents() == ["two"])
        #expect(try await store.clear(in: .test) == 1)
        #expect(try await store.restore(id, in: .test).content == "one")
    }

    @Test(arguments: MemoryStoreFactory.all) func evictionTakesTheLeastRecentlyUpdated(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await Self.store(factory, MemoryLimits(perUser: 2, policy: .evict))
        let one = try await store.add(NewMemory("one"), in: .test).id
        let two = try await store.add(NewMemory("two"), in: .test).id
        try await store.update(one, MemoryUpdate(importance: .set(1)), in: .test)
        try await store.add(NewMemory("three"), in: .test)
        #expect(try await store.contents() == ["three", "one"])
        #expect(try await store.history(two, in: .test).map(\.event) == ["add", "delete"])
        // Saying it again counts as an update.
        try await store.add(NewMemory("one"), in: .test)
        try await store.add(NewMemory("four"), in: .test)
        #expect(try await store.contents() == ["four", "one"])
    }

    @Test(arguments: MemoryStoreFactory.all) func evictionForAnAgentTakesTheAgents(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await Self.store(factory, MemoryLimits(perAgent: 1, policy: .evict))
        try await store.add(NewMemory("user's"), in: .test)
        try await store.add(NewMemory("b's"), in: agent("b"))
        try await store.add(NewMemory("a's first"), in: agent("a"))
        try await store.add(NewMemory("a's second"), in: agent("a"))
        #expect(try await store.contents() == ["a's second", "b's", "user's"])
    }

    @Test(arguments: MemoryStoreFactory.all) func revivingAtTheLimitEvicts(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore(
            .lexical {
                $0.limits = MemoryLimits(perUser: 1, policy: .evict)
                $0.softDelete = true
            })
        let id = try await store.add(NewMemory("one"), in: .test).id
        try await store.delete(id, in: .test)
        try await store.add(NewMemory("two"), in: .test)
        #expect(try await store.add(NewMemory("one"), in: .test).id == id)
        #expect(try await store.contents() == ["one"])
    }

    @Test(arguments: MemoryStoreFactory.all, MemoryLimits.Policy.allCases)
    func limitsAreExactAmongManyWriters(_ factory: MemoryStoreFactory, _ policy: MemoryLimits.Policy) async throws {
        let store = try await Self.store(factory, MemoryLimits(perUser: 10, perAgent: 7, policy: policy))
        let scopes = [agent("a"), Scope.test]
        let results = await withTaskGroup(of: [Result<AddOutcome, MemoryError>].self) { group in
            for writer in 0..<16 {
                group.addTask {
                    await store.add((0..<4).map { NewMemory("\(writer), \($0)") }, in: scopes[writer % 2])
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(results.count == 64)
        #expect(try await store.count(in: .test) == 10)
        #expect(try await store.count(in: agent("a")) <= 7)
        let successes = results.count { (try? $0.get()) != nil }
        #expect(successes == (policy == .reject ? 10 : 64))
        for case .failure(let error) in results { #expect(error.code == .limit) }
    }

    @Test(arguments: MemoryStoreFactory.all) func aLimitBelowOneIsRefused(_ factory: MemoryStoreFactory) async throws {
        for limits in [MemoryLimits(perUser: 0), MemoryLimits(perAgent: -1)] {
            let error = await #expect(throws: MemoryError.self) { try await Self.store(factory, limits) }
            #expect(error?.code == .invalid)
            #expect(error?.message.contains(limits.perUser == nil ? "perAgent" : "perUser") == true)
        }
    }
}
