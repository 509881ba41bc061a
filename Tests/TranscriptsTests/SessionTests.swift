import Records
import TestStores
import Testing
import Transcripts

@Suite struct SessionTests {
    @Test(arguments: backends) func aSessionKeepsEverythingItWasCreatedWith(_ backend: TestBackend) async throws {
        let clock = TestClock()
        let store = try await backend.open(clock.configuration)
        let began = Timestamp(microseconds: 1_000_001)
        let new = NewSession(
            id: "s/1%é", agent: "helper", title: "Holidays", labels: ["team": "red", "e\u{301}": "accent"],
            metadata: ["n": .int(3), "deep": .object(["list": .array([.null, .bool(true), .double(0.5)])])],
            timeToLive: 60, createdAt: began)
        let created = try await store.createSession(new, in: .test)
        #expect(created.isNew)
        let session = try await store.session("s/1%é", in: .test)
        #expect(session == created.session)
        #expect(session.agent == "helper")
        #expect(session.title == "Holidays")
        #expect(session.labels == new.labels)
        #expect(session.metadata == new.metadata)
        #expect(session.timeToLive == 60)
        #expect(session.createdAt == began)
        #expect(session.status == .active)
        #expect(session.endedAt == nil)
        #expect(session.revision == 1)
        #expect(session.expiresAt?.microseconds == session.updatedAt.microseconds + 60_000_000)
        #expect(session.owner == .test)
        #expect(session.activeRunCount == 0)
    }

    @Test(arguments: backends) func aSessionWithoutAnIDGetsOne(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        let first = try await store.createSession(in: .test).session
        let second = try await store.createSession(in: .test).session
        #expect(first.id != second.id)
        #expect(first.id.utf8.count == 36)
        #expect(try await store.session(first.id, in: .test) == first)
    }

    @Test(arguments: backends) func theSameCreationAnswersTheSessionAndAnotherConflicts(_ backend: TestBackend)
        async throws
    {
        let store = try await backend.open(TestClock().configuration)
        let new = NewSession(
            id: "s", agent: "a", title: "t", labels: ["l": "1"], metadata: ["m": .int(1)], timeToLive: 500,
            state: [StateChange(.session, "x", .int(1))])
        let first = try await store.createSession(new, in: .test).session
        try await store.updateSession("s", SessionUpdate(title: .set("renamed")), in: .test)
        var later = new
        later.createdAt = Timestamp(microseconds: 5)
        let repeated = try await store.createSession(later, in: .test)
        #expect(!repeated.isNew)
        #expect(repeated.session.createdAt == first.createdAt)
        #expect(repeated.session.title == "renamed")
        let others: [(inout NewSession) -> Void] = [
            { $0.agent = nil }, { $0.title = "u" }, { $0.labels = [:] }, { $0.metadata["m"] = .int(2) },
            { $0.timeToLive = nil }, { $0.state = [] },
        ]
        for change in others {
            var other = new
            change(&other)
            await expect(.conflict) { try await store.createSession(other, in: .test) }
        }
        try await store.endSession("s", in: .test)
        await expect(.sessionEnded) { try await store.createSession(new, in: .test) }
        try await store.purgeSession("s", in: .test)
        await expect(.sessionPurged) { try await store.createSession(new, in: .test) }
    }

    @Test(arguments: backends) func aCreationWhoseAnswerIsLostIsRepeatedSafely(_ backend: TestBackend) async throws {
        let (store, faults) = try await backend.openFaulty()
        faults.set { _ in .forget }
        #expect(try await !store.createSession(NewSession(id: "s"), in: .test).isNew)
        faults.set { _ in .refuse }
        await expect(.unavailable) { try await store.createSession(NewSession(id: "t"), in: .test) }
        faults.set(nil)
        await expect(.notFound) { _ = try await store.session("t", in: .test) }
    }

    @Test(arguments: backends) func anUpdateChangesWhatItNamesAndNothingElse(_ backend: TestBackend) async throws {
        let clock = TestClock()
        let store = try await backend.open(clock.configuration)
        try await store.createSession(
            NewSession(id: "s", agent: "a", title: "t", labels: ["l": "1"], metadata: ["m": .int(1)]), in: .test)
        try await store.say("An event is no change of the session.")
        let renamed = try await store.updateSession("s", SessionUpdate(title: .set("new")), in: .test, expecting: 1)
        #expect(renamed.title == "new")
        #expect(renamed.agent == "a")
        #expect(renamed.labels == ["l": "1"])
        #expect(renamed.revision == 2)
        let cleared = try await store.updateSession(
            "s", SessionUpdate(title: .clear, agent: .clear, labels: [:], metadata: [:], timeToLive: .set(9)), in: .test
        )
        #expect(cleared.title == nil)
        #expect(cleared.agent == nil)
        #expect(cleared.labels.isEmpty)
        #expect(cleared.metadata.isEmpty)
        #expect(cleared.timeToLive == 9)
        #expect(cleared.expiresAt?.microseconds == cleared.updatedAt.microseconds + 9_000_000)
        #expect(try await store.session("s", in: .test) == cleared)
        await expect(.conflict, "revision 3") {
            try await store.updateSession("s", SessionUpdate(title: .set("x")), in: .test, expecting: 2)
        }
        await expect(.notFound) { try await store.updateSession("t", SessionUpdate(), in: .test) }
    }

