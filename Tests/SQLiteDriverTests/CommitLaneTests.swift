import Records
import Synchronization
import Testing

@testable import RelationalRecords

/// Where a lane commits: on the caller's thread while that is brief, elsewhere otherwise.
@Suite("Commit lanes")
struct CommitLaneTests {
    /// What the lane was asked to do, with a clock that stands still but for what a commit takes.
    private final class Record: Sendable {
        private struct State {
            var places: [String] = []
            var takes: [Duration] = []
            var now = ContinuousClock.now
        }
        private let state = Mutex(State())

        var now: ContinuousClock.Instant { state.withLock { $0.now } }
        var places: [String] { state.withLock { $0.places } }

        func commit(_ place: String, _ count: Int) -> [Result<Receipt, StoreError>] {
            state.withLock { state in
                state.places.append(place)
                if place == "here", !state.takes.isEmpty { state.now += state.takes.removeFirst() }
                return Array(repeating: .success(Receipt(stamp: Stamp(1), results: [])), count: count)
            }
        }

        /// How long the next commits on the caller's thread take.
        func take(_ durations: [Duration]) { state.withLock { $0.takes = durations } }

        func clear() { state.withLock { $0.places = [] } }
    }

    private func lane(_ record: Record, refuses: Bool = false) -> CommitLane {
        CommitLane(executor: nil, now: { record.now }) { batches in
            refuses ? nil : record.commit("here", batches.count)
        } apply: { calls in
            calls.map { record.commit("elsewhere", $0.count) }
        }
    }

    private func batch(_ writes: Int = 1) -> Batch {
        Batch(Partition("p"), (0..<writes).map { _ in .count("c", 1, atMost: nil) })
    }

    @Test func aSlowCommitByItselfChangesNothing() async {
        let record = Record()
        let lane = lane(record)
        let slow = Duration.milliseconds(2), quick = Duration.microseconds(900)
        record.take([slow, quick, slow, quick, slow])
        for _ in 0..<8 { _ = await lane.commit([batch()]) }
        #expect(record.places == Array(repeating: "here", count: 8))
    }

    @Test func twoSlowCommitsInARowSendTheNextElsewhere() async {
        let record = Record()
        let lane = lane(record)
        record.take([.milliseconds(2), .milliseconds(2)])
        for _ in 0..<2 { _ = await lane.commit([batch()]) }
        record.clear()
        for _ in 0..<66 { _ = await lane.commit([batch()]) }
        #expect(record.places == Array(repeating: "elsewhere", count: 64) + ["here", "here"])
    }

    @Test func largeCommitsAreMadeElsewhere() async {
        let record = Record()
        let lane = lane(record)
        _ = await lane.commit([batch(32)])
        _ = await lane.commit([batch(33)])
        _ = await lane.commit([batch(20), batch(13)])
        #expect(record.places == ["here", "elsewhere", "elsewhere"])
    }

    @Test func whatCannotBeDoneAtOnceIsDoneElsewhereOnce() async {
        let record = Record()
        let lane = lane(record, refuses: true)
        let results = await lane.commit([batch(), batch()])
        #expect(results.count == 2)
        #expect(record.places == ["elsewhere"])
        #expect(lane.transactions == 1)
    }

    @Test func nothingRunsAtOnceBesideACommitOrAfterTheEnd() async throws {
        let record = Record()
        let during = Mutex<[Bool]>([])
        let box = Mutex<CommitLane?>(nil)
        let lane = CommitLane(executor: nil, now: { record.now }) { batches in
            // A read during the commit takes another way.
            let answer = await box.withLock { $0 }?.answersAtOnce()
            during.withLock { $0.append(answer ?? true) }
            return record.commit("here", batches.count)
        } apply: { calls in
            calls.map { record.commit("elsewhere", $0.count) }
        }
        box.withLock { $0 = lane }
        defer { box.withLock { $0 = nil } }
        #expect(await lane.answersAtOnce())
        _ = await lane.commit([batch()])
        #expect(during.withLock { $0 } == [false])
        #expect(await lane.answersAtOnce(), "the lane is free again")
        await #expect(throws: StoreError.self) {
            _ = try await lane.runAtOnce { () throws(StoreError) -> Int in throw StoreError(.unavailable, "no") }
        }
        #expect(await lane.answersAtOnce(), "a failure gives it back")
        await lane.close()
        #expect(await !lane.answersAtOnce())
        let refused = await lane.commit([batch()])
        #expect(throws: StoreError.self) { try refused[0].get() }
    }
}

extension CommitLane {
    fileprivate func answersAtOnce() async -> Bool {
        do {
            return try await runAtOnce { () throws(StoreError) -> Bool in true } ?? false
        } catch {
            return false
        }
    }
}
