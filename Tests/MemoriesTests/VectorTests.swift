import Memories
import Models
import Records
import Retrieval
import Synchronization
import Testing

@Suite struct VectorTests {
    @Test(arguments: MemoryStoreFactory.all) func findsByMeaningAlone(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore(MemoryStoreConfiguration(embedder: MeaningEmbedder()))
        try await store.add(NewMemory("Owns an old automobile"), in: .test)
        try await store.add(NewMemory("Adopted a kitten"), in: .test)
        let answer = try await store.search(MemorySearch("which car?"), in: .test)
        #expect(answer.hits.map(\.memory.content) == ["Owns an old automobile"])
        #expect(answer.hits.first?.similarity.map { $0 > 0.99 } == true)
        #expect(answer.degraded.isEmpty)
        // Words alone find nothing.
        let lexical = try await store.search(MemorySearch("which car?", mode: .lexical), in: .test)
        #expect(lexical.hits.isEmpty)
        #expect(lexical.degraded.isEmpty)
    }

    @Test(arguments: MemoryStoreFactory.all) func anUpdateMovesTheMeaning(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore(MemoryStoreConfiguration(embedder: MeaningEmbedder()))
        let id = try await store.add(NewMemory("Owns an old automobile"), in: .test).id
        try await store.update(id, MemoryUpdate(content: "Adopted a kitten"), in: .test)
        #expect(try await store.search(MemorySearch("car", mode: .vector), in: .test).hits.isEmpty)
        #expect(try await store.search(MemorySearch("cat", mode: .vector), in: .test).hits.map(\.memory.id) == [id])
    }

