import Records
import Synchronization
import TestStores
import Testing
import Transcripts

@Suite struct SweepTests {
    private struct Failure: Error {}

    @Test(arguments: backends) func whatFailsKeepsNothingElseFromASweep(_ backend: TestBackend) async throws {
        let clock = TestClock()
        let store = try await backend.open(
            .lexical {
                $0.clock = { clock.now }
                $0.purgeConversation = { session, _ in if session.hasPrefix("bad") { throw Failure() } }
            })
        for session in ["bad", "good"] {
            try await store.createSession(NewSession(id: session, timeToLive: 60), in: .test)
            try await store.say("x", in: session)
        }
        try await store.createSession(NewSession(id: "bad too"), in: .test)
        try await store.endSession("bad too", in: .test)
        await expect(.unavailable, "conversation at hand") { try await store.purgeSession("bad too", in: .test) }
        try await store.createSession(NewSession(id: "last"), in: .other)
        try await store.append([.said("x", [StateChange(.app, "n", .int(1))])], to: .session("last"), in: .other)
        clock.advance(seconds: 61)
        await expect(.unavailable) { try await store.sweep() }
        // Of the two sessions that expired the good one is gone, and of the other what comes first.
        #expect(try await store.counts() == ["transcript_event": 1, "transcript_tombstone": 3])
        await expect(.unavailable) { try await store.sweep() }
        #expect(try await store.counts()["transcript_event"] == 1)
    }

    @Test(arguments: backends) func aPurgeTakesTheConversationAtHandAlong(_ backend: TestBackend) async throws {
        let cleared = Mutex<[String]>([])
        let store = try await backend.open(
            .lexical {
                $0.purgeConversation = { session, owner in
                    cleared.withLock { $0.append("\(owner.app)/\(owner.user)/\(session)") }
                }
            })
        try await store.createSession(NewSession(id: "s"), in: .test)
        try await store.endSession("s", in: .test)
        try await store.purgeSession("s", in: .test)
        #expect(cleared.withLock { $0 } == ["app/user/s"])
    }
}
