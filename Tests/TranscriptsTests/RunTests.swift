import Records
import TestStores
import Testing
import Transcripts

@Suite struct RunTests {
    private func opened(_ backend: TestBackend) async throws -> (store: TranscriptStore, faults: FaultyRecords) {
        let made = try await backend.openFaulty()
        try await made.store.createSession(NewSession(id: "s"), in: .test)
        return made
    }

    static let attributes: [String: SearchAttribute] = [
        "word": .keyword("é"), "flag": .bool(false), "whole": .int(.max), "part": .double(2), "half": .double(0.5),
        "when": .time(Timestamp(microseconds: 1_715_000_000_123_456)), "words": .keywords(["x", "y"]),
        "none": .keywords([]),
    ]

    @Test(arguments: backends) func aRunKeepsEverything(_ backend: TestBackend) async throws {
        let store = try await opened(backend).store
        try await store.startRun(NewRun(id: "p", agent: "boss", session: "s"), in: .test)
        let new = NewRun(
            id: "r", agent: "a", session: "s", turn: "t", parent: "p", parentToolCall: "call", status: .running,
            phase: .prompted, labels: ["l": "1"], metadata: ["m": .array([.null])], attributes: Self.attributes,
            startedAt: Timestamp(microseconds: 5), requestDigest: [0, 255])
        let start = try await store.startRun(new, in: .test)
        #expect(start.isNew)
        #expect(start.shouldProceed)
        let run = try await store.run("r", in: .test)
        #expect(run == start.run)
        #expect(run.owner == .test)
        #expect(run.agent == "a")
        #expect(run.session == "s")
        #expect(run.turn == "t")
        #expect(run.parent == "p")
        #expect(run.parentToolCall == "call")
        #expect(run.phase == .prompted)
        #expect(run.labels == ["l": "1"])
        #expect(run.metadata == ["m": .array([.null])])
        #expect(run.attributes == Self.attributes)
        #expect(run.startedAt == Timestamp(microseconds: 5))
        #expect(run.requestDigest == [0, 255])
        #expect(run.revision == 1)
        await expect(.notFound) { _ = try await store.run("r", in: .other) }
    }

    @Test(arguments: backends) func everyStatusRoundTrips(_ backend: TestBackend) async throws {
        let store = try await opened(backend).store
        for status in RunStatus.allCases {
            try await store.upsertRun(
                NewRun(id: status.rawValue, agent: "a", session: "s", status: .pending), RunUpdate(status: status),
                in: .test)
            let run = try await store.run(status.rawValue, in: .test)
            #expect(run.status == status)
            #expect((run.endedAt == nil) == status.isActive)
            #expect((run.startedAt == nil) == (status != .running))
            #expect(run.cancellationReason == (status == .canceled ? .engineCanceled : nil))
        }
        #expect(try await store.session("s", in: .test).activeRunCount == 3)
        for phase in ["prompted", "planning", "executing_tools", "synthesizing", "completed", "failed", "canceled"] {
            try await store.updateRun("running", RunUpdate(phase: RunPhase(rawValue: phase)), in: .test)
            #expect(try await store.run("running", in: .test).phase?.rawValue == phase)
        }
    }

    @Test(arguments: backends, RunStatus.allCases)
    func aLifeGoesOnlyForward(_ backend: TestBackend, _ first: RunStatus) async throws {
        let store = try await opened(backend).store
        for second in RunStatus.allCases {
            let id = second.rawValue
            try await store.upsertRun(
                NewRun(id: id, agent: "a", session: "s", status: .pending), RunUpdate(status: first), in: .test)
            let isAllowed = first == second || (first.isActive && second != .pending)
            do {
                let change = try await store.updateRun(id, RunUpdate(status: second), in: .test)
                #expect(isAllowed)
                #expect(change.run.status == second)
                #expect(change.isChanged == (first != second))
            } catch {
                #expect(!isAllowed)
                #expect([.conflict, .runNotActive, .invalid].contains(error.code))
                #expect(try await store.run(id, in: .test).status == first)
            }
        }
        let active = first.isActive ? 3 : 0
        #expect(try await store.session("s", in: .test).activeRunCount == active)
    }

