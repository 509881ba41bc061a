import Memories
import Records
import Testing

@Suite struct FilterTests {
    /// Five notes, told apart by their last letter.
    private func fill(_ store: MemoryStore) async throws {
        func time(_ text: String) -> Timestamp? { FlexibleTime(text)?.start }
        let notes: [(NewMemory, Scope)] = [
            (
                NewMemory(
                    "note a", topics: ["food", "50%"], kind: .preference, eventTime: time("2024-01-10"),
                    participants: ["Ann"], location: "Rome",
                    metadata: ["level": .int(3), "tags": .array([.string("x")])],
                    importance: 0.2), .test
            ),
            (
                NewMemory(
                    "note b", topics: ["food", "work"], kind: .episode, eventTime: time("2024-02-20T12:00:00Z"),
                    participants: ["Bob", "Ann"],
                    metadata: ["level": .double(7.5), "deep": .object(["er": .bool(true)])],
                    importance: 0.9), .test
            ),
            (
                NewMemory(
                    "note c", topics: ["work"], kind: .fact, type: .semantic, metadata: ["level": .string("high")]),
                .test
            ),
            (NewMemory("note d", kind: .procedure, location: "Romeo's"), Scope(app: "app", user: "user", agent: "g")),
            (NewMemory("note e", relevance: 0.5), Scope(app: "app", user: "user", session: "s")),
        ]
        for (memory, scope) in notes { try await store.add(memory, in: scope) }
    }

    private func expect(
        _ filter: MemoryFilter, _ letters: String, _ store: MemoryStore, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let listed = try await store.contents(matching: filter).map { $0.last.map(String.init) ?? "" }
        #expect(listed.sorted().joined() == letters, sourceLocation: location)
        let search = MemorySearch("note", limit: 100, filter: filter, suppressesDuplicates: false)
        let found = try await store.search(search, in: .test).hits.map { $0.memory.content.last.map(String.init) ?? "" }
        #expect(found.sorted().joined() == letters, "search", sourceLocation: location)
    }

    @Test(arguments: MemoryStoreFactory.all) func fieldsNarrow(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore()
        try await fill(store)
        func time(_ text: String) -> Timestamp? { FlexibleTime(text)?.start }
        try await expect(MemoryFilter(), "abcde", store)
        try await expect(MemoryFilter(kinds: [.preference, .procedure]), "ad", store)
        try await expect(MemoryFilter(types: [.semantic]), "c", store)
        try await expect(MemoryFilter(topics: ["work", "nothing"]), "bc", store)
        try await expect(MemoryFilter(topics: ["Work"]), "", store)
        try await expect(MemoryFilter(topics: ["%"]), "", store)
        try await expect(MemoryFilter(participants: ["Ann"]), "ab", store)
        try await expect(MemoryFilter(kinds: [.episode], participants: ["Ann"]), "b", store)
        // Memories without an event time pass the bounds, which are inclusive.
        try await expect(MemoryFilter(after: time("2024-01-11")), "bcde", store)
        try await expect(MemoryFilter(before: time("2024-01-10")), "acde", store)
        try await expect(MemoryFilter(before: time("2024-01-09")), "cde", store)
        try await expect(MemoryFilter(after: time("2024-01-10"), before: time("2024-02-20T12:00:00Z")), "abcde", store)
    }

    /// Longer than any field but the content.
    private static let long = String(repeating: "\u{1F600}", count: 300)

