import Memories
import Records
import Testing

@Suite struct ListTests {
    @Test(arguments: MemoryStoreFactory.all) func newestFirstByUpdate(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore()
        var ids: [String] = []
        for text in ["one", "two", "three"] { ids.append(try await store.add(NewMemory(text), in: .test).id) }
        #expect(try await store.contents() == ["three", "two", "one"])
        try await store.update(ids[0], MemoryUpdate(content: "one more"), in: .test)
        #expect(try await store.contents() == ["one more", "three", "two"])
    }

    @Test(arguments: MemoryStoreFactory.all) func pagesNeitherSkipNorRepeatAtEqualTimes(_ factory: MemoryStoreFactory)
        async throws
    {
        let records = try await factory.makeRecords()
        let clock = TestClock()
        // A store never repeats a time, so equal ones come from several over the same records.
        for number in 0..<7 {
            let store = try await factory.makeStore(.lexical { $0.clock = { clock.now } }, records)
            try await store.add(NewMemory("memory \(number)"), in: .test)
        }
        let store = try await factory.makeStore(.lexical { $0.clock = { clock.now } }, records)
        let whole = try await store.list(in: .test).memories
        #expect(whole.count == 7)
        #expect(Set(whole.map(\.updatedAt)).count == 1)
        #expect(whole.map(\.id) == whole.map(\.id).sorted(by: >))

        for limit in [1, 2, 3, 7] {
            var paged: [Memory] = []
            var cursor: Cursor?
            repeat {
                let page = try await store.list(in: .test, limit: limit, after: cursor)
                #expect(page.memories.count <= limit)
                paged += page.memories
                cursor = page.next
            } while cursor != nil && paged.count < 20
            #expect(paged == whole)
        }
    }

    @Test(arguments: MemoryStoreFactory.all) func pagesAreFullWhereOthersExpired(_ factory: MemoryStoreFactory)
        async throws
    {
        let clock = TestClock()
        let store = try await factory.makeStore(.lexical { $0.clock = { clock.now } })
        for number in 0..<20 {
            let expiry = number % 2 == 0 ? clock.later(seconds: 1) : nil
            try await store.add(NewMemory("memory \(number)", expiresAt: expiry), in: .test)
        }
        clock.advance(seconds: 2)
        let page = try await store.list(in: .test, limit: 6)
        #expect(page.memories.map(\.content) == [19, 17, 15, 13, 11, 9].map { "memory \($0)" })
        let rest = try await store.list(in: .test, limit: 6, after: page.next)
        #expect(rest.memories.map(\.content) == [7, 5, 3, 1].map { "memory \($0)" })
        #expect(rest.next == nil)
    }

    @Test(arguments: MemoryStoreFactory.all) func aCursorOfAnotherQuestionIsRefused(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await factory.makeStore()
        for number in 0..<3 { try await store.add(NewMemory("memory \(number)"), in: .test) }
        let cursor = try #require(try await store.list(in: .test, limit: 1).next)
        for other in [Scope(app: "app", user: "other"), Scope(app: "app", user: "user", agent: "a")] {
            let error = await #expect(throws: MemoryError.self) { try await store.list(in: other, after: cursor) }
            #expect(error?.code == .invalid)
        }
        let limit = await #expect(throws: MemoryError.self) { try await store.list(in: .test, limit: 0) }
        #expect(limit?.code == .invalid)
    }

    @Test(arguments: MemoryStoreFactory.all) func accessIsRecordedOnRequestOnly(_ factory: MemoryStoreFactory)
        async throws
    {
        let records = try await factory.makeRecords()
        let clock = TestClock()
        let quiet = try await factory.makeStore(.lexical { $0.clock = { clock.now } }, records)
        let recording = try await factory.makeStore(
            .lexical {
                $0.clock = { clock.now }
                $0.recordsAccess = true
            }, records)
        let id = try await quiet.add(NewMemory("Likes coffee"), in: .test).id
        let added = try await quiet.get(id, in: .test)
        clock.advance(seconds: 60)
        _ = try await quiet.found("coffee")
        #expect(try await quiet.get(id, in: .test) == added)
        _ = try await recording.found("coffee")
        let read = try await quiet.get(id, in: .test)
        #expect(read.accessedAt >= clock.now)
        #expect(read.updatedAt == added.updatedAt)
    }
}
