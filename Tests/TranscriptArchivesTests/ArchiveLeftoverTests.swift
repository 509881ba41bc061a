import Foundation
import InMemoryRecords
import Records
import Synchronization
import TestStores
import Testing
import TranscriptArchives
import Transcripts

/// What interrupted moves, restorations and purges leave.
@Suite("Leftovers of archives")
struct ArchiveLeftoverTests {
    private static let owner = ArchivePlace.owner

    private func filled(_ archive: (any RunArchive)? = nil) async throws -> (TranscriptStore, ArchivePlace) {
        let place = ArchivePlace()
        let store = try await TranscriptStore(InMemoryRecords(), configuration: place.configuration(archive))
        try await place.fill(store)
        return (store, place)
    }

    /// A restoration that was interrupted before the file went.
    private func leaveFile(_ store: TranscriptStore, _ place: ArchivePlace) async throws {
        try await store.archiveRun("old", in: Self.owner)
        let path = place.folder + "/" + place.files[0]
        let data = try #require(FileManager.default.contents(atPath: path))
        try await store.restoreRun("old", in: Self.owner)
        #expect(place.everything.isEmpty)
        try data.write(to: URL(fileURLWithPath: path))
    }

    @Test func aFileOfARunThatIsBackIsNotFoundAndGoes() async throws {
        let (store, place) = try await filled()
        try await leaveFile(store, place)
        #expect(try await store.searchArchive("parrot", of: Self.owner).isEmpty)
        #expect(try await store.restoreRun("old", in: Self.owner).archivedAt == nil)
        #expect(place.everything.isEmpty)
        #expect(try await store.events(in: .run("old"), of: Self.owner).events.count == 10)
    }

    @Test(arguments: [true, false]) func aPurgeRemovesWhatWasLeft(_ isDraft: Bool) async throws {
        let (store, place) = try await filled()
        try await leaveFile(store, place)
        if isDraft {
            let path = place.folder + "/" + place.files[0]
            try FileManager.default.moveItem(atPath: path, toPath: path + "." + UUID().uuidString)
        }
        #expect(place.everything.count == 1)
        try await store.updateRun("active", RunUpdate(status: .completed), in: Self.owner)
        try await store.endSession("s", in: Self.owner)
        try await store.purgeSession("s", in: Self.owner)
        #expect(place.everything.isEmpty)
    }

    @Test func whatExpiredIsNotFoundInTheArchive() async throws {
        let place = ArchivePlace()
        let store = try await TranscriptStore(InMemoryRecords(), configuration: place.configuration())
        try await store.createSession(NewSession(id: "t", timeToLive: 60), in: Self.owner)
        try await store.startRun(
            NewRun(id: "r", agent: "a", session: "t"), in: Self.owner,
            events: [NewEvent(.userMessage(Message("parrot")))])
        try await store.updateRun("r", RunUpdate(status: .completed), in: Self.owner)
        try await store.archiveRun("r", in: Self.owner)
        #expect(try await store.searchArchive("parrot", of: Self.owner).count == 1)
        place.time.withLock { $0 += 61_000_000 }
        #expect(try await store.searchArchive("parrot", of: Self.owner).isEmpty)
        await expect(.notFound) { try await store.restoreRun("r", in: Self.owner) }
        try await store.sweep()
        #expect(place.everything.isEmpty)
    }

    private struct Full: Error {}

    @Test func aRunThatCannotMoveKeepsNoOtherFromIt() async throws {
        let archive = HookedArchive(FileRunArchive(folder: ArchivePlace().folder))
        let (store, _) = try await filled(archive)
        archive.beforeKeep.withLock { $0 = { if $0.content.run.id == "new" { throw Full() } } }
        let policy = ArchivePolicy(endedBefore: Timestamp(microseconds: .max))
        await expect(.unavailable) { try await store.archiveRuns(policy) }
        #expect(try await store.run("old", in: Self.owner).archivedAt != nil)
        #expect(try await store.run("new", in: Self.owner).archivedAt == nil)
        archive.beforeKeep.withLock { $0 = nil }
        #expect(try await store.archiveRuns(policy) == 1)
    }

    /// The first folder of an owner, and those above it, are made as they are needed.
    @Test func foldersAreMadeForTheirOwnerOnly() async throws {
        let place = ArchivePlace()
        let folder = place.folder + "/deep/er"
        let archive = FileRunArchive(folder: folder)
        let (store, _) = try await filled(archive)
        try await store.archiveRun("old", in: Self.owner)
        let rights = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? NSNumber
        #expect(rights?.intValue == 0o700)
        #expect(try await archive.runs(of: Self.owner) == ["old"])
    }
}