    @Test(arguments: MemoryStoreFactory.all) func callersVectorsAreUsed(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore()
        try await store.add(NewMemory("east", vector: [1, 0, 0]), in: .test)
        try await store.add(NewMemory("north", vector: [0, 2, 0]), in: .test)
        try await store.add(NewMemory("nowhere"), in: .test)
        // A vector needs no text.
        let answer = try await store.search(MemorySearch("", mode: .vector, vector: [0.6, 0.8, 0]), in: .test)
        #expect(answer.hits.map(\.memory.content) == ["north", "east"])
        #expect(answer.hits.compactMap(\.similarity).map { ($0 * 100).rounded() } == [80, 60])
        #expect(answer.degraded.isEmpty)
        let error = await #expect(throws: MemoryError.self) {
            try await store.search(MemorySearch("x", vector: [1, 0]), in: .test)
        }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains("vector") == true)
    }

    @Test(arguments: MemoryStoreFactory.all) func callersVectorsStayThroughOtherChanges(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await factory.makeStore()
        let id = try await store.add(NewMemory("east", vector: [1, 0, 0]), in: .test).id
        let search = MemorySearch("", mode: .vector, vector: [1, 0, 0])
        try await store.update(id, MemoryUpdate(topics: ["direction"], importance: .set(1)), in: .test)
        #expect(try await store.search(search, in: .test).hits.map(\.memory.id) == [id])
        try await store.add(NewMemory("east", topics: ["direction"], metadata: ["a": .int(1)]), in: .test)
        #expect(try await store.search(search, in: .test).hits.map(\.memory.metadata) == [["a": .int(1)]])
        // A new text without a vector leaves none behind.
        try await store.update(id, MemoryUpdate(content: "west"), in: .test)
        #expect(try await store.search(search, in: .test).hits.isEmpty)
        try await store.update(id, MemoryUpdate(content: "west", vector: [1, 0, 0]), in: .test)
        #expect(try await store.search(search, in: .test).hits.map(\.memory.id) == [id])
    }

    @Test(arguments: MemoryStoreFactory.all) func anotherDimensionThanTheModelsIsRefused(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await factory.makeStore(MemoryStoreConfiguration(embedder: MeaningEmbedder(dimensions: 8)))
        let message = "vector: embedding dimension mismatch: expected 8, got 3"
        let id = try await store.add(NewMemory("one"), in: .test).id
        for call in [
            { try await store.add(NewMemory("two", vector: [1, 0, 0]), in: .test) },
            { try await store.update(id, MemoryUpdate(vector: [1, 0, 0]), in: .test) },
            { _ = try await store.search(MemorySearch("x", vector: [1, 0, 0]), in: .test) },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: MemoryError.self) { try await call() }
            #expect(error?.code == .invalid)
            #expect(error?.message == message)
        }
        for vector in [[Float.nan, 0, 0, 0, 0, 0, 0, 0], [.infinity, 0, 0, 0, 0, 0, 0, 0]] {
            let error = await #expect(throws: MemoryError.self) {
                try await store.add(NewMemory("two", vector: vector), in: .test)
            }
            #expect(error?.message == "vector: every element must be finite")
        }
        #expect(try await store.count(in: .test) == 1)
    }

    @Test(arguments: MemoryStoreFactory.all) func lexicalByChoiceIsComplete(_ factory: MemoryStoreFactory) async throws
    {
        let store = try await factory.makeStore(MemoryStoreConfiguration(isLexicalByChoice: true))
        #expect(try await store.add(NewMemory("Likes coffee"), in: .test).degraded.isEmpty)
        #expect(try await store.search(MemorySearch("coffee"), in: .test).degraded.isEmpty)
        // Asking for meaning all the same says what is missing.
        let answer = try await store.search(MemorySearch("coffee", mode: .vector), in: .test)
        #expect(answer.degraded == ["embeddings"])
        #expect(answer.hits.count == 1)
    }

    @Test(arguments: MemoryStoreFactory.all) func withoutAModelAnswersSayTheyAreDegraded(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await factory.makeStore(MemoryStoreConfiguration())
        #expect(try await store.add(NewMemory("Likes coffee"), in: .test).degraded == ["embeddings"])
        #expect(try await store.add(NewMemory("east", vector: [1, 0]), in: .test).degraded.isEmpty)
        let answer = try await store.search(MemorySearch("coffee"), in: .test)
        #expect(answer.degraded == ["embeddings"])
        #expect(answer.hits.map(\.memory.content) == ["Likes coffee"])
        #expect(try await store.search(MemorySearch("coffee", mode: .lexical), in: .test).degraded.isEmpty)
        let id = try #require(answer.hits.first?.memory.id)
        let renamed = try await store.update(id, MemoryUpdate(content: "Likes tea"), in: .test)
        #expect(renamed.degraded == ["embeddings"])
        // Nothing to embed, nothing missing.
        let weighed = try await store.update(id, MemoryUpdate(vector: [0, 1]), in: .test)
        #expect(weighed.degraded.isEmpty)
    }

    @Test(arguments: MemoryStoreFactory.all) func aFailingModelLosesNothing(_ factory: MemoryStoreFactory) async throws
    {
        let embedder = MeaningEmbedder()
        let store = try await factory.makeStore(MemoryStoreConfiguration(embedder: embedder))
        embedder.fails.withLock { $0 = true }
        let outcome = try await store.add(NewMemory("Owns an automobile"), in: .test)
        #expect(outcome.degraded == ["embeddings"])
        let answer = try await store.search(MemorySearch("automobile"), in: .test)
        #expect(answer.degraded == ["embeddings"])
        #expect(answer.hits.map(\.memory.id) == [outcome.id])

        // Once the model answers again, saying the same again fills in what was missing.
        embedder.fails.withLock { $0 = false }
        #expect(try await store.search(MemorySearch("car", mode: .vector), in: .test).hits.isEmpty)
        let again = try await store.add(NewMemory("Owns an automobile"), in: .test)
        #expect(again.id == outcome.id)
        #expect(again.degraded.isEmpty)
        let found = try await store.search(MemorySearch("car", mode: .vector), in: .test).hits
        #expect(found.map(\.memory.id) == [outcome.id])
    }

    @Test(arguments: MemoryStoreFactory.all, [16, 24])
    func spacesNeverMix(_ factory: MemoryStoreFactory, _ dimensions: Int) async throws {
        let records = try await factory.makeRecords()
        let first = try await factory.makeStore(MemoryStoreConfiguration(embedder: MeaningEmbedder("first")), records)
        let second = try await factory.makeStore(
            MemoryStoreConfiguration(embedder: MeaningEmbedder("second", dimensions: dimensions)), records)
        let old = try await first.add(NewMemory("Owns an automobile"), in: .test).id
        #expect(try await second.search(MemorySearch("car", mode: .vector), in: .test).hits.isEmpty)
        // By its words it is found, and no similarity is claimed.
        let hit = try #require(try await second.search(MemorySearch("automobile"), in: .test).hits.first)
        #expect(hit.memory.id == old)
        #expect(hit.similarity == nil)
        let new = try await second.add(NewMemory("Sold the vehicle"), in: .test).id
        #expect(try await second.search(MemorySearch("car", mode: .vector), in: .test).hits.map(\.memory.id) == [new])
        #expect(try await first.search(MemorySearch("car", mode: .vector), in: .test).hits.map(\.memory.id) == [old])
    }

    @Test(arguments: MemoryStoreFactory.all) func anUpdateUnderANewModelMovesToItsSpace(_ factory: MemoryStoreFactory)
        async throws
    {
        let records = try await factory.makeRecords()
        let first = try await factory.makeStore(MemoryStoreConfiguration(embedder: MeaningEmbedder("first")), records)
        let embedder = MeaningEmbedder("second")
        let second = try await factory.makeStore(MemoryStoreConfiguration(embedder: embedder), records)
        let id = try await first.add(NewMemory("Owns an automobile"), in: .test).id
        let car = MemorySearch("car", mode: .vector)
        // While the new model cannot be asked, the old vector stays.
        embedder.fails.withLock { $0 = true }
        try await second.update(id, MemoryUpdate(importance: .set(1)), in: .test)
        #expect(try await first.search(car, in: .test).hits.map(\.memory.id) == [id])
        embedder.fails.withLock { $0 = false }
        try await second.update(id, MemoryUpdate(importance: .set(0)), in: .test)
        #expect(try await second.search(car, in: .test).hits.map(\.memory.id) == [id])
        #expect(try await first.search(car, in: .test).hits.isEmpty)
    }

    @Test(arguments: MemoryStoreFactory.all) func whoTakesPartIsEmbedded(_ factory: MemoryStoreFactory) async throws {
        let embedder = MeaningEmbedder()
        let store = try await factory.makeStore(MemoryStoreConfiguration(embedder: embedder))
        let memory = NewMemory("Went hiking", topics: ["sport"], participants: ["Ann", "Bob"])
        let id = try await store.add(memory, in: .test).id
        #expect(embedder.documents.withLock { $0 } == ["Ann, Bob: Went hiking"])
        // Only a new text is embedded again.
        try await store.update(id, MemoryUpdate(topics: [], importance: .set(1)), in: .test)
        #expect(embedder.documents.withLock { $0.count } == 1)
        try await store.update(id, MemoryUpdate(participants: ["Ann"]), in: .test)
        #expect(embedder.documents.withLock { $0.last } == "Ann: Went hiking")
    }
}
