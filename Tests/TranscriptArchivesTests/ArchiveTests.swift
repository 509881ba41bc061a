import Compression
import Foundation
import InMemoryRecords
import Records
import Synchronization
import TestStores
import Testing
import TranscriptArchives
import Transcripts

@Suite("Archives of runs")
struct ArchiveTests {
    private static let owner = ArchivePlace.owner
    private typealias Place = ArchivePlace

    @Test(arguments: TestBackend.all) func runsLeaveByAgeAndStatusAndComeBack(_ backend: TestBackend) async throws {
        let made = try await backend.make()
        defer { withExtendedLifetime(made) {} }
        let place = Place()
        let store = try await TranscriptStore(made.store, configuration: place.configuration())
        try await place.fill(store)
        let before = try await store.events(in: .session("s"), of: Self.owner, limit: 1_000).events
        let whole = try await store.snapshot(ofRun: "old", in: Self.owner)
        let noon = Timestamp(microseconds: Place.start + 43_200_000_000)
        #expect(try await store.archiveRuns(ArchivePolicy(endedBefore: noon, statuses: [.failed])) == 0)
        #expect(try await store.archiveRuns(ArchivePolicy(endedBefore: noon), app: "elsewhere") == 0)
        #expect(try await store.archiveRuns(ArchivePolicy(endedBefore: noon)) == 1)
        #expect(try await store.archiveRuns(ArchivePolicy(endedBefore: noon)) == 0)
        #expect(place.files.count == 1)
        // The run stays, its events have left.
        let run = try await store.run("old", in: Self.owner)
        #expect(run.archivedAt != nil && run.status == .suspended && run.labels == ["l": "1"])
        #expect(try await store.findRuns("old").count == 1)
        #expect(try await store.stored("old") == 0)
        let rest = try await store.events(in: .session("s"), of: Self.owner, limit: 1_000).events
        #expect(rest == before.filter { $0.run != "old" })
        #expect(try await store.searchEvents(EventSearch("parrot", limit: 100), of: Self.owner).hits.count == 20)
        await expect(.runNotActive) {
            try await store.append([NewEvent(.plannerNote(PlannerNote("late")))], to: .run("old"), in: Self.owner)
        }
        await expect(.conflict) { _ = try await store.exportSession("s", in: Self.owner) }
        // On request it is read and searched where it is.
        #expect(try await store.snapshot(ofRun: "old", in: Self.owner).events.map(\.id) == whole.events.map(\.id))
        let hits = try await store.searchArchive("PARROTS 7", of: Self.owner)
        #expect(hits.count == 10 && hits[0].event.key == "k7" && hits[0].score == 1 && hits[1].score == 0.5)
        #expect(try await store.searchArchive("parrot", of: Self.owner, limit: 3).count == 3)
        #expect(try await store.searchArchive("parrot", of: Owner(app: "app", user: "user")).isEmpty)
        // And it comes back as it was, between what was said meanwhile.
        try await store.append([NewEvent(.plannerNote(PlannerNote("meanwhile")))], to: .session("s"), in: Self.owner)
        #expect(try await store.restoreRun("old", in: Self.owner).archivedAt == nil)
        let after = try await store.events(in: .session("s"), of: Self.owner, limit: 1_000).events
        #expect(after.map(\.sequence) == Array(1...31))
        #expect(after.dropLast().map(\.payload) == before.map(\.payload))
        #expect(after.dropLast().map(\.id) == before.map(\.id))
        #expect(after.dropLast().map(\.recordedAt) == before.map(\.recordedAt))
        #expect(try await store.suspension(of: "old", in: Self.owner).data == [1, 2])
        #expect(try await store.searchEvents(EventSearch("parrot", limit: 100), of: Self.owner).hits.count == 30)
        #expect(place.files.isEmpty)
        #expect(try await store.restoreRun("old", in: Self.owner).archivedAt == nil)
        #expect(try await store.archiveRun("old", in: Self.owner))
        await expect(.runActive) { try await store.archiveRun("active", in: Self.owner) }
        await expect(.invalid) {
            try await store.archiveRuns(ArchivePolicy(endedBefore: noon, statuses: [.running]))
        }
        await store.close()
    }

    /// A store whose commits can be made to fail.
    private final class Failing: RecordStore {
        private let inner = InMemoryRecords()
        let fails = Mutex<(@Sendable (Batch) -> Bool)?>(nil)

        var capabilities: Capabilities { inner.capabilities }

        func prepare(_ types: [RecordType]) async throws(StoreError) { try await inner.prepare(types) }

        func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] {
            let fails = fails.withLock { $0 }
            if let batch = batches.first, fails?(batch) == true { return [.failure(StoreError(.unavailable, "away"))] }
            return await inner.commit(batches)
        }