    /// A condition and the notes it accepts.
    static let conditions: [(String, String)] = [
        (#"{}"#, "abcde"),
        (#"{"kind": "episode"}"#, "b"),
        (#"{"kind": {"in": ["episode", "fact"]}}"#, "bce"),
        (#"{"kind": {"nin": ["episode", "fact"]}}"#, "ad"),
        (#"{"kind": {"ne": "fact"}}"#, "abd"),
        (#"{"type": "semantic"}"#, "c"),
        (#"{"topics": "food"}"#, "ab"),
        (#"{"topics": {"contains": "work"}}"#, "bc"),
        (#"{"topics": {"in": ["work", "50%"]}}"#, "abc"),
        (#"{"topics": "*"}"#, "abc"),
        (#"{"topics": null}"#, "de"),
        (#"{"participants": "Bob"}"#, "b"),
        (#"{"location": "Rome"}"#, "a"),
        (#"{"location": {"contains": "Rome"}}"#, "ad"),
        (#"{"location": null, "kind": "fact"}"#, "ce"),
        (#"{"AND": [{"topics": "food"}, {"kind": "episode"}]}"#, "b"),
        (#"{"OR": [{"kind": "procedure"}, {"topics": "work"}]}"#, "bcd"),
        (#"{"NOT": [{"kind": "procedure"}, {"topics": "work"}]}"#, "ae"),
        (#"{"NOT": {"kind": "fact"}}"#, "abd"),
        (#"{"AND": [{"NOT": [{"topics": "work"}]}, {"OR": [{"kind": "fact"}, {"kind": "procedure"}]}]}"#, "de"),
        (#"{"OR": []}"#, ""),
        (#"{"AND": []}"#, "abcde"),
        (#"{"event_time": {"gte": "2024-02-01"}}"#, "b"),
        (#"{"event_time": {"gt": "2024-01-10", "lt": "2025"}}"#, "b"),
        (#"{"event_time": {"lte": "2024-01-10T00:00:00Z"}}"#, "a"),
        (#"{"event_time": "January 10, 2024"}"#, "a"),
        (#"{"created_at": {"lt": "2020"}}"#, ""),
        (#"{"importance": {"gt": 0.2}}"#, "b"),
        (#"{"importance": {"gte": 0.2, "lte": 0.5}}"#, "a"),
        (#"{"importance": {"lt": 1}}"#, "ab"),
        (#"{"relevance": {"lt": 1}}"#, "e"),
        (#"{"agent": "g"}"#, "d"),
        (#"{"session": {"ne": "s"}}"#, "abcd"),
        (#"{"level": 3}"#, "a"),
        (#"{"level": 3.0}"#, "a"),
        (#"{"metadata.level": {"gte": 3}}"#, "ab"),
        (#"{"level": {"gt": 3}}"#, "b"),
        (#"{"level": {"lt": 100}}"#, "ab"),
        (#"{"level": {"gt": "a"}}"#, "c"),
        (#"{"level": {"gte": "high"}}"#, "c"),
        (#"{"level": {"contains": "ig"}}"#, "c"),
        (#"{"level": {"in": ["high", 7.5]}}"#, "bc"),
        (#"{"level": "*"}"#, "abc"),
        (#"{"level": null}"#, "de"),
        (#"{"tags": "x"}"#, "a"),
        (#"{"tags": {"contains": "x"}}"#, "a"),
        (#"{"deep.er": true}"#, "b"),
        (#"{"metadata.deep.er": {"ne": true}}"#, "acde"),
        (#"{"deep.er.still": "*"}"#, ""),
        (#"{"level": "' OR 1=1 --"}"#, ""),
        // Longer than the field can hold: it equals nothing, and has its place in the order of texts.
        (#"{"kind": "\#(long)"}"#, ""),
        (#"{"type": {"eq": "\#(long)"}}"#, ""),
        (#"{"kind": {"ne": "\#(long)"}}"#, "abcde"),
        (#"{"kind": {"in": ["\#(long)", "episode"]}}"#, "b"),
        (#"{"kind": {"nin": ["\#(long)", "episode"]}}"#, "acde"),
        (#"{"kind": {"lt": "f\#(long)"}}"#, "bce"),
        (#"{"kind": {"gt": "f\#(long)"}}"#, "ad"),
        (#"{"kind": {"lte": "faca\#(long)"}}"#, "b"),
        (#"{"kind": {"gte": "faca\#(long)"}}"#, "acde"),
        (#"{"location": {"gt": "\#(long)"}}"#, ""),
        (#"{"agent": "\#(long)"}"#, ""),
        (#"{"session": {"lt": "\#(long)"}}"#, "e"),
    ]

    @Test(arguments: MemoryStoreFactory.all) func conditionsAccept(_ factory: MemoryStoreFactory) async throws {
        let store = try await factory.makeStore()
        try await fill(store)
        for (text, letters) in Self.conditions {
            let filter = MemoryFilter(condition: try MemoryFilter.condition(parsing: text))
            let listed = try await store.contents(matching: filter).map { $0.last.map(String.init) ?? "" }
            #expect(listed.sorted().joined() == letters, "list \(text)")
            let search = MemorySearch("note", limit: 100, filter: filter, suppressesDuplicates: false)
            let found = try await store.search(search, in: .test).hits.map { $0.memory.content.suffix(1) }
            #expect(found.sorted().joined() == letters, "search \(text)")
        }
    }

    /// A condition that is refused and what the message says.
    @Test(arguments: [
        ("", "not JSON"), ("[]", "JSON object"), (#"{"kind": ["fact"]}"#, "kind"),
        (#"{"kind": {"like": "f"}}"#, "unknown comparison"), (#"{"kind": {"in": "fact"}}"#, "kind: in needs a list"),
        (#"{"kind": 3}"#, "kind"), (#"{"importance": "high"}"#, "importance"),
        (#"{"event_time": "soon"}"#, "event_time"), (#"{"event_time": {"gt": 5}}"#, "event_time"),
        (#"{"AND": [3]}"#, "JSON object"), (#"{"level": {"eq": null}}"#, "level"),
        (#"{"level": {"eq": [1]}}"#, "level"),
        (String(repeating: #"{"NOT":"#, count: 20) + "{}" + String(repeating: "}", count: 20), "16 levels"),
        (#"{"OR": ["# + Array(repeating: #"{"a": 1}"#, count: 1_001).joined(separator: ",") + "]}", "1000 tests"),
    ]) func whatIsMalformedIsNamed(_ text: String, _ message: String) throws {
        let error = #expect(throws: MemoryError.self) { try MemoryFilter.condition(parsing: text) }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}
