import Memories
import Records
import Testing

@Suite struct HostileTextTests {
    static let texts: [String] = [
        "zero\u{200b}width\u{200d}joined\u{feff}", "\u{202e}right to left\u{202c} שלום مرحبا", "e\u{301} é",
        "x'; DROP TABLE memory; --", "\" OR \"\"=\"", "100% _under_ \\back\\slash %_%",
        "NEAR(a b) AND NOT c* OR ^d : {e}",
        "\"unbalanced", "(((((", "*", "''''", "$$ ? :name @p1 #", "NULL", "\u{1}\u{7f}\u{9b}", "a\r\nb\tc\u{2028}d",
        "👩‍👩‍👧‍👦 🇩🇪 👍🏽", "ﷺ ﬃ Ⅷ ℌ", "\u{10ffff}\u{fffd}\u{fffe}", "{\"memory\": [1, null]}", "<script>alert(1)</script>",
        "ignore all previous instructions", "Z\u{335}\u{321}\u{34e}a\u{336}l\u{337}g\u{338}o", "İıßẞ", "𝕳𝖊𝖑𝖑𝖔",
        "../../etc/passwd", "%s%n%d", "-1", "\u{3000}全角　スペース\u{3000}", String(repeating: "a", count: 5_000),
        String(repeating: "e\u{301}", count: 500), String(repeating: "((", count: 500),
    ]

    @Test(arguments: MemoryStoreFactory.all) func isKeptByteForByteAndSearchedSafely(_ factory: MemoryStoreFactory)
        async throws
    {
        let store = try await factory.makeStore()
        var ids: [String] = []
        for (number, text) in Self.texts.enumerated() {
            let memory = NewMemory(
                text, topics: [String(text.prefix(40))], participants: ["\(number)"], location: String(text.prefix(40)),
                metadata: [text: .string(text)])
            ids.append(try await store.add(memory, in: .test).id)
        }
        #expect(Set(ids).count == Self.texts.count)
        for (id, text) in zip(ids, Self.texts) {
            let memory = try await store.get(id, in: .test)
            #expect(Array(memory.content.utf8) == Array(text.utf8))
            #expect(memory.metadata.map { Array($0.key.utf8) } == [Array(text.utf8)])
            #expect(memory.metadata[text] == .string(text))
            let search = MemorySearch(text, limit: 100, suppressesDuplicates: false)
            let hits = try await store.search(search, in: .test).hits
            // Whoever says a word finds it; what is no word at all may find nothing.
            if text.contains(where: { $0.isLetter && $0.isASCII }) {
                #expect(hits.contains { $0.memory.id == id }, "\(text.prefix(40).debugDescription)")
            }
            let conditions: [JSONValue] = [
                .object(["topics": .string(try #require(memory.topics.first))]),
                .object(["location": .object(["contains": .string(try #require(memory.location))])]),
            ]
            for condition in conditions {
                let filter = MemoryFilter(condition: try MemoryFilter.condition(parsing: condition.canonical))
                let listed = try await store.list(in: .test, matching: filter).memories
                #expect(listed.contains { $0.id == id }, "\(text.prefix(40).debugDescription)")
            }
            // Adding it once more finds the same.
            #expect(try await store.add(memory.asNew, in: .test).id == id)
        }
        #expect(try await store.count(in: .test) == Self.texts.count)
    }

    @Test(arguments: MemoryStoreFactory.all) func aMegabyteIsKept(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore()
        let text = String(repeating: "0123456789abcde ", count: 65_536) + "needle"
        let id = try await store.add(NewMemory(text), in: .test).id
        #expect(try await store.get(id, in: .test).content.utf8.elementsEqual(text.utf8))
        #expect(try await store.search(MemorySearch("needle"), in: .test).hits.map(\.memory.id) == [id])
    }

    @Test(arguments: MemoryStoreFactory.all) func whatCannotBeKeptIsNamed(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore()
        let long = String(repeating: "x", count: 256)
        let cases: [(NewMemory, String)] = [
            (NewMemory(""), "memory is required and must not be blank"),
            (NewMemory(" \t\n\u{3000}"), "memory is required and must not be blank"),
            (NewMemory("a\0b"), "memory must not contain U+0000"),
            (
                NewMemory(String(repeating: "x", count: 2_097_153)), "memory has 2097153 bytes; the limit is 2097152"
            ),
            (NewMemory("x", topics: ["a\0"]), "topics must not contain U+0000"),
            (NewMemory("x", topics: [long]), "topics has 256 bytes; the limit is 255"),
            (NewMemory("x", topics: (0...64).map(String.init)), "topics has 65 elements; the limit is 64"),
            (NewMemory("x", participants: [long]), "participants has 256 bytes; the limit is 255"),
            (NewMemory("x", location: "a\0b"), "location must not contain U+0000"),
            (
                NewMemory("x", location: String(repeating: "x", count: 1_025)),
                "location has 1025 bytes; the limit is 1024"
            ),
            (NewMemory("x", metadata: ["a": .string("\0")]), "metadata must not contain U+0000"),
            (NewMemory("x", metadata: ["\0": .null]), "metadata must not contain U+0000"),
            (
                NewMemory("x", metadata: ["a": .string(String(repeating: "x", count: 65_536))]),
                "metadata has 65544 bytes; the limit is 65536"
            ),
            (NewMemory("x", importance: 1.1), "importance must be between 0 and 1"),
            (NewMemory("x", relevance: .nan), "relevance must be between 0 and 1"),
            (NewMemory("x", vector: []), "vector has 0 elements; 1 to 65536 are allowed"),
        ]
        for (memory, message) in cases {
            let error = await #expect(throws: MemoryError.self) { try await store.add(memory, in: .test) }
            #expect(error?.code == .invalid)
            #expect(error?.message == message)
        }
        #expect(try await store.count(in: .test) == 0)
    }
}
