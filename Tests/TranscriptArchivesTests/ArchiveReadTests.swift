import InMemoryRecords
import Records
import TestStores
import Testing
import TranscriptArchives
import Transcripts

/// A run in the archive answers what it answered before.
@Suite("Reading archives")
struct ArchiveReadTests {
    private static let owner = ArchivePlace.owner
    private static let log = EventLog.run("old")

    private func archived() async throws -> (TranscriptStore, ArchivePlace, before: [Event]) {
        let place = ArchivePlace()
        let store = try await TranscriptStore(InMemoryRecords(), configuration: place.configuration())
        try await place.fill(store)
        let before = try await store.events(in: Self.log, of: Self.owner).events
        try await store.archiveRun("old", in: Self.owner)
        #expect(try await store.stored("old") == 0)
        return (store, place, before)
    }

    @Test func aLogIsReadFromTheArchive() async throws {
        let (store, _, before) = try await archived()
        func sequences(
            types: Set<EventType> = [], labels: [String: String] = [:], after: Int64? = nil, before: Int64? = nil,
            isDescending: Bool = false, limit: Int = 100
        ) async throws -> ([Int64], next: Int64?) {
            let page = try await store.events(
                in: Self.log, of: Self.owner, types: types, labels: labels, after: after, before: before,
                isDescending: isDescending, limit: limit)
            return (page.events.map(\.sequence), page.next)
        }
        let all = before.map(\.sequence)
        #expect(all.count == 10)
        #expect(try await sequences() == (all, nil))
        #expect(try await sequences(limit: 3) == (Array(all.prefix(3)), all[2]))
        #expect(try await sequences(after: all[2], before: all[5]) == (Array(all[3...4]), nil))
        #expect(try await sequences(isDescending: true, limit: 2) == ([all[9], all[8]], all[8]))
        #expect(try await sequences(types: [.plannerNote]).0.isEmpty)
        #expect(try await sequences(types: [.plannerNote, .userMessage]).0 == all)
        #expect(try await sequences(labels: ["x": "y"]).0.isEmpty)
        let latest = try await store.latestEvent(of: .userMessage, in: Self.log, of: Self.owner)
        #expect(latest?.id == before.last?.id && latest?.payload == before.last?.payload)
        #expect(try await store.suspension(of: "old", in: Self.owner) == RunSuspension(id: "c", data: [1, 2]))
        // By its id alone an event is found in the store only.
        await expect(.notFound) { _ = try await store.event(before[0].id, of: Self.owner) }
    }

    @Test func aFollowerOfARunThatIsArchivedSeesTheRest() async throws {
        let (store, _, before) = try await archived()
        try await store.restoreRun("old", in: Self.owner)
        var seen: [String] = []
        for try await event in store.follow(Self.log, of: Self.owner, endsWhenOver: true) {
            seen.append(event.id)
            if seen.count == 3 { break }
        }
        try await store.archiveRun("old", in: Self.owner)
        let rest = store.follow(Self.log, of: Self.owner, after: before[2].sequence, endsWhenOver: true)
        for try await event in rest { seen.append(event.id) }
        #expect(seen == before.map(\.id))
    }

    @Test func withoutTheArchiveItIsSaidThatItIsMissing() async throws {
        let (store, _, _) = try await archived()
        let without = try await TranscriptStore(
            store.records, configuration: TranscriptStoreConfiguration(isLexicalByChoice: true))
        await expect(.unsupported) { _ = try await without.events(in: Self.log, of: Self.owner) }
        await expect(.unsupported) { _ = try await without.suspension(of: "old", in: Self.owner) }
        #expect(try await without.run("old", in: Self.owner).archivedAt != nil)
    }

    @Test func aRepeatOfWhatIsInTheArchiveIsOne() async throws {
        let (store, _, before) = try await archived()
        func event(_ number: Int, _ text: String = "parrot 3 of old \u{0}é") -> NewEvent {
            NewEvent(
                .userMessage(Message([.text(text), .image(Media(data: [0, 255]))])), key: "k\(number)", author: "Ada")
        }
        let again = try await store.append([event(3)], to: Self.log, in: Self.owner).events[0]
        #expect(again.id == before[3].id && again.sequence == before[3].sequence && !again.isNew)
        #expect(again.timestamp == before[3].timestamp)
        await expect(.conflict) { try await store.append([event(3, "other")], to: Self.log, in: Self.owner) }
        await expect(.runNotActive) { try await store.append([event(11)], to: Self.log, in: Self.owner) }
        // The start, with what came with it; the end, with its checkpoint.
        let start = try await store.startRun(
            NewRun(id: "old", agent: "a", session: "s", labels: ["l": "1"]), in: Self.owner, events: [event(3)])
        #expect(!start.isNew && start.events.map(\.id) == [before[3].id])
        let end = RunUpdate(status: .suspended, suspension: RunSuspension(id: "c", data: [1, 2]))
        #expect(try await !store.updateRun("old", end, in: Self.owner, events: [event(3)]).isChanged)
        let other = RunUpdate(status: .suspended, suspension: RunSuspension(id: "c", data: [3]))
        await expect(.conflict) { try await store.updateRun("old", other, in: Self.owner) }
        #expect(try await store.stored("old") == 0)
    }
}
