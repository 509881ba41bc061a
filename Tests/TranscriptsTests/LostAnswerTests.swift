import Records
import Synchronization
import TestStores
import Testing
import Transcripts

/// What a call did although its store did not say so is its own.
@Suite struct LostAnswerTests {
    private static let changes = [StateChange("temp:x", .int(1)), StateChange("app:x", .int(1))]

    private func opened(_ backend: TestBackend) async throws -> (store: TranscriptStore, faults: FaultyRecords) {
        let made = try await backend.openFaulty()
        try await made.store.createSession(NewSession(id: "s"), in: .test)
        return made
    }

    @Test(arguments: backends) func anExpectedRevisionIsNotMissedByItsOwnWrite(_ backend: TestBackend) async throws {
        let (store, faults) = try await opened(backend)
        try await store.startRun(NewRun(id: "r", agent: "a", session: "s"), in: .test)
        faults.forgetNext()
        let change = try await store.updateRun(
            "r", RunUpdate(phase: .planning), in: .test, events: [.custom("planned")], expecting: 1)
        #expect(change.isChanged && change.run.revision == 2 && change.events.map(\.sequence) == [1])
        #expect(try await store.run("r", in: .test) == change.run)
        faults.forgetNext()
        let session = try await store.updateSession("s", SessionUpdate(title: .set("t")), in: .test, expecting: 1)
        #expect(session.title == "t" && session.revision == 2)
        #expect(try await store.session("s", in: .test).revision == 2)
        // What somebody else wrote meanwhile is still a conflict.
        faults.set(nil)
        faults.interrupt { try await store.updateRun("r", RunUpdate(phase: .synthesizing), in: .test) }
        await expect(.conflict, "revision 3, not 2") {
            try await store.updateRun("r", RunUpdate(phase: .executingTools), in: .test, expecting: 2)
        }
        faults.interrupt { try await store.updateSession("s", SessionUpdate(title: .set("u")), in: .test) }
        await expect(.conflict, "revision 3, not 2") {
            try await store.updateSession("s", SessionUpdate(title: .set("v")), in: .test, expecting: 2)
        }
    }

    @Test(arguments: backends) func whatWasStoredUntoldIsStored(_ backend: TestBackend) async throws {
        let (store, faults) = try await opened(backend)
        faults.forgetNext()
        let new = NewRun(id: "r", agent: "a", session: "s")
        let upserted = try await store.upsertRun(
            new, RunUpdate(labels: ["l": "1"]), in: .test, events: [.custom("made", key: "k")])
        #expect(upserted.isChanged && upserted.run.revision == 1 && upserted.events.map(\.sequence) == [1])
        faults.forgetNext()
        let again = try await store.upsertRun(new, RunUpdate(labels: ["l": "2"]), in: .test)
        #expect(again.isChanged && again.run.revision == 2)
        try await store.startRun(NewRun(id: "p", agent: "a", session: "s"), in: .test)
        faults.forgetNext()
        #expect(try await store.linkRun("r", toParent: "p", in: .test, events: [.custom("linked")]).isChanged)
        faults.forgetNext()
        let end = RunUpdate(status: .completed, outcome: RunOutcome(result: "1"))
        #expect(try await store.repairRun("r", end, in: .test, events: [.custom("end", key: "end")]) == .stored)
        #expect(try await store.repairRun("r", end, in: .test) == .alreadyStored)
        #expect(try await store.session("s", in: .test).activeRunCount == 1)
        #expect(try await store.events(in: .session("s"), of: .test).events.count == 3)
    }

    @Test(arguments: backends, ["append", "create", "start", "update", "upsert", "starting append"])
    func stateThatWasCommittedUntoldIsKept(_ backend: TestBackend, _ way: String) async throws {
        let (store, faults) = try await opened(backend)
        try await store.startRun(NewRun(id: "r", agent: "a", session: "s"), in: .test)
        let event = NewEvent.said("x", key: "k", Self.changes)
        let new = NewRun(id: "q", agent: "a", session: "s")
        faults.forgetNext()
        var session = "s"
        switch way {
        case "append": try await store.append([event], to: .session("s"), in: .test)
        case "create":
            session = "t"
            try await store.createSession(NewSession(id: "t", state: Self.changes), in: .test)
        case "start": try await store.startRun(new, in: .test, events: [event])
        case "update": try await store.updateRun("r", RunUpdate(phase: .planning), in: .test, events: [event])
        case "upsert": try await store.upsertRun(new, in: .test, events: [event])
        default: try await store.append([event], to: .run("q"), in: .test, starting: new)
        }
        #expect(try await store.state(of: session, in: .test).temporary == ["x": .int(1)])
        #expect(try await store.appState(of: "app") == ["x": .int(1)])
        #expect(try await store.counts()["transcript_outbox"] == nil)
    }

