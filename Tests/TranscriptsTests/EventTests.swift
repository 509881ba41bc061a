import Records
import TestStores
import Testing
import Transcripts

@Suite struct EventTests {
    private func opened(_ backend: TestBackend) async throws -> TranscriptStore {
        let store = try await backend.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        return store
    }

    @Test(arguments: backends) func anEventKeepsEverythingAroundIt(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        try await store.startRun(NewRun(id: "r", agent: "a", session: "s"), in: .test)
        let time = Timestamp(microseconds: 123_456)
        let new = NewEvent(
            .userMessage(Message("Hello")), key: "k", timestamp: time, agent: "a", turn: "t1", author: "Ada",
            labels: ["l": "1"], stateChanges: [StateChange("user:x", .null), StateChange("y", nil)])
        let appended = try await store.append([new], to: .run("r"), in: .test).events[0]
        let event = try await store.event(appended.id, of: .test)
        #expect(event.id == appended.id)
        #expect(event.key == "k")
        #expect(event.sequence == 1)
        #expect(appended.sequence == 1)
        #expect(event.session == "s")
        #expect(event.run == "r")
        #expect(event.agent == "a")
        #expect(event.turn == "t1")
        #expect(event.author == "Ada")
        #expect(event.labels == ["l": "1"])
        #expect(event.stateChanges == new.stateChanges)
        #expect(event.timestamp == time)
        #expect(appended.timestamp == time)
        #expect(event.recordedAt > time)
        #expect(event.payload == new.payload)
        #expect(event.type == .userMessage)
        #expect(event.stamp > .zero)
        #expect(try await store.events(in: .session("s"), of: .test).events == [event])
        #expect(try await store.events(in: .run("r"), of: .test).events == [event])
        await expect(.notFound) { _ = try await store.event("nothing", of: .test) }
    }

    @Test(arguments: backends) func numbersAreGivenWithoutGapsWhateverTheClockSays(_ backend: TestBackend) async throws
    {
        let clock = TestClock()
        let store = try await backend.open(clock.configuration)
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await store.createSession(NewSession(id: "t"), in: .test)
        for run in ["r", "q"] { try await store.startRun(NewRun(id: run, agent: "a", session: "s"), in: .test) }
        try await store.startRun(NewRun(id: "own", agent: "a"), in: .test)
        var sequences: [Int64] = []
        let logs: [EventLog] = [.session("s"), .run("r"), .run("q"), .run("r"), .session("s")]
        for log in logs {
            clock.advance(seconds: -100)
            sequences += try await store.append([.said("x"), .said("y")], to: log, in: .test).events.map(\.sequence)
        }
        #expect(sequences == Array(1...10))
        #expect(try await store.say("x", in: "t").sequence == 1)
        #expect(try await store.append([.said("x")], to: .run("own"), in: .test).events[0].sequence == 1)
        #expect(try await store.events(in: .run("r"), of: .test).events.map(\.sequence) == [3, 4, 7, 8])
        let all = try await store.events(in: .session("s"), of: .test).events
        #expect(all.map(\.sequence) == Array(1...10))
        #expect(all.map(\.stamp) == all.map(\.stamp).sorted())
    }

    @Test(arguments: backends) func theSameKeyAndContentIsTheSameEvent(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        let new = NewEvent(.userMessage(Message("Hello")), key: "k", agent: "a", turn: "t", labels: ["l": "1"])
        let first = try await store.append([new], to: .session("s"), in: .test).events[0]
        var again = new
        again.timestamp = Timestamp(microseconds: 1)
        let second = try await store.append([again], to: .session("s"), in: .test).events[0]
        #expect(first.isNew)
        #expect(!second.isNew)
        #expect(second.id == first.id)
        #expect(second.sequence == 1)
        #expect(second.timestamp == first.timestamp)
        let others: [(inout NewEvent) -> Void] = [
            { $0.payload = .userMessage(Message("hello")) }, { $0.payload = .assistantMessage(Message("Hello")) },
            { $0.agent = "b" }, { $0.turn = nil }, { $0.labels = [:] }, { $0.author = "Ada" },
            { $0.stateChanges = [StateChange("x", .int(1))] },
        ]
        for change in others {
            var other = new
            change(&other)
            await expect(.conflict, "event k") { try await store.append([other], to: .session("s"), in: .test) }
        }
        // Canonically equivalent is not the same.
        var accent = new
        (accent.key, accent.payload) = ("é", .userMessage(Message("é")))
        try await store.append([accent], to: .session("s"), in: .test)
        accent.payload = .userMessage(Message("e\u{301}"))
        await expect(.conflict) { try await store.append([accent], to: .session("s"), in: .test) }
        accent.key = "e\u{301}"
        #expect(try await store.append([accent], to: .session("s"), in: .test).events[0].isNew)
        #expect(try await store.texts(.session("s")).count == 3)
    }

