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

    private func toolCall(_ id: String) -> NewEvent { NewEvent(.toolCall(ToolCall(id: id, name: "search"))) }

    private func toolResult(_ id: String, _ said: String? = nil) -> NewEvent {
        NewEvent(.toolResult(ToolResult(callID: id, name: "search", preview: said)))
    }

    private func answer(_ text: String) -> NewEvent { NewEvent(.assistantMessage(Message(text))) }

    @Test(arguments: backends) func aCallIsNotCutFromItsAnswer(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        // A message in which a tool answers begins no turn, whatever else it says.
        let called = Message([.toolCall(ToolCall(id: "t1", name: "search"))])
        let answered = Message([.toolResult(ToolResult(callID: "t1", name: "search")), .text("and hurry")])
        try await store.append(
            [
                .said("1"), answer("one"), .said("2"), NewEvent(.assistantMessage(called)),
                NewEvent(.userMessage(answered)), answer("two"),
            ], to: .session("s"), in: .test)
        #expect(try await store.summarize("s", in: .test, keepingTurns: 1, with: Model())?.through == 2)
        #expect(try await store.conversation(of: "s", in: .test).events.map(\.sequence) == Array(3...6))
        // A call that is answered after the person spoke again stays with its answer, and so does its turn.
        try await store.createSession(NewSession(id: "i"), in: .test)
        try await store.append(
            [
                .said("1"), answer("one"), .said("2"), answer("two"), toolCall("c1"), .said("stop"),
                toolResult("c1"), answer("three"),
            ], to: .session("i"), in: .test)
        #expect(try await store.summarize("i", in: .test, keepingTurns: 1, with: Model())?.through == 2)
        // Where there is no turn before the call, nothing is summed up.
        try await store.createSession(NewSession(id: "n"), in: .test)
        try await store.append(
            [toolCall("c1"), .said("1"), .said("2"), toolResult("c1")], to: .session("n"), in: .test)
        #expect(try await store.summarize("n", in: .test, keepingTurns: 1, with: Model()) == nil)
        // An id that is used again is another call.
        try await store.createSession(NewSession(id: "a"), in: .test)
        try await store.append(
            [
                .said("1"), toolCall("c"), toolResult("c"), .said("2"), toolCall("c"), toolResult("c"),
            ], to: .session("a"), in: .test)
        #expect(try await store.summarize("a", in: .test, keepingTurns: 1, with: Model())?.through == 3)
    }

    @Test func whatAToolAnswersInAMessageIsFoundAndSummedUp() async throws {
        let store = try await inMemory.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        let result = ToolResult(callID: "t1", name: "search", preview: "Penguins live in Antarctica.")
        let message = Message([.toolResult(result), .text("Continue.")])
        try await store.append(
            [.said("Where?"), NewEvent(.userMessage(message)), .said("last")], to: .session("s"), in: .test)
        #expect(try await store.searchEvents(EventSearch("penguins"), of: .test).hits.map(\.event.sequence) == [2])
        let summary = try await store.summarize("s", in: .test, keepingTurns: 1)
        #expect(summary?.text.contains("search: Penguins live in Antarctica.") ?? false)
        let content = try await store.exportSession("s", in: .test)
        #expect(content.events.allSatisfy { $0.searchText == nil })
    }

    private func extract(_ texts: [String], _ maximumBytes: Int = 2_000, after earlier: String? = nil) -> String {
        let events = texts.enumerated().map { place, text in
            Event(
                id: "\(place)", sequence: Int64(place + 1), session: "s", author: "A",
                payload: .userMessage(Message(text)), timestamp: Timestamp(microseconds: 0),
                recordedAt: Timestamp(microseconds: 0))
        }
        return ExtractiveSummarizer(maximumBytes: maximumBytes).summary(of: events, after: earlier)
    }

    @Test func anExtractSaysWhatWasSaid() {
        #expect(
            extract(["Should the database be deleted? Never! It measured 21.5 degrees at example.org..."])
                == "A: Should the database be deleted?\nA: Never!\nA: It measured 21.5 degrees at example.org...")
        #expect(
            extract(["One thing\r\nAnother thing\nThird thing"]) == "A: One thing\nA: Another thing\nA: Third thing")
        #expect(
            extract(["He said \"Stop.\" Then he left (quickly)."]) == "A: He said \"Stop.\"\nA: Then he left (quickly)."
        )
        #expect(extract(["数据库应该删除吗？不要！好的。谢谢"]) == "A: 数据库应该删除吗？\nA: 不要！\nA: 好的。\nA: 谢谢")
        // What was summed up before is not split otherwise, and is not said twice.
        let first = extract(["Is version 2.0 out? Yes."])
        #expect(extract([], after: first) == first)
        #expect(extract(["ok", "ok", "ok"]) == "A: ok")
    }

    @Test func whatIsShortOrLongIsSummedUp() {
        #expect(extract(["ok", "yes", "👍"]) == "A: ok\nA: yes\nA: 👍")
        #expect(extract(["你好", "好的"]) == "A: 你好\nA: 好的")
        // Of Chinese sentences, too, those say most that say what the others say.
        #expect(extract(["汉堡的发票错了。", "今天下雨。", "发票要付。"], 30) == "A: 发票要付。")
        let long = String(repeating: "word ", count: 600)
        #expect(extract([long, "short sentence"], 100) == "A: short sentence")
        #expect(extract([long], 12) == "A: word word")
        #expect(extract(["éééé"], 6) == "A: é")
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
        #expect(ExtractiveSummarizer(maximumBytes: 10).summary(of: events, after: nil) == "A: The inv")
        let all = ExtractiveSummarizer().summary(of: Array(events.prefix(2)), after: "Earlier words")
        #expect(all == "Earlier words\nA: Rain falls.\nA: The invoice from Hamburg waits.")
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
            "s", in: .test, keepingTurns: 1, with: ExtractiveSummarizer(maximumBytes: 72))
        let text = try #require(summary?.text)
        #expect(text.utf8.count <= 72)
        #expect(text.contains("invoice from Hamburg") && !text.contains("bird"))
        #expect(summary?.summarizer == "extractive" && summary?.through == 2)
    }
}