    @Test(arguments: backends) func aRunAndItsProofCommitTogether(_ backend: TestBackend) async throws {
        let (store, faults) = try await opened(backend)
        let start = try await store.startRun(
            NewRun(id: "r", agent: "a", session: "s"), in: .test, events: [.custom("started", key: "start")])
        #expect(start.events.map(\.sequence) == [1])
        let end = try await store.updateRun(
            "r", RunUpdate(status: .completed, outcome: RunOutcome(result: "{ }")), in: .test,
            events: [.custom("completed", key: "end")])
        let events = try await store.events(in: .run("r"), of: .test).events
        #expect(events.map(\.type.rawValue) == ["started", "completed"])
        #expect(end.events.map(\.id) == [events[1].id])
        let key = Key(TranscriptRecords.run.name, "r")
        #expect(try await store.records.record(key, in: Owner.test.partition)?.stamp == events[1].stamp)
        // Where the proof cannot be, the state does not change.
        try await store.append([.custom("taken", key: "end")], to: .session("s"), in: .test)
        try await store.startRun(NewRun(id: "q", agent: "a"), in: .test)
        try await store.append([.custom("other", key: "end")], to: .run("q"), in: .test)
        await expect(.conflict) {
            try await store.updateRun(
                "q", RunUpdate(status: .failed), in: .test, events: [.custom("failed", key: "end")])
        }
        #expect(try await store.run("q", in: .test).status == .running)
        faults.set { _ in .refuse }
        await expect(.unavailable) {
            try await store.updateRun("q", RunUpdate(status: .failed), in: .test, events: [.custom("failed")])
        }
        await expect(.unavailable) {
            try await store.startRun(NewRun(id: "p", agent: "a"), in: .test, events: [.custom("started")])
        }
        faults.set(nil)
        #expect(try await store.run("q", in: .test).status == .running)
        #expect(try await store.snapshot(ofRun: "q", in: .test).events.count == 1)
        #expect(try await store.snapshot(ofRun: "p", in: .test).run == nil)
    }

    @Test(arguments: backends) func theSameStartAnswersTheRun(_ backend: TestBackend) async throws {
        let (store, faults) = try await opened(backend)
        let new = NewRun(id: "r", agent: "a", session: "s", labels: ["l": "1"])
        let proof = NewEvent.custom("started", key: "k")
        faults.set { _ in .forget }
        let first = try await store.startRun(new, in: .test, events: [proof])
        faults.set(nil)
        var later = new
        later.startedAt = Timestamp(microseconds: 1)
        try await store.updateRun("r", RunUpdate(status: .completed), in: .test)
        let again = try await store.startRun(later, in: .test, events: [proof])
        #expect(!again.isNew)
        #expect(!again.shouldProceed)
        #expect(again.run.status == .completed)
        #expect(again.events == first.events)
        #expect(again.run.startedAt == first.run.startedAt)
        for change in [{ $0.agent = "b" }, { $0.labels = [:] }, { $0.turn = "t" }] as [(inout NewRun) -> Void] {
            var other = new
            change(&other)
            await expect(.conflict) { try await store.startRun(other, in: .test) }
        }
        await expect(.conflict, "other events") {
            try await store.startRun(new, in: .test, events: [.custom("started", key: "another key")])
        }
        await expect(.conflict) { try await store.startRun(new, in: .test, events: [.custom("other", key: "k")]) }
        #expect(try await store.texts(.session("s")).isEmpty)
        #expect(try await store.events(in: .session("s"), of: .test).events.count == 1)
    }

    @Test(arguments: backends) func aDigestBindsAStart(_ backend: TestBackend) async throws {
        let store = try await opened(backend).store
        let new = NewRun(id: "r", agent: "a", session: "s", requestDigest: [1, 2, 3])
        #expect(try await store.startRun(new, in: .test).isNew)
        var other = new
        other.labels = ["time": "later"]
        #expect(try await !store.startRun(other, in: .test).isNew)
        #expect(try await store.run("r", in: .test).labels.isEmpty)
        for digest in [nil, [1, 2, 4]] as [[UInt8]?] {
            other.requestDigest = digest
            await expect(.conflict) { try await store.startRun(other, in: .test) }
        }
        await expect(.invalid, "request digest has 65 bytes") {
            try await store.startRun(NewRun(agent: "a", requestDigest: [UInt8](repeating: 0, count: 65)), in: .test)
        }
    }