    @Test(arguments: backends) func keysBelongToTheirRunOrSession(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        try await store.createSession(NewSession(id: "r"), in: .test)
        for run in ["r", "q"] { try await store.startRun(NewRun(id: run, agent: "a", session: "s"), in: .test) }
        var ids: Set<String> = []
        for (log, text) in [(EventLog.session("s"), "1"), (.session("r"), "2"), (.run("r"), "3"), (.run("q"), "4")] {
            let appended = try await store.append([.said(text, key: "k")], to: log, in: .test).events[0]
            #expect(appended.isNew)
            ids.insert(appended.id)
        }
        #expect(ids.count == 4)
    }

    @Test(arguments: backends) func anAppendIsAllOrNothing(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        try await store.append([.said("one", key: "1")], to: .session("s"), in: .test)
        await expect(.conflict) {
            try await store.append(
                [.said("two", key: "2", [StateChange("x", .int(1))]), .said("other", key: "1")], to: .session("s"),
                in: .test)
        }
        #expect(try await store.texts(.session("s")) == ["one"])
        #expect(try await store.state(of: "s", in: .test).session.isEmpty)
        // What is new beside what is there is appended, once each, also within one call.
        let result = try await store.append(
            [.said("two", key: "2"), .said("one", key: "1"), .said("three", key: "3"), .said("three", key: "3")],
            to: .session("s"), in: .test)
        #expect(result.events.map(\.sequence) == [2, 1, 3, 3])
        #expect(result.events.map(\.isNew) == [true, false, true, true])
        await expect(.conflict) {
            try await store.append([.said("4", key: "4"), .said("four", key: "4")], to: .session("s"), in: .test)
        }
        #expect(try await store.texts(.session("s")) == ["one", "two", "three"])
    }

    @Test(arguments: backends) func anAnswerThatIsLostIsFoundAgain(_ backend: TestBackend) async throws {
        let (store, faults) = try await backend.openFaulty()
        try await store.createSession(NewSession(id: "s"), in: .test)
        faults.set { _ in .forget }
        let change = StateChange(.session, "n", .int(1))
        let unkeyed = try await store.append([.said("no key", [change])], to: .session("s"), in: .test).events
        let keyed = try await store.append([.said("key", key: "k")], to: .session("s"), in: .test).events
        #expect(unkeyed.map(\.sequence) == [1])
        #expect(keyed.map(\.sequence) == [2])
        faults.set(nil)
        #expect(try await store.texts(.session("s")) == ["no key", "key"])
    }

    @Test(arguments: backends) func aRepeatSaysWhatItsSessionIs(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        try await store.startRun(NewRun(id: "r", agent: "a", session: "s"), in: .test)
        for log in [EventLog.session("s"), .run("r")] {
            #expect(try await store.append([.said("x", key: "k")], to: log, in: .test).sessionStatus == .active)
            #expect(try await store.append([.said("x", key: "k")], to: log, in: .test).sessionStatus == .active)
        }
        try await store.endSession("s", in: .test)
        #expect(try await store.append([.said("y", key: "l")], to: .run("r"), in: .test).sessionStatus == .ended)
        for log in [EventLog.session("s"), .run("r")] {
            #expect(try await store.append([.said("x", key: "k")], to: log, in: .test).sessionStatus == .ended)
        }
    }

    @Test(arguments: backends) func anAppendThatStartsARunKnowsItsAgent(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        let event = NewEvent.said("mine", key: "k")
        let mine = NewRun(agent: "a", labels: ["l": "1"])
        try await store.append([event], to: .run("r"), in: .test, starting: mine)
        // The agent counts, nothing else of the run to start does.
        try await store.append([.said("more")], to: .run("r"), in: .test, starting: NewRun(agent: "a"))
        let elsewhere = try await TranscriptStore(store.records, configuration: .lexical)
        for store in [store, elsewhere] {
            for said in [event, .said("theirs")] {
                await expect(.conflict, "of another agent") {
                    try await store.append([said], to: .run("r"), in: .test, starting: NewRun(agent: "b"))
                }
            }
        }
        #expect(try await store.texts(.run("r")) == ["mine", "more"])
    }

