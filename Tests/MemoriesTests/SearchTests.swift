import Memories
import Retrieval
import Testing

@Suite struct SearchTests {
    private func store(_ factory: MemoryStoreFactory, _ memories: [NewMemory]) async throws -> MemoryStore {
        let store = try await factory.makeStore()
        for outcome in await store.add(memories, in: .test) { _ = try outcome.get() }
        return store
    }

    private func store(_ factory: MemoryStoreFactory, _ texts: [String]) async throws -> MemoryStore {
        try await store(factory, texts.map { NewMemory($0) })
    }

    @Test(arguments: MemoryStoreFactory.all) func theFittingMemoryComesFirst(_ factory: MemoryStoreFactory) async throws
    {
        let store = try await store(
            factory,
            [
                NewMemory("User likes dark roast coffee", topics: ["preferences"]),
                NewMemory("User works as a backend engineer in Berlin", topics: ["career"]),
                NewMemory("User adopted a cat named Mochi", topics: ["pets", "cat"]),
            ])
        let expected = [
            ("where does the user work", "works"), ("dark coffee", "coffee"), ("cat", "Mochi"), ("pets", "Mochi"),
            ("engineering career", "Berlin"),
        ]
        for (query, word) in expected {
            #expect(try await store.found(query).first?.contains(word) == true, "\(query)")
        }
        #expect(try await store.found("cat").count == 1)
        #expect(try await store.found("Berlin cat").count == 2)
    }

    @Test(arguments: MemoryStoreFactory.all) func formsOfAWordAreOne(_ factory: MemoryStoreFactory) async throws {
        let store = try await store(factory, ["She works nights", "Le café est fermé", "Reads about cities"])
        #expect(try await store.found("work") == ["She works nights"])
        #expect(try await store.found("WORKING") == ["She works nights"])
        #expect(try await store.found("cafe") == ["Le café est fermé"])
        #expect(try await store.found("cafe\u{301}") == ["Le café est fermé"])
        #expect(try await store.found("city") == ["Reads about cities"])
    }

    @Test(arguments: MemoryStoreFactory.all) func namesOfTechnologyAndHanAreFound(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await store(
            factory, ["Writes C# at work", "Writes C++ at home", "我喜欢猫", "東京に住んでいます", "서울에 삽니다"])
        #expect(try await store.found("C#") == ["Writes C# at work"])
        #expect(try await store.found("C++") == ["Writes C++ at home"])
        #expect(try await store.found("猫") == ["我喜欢猫"])
        #expect(try await store.found("喜欢") == ["我喜欢猫"])
        #expect(try await store.found("東京") == ["東京に住んでいます"])
        #expect(try await store.found("서울") == ["서울에 삽니다"])
    }

    @Test(arguments: MemoryStoreFactory.all) func nearDuplicatesAreLeftOutOnRequest(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await store(
            factory,
            [
                "User likes dark roast coffee in the morning", "The user likes dark roast coffee in the morning!",
                "User hates instant coffee",
            ])
        #expect(try await store.found("coffee").count == 2)
        let all = try await store.search(MemorySearch("coffee", suppressesDuplicates: false), in: .test)
        #expect(all.hits.count == 3)
        #expect(all.hits.map(\.score) == all.hits.map(\.score).sorted(by: >))
    }

    @Test(arguments: MemoryStoreFactory.all) func aPreferredKindIsToppedUp(_ factory: MemoryStoreFactory) async throws {
        let store = try await store(
            factory,
            [
                NewMemory("coffee coffee coffee", kind: .fact), NewMemory("coffee at noon", kind: .fact),
                NewMemory("They once met for a cup of coffee near the old station", kind: .episode),
            ])
        var search = MemorySearch("coffee", filter: MemoryFilter(kinds: [.episode]))
        #expect(try await store.search(search, in: .test).hits.map(\.memory.kind) == [.episode])
        search.fallsBackToOtherKinds = true
        #expect(try await store.search(search, in: .test).hits.map(\.memory.kind) == [.episode, .fact, .fact])
        search.limit = 2
        #expect(try await store.search(search, in: .test).hits.map(\.memory.kind) == [.episode, .fact])
        search.limit = 1
        #expect(try await store.search(search, in: .test).hits.map(\.memory.kind) == [.episode])
        // Three of the kind are enough.
        for text in ["coffee again", "more coffee"] { try await store.add(NewMemory(text, kind: .episode), in: .test) }
        search.limit = 10
        #expect(try await store.search(search, in: .test).hits.map(\.memory.kind) == [.episode, .episode, .episode])
    }

