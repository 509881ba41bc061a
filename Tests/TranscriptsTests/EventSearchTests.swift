import Records
import Retrieval
import Synchronization
import TestStores
import Testing
import Transcripts

@Suite struct EventSearchTests {
    private func opened(
        _ backend: TestBackend, _ configuration: TranscriptStoreConfiguration = .lexical
    ) async throws -> TranscriptStore {
        let store = try await backend.open(configuration)
        for session in ["s", "t"] { try await store.createSession(NewSession(id: session), in: .test) }
        return store
    }

    private func found(_ store: TranscriptStore, _ search: EventSearch) async throws -> [String] {
        try await store.searchEvents(search, of: .test).hits.map { $0.event.payload.text ?? "" }
    }

    @Test(arguments: backends) func wordsAreFoundAcrossSessions(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        try await store.say("The Eiffel tower stands in Paris.")
        try await store.say("Nothing of note.")
        try await store.append(
            [
                NewEvent(.assistantMessage(Message("A café near the tower of EIFFEL"))),
                NewEvent(.toolResult(ToolResult(callID: "c", name: "weather", result: "{\"sky\":\"azure\"}"))),
                NewEvent(.toolCall(ToolCall(id: "c", name: "cobalt", arguments: "{\"k\":\"cobalt\"}"))),
                NewEvent(.thinking(Thinking(text: "cobalt"))), NewEvent(.plannerNote(PlannerNote("visit the louvre"))),
                NewEvent(.custom(EventType(rawValue: "card"), [0xff]), text: "boarding pass\u{0}gate"),
            ], to: .session("t"), in: .test)
        #expect(try await found(store, EventSearch("eiffel towers")).count == 2)
        #expect(try await found(store, EventSearch("CAFE\u{301}")) == ["A café near the tower of EIFFEL"])
        #expect(try await found(store, EventSearch("azure")) == ["weather: {\"sky\":\"azure\"}"])
        #expect(try await found(store, EventSearch("louvre")) == ["visit the louvre"])
        #expect(
            try await store.searchEvents(EventSearch("gate"), of: .test).hits.map(\.event.type.rawValue) == ["card"])
        // Neither calls and thoughts, nor the encoding, nor wildcards.
        for text in ["cobalt", "parts", "%", "_", "*", "text", "tower%stands"] {
            let hits = try await found(store, EventSearch(text))
            #expect(text == "tower%stands" ? !hits.isEmpty : hits.isEmpty, "\(text)")
        }
    }

    @Test(arguments: backends) func filtersNarrow(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        try await store.startRun(NewRun(id: "r", agent: "a", session: "t"), in: .test)
        try await store.append(
            [NewEvent(.userMessage(Message("parrot one")), timestamp: Timestamp(microseconds: 10), agent: "x")],
            to: .session("s"), in: .test)
        try await store.append(
            [
                NewEvent(.assistantMessage(Message("parrot two")), timestamp: Timestamp(microseconds: 20)),
                NewEvent(.userMessage(Message("parrot three")), timestamp: Timestamp(microseconds: 30)),
            ], to: .run("r"), in: .test)
        let (one, two, three) = ("parrot one", "parrot two", "parrot three")
        let wanted: [(EventSearch, Set<String>)] = [
            (EventSearch("parrot"), [one, two, three]), (EventSearch("parrot", sessions: ["s"]), [one]),
            (EventSearch("parrot", sessions: ["s", "t"]), [one, two, three]),
            (EventSearch("parrot", excludedSessions: ["s"]), [two, three]),
            (EventSearch("parrot", runs: ["r"]), [two, three]), (EventSearch("parrot", agents: ["x"]), [one]),
            (EventSearch("parrot", types: [.userMessage]), [one, three]),
            (EventSearch("parrot", from: Timestamp(microseconds: 20)), [two, three]),
            (EventSearch("parrot", through: Timestamp(microseconds: 20)), [one, two]),
            (EventSearch("parrot", sessions: ["nowhere"]), []),
        ]
        for (search, expected) in wanted { #expect(try await Set(found(store, search)) == expected) }
    }

    @Test(arguments: backends) func pagesAndTies(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        for number in 0..<30 { try await store.say("parrot", in: number % 2 == 0 ? "s" : "t") }
        let all = try await store.searchEvents(EventSearch("parrot", limit: 30), of: .test).hits
        #expect(all.count == 30)
        var paged: [String] = []
        for offset in stride(from: 0, to: 30, by: 7) {
            paged += try await store.searchEvents(EventSearch("parrot", limit: 7, offset: offset), of: .test).hits
                .map(\.event.id)
        }
        #expect(paged == all.map(\.event.id))
        let inSession = all.filter { $0.event.session == "s" }
        #expect(
            zip(inSession, inSession.dropFirst()).allSatisfy { first, second in
                first.score > second.score || first.event.sequence > second.event.sequence
            })
        #expect(try await found(store, EventSearch("parrot", suppressesDuplicates: true)).count == 1)
        for (limit, offset) in [(0, 0), (-1, 0), (1_001, 0), (1, -1), (1, 1_000), (.max, .max)] {
            await expect(.invalid, "limit") {
                _ = try await found(store, EventSearch("parrot", limit: limit, offset: offset))
            }
        }
    }

    @Test(arguments: backends) func weakAnswersAreLeftOut(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        try await store.say("green parrot")
        try await store.say("a parrot among many other birds of the wood, the field and the shore")
        let hits = try await store.searchEvents(EventSearch("green parrot"), of: .test).hits
        #expect(hits.count == 2 && hits[0].score > hits[1].score)
        let least = (hits[0].score + hits[1].score) / 2
        #expect(try await found(store, EventSearch("green parrot", minimumScore: least)) == ["green parrot"])
    }

    @Test(arguments: backends) func aBlankQuestionFindsNothing(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        try await store.say("parrot")
        for text in ["", " \n\t"] { #expect(try await found(store, EventSearch(text)).isEmpty) }
        await expect(.invalid, "query has 65537 bytes; the limit is 65536") {
            _ = try await found(store, EventSearch(String(repeating: "x", count: 65_537)))
        }
        await expect(.invalid, "minimum score") { _ = try await found(store, EventSearch("x", minimumScore: 2)) }
    }

    @Test(arguments: backends) func meaningIsFoundWithAnEmbedder(_ backend: TestBackend) async throws {
        let isAway = Mutex(false)
        let embedder = TextEmbedder(identifier: "meaning", dimensions: 3) { texts, _ in
            if isAway.withLock({ $0 }) { throw Away() }
            return texts.map { text in
                ["car", "automobile", "vehicle"].contains { text.contains($0) } ? [1, 0, 0] : [0, 1, 0]
            }
        }
        let store = try await opened(backend, TranscriptStoreConfiguration(embedder: embedder))
        let appended = try await store.append(
            [.said("I bought a car"), .said("I like tea"), .custom("silent")], to: .session("s"), in: .test)
        #expect(appended.degraded.isEmpty)
        let answer = try await store.searchEvents(EventSearch("automobile"), of: .test)
        #expect(answer.hits.first?.event.payload.text == "I bought a car")
        #expect(answer.degraded.isEmpty)
        #expect(answer.hits.first?.similarity ?? 0 > 0.99)
        let own = try await store.searchEvents(EventSearch("", mode: .vector, vector: [0, 1, 0]), of: .test)
        #expect(own.hits.first?.event.payload.text == "I like tea")
        // Zeros have no direction: then the words decide.
        let zeros = try await store.searchEvents(EventSearch("bought", vector: [0, 0, 0]), of: .test)
        #expect(zeros.hits.first?.event.payload.text == "I bought a car")
        await expect(.invalid, "expected 3, got 2") {
            _ = try await store.searchEvents(EventSearch("x", vector: [1, 0]), of: .test)
        }
        await expect(.invalid, "expected 3, got 1") {
            try await store.append([NewEvent(.userMessage(Message("x")), vector: [1])], to: .session("s"), in: .test)
        }
        isAway.withLock { $0 = true }
        #expect(
            try await store.append([.said("A new vehicle")], to: .session("s"), in: .test).degraded == ["embeddings"])
        let words = try await store.searchEvents(EventSearch("vehicle"), of: .test)
        #expect(words.hits.map { $0.event.payload.text } == ["A new vehicle"] && words.degraded == ["embeddings"])
        #expect(try await store.searchEvents(EventSearch("vehicle", mode: .lexical), of: .test).degraded.isEmpty)
    }

    @Test(arguments: backends) func aMissingEmbedderIsSaidUnlessChosen(_ backend: TestBackend) async throws {
        let store = try await opened(backend, TranscriptStoreConfiguration())
        #expect(try await store.append([.said("x")], to: .session("s"), in: .test).degraded == ["embeddings"])
        #expect(try await store.append([.custom("silent")], to: .session("s"), in: .test).degraded.isEmpty)
        #expect(try await store.searchEvents(EventSearch("x"), of: .test).degraded == ["embeddings"])
        let chosen = try await opened(backend)
        #expect(try await chosen.append([.said("x")], to: .session("s"), in: .test).degraded.isEmpty)
        #expect(try await chosen.searchEvents(EventSearch("x"), of: .test).degraded.isEmpty)
    }

    @Test(arguments: backends) func aLongTextIsFoundByItsBeginning(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        let text = "parrot " + String(repeating: "é", count: 40_000) + " falcon"
        let id = try await store.say(text).id
        #expect(try await store.searchEvents(EventSearch("parrot"), of: .test).hits.map(\.event.id) == [id])
        #expect(try await store.searchEvents(EventSearch("falcon"), of: .test).hits.isEmpty)
        #expect(try await store.event(id, of: .test).payload.text == text)
    }
}

private struct Away: Error {}
