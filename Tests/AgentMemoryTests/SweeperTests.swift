import AgentMemory
import InMemoryRecords
import KeyValues
import Leases
import Synchronization
import Testing
import Transcripts

@Suite("Sweeping by lease") struct SweeperTests {
    /// A clock that stands until it is moved.
    private final class Hand: Sendable {
        private let time = Mutex<Int64>(1_000_000_000_000_000)
        var now: Int64 { time.withLock { $0 } }
        func move(seconds: Int64) { time.withLock { $0 += seconds * 1_000_000 } }
    }

    private final class Tally: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }

    private struct Failure: Error {}

    private func lease(_ holder: String, _ records: InMemoryRecords, _ hand: Hand) async throws -> Lease {
        try await Lease("sweep", holder: holder, lifetime: 180_000_000, in: records) { hand.now }
    }

    @Test func oneWorksAndTheOtherTakesOverAfterItsDeath() async throws {
        let (records, hand) = (InMemoryRecords(), Hand())
        let (first, second) = (Tally(), Tally())
        let one = Sweeper(
            [AgentMemory.SweepJob("a") { first.add() }, AgentMemory.SweepJob("b") { first.add() }],
            under: try await lease("one", records, hand))
        let two = Sweeper([AgentMemory.SweepJob("a") { second.add() }], under: try await lease("two", records, hand))
        #expect(await one.sweep().done == ["a", "b"])
        #expect(await two.sweep().isElsewhere)
        hand.move(seconds: 179)
        #expect(await one.sweep().done == ["a", "b"], "the holder renews")
        hand.move(seconds: 179)
        #expect(await two.sweep().isElsewhere)
        #expect((first.value, second.value) == (4, 0))
        hand.move(seconds: 1)
        #expect(await two.sweep().done == ["a"], "the holder died")
        #expect(await one.sweep().isElsewhere, "and comes back too late")
        #expect((first.value, second.value) == (4, 1))
    }

    @Test func aLeaseThatIsGivenUpIsFree() async throws {
        let (records, hand) = (InMemoryRecords(), Hand())
        let (one, two) = (try await lease("one", records, hand), try await lease("two", records, hand))
        #expect(try await one.hold())
        try await two.release()
        #expect(try await !two.hold(), "what is another's is not given up")
        try await one.release()
        #expect(try await two.hold())
    }

    @Test func ofManyAtOnceOneHolds() async throws {
        let (records, hand) = (InMemoryRecords(), Hand())
        for round in 0..<20 {
            let held = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<8 {
                    let lease = try await lease("\(round)/\(number)", records, hand)
                    group.addTask { try await lease.hold() }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(held == 1)
            hand.move(seconds: 180)
        }
    }

    @Test func aJobThatFailsKeepsNoneFromBeingDone() async throws {
        let (records, hand, tally) = (InMemoryRecords(), Hand(), Tally())
        let sweeper = Sweeper(
            [AgentMemory.SweepJob("bad") { throw Failure() }, AgentMemory.SweepJob("good") { tally.add() }],
            under: try await lease("one", records, hand))
        let round = await sweeper.sweep()
        #expect((round.done, round.failures.map(\.job), tally.value) == (["good"], ["bad"], 1))
    }

    @Test func everyDomainIsSwept() async throws {
        let (records, hand) = (InMemoryRecords(), Hand())
        var settings = MemoryStoreConfiguration(isLexicalByChoice: true)
        settings.clock = { Timestamp(microseconds: hand.now) }
        let store = try await MemoryStore(records, configuration: settings)
        let memory = AgentMemory(
            store,
            transcripts: TranscriptStoreConfiguration(
                isLexicalByChoice: true, clock: { Timestamp(microseconds: hand.now) }))
        let scope = Scope(app: "a", user: "u")
        let owner = Owner(app: "a", user: "u")
        let buffers = try await memory.shortTerm(
            ShortTermConfiguration(lifetime: 60, clock: { Timestamp(microseconds: hand.now) }))
        let items = try await KeyValueStore(
            records, configuration: KeyValueStoreConfiguration(defaultLifetime: 60, clock: { hand.now }))
        try await memory.memories.add(
            NewMemory("expires", expiresAt: Timestamp(microseconds: hand.now + 60_000_000)), in: scope)
        let transcripts = try await memory.transcripts()
        _ = try await transcripts.createSession(NewSession(id: "s", timeToLive: 60), in: owner)
        _ = try await transcripts.append([NewEvent(.userMessage(Message("x")))], to: .session("s"), in: owner)
        try await buffers.append([NewMessage("user", "x")], in: Scope(app: "a", user: "u", session: "s"))
        try await items.put(["x": .int(1)], for: "k", in: ["ns"])
        try await items.inTenant("x").put(["x": .int(1)], for: "k", in: ["ns"])
        let sweeper = Sweeper(
            try await memory.sweepJobs(shortTerm: buffers, keyValues: items),
            under: try await lease("one", records, hand))
        func count() async throws -> [Int] {
            var counts: [Int] = []
            for type in ["memory", "transcript_session", "transcript_event", "buffered_message", "kv_item"] {
                var found = 0
                for partition in try await records.partitions(after: nil, limit: 100) {
                    found += try await records.read(.query(Query(type, limit: 100)), in: partition).records.count
                }
                counts.append(found)
            }
            return counts
        }
        #expect(await sweeper.sweep().failures.isEmpty)
        #expect(try await count() == [1, 1, 1, 1, 2])
        hand.move(seconds: 61)
        #expect(await sweeper.sweep().done == ["memories", "transcripts", "short_term", "key_values"])
        #expect(try await count() == [0, 0, 0, 0, 0])
    }
}
