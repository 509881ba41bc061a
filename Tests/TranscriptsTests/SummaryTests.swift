import TestStores
import Testing
import Transcripts

@Suite struct SummaryTests {
    private struct Model: Summarizer {
        var identifier: String { "model" }
        var fails = false
        struct Away: Error {}

        func summary(of events: [Event], after earlier: String?) async throws -> String {
            if fails { throw Away() }
            return (earlier.map { $0 + "; " } ?? "") + events.compactMap(\.payload.text).joined(separator: ", ")
        }
    }

    private func talk(_ store: TranscriptStore, _ turns: Range<Int>) async throws {
        for turn in turns {
            try await store.append(
                [
                    .said("question \(turn)"), NewEvent(.assistantMessage(Message("answer \(turn)"))),
                    NewEvent(.userMessage(Message([.toolResult(ToolResult(callID: "c", name: "n"))]))),
                ], to: .session("s"), in: .test)
        }
    }

    @Test(arguments: backends) func oldTurnsAreSummedUpAndStay(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await talk(store, 0..<2)
        #expect(try await store.summarize("s", in: .test, keepingTurns: 2, with: Model()) == nil)
        try await talk(store, 2..<4)
        let first = try await store.summarize("s", in: .test, keepingTurns: 2, with: Model())
        #expect(first?.text == "question 0, answer 0, question 1, answer 1")
        #expect(first?.through == 6)
        var context = try await store.conversation(of: "s", in: .test)
        #expect(context.summary == first)
        #expect(context.events.map(\.sequence) == Array(7...12))
        #expect(try await store.summarize("s", in: .test, keepingTurns: 2, with: Model()) == nil)
        try await talk(store, 4..<5)
        let second = try await store.summarize("s", in: .test, keepingTurns: 2, with: Model())
        #expect(second?.text == "question 0, answer 0, question 1, answer 1; question 2, answer 2")
        context = try await store.conversation(of: "s", in: .test)
        #expect(context.summary == second && context.events.first?.payload.text == "question 3")
        // The originals are there, and are found.
        #expect(try await store.events(in: .session("s"), of: .test).events.count == 17)
        #expect(try await store.searchEvents(EventSearch("question"), of: .test).hits.count == 5)
        try await talk(store, 5..<6)
        await expect(.unavailable, "nothing was changed") {
            _ = try await store.summarize("s", in: .test, keepingTurns: 2, with: Model(fails: true))
        }
        #expect(try await store.conversation(of: "s", in: .test).summary == second)
        await expect(.invalid, "turns") { _ = try await store.summarize("s", in: .test, keepingTurns: 0) }
    }

    @Test func whatIsSaidBeforeTheFirstTurnIsNotSummedUpByItself() async throws {
        let store = try await inMemory.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await store.append(
            [NewEvent(.systemMessage(Message("Be brief.")))], to: .session("s"), in: .test)
        try await talk(store, 0..<2)
        #expect(try await store.summarize("s", in: .test, keepingTurns: 2, with: Model()) == nil)
        #expect(
            try await store.summarize("s", in: .test, keepingTurns: 1, with: Model())?.text
                == "Be brief., question 0, answer 0")
    }

    @Test func anEmptySummaryIsNone() async throws {
        struct Silent: Summarizer {
            var identifier: String { "silent" }
            func summary(of events: [Event], after earlier: String?) -> String { "" }
        }
        let store = try await inMemory.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await talk(store, 0..<2)
        await expect(.unavailable, "empty summary") {
            _ = try await store.summarize("s", in: .test, keepingTurns: 1, with: Silent())
        }
        #expect(try await store.conversation(of: "s", in: .test).summary == nil)
        #expect(try await store.events(in: .session("s"), of: .test).events.count == 6)
    }

    /// What says most comes first among what is taken, what says the same again does not, and the order stays.
    @Test func anExtractSaysEachThingOnceInItsOrder() {
        let said = [
            "Rain falls.", "The invoice from Hamburg waits.", "The invoice from Hamburg waits!",
            "Trains leave Hamburg.",
        ]
        let events = said.enumerated().map { place, text in
            Event(
                id: "\(place)", sequence: Int64(place + 1), session: "s", author: "A",
                payload: .userMessage(Message(text)), timestamp: Timestamp(microseconds: 0),
                recordedAt: Timestamp(microseconds: 0))
        }
        let text = ExtractiveSummarizer(maximumBytes: 70).summary(of: events, after: nil)
        #expect(text == "A: The invoice from Hamburg waits.\nA: Trains leave Hamburg.")
        #expect(ExtractiveSummarizer(maximumBytes: 10).summary(of: events, after: nil).isEmpty)
        let all = ExtractiveSummarizer().summary(of: Array(events.prefix(2)), after: "Earlier words")
        #expect(all == "Earlier words.\nA: Rain falls.\nA: The invoice from Hamburg waits.")
    }

    @Test func withoutAModelTheSentencesThatSayMostAreTaken() async throws {
        let store = try await inMemory.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await store.append(
            [
                .said("The invoice from Hamburg is wrong. Thanks."),
                .said("The invoice from Hamburg must be paid by Friday. A bird sang."), .said("last"),
            ], to: .session("s"), in: .test)
        let summary = try await store.summarize(
            "s", in: .test, keepingTurns: 1, with: ExtractiveSummarizer(maximumBytes: 120))
        let text = try #require(summary?.text)
        #expect(text.utf8.count <= 120)
        #expect(text.contains("invoice from Hamburg") && !text.contains("bird"))
        #expect(summary?.summarizer == "extractive" && summary?.through == 2)
    }
}