    @Test(arguments: MemoryStoreFactory.all) func namesAndDatesCount(_ factory: MemoryStoreFactory) async throws {
        let store = try await store(
            factory,
            [
                NewMemory("Went hiking", eventTime: FlexibleTime("2024-05-07")?.start, participants: ["Ann"]),
                NewMemory("Went hiking", eventTime: FlexibleTime("2023-08-01")?.start, participants: ["Bob"]),
            ])
        var search = MemorySearch("When did Ann go hiking?", suppressesDuplicates: false)
        #expect(try await store.search(search, in: .test).hits.first?.memory.participants == ["Ann"])
        search.text = "When did Bob go hiking?"
        #expect(try await store.search(search, in: .test).hits.first?.memory.participants == ["Bob"])
        search.text = "hiking in August 2023"
        #expect(try await store.search(search, in: .test).hits.first?.explanation.date == 1)
        #expect(try await store.search(search, in: .test).hits.first?.memory.participants == ["Bob"])
    }

    @Test(arguments: MemoryStoreFactory.all) func aNameCountsInEverySpelling(_ factory: MemoryStoreFactory) async throws
    {
        let store = try await store(
            factory, ["Ann", "ann", "ANN", "Bob"].map { NewMemory("Went hiking", participants: [$0]) })
        let search = MemorySearch("When did Ann go hiking?", suppressesDuplicates: false)
        let hits = try await store.search(search, in: .test).hits
        #expect(hits.map(\.explanation.participant) == [1, 1, 1, 0])
        #expect(hits.last?.memory.participants == ["Bob"])
    }

    @Test(arguments: MemoryStoreFactory.all) func relevanceWeighs(_ factory: MemoryStoreFactory) async throws {
        let store = try await store(
            factory, [NewMemory("coffee at home", relevance: 0.5), NewMemory("coffee at work", relevance: 1)])
        let hits = try await store.search(MemorySearch("coffee"), in: .test).hits
        try #require(hits.map(\.memory.content) == ["coffee at work", "coffee at home"])
        #expect(abs(hits[1].score * 2 - hits[0].score) < 0.01)
        let strict = MemorySearch("coffee", minimumScore: hits[0].score)
        #expect(try await store.search(strict, in: .test).hits.count == 1)
    }

    @Test(arguments: MemoryStoreFactory.all) func blankAsksNothing(_ factory: MemoryStoreFactory) async throws {
        let store = try await store(factory, ["one"])
        for query in ["", "  \n", "\u{3000}"] { #expect(try await store.found(query).isEmpty) }
        #expect(try await store.found("unheard-of").isEmpty)
    }

    @Test(arguments: MemoryStoreFactory.all) func boundsAreNamed(_ factory: MemoryStoreFactory) async throws {
        let store = try await store(factory, ["one"])
        let cases = [
            (MemorySearch("one", limit: 0), "limit must be 1 to 1000, not 0"),
            (MemorySearch("one", limit: 1_001), "limit must be 1 to 1000, not 1001"),
            (MemorySearch("one", minimumScore: 1.5), "minimum score must be between 0 and 1"),
            (MemorySearch("one", minimumScore: .nan), "minimum score must be between 0 and 1"),
            (
                MemorySearch(String(repeating: "x", count: 65_537)), "query has 65537 bytes; the limit is 65536"
            ),
        ]
        for (search, message) in cases {
            let error = await #expect(throws: MemoryError.self) { try await store.search(search, in: .test) }
            #expect(error?.code == .invalid)
            #expect(error?.message == message)
        }
        #expect(try await store.found(String(repeating: "x", count: 65_536)).isEmpty)
    }

    @Test(arguments: MemoryStoreFactory.all) func whatAnotherStoreWroteIsFound(_ factory: MemoryStoreFactory)
        async throws
    {
        let records = try await factory.makeRecords()
        let reader = try await factory.makeStore(.lexical, records)
        let writer = try await factory.makeStore(.lexical, records)
        #expect(try await reader.found("coffee").isEmpty)
        let id = try await writer.add(NewMemory("Likes coffee"), in: .test).id
        #expect(try await reader.found("coffee") == ["Likes coffee"])
        try await writer.update(id, MemoryUpdate(content: "Likes tea"), in: .test)
        #expect(try await reader.found("coffee").isEmpty)
        #expect(try await reader.found("tea") == ["Likes tea"])
        try await writer.delete(id, in: .test)
        #expect(try await reader.found("tea").isEmpty)
    }
}