    @Test(arguments: backends) func repeatsAreAnsweredAfterTheEnd(_ backend: TestBackend) async throws {
        let backing = FaultyRecords(try await backend.make())
        let store = try await TranscriptStore(backing, configuration: .lexical)
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await store.startRun(NewRun(id: "r", agent: "a", session: "s"), in: .test)
        let inSession = try await store.append([.said("1", key: "k")], to: .session("s"), in: .test).events
        let inRun = try await store.append([.said("2", key: "k")], to: .run("r"), in: .test).events
        try await store.updateRun("r", RunUpdate(status: .completed), in: .test)
        try await store.endSession("s", in: .test)
        // Another process knows nothing of the run.
        for store in [store, try await TranscriptStore(backing, configuration: .lexical)] {
            #expect(
                try await store.append([.said("1", key: "k")], to: .session("s"), in: .test).events.map(\.id)
                    == inSession.map(\.id))
            #expect(
                try await store.append([.said("2", key: "k")], to: .run("r"), in: .test).events.map(\.id)
                    == inRun.map(\.id))
            await expect(.sessionEnded) { try await store.say("new") }
            await expect(.runNotActive) { try await store.append([.said("new")], to: .run("r"), in: .test) }
        }
        await expect(.notFound) { try await store.say("new", in: "nowhere") }
        await expect(.notFound) { try await store.append([.said("new")], to: .run("nobody"), in: .test) }
        #expect(try await store.texts(.session("s")) == ["1", "2"])
    }

    @Test(arguments: backends) func aRunWritesOnAfterItsSessionEnded(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        try await store.startRun(NewRun(id: "r", agent: "a", session: "s"), in: .test)
        #expect(try await store.append([.said("1")], to: .run("r"), in: .test).sessionStatus == .active)
        try await store.endSession("s", in: .test)
        #expect(try await store.append([.said("2")], to: .run("r"), in: .test).sessionStatus == .ended)
        try await store.startRun(NewRun(id: "own", agent: "a"), in: .test)
        #expect(try await store.append([.said("3")], to: .run("own"), in: .test).sessionStatus == nil)
    }

    @Test(arguments: backends) func anUnknownRunCanBeStartedByItsFirstEvent(_ backend: TestBackend) async throws {
        let store = try await opened(backend)
        let new = NewRun(agent: "a", session: "s")
        for number in 1...2 {
            let result = try await store.append([.said("\(number)")], to: .run("r"), in: .test, starting: new)
            #expect(result.events.map(\.sequence) == [Int64(number)])
            #expect(result.sessionStatus == .active)
        }
        #expect(try await store.run("r", in: .test).status == .running)
        #expect(try await store.session("s", in: .test).activeRunCount == 1)
        await expect(.invalid, "must be the one") {
            try await store.append([.said("x")], to: .run("q"), in: .test, starting: NewRun(id: "p", agent: "a"))
        }
    }

    @Test func whatIsTooMuchIsRefusedByName() async throws {
        let store = try await inMemory.open(.lexical { $0.maximumEventBytes = 1_000 })
        try await store.createSession(NewSession(id: "s"), in: .test)
        func refuses(_ words: String, _ events: [NewEvent]) async {
            await expect(.invalid, words) { try await store.append(events, to: .session("s"), in: .test) }
        }
        await refuses("at least one event", [])
        await refuses("257 events; the limit of one append is 256", Array(repeating: .said("x"), count: 257))
        await refuses("payload has", [.said(String(repeating: "x", count: 1_001))])
        await refuses(
            "the limit is 1000", [NewEvent(.custom(EventType(rawValue: "c"), [UInt8](repeating: 0, count: 1_001)))])
        await refuses("event key is required", [.said("x", key: "")])
        await refuses("event key has 256 bytes", [.said("x", key: String(repeating: "k", count: 256))])
        await refuses("type has 65 bytes; the limit is 64", [.custom(String(repeating: "t", count: 65))])
        await refuses("cannot be custom", [.custom("user_message")])
        await refuses("cannot be called text", [NewEvent(.userMessage(Message([.other(type: "text", "{}")])))])
        await refuses("tool_call_id is required", [NewEvent(.toolCall(ToolCall(id: "", name: "n")))])
        await refuses("257 state changes", [.said("x", Array(repeating: StateChange("x", nil), count: 257))])
        await refuses("labels has 65", [NewEvent(.thinking(Thinking()), labels: .numbered(65))])
        await refuses("vector: every element must be finite", [NewEvent(.thinking(Thinking()), vector: [.nan])])
        #expect(try await store.texts(.session("s")).isEmpty)
        let usual = try await TranscriptStore(store.records, configuration: .lexical)
        await expect(.invalid, "payloads of one append") {
            let large = NewEvent(.custom(EventType(rawValue: "c"), [UInt8](repeating: 0, count: 3 << 20)))
            try await usual.append([large, large, large], to: .session("s"), in: .test)
        }
        await expect(.invalid, "maximumEventBytes must be 1 to") {
            _ = try await inMemory.open(.lexical { $0.maximumEventBytes = 1 << 40 })
        }
    }
}