    @Test(arguments: backends) func aStartInAnEndedSessionIsCanceled(_ backend: TestBackend) async throws {
        let store = try await opened(backend).store
        try await store.endSession("s", in: .test)
        let new = NewRun(id: "r", agent: "a", session: "s")
        await expect(.sessionEnded) { try await store.startRun(new, in: .test) }
        let start = try await store.startRun(
            new, in: .test, events: [.custom("started", key: "1")], ifSessionEnded: [.custom("canceled", key: "2")])
        #expect(start.isNew)
        #expect(!start.shouldProceed)
        #expect(start.run.status == .canceled)
        #expect(start.run.cancellationReason == .sessionEnded)
        #expect(start.run.endedAt != nil)
        let events = try await store.events(in: .run("r"), of: .test).events
        #expect(events.map(\.type.rawValue) == ["started", "canceled"])
        #expect(try await store.session("s", in: .test).activeRunCount == 0)
        let again = try await store.startRun(new, in: .test, events: [.custom("started", key: "1")], ifSessionEnded: [])
        #expect(!again.isNew)
        #expect(again.run == start.run)
        await expect(.notFound) { try await store.startRun(NewRun(agent: "a", session: "x"), in: .test) }
        try await store.purgeSession("s", in: .test)
        await expect(.sessionPurged) { try await store.startRun(new, in: .test, ifSessionEnded: []) }
    }

    @Test(arguments: backends) func aChildNeedsAnActiveParentOfItsSession(_ backend: TestBackend) async throws {
        let store = try await opened(backend).store
        try await store.createSession(NewSession(id: "t"), in: .test)
        try await store.startRun(NewRun(id: "p", agent: "a", session: "s"), in: .test)
        let child = NewRun(id: "c", agent: "b", session: "s", parent: "p")
        let link = NewEvent.custom("child_run_linked", key: "link c")
        let started = NewEvent.custom("started", key: "start")
        #expect(try await store.startRun(child, in: .test, events: [started], parentEvents: [link]).isNew)
        #expect(try await store.events(in: .run("p"), of: .test).events.map(\.type.rawValue) == ["child_run_linked"])
        #expect(try await store.events(in: .run("c"), of: .test).events.map(\.type.rawValue) == ["started"])
        #expect(try await store.runs(matching: RunQuery(parent: "p"), in: .test).runs.map(\.id) == ["c"])
        try await store.updateRun("p", RunUpdate(status: .completed), in: .test)
        // The same again is answered, another one is refused.
        #expect(try await !store.startRun(child, in: .test, events: [started], parentEvents: [link]).isNew)
        for other in [NewEvent.custom("child_run_linked", key: "link d"), .custom("other", key: "link c")] {
            await expect(.conflict) {
                try await store.startRun(child, in: .test, events: [started], parentEvents: [other])
            }
        }
        await expect(.runNotActive) {
            try await store.startRun(NewRun(id: "d", agent: "b", session: "s", parent: "p"), in: .test)
        }
        await expect(.conflict, "another session") {
            try await store.startRun(NewRun(id: "d", agent: "b", session: "t", parent: "p"), in: .test)
        }
        await expect(.notFound) { try await store.startRun(NewRun(agent: "b", parent: "nobody"), in: .test) }
        await expect(.conflict, "own parent") {
            try await store.startRun(NewRun(id: "d", agent: "b", parent: "d"), in: .test)
        }
        await expect(.invalid, "need a parent") {
            try await store.startRun(NewRun(id: "d", agent: "b"), in: .test, parentEvents: [link])
        }
        #expect(try await store.snapshot(ofRun: "d", in: .test).run == nil)
    }

    @Test(arguments: backends) func aSuccessorContinuesASuspendedRun(_ backend: TestBackend) async throws {
        let store = try await opened(backend).store
        try await store.startRun(NewRun(id: "r", agent: "a", session: "s"), in: .test)
        let next = NewRun(id: "n", agent: "a", session: "s", predecessor: "r")
        await expect(.conflict, "not suspended") { try await store.startRun(next, in: .test) }
        try await store.updateRun("r", RunUpdate(status: .suspended), in: .test)
        await expect(.conflict, "another agent or parent") {
            try await store.startRun(NewRun(agent: "b", session: "s", predecessor: "r"), in: .test)
        }
        await expect(.conflict, "another session") {
            try await store.startRun(NewRun(agent: "a", predecessor: "r"), in: .test)
        }
        #expect(try await store.startRun(next, in: .test).run.predecessor == "r")
    }

    @Test(arguments: backends) func aRunIsFoundByItsIDAlone(_ backend: TestBackend) async throws {
        let store = try await opened(backend).store
        try await store.startRun(NewRun(id: "r", agent: "a"), in: .test)
        try await store.startRun(NewRun(id: "q", agent: "a"), in: .other)
        try await store.startRun(NewRun(id: "q", agent: "b"), in: Owner(app: "elsewhere", user: "user"))
        let found = try await store.findRuns("r")
        #expect(found.map(\.owner) == [.test])
        #expect(found.map(\.session) == [nil])
        #expect(try await store.findRuns("q").count == 2)
        #expect(try await store.findRuns("q", app: "elsewhere").map(\.agent) == ["b"])
        #expect(try await store.findRuns("nobody").isEmpty)
    }
}