        func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page] {
            try await inner.read(reads, in: partition, atLeast: atLeast)
        }

        func changes(
            of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
        ) async throws(StoreError) -> Changes {
            try await inner.changes(of: type, in: partition, after: after, limit: limit, fields: fields)
        }

        func survey(_ query: Query) async throws(StoreError) -> SurveyPage { try await inner.survey(query) }

        func watch(_ partition: Partition) -> AsyncStream<Void> { inner.watch(partition) }

        func scrub(within seconds: Double) async throws(StoreError) -> [String] {
            try await inner.scrub(within: seconds)
        }

        func close() async { await inner.close() }
    }

    /// Whichever commit of a move or its way back is the last, the events are whole in the end.
    @Test func nothingIsLostWhereverItStops() async throws {
        for stop in 0..<6 {
            let records = Failing()
            let place = Place()
            let store = try await TranscriptStore(records, configuration: place.configuration())
            try await place.fill(store)
            let before = try await store.events(in: .session("s"), of: Self.owner, limit: 1_000).events
            let commits = Mutex(0)
            func failAfter() {
                commits.withLock { $0 = 0 }
                records.fails.withLock { fails in
                    fails = { _ in
                        commits.withLock { count in
                            count += 1
                            return count > stop
                        }
                    }
                }
            }
            failAfter()
            _ = try? await store.archiveRun("old", in: Self.owner)
            records.fails.withLock { $0 = nil }
            #expect(try await store.snapshot(ofRun: "old", in: Self.owner).events.count == 10)
            if stop % 2 == 0 { try await store.sweep() }
            _ = try await store.archiveRun("old", in: Self.owner)
            #expect(try await store.stored("old") == 0)
            failAfter()
            _ = try? await store.restoreRun("old", in: Self.owner)
            records.fails.withLock { $0 = nil }
            #expect(try await store.snapshot(ofRun: "old", in: Self.owner).events.count == 10)
            try await store.sweep()
            try await store.restoreRun("old", in: Self.owner)
            let after = try await store.events(in: .session("s"), of: Self.owner, limit: 1_000).events
            #expect(after.map(\.id) == before.map(\.id))
            #expect(after.map(\.payload) == before.map(\.payload))
        }
    }

    @Test func anArchiveThatForgetsKeepsNothingOutOfTheStore() async throws {
        struct Forgetful: RunArchive {
            func keep(_ content: ArchivedRun, of owner: Owner) {}
            func load(_ run: String, of owner: Owner) -> ArchivedRun? { nil }
            func remove(_ run: String, of owner: Owner) {}
            func runs(of owner: Owner) -> [String] { [] }
        }
        let place = Place()
        let store = try await TranscriptStore(InMemoryRecords(), configuration: place.configuration(Forgetful()))
        try await place.fill(store)
        await expect(.corrupted) { try await store.archiveRun("old", in: Self.owner) }
        #expect(try await store.events(in: .run("old"), of: Self.owner).events.count == 10)
        #expect(try await store.run("old", in: Self.owner).archivedAt == nil)
    }

    /// An archive that keeps all but the last event of a run.
    @Test func anArchiveThatForgetsAnEventKeepsNothingOutOfTheStore() async throws {
        final class Lossy: RunArchive {
            let kept = Mutex<ArchivedRun?>(nil)
            func keep(_ content: ArchivedRun, of owner: Owner) {
                kept.withLock { $0 = ArchivedRun(content: content.content, events: content.events.dropLast()) }
            }
            func load(_ run: String, of owner: Owner) -> ArchivedRun? { kept.withLock { $0 } }
            func remove(_ run: String, of owner: Owner) {}
            func runs(of owner: Owner) -> [String] { [] }
        }
        let place = Place()
        let store = try await TranscriptStore(InMemoryRecords(), configuration: place.configuration(Lossy()))
        try await place.fill(store)
        await expect(.corrupted) { try await store.archiveRun("old", in: Self.owner) }
        #expect(try await store.events(in: .run("old"), of: Self.owner).events.count == 10)
        #expect(try await store.run("old", in: Self.owner).archivedAt == nil)
    }

    /// A run that comes back before its move is finished: nothing of the move takes its events away later.
    @Test func aMoveThatStoppedDoesNotGoOnAfterARestoration() async throws {
        for stop in 0..<4 {
            let records = Failing()
            let place = Place()
            let store = try await TranscriptStore(records, configuration: place.configuration())
            try await place.fill(store)
            let before = try await store.events(in: .session("s"), of: Self.owner, limit: 1_000).events
            let commits = Mutex(0)
            records.fails.withLock { fails in
                fails = { _ in
                    commits.withLock { count in
                        count += 1
                        return count > stop
                    }
                }
            }
            _ = try? await store.archiveRun("old", in: Self.owner)
            records.fails.withLock { $0 = nil }
            #expect(try await store.restoreRun("old", in: Self.owner).archivedAt == nil)
            try await store.sweep()
            let after = try await store.events(in: .session("s"), of: Self.owner, limit: 1_000).events
            #expect(after.map(\.id) == before.map(\.id) && after.map(\.payload) == before.map(\.payload))
            #expect(try await store.suspension(of: "old", in: Self.owner).data == [1, 2])
        }
    }

    @Test func aPurgeReachesTheArchive() async throws {
        let place = Place()
        let records = InMemoryRecords()
        let store = try await TranscriptStore(records, configuration: place.configuration())
        try await place.fill(store)
        try await store.startRun(
            NewRun(id: "own", agent: "a"), in: Self.owner, events: [.init(.plannerNote(PlannerNote("n")))])
        try await store.updateRun("own", RunUpdate(status: .completed), in: Self.owner)
        try await store.updateRun("active", RunUpdate(status: .completed), in: Self.owner)
        #expect(try await store.archiveRuns(ArchivePolicy(endedBefore: Timestamp(microseconds: .max))) == 4)
        #expect(place.files.count == 4)
        try await store.purgeRun("own", in: Self.owner)
        #expect(place.files.count == 3)
        try await store.endSession("s", in: Self.owner)
        let without = try await TranscriptStore(
            records, configuration: TranscriptStoreConfiguration(isLexicalByChoice: true))
        await expect(.unsupported) { try await without.purgeSession("s", in: Self.owner) }
        try await store.purgeSession("s", in: Self.owner)
        #expect(place.files.isEmpty)
        #expect(try await store.findRuns("old").isEmpty)
    }

    @Test func aDamagedFileIsNotTakenForARun() async throws {
        let place = Place()
        let store = try await TranscriptStore(InMemoryRecords(), configuration: place.configuration())
        try await place.fill(store)
        try await store.archiveRun("old", in: Self.owner)
        let path = place.folder + "/" + place.files[0]
        let data = try #require(FileManager.default.contents(atPath: path))
        #expect(data.prefix(2) == Data([0x1f, 0x8b]))
        for damaged in [data.dropLast(20), data.prefix(data.count / 2) + Data(repeating: 7, count: 40), Data()] {
            try damaged.write(to: URL(fileURLWithPath: path))
            await expect(.unavailable) { try await store.restoreRun("old", in: Self.owner) }
            #expect(try await store.run("old", in: Self.owner).archivedAt != nil)
        }
        try FileManager.default.removeItem(atPath: path)
        await expect(.corrupted) { try await store.restoreRun("old", in: Self.owner) }
        try data.write(to: URL(fileURLWithPath: path))
        #expect(try await store.restoreRun("old", in: Self.owner).archivedAt == nil)
    }

    /// A file that is whole, but of another run, or without its last event.
    @Test func aFileThatIsNotTheRunsIsRefused() async throws {
        let place = Place()
        let store = try await TranscriptStore(InMemoryRecords(), configuration: place.configuration())
        try await place.fill(store)
        try await store.archiveRun("old", in: Self.owner)
        let path = URL(fileURLWithPath: place.folder + "/" + place.files[0])
        let data = try Data(contentsOf: path)
        try await store.archiveRun("new", in: Self.owner)
        let other = try #require(place.files.first { place.folder + "/" + $0 != path.path })
        let lines = try Gzip.decompress(Array(data)).split(separator: 0x0a)
        let shortened = lines.dropLast().flatMap { $0 + [0x0a] }
        let wrong = [
            Data(try Gzip.compress(shortened)), try Data(contentsOf: URL(fileURLWithPath: place.folder + "/" + other)),
        ]
        for wrong in wrong {
            try wrong.write(to: path)
            await expect(.unavailable) { try await store.restoreRun("old", in: Self.owner) }
            #expect(try await store.run("old", in: Self.owner).archivedAt != nil)
        }
        try data.write(to: path)
        #expect(try await store.restoreRun("old", in: Self.owner).archivedAt == nil)
    }

    @Test func aPassMovesNoMoreThanItsLimit() async throws {
        let place = Place()
        let store = try await TranscriptStore(InMemoryRecords(), configuration: place.configuration())
        try await place.fill(store)
        let policy = ArchivePolicy(endedBefore: Timestamp(microseconds: .max), limit: 1)
        #expect(try await store.archiveRuns(policy) == 1)
        #expect(place.files.count == 1)
        #expect(try await store.archiveRuns(policy) == 1)
        #expect(try await store.archiveRuns(policy) == 0)
    }

    @Test func whatTheArchiveFindsComesBestFirstAndBounded() async throws {
        let place = Place()
        let store = try await TranscriptStore(InMemoryRecords(), configuration: place.configuration())
        for (run, texts) in [("a", ["red apple", "green apple tart"]), ("b", ["apple tart", "plum"])] {
            try await store.startRun(NewRun(id: run, agent: "a"), in: Self.owner)
            for text in texts {
                place.time.withLock { $0 += 1 }
                try await store.append([NewEvent(.userMessage(Message(text)))], to: .run(run), in: Self.owner)
            }
            try await store.updateRun(run, RunUpdate(status: .completed), in: Self.owner)
            try await store.archiveRun(run, in: Self.owner)
        }
        func found(_ limit: Int) async throws -> [String?] {
            try await store.searchArchive("apple tart", of: Self.owner, limit: limit).map(\.event.payload.text)
        }
        // The newer where scores tie.
        #expect(try await found(10) == ["apple tart", "green apple tart", "red apple"])
        #expect(try await found(2) == ["apple tart", "green apple tart"])
        #expect(try await store.searchArchive("plum", of: Owner(app: "app", user: "user")).isEmpty)
    }
}