    /// A repeat carries over what the first left on its way, and says whether it is still there.
    @Test(arguments: backends, ["append", "create", "start", "update", "upsert"])
    func aRepeatCarriesOverWhatTheFirstLeft(_ backend: TestBackend, _ way: String) async throws {
        let (store, faults) = try await opened(backend)
        try await store.startRun(NewRun(id: "r", agent: "a", session: "s"), in: .test)
        let event = NewEvent.said("x", key: "k", [StateChange("app:x", .int(1))])
        let new = NewRun(id: "q", agent: "a", session: "s")
        func act() async throws -> Bool {
            switch way {
            case "append": try await store.append([event], to: .session("s"), in: .test).isAppStatePending
            case "create":
                try await store.createSession(
                    NewSession(id: "t", state: [StateChange("app:x", .int(1))]), in: .test
                ).isAppStatePending
            case "start": try await store.startRun(new, in: .test, events: [event]).isAppStatePending
            case "update":
                try await store.updateRun("r", RunUpdate(phase: .planning), in: .test, events: [event])
                    .isAppStatePending
            default: try await store.upsertRun(new, in: .test, events: [event]).isAppStatePending
            }
        }
        faults.set { $0.partition == Owner.test.partition ? nil : .refuse }
        #expect(try await act())
        #expect(try await act())
        faults.set(nil)
        #expect(try await !act())
        #expect(try await store.appState(of: "app") == ["x": .int(1)])
        #expect(try await store.counts()["transcript_outbox"] == nil)
    }

    /// A store that never says what happened is not asked a thousand times.
    @Test func anOutcomeThatNobodyEverKnowsIsTold() async throws {
        let records = SilentRecords(try await inMemory.make().store)
        let store = try await TranscriptStore(records, configuration: .lexical)
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await store.startRun(NewRun(id: "r", agent: "a"), in: .test)
        records.isSilent.withLock { $0 = true }
        let acts: [@Sendable () async throws -> Void] = [
            { try await store.say("x") }, { try await store.startRun(NewRun(agent: "a"), in: .test) },
            { try await store.updateRun("r", RunUpdate(phase: .planning), in: .test) },
            { try await store.upsertRun(NewRun(id: "q", agent: "a"), in: .test) },
            { try await store.updateSession("s", SessionUpdate(title: .set("t")), in: .test) },
        ]
        for act in acts {
            records.commits.withLock { $0 = 0 }
            await expect(.outcomeUnknown) { try await act() }
            #expect(records.commits.withLock { $0 } < 20)
        }
    }
}

/// A store that commits nothing and never says so, when told.
private final class SilentRecords: RecordStore {
    private let base: any RecordStore
    let isSilent = Mutex(false)
    let commits = Mutex(0)

    init(_ base: any RecordStore) { self.base = base }

    var capabilities: Capabilities { base.capabilities }
    func prepare(_ types: [RecordType]) async throws(StoreError) { try await base.prepare(types) }
    func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] {
        commits.withLock { $0 += 1 }
        guard isSilent.withLock({ $0 }) else { return await base.commit(batches) }
        return batches.map { _ in .failure(StoreError(.outcomeUnknown, "the connection broke")) }
    }
    func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page] {
        try await base.read(reads, in: partition, atLeast: atLeast)
    }
    func changes(
        of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
    ) async throws(StoreError) -> Changes {
        try await base.changes(of: type, in: partition, after: after, limit: limit, fields: fields)
    }
    func survey(_ query: Query) async throws(StoreError) -> SurveyPage { try await base.survey(query) }
    func watch(_ partition: Partition) -> AsyncStream<Void> { base.watch(partition) }
    func scrub(within seconds: Double) async throws(StoreError) -> [String] { try await base.scrub(within: seconds) }
    func close() async { await base.close() }
}