    @Test(arguments: backends) func anUpdateThatOthersComeBeforeIsMadeAnew(_ backend: TestBackend) async throws {
        let (store, faults) = try await backend.openFaulty()
        try await store.createSession(NewSession(id: "s", title: "first", labels: ["a": "1"]), in: .test)
        faults.interrupt {
            try await store.updateSession("s", SessionUpdate(title: .set("theirs"), labels: ["b": "2"]), in: .test)
        }
        let updated = try await store.updateSession("s", SessionUpdate(title: .set("ours")), in: .test)
        #expect(updated.title == "ours" && updated.labels == ["b": "2"] && updated.revision == 3)
        #expect(try await store.session("s", in: .test) == updated)
        faults.interrupt {
            try await store.updateSession("s", SessionUpdate(labels: ["c": "3"]), in: .test)
        }
        await expect(.conflict, "revision 4, not 3") {
            try await store.updateSession("s", SessionUpdate(title: .set("late")), in: .test, expecting: 3)
        }
        #expect(try await store.session("s", in: .test).title == "ours")
    }

    @Test(arguments: backends) func concurrentUpdatesAllHappen(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                group.addTask {
                    try await store.updateSession("s", SessionUpdate(title: .set("\(number)")), in: .test)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.session("s", in: .test).revision == 13)
    }

    @Test(arguments: backends) func endingIsForGoodAndTheFirstEndCounts(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        try await store.createSession(NewSession(id: "s"), in: .test)
        let ended = try await store.endSession("s", at: Timestamp(microseconds: 77), in: .test)
        #expect(ended.status == .ended)
        #expect(ended.endedAt == Timestamp(microseconds: 77))
        let again = try await store.endSession("s", at: Timestamp(microseconds: 99), in: .test)
        #expect(again == ended)
        await expect(.sessionEnded) { try await store.say("late") }
        await expect(.sessionEnded) { try await store.startRun(NewRun(agent: "a", session: "s"), in: .test) }
        await expect(.sessionEnded) {
            try await store.updateState([StateChange(.session, "x", .int(1))], of: "s", in: .test)
        }
        await expect(.notFound) { try await store.endSession("t", in: .test) }
        #expect(try await store.updateSession("s", SessionUpdate(title: .set("archive")), in: .test).status == .ended)
    }

    @Test(arguments: backends) func ownersDoNotSeeEachOther(_ backend: TestBackend) async throws {
        let store = try await backend.open()
        for owner in [Owner.test, .other, Owner(app: "other", user: "user")] {
            try await store.createSession(NewSession(id: "s", title: owner.app + owner.user), in: owner)
        }
        let event = try await store.say("mine")
        #expect(try await store.session("s", in: .other).title == "appother")
        #expect(try await store.texts(.session("s"), of: .other).isEmpty)
        await expect(.notFound) { _ = try await store.event(event.id, of: .other) }
        #expect(try await store.searchEvents(EventSearch("mine"), of: .other).hits.isEmpty)
        try await store.endSession("s", in: .test)
        try await store.purgeSession("s", in: .test)
        #expect(try await store.session("s", in: .other).status == .active)
    }

    @Test func anOwnerHasTheSamePartitionAsItsMemories() async throws {
        for (app, user) in partitionSamples {
            #expect(Owner(app: app, user: user).partition == memoryPartition(app, user))
        }
    }

    @Test(arguments: [
        ("app is required", Owner(app: "", user: "u"), NewSession(id: "s")),
        (
            "user has 256 bytes; the limit is 255", Owner(app: "a", user: String(repeating: "u", count: 256)),
            NewSession()
        ),
        ("user must not contain U+0000", Owner(app: "a", user: "\u{0}"), NewSession()),
        ("session is required", .test, NewSession(id: "")),
        ("title has 1025 bytes; the limit is 1024", .test, NewSession(title: String(repeating: "t", count: 1_025))),
        ("metadata must not contain U+0000", .test, NewSession(metadata: ["m": .string("\u{0}")])),
        ("metadata has", .test, NewSession(metadata: ["m": .string(String(repeating: "m", count: 65_536))])),
        ("a label has 1025 bytes", .test, NewSession(labels: ["l": String(repeating: "l", count: 1_025)])),
        ("labels has 65 elements; the limit is 64", .test, NewSession(labels: .numbered(65))),
        ("time to live must be at least 1", .test, NewSession(timeToLive: 0)),
        (
            "the state value x has", .test,
            NewSession(state: [StateChange("x", .string(String(repeating: "x", count: 262_144)))])
        ),
    ])
    func whatIsTooMuchIsRefusedByName(_ words: String, _ owner: Owner, _ new: NewSession) async throws {
        let store = try await inMemory.open()
        await expect(.invalid, words) { try await store.createSession(new, in: owner) }
        #expect(try await store.counts(in: .test).isEmpty)
    }
}

extension [String: String] {
    static func numbered(_ count: Int) -> [String: String] {
        Dictionary(uniqueKeysWithValues: (0..<count).map { ("label\($0)", "value") })
    }
}
