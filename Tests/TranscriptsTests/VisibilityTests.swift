import Records
import TestStores
import Testing
import Transcripts

/// What is gone is gone by every way to it.
@Suite struct VisibilityTests {
    /// Expects that neither the run nor its content is seen.
    private func checkGone(_ run: String, _ event: String, _ store: TranscriptStore) async throws {
        await expect(.notFound) { _ = try await store.run(run, in: .test) }
        await expect(.notFound) { _ = try await store.texts(.run(run)) }
        await expect(.notFound) { _ = try await store.latestEvent(of: .userMessage, in: .run(run), of: .test) }
        await expect(.notFound) { _ = try await store.suspension(of: run, in: .test) }
        await expect(.notFound) { _ = try await store.event(event, of: .test) }
        await expect(.notFound) { _ = try await store.eventWindow(around: event, of: .test, isWithinRun: true) }
        let snapshot = try await store.snapshot(ofRun: run, in: .test)
        #expect(snapshot.run == nil && snapshot.events.isEmpty)
        #expect(try await store.findRuns(run).isEmpty)
        #expect(try await store.runs(matching: RunQuery(session: "s"), in: .test).runs.isEmpty)
        #expect(try await !store.runs(in: .test).runs.map(\.id).contains(run))
        #expect(try await !store.surveyRuns().runs.map(\.id).contains(run))
        #expect(try await store.searchEvents(EventSearch("secret"), of: .test).hits.isEmpty)
    }

    private func fill(_ store: TranscriptStore, session: String?) async throws -> String {
        let start = try await store.startRun(
            NewRun(id: "r", agent: "a", session: session), in: .test, events: [.said("secret")])
        let end = RunUpdate(status: .suspended, suspension: RunSuspension(id: "c", data: [1]))
        try await store.updateRun("r", end, in: .test)
        return start.events[0].id
    }

    @Test(arguments: backends) func runsOfAnExpiredSessionAreNotSeen(_ backend: TestBackend) async throws {
        let clock = TestClock()
        let (store, faults) = try await backend.openFaulty(clock.configuration)
        try await store.createSession(NewSession(id: "s", timeToLive: 60), in: .test)
        let event = try await fill(store, session: "s")
        #expect(try await store.texts(.run("r")) == ["secret"])
        clock.advance(seconds: 61)
        try await checkGone("r", event, store)
        // Nor by somebody who never heard of the run.
        try await checkGone("r", event, TranscriptStore(faults, configuration: clock.configuration))
    }

    @Test(arguments: backends) func runsOfAHalfPurgedSessionAreNotSeen(_ backend: TestBackend) async throws {
        let (store, faults) = try await backend.openFaulty()
        try await store.createSession(NewSession(id: "s"), in: .test)
        let event = try await fill(store, session: "s")
        try await store.endSession("s", in: .test)
        faults.set { batch in batch.guards.isEmpty ? .refuse : nil }
        await expect(.unavailable) { try await store.purgeSession("s", in: .test) }
        #expect(try await store.counts()["transcript_event"] == 1)
        try await checkGone("r", event, store)
    }

    @Test(arguments: backends) func whatAHalfPurgedRunHasLeftIsNotSeen(_ backend: TestBackend) async throws {
        let (store, faults) = try await backend.openFaulty()
        let event = try await fill(store, session: nil)
        #expect(try await store.searchEvents(EventSearch("secret"), of: .test).hits.count == 1)
        faults.set { batch in batch.guards.isEmpty ? .refuse : nil }
        await expect(.unavailable) { try await store.purgeRun("r", in: .test) }
        #expect(try await store.counts()["transcript_event"] == 1)
        try await checkGone("r", event, store)
    }

    @Test(arguments: backends) func pagesAreFullAroundWhatIsGone(_ backend: TestBackend) async throws {
        let clock = TestClock()
        let store = try await backend.open(clock.configuration)
        try await store.createSession(NewSession(id: "s", timeToLive: 60), in: .test)
        try await store.createSession(NewSession(id: "t"), in: .test)
        for number in 0..<6 {
            let session = number % 2 == 0 ? "s" : "t"
            try await store.startRun(NewRun(id: "r\(number)", agent: "a", session: session), in: .test)
        }
        clock.advance(seconds: 61)
        let page = try await store.runs(matching: RunQuery(limit: 2), in: .test)
        #expect(page.runs.count == 2)
        let next = try await store.runs(matching: RunQuery(limit: 2, after: page.next), in: .test)
        #expect(Set((page.runs + next.runs).map(\.id)) == ["r1", "r3", "r5"])
        #expect(try await store.surveyRuns(matching: RunQuery(limit: 3)).runs.count == 3)
    }
}
