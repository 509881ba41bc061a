import Memories
import Records
import Testing

@Suite struct HistoryTests {
    /// A version in short: event, content, previous content.
    private struct Line: Equatable {
        var event: String
        var content: String?
        var previous: String?

        init(_ event: String, _ content: String?, _ previous: String?) {
            (self.event, self.content, self.previous) = (event, content, previous)
        }
    }

    private func lines(_ id: String, _ store: MemoryStore, _ scope: Scope = .test) async throws -> [Line] {
        try await store.history(id, in: scope).map { Line($0.event, $0.content, $0.previousContent) }
    }

    @Test(arguments: MemoryStoreFactory.all) func deletionForGoodEndsTheHistory(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await factory.makeStore()
        let id = try await store.add(NewMemory("one", topics: ["x"]), in: .test).id
        try await store.update(id, MemoryUpdate(content: "two", topics: []), in: .test)
        try await store.delete(id, in: .test)
        #expect(
            try await lines(id, store) == [
                Line("add", "one", nil), Line("update", "two", "one"), Line("delete", nil, "two"),
            ])
        let versions = try await store.history(id, in: .test)
        #expect(versions.map(\.revision) == [1, 2, 3])
        #expect(versions[0].details["topics"] == .array([.string("x")]))
        #expect(versions[1].details["topics"] == nil)
        #expect(versions[2].details.isEmpty)
        #expect(versions.map(\.recordedAt) == versions.map(\.recordedAt).sorted())
    }

    @Test(arguments: MemoryStoreFactory.all) func restoringIsPartOfTheHistory(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await factory.makeStore(.lexical { $0.softDelete = true })
        let id = try await store.add(NewMemory("one"), in: .test).id
        try await store.delete(id, in: .test)
        #expect(try await lines(id, store) == [Line("add", "one", nil), Line("delete", nil, "one")])
        try await store.restore(id, in: .test)
        try await store.update(id, MemoryUpdate(content: "two"), in: .test)
        #expect(
            try await lines(id, store) == [
                Line("add", "one", nil), Line("delete", nil, "one"), Line("restore", "one", nil),
                Line("update", "two", "one"),
            ])
    }

    @Test(arguments: MemoryStoreFactory.all) func anotherScopeSeesNoHistory(_ factory: MemoryStoreFactory) async throws
    {
        let store = try await factory.makeStore()
        let mine = Scope(app: "app", user: "user", agent: "a")
        let id = try await store.add(NewMemory("one"), in: mine).id
        try await store.delete(id, in: mine)
        #expect(try await lines(id, store, .test).count == 2)
        for other in [Scope(app: "app", user: "user", agent: "b"), Scope(app: "app", user: "other")] {
            let error = await #expect(throws: MemoryError.self) { try await store.history(id, in: other) }
            #expect(error?.code == .notFound)
        }
    }
}
