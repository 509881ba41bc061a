import Records
import Synchronization
import TestStores
import Testing
import Transcripts

@Suite struct PurgeTests {
    /// A session with runs, a checkpoint, events and state, beside another one.
    private func filled(_ backend: TestBackend) async throws -> (
        store: TranscriptStore, faults: FaultyRecords
    ) {
        let (store, faults) = try await backend.openFaulty()
        for session in ["s", "t"] {
            try await store.createSession(NewSession(id: session, title: "secret"), in: .test)
            try await store.startRun(NewRun(id: "r" + session, agent: "a", session: session), in: .test)
            for start in 0..<3 {
                let events = (0..<200).map { NewEvent.said("secret \(start) \($0)", [StateChange("n\($0)", .int(1))]) }
                try await store.append(events, to: .run("r" + session), in: .test)
            }
            try await store.updateRun(
                "r" + session, RunUpdate(status: .suspended, suspension: RunSuspension(id: "c", data: [1])), in: .test)
        }
        return (store, faults)
    }

    @Test(arguments: backends) func aPurgeLeavesNothingButTheID(_ backend: TestBackend) async throws {
        let (store, _) = try await filled(backend)
        await expect(.sessionActive) { try await store.purgeSession("s", in: .test) }
        try await store.startRun(NewRun(id: "busy", agent: "a", session: "s"), in: .test)
        try await store.endSession("s", in: .test)
        await expect(.sessionHasActiveRuns, "1 active run") { try await store.purgeSession("s", in: .test) }
        try await store.updateRun("busy", RunUpdate(status: .completed), in: .test)
        let both = try await store.counts()
        let report = try await store.purgeSession("s", in: .test)
        #expect(report.events == 600)
        #expect(report.runs == 2)
        #expect(report.stateValues == 200)
        #expect(!report.includesMemories)
        let one = try await store.counts()
        #expect(both["transcript_event"] == 1_200)
        #expect(one["transcript_event"] == 600)
        #expect(
            one == [
                "transcript_session": 1, "transcript_run": 1, "transcript_suspension": 1, "transcript_event": 600,
                "transcript_state": 200, "transcript_tombstone": 1,
            ])
        let counter = Read.counter("transcript/session/s")
        #expect(try await store.records.read(counter, in: Owner.test.partition).count == 0)
        await expect(.notFound) { _ = try await store.session("s", in: .test) }
        await expect(.notFound) { _ = try await store.run("rs", in: .test) }
        await expect(.notFound) { _ = try await store.suspension(of: "rs", in: .test) }
        await expect(.notFound) { _ = try await store.texts(.session("s")) }
        #expect(try await store.findRuns("rs").isEmpty)
        await expect(.sessionPurged) { try await store.say("again") }
        await expect(.sessionPurged) { try await store.createSession(NewSession(id: "s"), in: .test) }
        await expect(.sessionPurged) {
            try await store.upsertRun(NewRun(id: "r", agent: "a", session: "s"), in: .test, createsSession: true)
        }
        let found = try await store.searchEvents(EventSearch("secret", limit: 1_000), of: .test).hits
        #expect(found.count == 600 && found.allSatisfy { $0.event.session == "t" })
        // A repeat is no error, an unknown one is.
        #expect(try await store.purgeSession("s", in: .test) == PurgeReport())
        await expect(.notFound) { try await store.purgeSession("nowhere", in: .test) }
        #expect(try await store.texts(.session("t")).count == 600)
    }

    @Test(arguments: backends) func anInterruptedPurgeGoesOn(_ backend: TestBackend) async throws {
        for isSwept in [false, true] {
            let (store, faults) = try await filled(backend)
            try await store.endSession("s", in: .test)
            let commits = Mutex(0)
            faults.set { _ in
                commits.withLock { count in
                    count += 1
                    return count > 2 ? .refuse : nil
                }
            }
            await expect(.unavailable) { try await store.purgeSession("s", in: .test) }
            faults.set(nil)
            // What is left is not seen.
            let left = try await store.counts()["transcript_event"] ?? 0
            #expect(left > 600 && left < 1_200)
            await expect(.notFound) { _ = try await store.texts(.session("s")) }
            await expect(.sessionPurged) { try await store.say("again") }
            let found = try await store.searchEvents(EventSearch("secret", limit: 1_000), of: .test).hits
            #expect(found.count == 600)
            if isSwept {
                #expect(try await store.sweep().finishedPurges == 1)
            } else {
                try await store.purgeSession("s", in: .test)
            }
            #expect(try await store.counts()["transcript_event"] == 600)
            #expect(try await store.sweep() == SweepReport())
        }
    }

    @Test(arguments: backends) func memoriesGoOnRequest(_ backend: TestBackend) async throws {
        let purged = Purged()
        let store = try await backend.open(
            .lexical {
                $0.purgeMemories = { session, owner in
                    try purged.note("\(owner.app)/\(owner.user)/\(session)")
                }
            })
        for session in ["s", "t"] {
            try await store.createSession(NewSession(id: session), in: .test)
            try await store.say("x", in: session)
            try await store.endSession(session, in: .test)
        }
        try await store.purgeSession("t", in: .test)
        #expect(purged.names.withLock { $0 }.isEmpty)
        purged.fails.withLock { $0 = true }
        await expect(.unavailable, "purge again") {
            try await store.purgeSession("s", in: .test, includingMemories: true)
        }
        purged.fails.withLock { $0 = false }
        // The wish is remembered.
        try await store.sweep()
        #expect(purged.names.withLock { $0 } == ["app/user/s"])
        #expect(try await store.counts() == ["transcript_tombstone": 2])
        // It may be added later.
        #expect(try await store.purgeSession("t", in: .test, includingMemories: true).includesMemories)
        #expect(purged.names.withLock { $0 } == ["app/user/s", "app/user/t"])
        let without = try await TranscriptStore(store.records, configuration: .lexical)
        await expect(.unsupported, "purgeMemories") {
            try await without.purgeSession("t", in: .test, includingMemories: true)
        }
    }

    @Test(arguments: backends) func aRunOfItsOwnIsPurgedByItself(_ backend: TestBackend) async throws {
        let (store, _) = try await filled(backend)
        try await store.startRun(NewRun(id: "own", agent: "a"), in: .test, events: [.said("secret")])
        await expect(.runActive) { try await store.purgeRun("own", in: .test) }
        try await store.updateRun("own", RunUpdate(status: .completed), in: .test)
        let before = try await store.counts()
        #expect(try await store.purgeRun("own", in: .test).events == 1)
        #expect(try await store.purgeRun("own", in: .test) == PurgeReport())
        let after = try await store.counts()
        #expect(before["transcript_event"] == 1_201)
        #expect(after["transcript_event"] == 1_200)
        #expect(after["transcript_run"] == 2)
        await expect(.conflict, "purged") { try await store.startRun(NewRun(id: "own", agent: "a"), in: .test) }
        await expect(.conflict, "purged") { try await store.upsertRun(NewRun(id: "own", agent: "a"), in: .test) }
        await expect(.invalid, "belongs to a session") { try await store.purgeRun("rs", in: .test) }
        await expect(.notFound) { try await store.purgeRun("nobody", in: .test) }
    }

    @Test(arguments: backends) func aSweepLeavesWhatCameBackToLife(_ backend: TestBackend) async throws {
        let clock = TestClock()
        let start = clock.now
        let (store, faults) = try await backend.openFaulty(
            .lexical {
                $0.clock = { clock.now }
                $0.defaultTimeToLive = 60
            })
        // A server whose clock is late puts it off right before it is purged.
        let late = try await TranscriptStore(faults, configuration: .lexical { $0.clock = { start } })
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await store.say("x")
        clock.advance(seconds: 61)
        faults.interrupt {
            try await late.updateSession("s", SessionUpdate(timeToLive: .set(1_000)), in: .test)
        }
        #expect(try await store.sweep() == SweepReport())
        #expect(try await store.texts(.session("s")) == ["x"])
        clock.advance(seconds: 1_000)
        #expect(try await store.sweep().expiredSessions == 1)
    }

    @Test(arguments: backends) func aSessionExpiresWithoutActivity(_ backend: TestBackend) async throws {
        let clock = TestClock()
        let store = try await backend.open(
            .lexical {
                $0.clock = { clock.now }
                $0.defaultTimeToLive = 60
            })
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await store.createSession(NewSession(id: "long", timeToLive: 1_000), in: .test)
        // Every kind of activity puts it off.
        try await store.startRun(NewRun(id: "r", agent: "a", session: "s"), in: .test)
        let activities: [@Sendable () async throws -> Void] = [
            { try await store.say("parrot") },
            { try await store.append([.said("parrot")], to: .run("r"), in: .test) },
            { try await store.updateRun("r", RunUpdate(phase: .planning), in: .test) },
            { try await store.updateState([StateChange("x", .int(1))], of: "s", in: .test) },
            { try await store.updateSession("s", SessionUpdate(title: .set("t")), in: .test) },
        ]
        for activity in activities {
            clock.advance(seconds: 59)
            try await activity()
            let expiry = try await store.session("s", in: .test).expiresAt
            #expect(expiry ?? clock.now >= Timestamp(microseconds: clock.now.microseconds + 60_000_000))
        }
        #expect(try await store.sweep() == SweepReport())
        clock.advance(seconds: 61)
        await expect(.notFound) { _ = try await store.session("s", in: .test) }
        await expect(.notFound) { _ = try await store.texts(.session("s")) }
        await expect(.notFound) { _ = try await store.state(of: "s", in: .test) }
        await expect(.sessionPurged) { try await store.say("x") }
        await expect(.sessionPurged) { try await store.append([.said("x")], to: .run("r"), in: .test) }
        await expect(.sessionPurged) { try await store.updateRun("r", RunUpdate(phase: .prompted), in: .test) }
        await expect(.sessionPurged) { try await store.createSession(NewSession(id: "s"), in: .test) }
        #expect(try await store.sessions(in: .test).sessions.map(\.id) == ["long"])
        #expect(try await store.surveySessions().sessions.map(\.id) == ["long"])
        #expect(try await store.searchEvents(EventSearch("parrot"), of: .test).hits.isEmpty)
        #expect(try await store.sweep().expiredSessions == 1)
        #expect(try await store.counts() == ["transcript_session": 1, "transcript_tombstone": 1])
        await expect(.sessionPurged) { try await store.createSession(NewSession(id: "s"), in: .test) }
        #expect(try await store.updateSession("long", SessionUpdate(timeToLive: .clear), in: .test).expiresAt == nil)
        clock.advance(seconds: 10_000)
        #expect(try await store.session("long", in: .test).timeToLive == nil)
        try await store.say("still here", in: "long")
    }
}

/// What was asked to be purged.
private final class Purged: Sendable {
    struct Failure: Error {}

    let names = Mutex<[String]>([])
    let fails = Mutex(false)

    func note(_ name: String) throws {
        if fails.withLock({ $0 }) { throw Failure() }
        names.withLock { $0.append(name) }
    }
}
