import Foundation
import InMemoryRecords
import Records
import Synchronization
import TestStores
import Testing
import TranscriptArchives
import Transcripts

/// Two servers over one store and one archive, of which one is late.
@Suite("Races of archives")
struct ArchiveRaceTests {
    private static let owner = ArchivePlace.owner

    /// A store, and another whose commits and reads are interrupted, with a suspended run of many events.
    private struct Servers {
        let place = ArchivePlace()
        let archive: HookedArchive
        let held: InterruptedRecords
        let first: TranscriptStore
        let late: TranscriptStore
        let count: Int

        init(events count: Int = 1_100) async throws {
            let base = InMemoryRecords()
            self.count = count
            archive = HookedArchive(FileRunArchive(folder: place.folder))
            held = InterruptedRecords(base)
            first = try await TranscriptStore(base, configuration: place.configuration())
            late = try await TranscriptStore(held, configuration: place.configuration(archive))
            try await first.createSession(NewSession(id: "s"), in: owner)
            try await first.startRun(NewRun(id: "r", agent: "a", session: "s"), in: owner)
            for start in stride(from: 0, to: count, by: 100) {
                let events = (start..<min(start + 100, count)).map {
                    NewEvent(.userMessage(Message("parrot \($0)")), key: "k\($0)")
                }
                try await first.append(events, to: .run("r"), in: owner)
            }
            let end = RunUpdate(status: .suspended, suspension: RunSuspension(id: "c", data: [1, 2]))
            try await first.updateRun("r", end, in: owner)
        }

        /// The run is whole, wherever it is.
        func check(_ sourceLocation: SourceLocation = #_sourceLocation) async throws {
            let snapshot = try await first.snapshot(ofRun: "r", in: owner)
            #expect(snapshot.events.map(\.sequence) == (1...Int64(count)).map { $0 }, sourceLocation: sourceLocation)
            let data = try await first.suspension(of: "r", in: owner).data
            #expect(data == [1, 2], sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: 2...5) func aLateMoveTakesNothingFromARunThatIsBack(_ commit: Int) async throws {
        let servers = try await Servers()
        servers.held.arm(beforeCommit: { [first = servers.first] number in
            if number == commit { try await first.restoreRun("r", in: Self.owner) }
        })
        #expect(try await servers.late.archiveRun("r", in: Self.owner))
        #expect(servers.held.commits >= commit)
        #expect(try await servers.first.run("r", in: Self.owner).archivedAt == nil)
        #expect(try await servers.first.stored("r") == servers.count)
        try await servers.check()
        servers.held.arm()
        #expect(try await servers.late.sweep() == SweepReport())
        try await servers.check()
    }

    @Test(arguments: 1...4) func aLateSweepTakesNothingFromARunThatIsBack(_ commit: Int) async throws {
        let servers = try await Servers()
        servers.held.arm(failsFrom: 2)
        await expect(.unavailable) { try await servers.late.archiveRun("r", in: Self.owner) }
        servers.held.arm(beforeCommit: { [first = servers.first] number in
            if number == commit { try await first.restoreRun("r", in: Self.owner) }
        })
        try await servers.late.sweep()
        #expect(servers.held.commits >= commit)
        #expect(try await servers.first.stored("r") == servers.count)
        try await servers.check()
    }

    /// The id of a run of a purged session may be used again: what was to leave was the other's.
    @Test func aLateSweepTakesNothingFromARunOfTheSameID() async throws {
        let servers = try await Servers()
        servers.held.arm(failsFrom: 2)
        await expect(.unavailable) { try await servers.late.archiveRun("r", in: Self.owner) }
        servers.held.arm(beforeCommit: { [first = servers.first] number in
            guard number == 1 else { return }
            try await first.endSession("s", in: Self.owner)
            try await first.purgeSession("s", in: Self.owner)
            try await first.startRun(
                NewRun(id: "r", agent: "a"), in: Self.owner, events: [NewEvent(.userMessage(Message("new")))])
        })
        try await servers.late.sweep()
        #expect(try await servers.first.stored("r") == 1)
        let tombstones = Read.count("transcript_tombstone", .all)
        #expect(try await servers.first.records.read(tombstones, in: Self.owner.partition).count == 1)
        try await servers.first.sweep()
        #expect(try await servers.first.stored("r") == 1)
    }

    /// What is read while another's move takes events away is not kept in place of what that has kept.
    @Test(arguments: 1...6) func twoMovesAtOnceKeepTheWholeRun(_ read: Int) async throws {
        let servers = try await Servers()
        servers.held.arm(beforeRead: { [first = servers.first] number in
            if number == read { try await first.archiveRun("r", in: Self.owner) }
        })
        #expect(try await !servers.late.archiveRun("r", in: Self.owner))
        #expect(servers.held.reads >= read)
        try await servers.check()
        try await servers.first.restoreRun("r", in: Self.owner)
        try await servers.check()
    }

    @Test func aLateRestorationRemovesNothingThatIsNeeded() async throws {
        let servers = try await Servers(events: 10)
        try await servers.first.archiveRun("r", in: Self.owner)
        servers.archive.beforeRemove.withLock {
            $0 = { [first = servers.first] in try await first.archiveRun("r", in: Self.owner) }
        }
        try await servers.late.restoreRun("r", in: Self.owner)
        #expect(try await servers.first.run("r", in: Self.owner).archivedAt != nil)
        #expect(try await servers.first.stored("r") == 0)
        try await servers.check()
    }

    /// The file goes after it was kept and before the run is marked.
    @Test func aMoveWhoseFileIsRemovedLateKeepsItAgain() async throws {
        let servers = try await Servers(events: 10)
        servers.held.arm(beforeCommit: { [archive = servers.archive] number in
            if number == 1 { try await archive.inner.remove("r", of: Self.owner) }
        })
        #expect(try await servers.late.archiveRun("r", in: Self.owner))
        #expect(try await servers.first.stored("r") == 0)
        try await servers.check()
    }

    /// A sweep takes nothing away that the archive does not have.
    @Test func aMoveWithoutItsFileIsNotFinished() async throws {
        let servers = try await Servers(events: 10)
        servers.held.arm(failsFrom: 2)
        await expect(.unavailable) { try await servers.late.archiveRun("r", in: Self.owner) }
        try await servers.archive.inner.remove("r", of: Self.owner)
        await expect(.corrupted) { try await servers.first.sweep() }
        #expect(try await servers.first.stored("r") == 10)
    }

    @Test(arguments: 1...2) func ofTwoRestorationsBothSucceed(_ commit: Int) async throws {
        let servers = try await Servers(events: 10)
        try await servers.first.archiveRun("r", in: Self.owner)
        servers.held.arm(beforeCommit: { [first = servers.first] number in
            if number == commit { try await first.restoreRun("r", in: Self.owner) }
        })
        #expect(try await servers.late.restoreRun("r", in: Self.owner).archivedAt == nil)
        #expect(servers.held.commits >= commit)
        #expect(try await servers.first.stored("r") == 10)
        #expect(servers.place.everything.isEmpty)
    }

    @Test(arguments: 1...4) func ofTwoImportsBothSucceed(_ commit: Int) async throws {
        let servers = try await Servers(events: 10)
        let content = try await servers.first.exportSession("s", in: Self.owner)
        let other = Owner(app: "app", user: "other")
        servers.held.arm(beforeCommit: { [first = servers.first] number in
            if number == commit { try await first.importSession(content, in: other) }
        })
        do {
            _ = try await servers.late.importSession(content, in: other)
        } catch {
            // Before the first commit nothing tells that it was the same.
            #expect(commit == 1, "\(error)")
        }
        #expect(servers.held.commits >= commit)
        #expect(try await servers.first.snapshot(ofRun: "r", in: other).events.count == 10)
    }

    @Test func aMoveThatAPurgeOvertakesLeavesNothing() async throws {
        let servers = try await Servers(events: 10)
        try await servers.first.endSession("s", in: Self.owner)
        servers.held.arm(beforeCommit: { [first = servers.first] number in
            if number == 1 { try await first.purgeSession("s", in: Self.owner) }
        })
        await expect(.notFound) { try await servers.late.archiveRun("r", in: Self.owner) }
        #expect(servers.place.everything.isEmpty)
        #expect(servers.archive.keeps.withLock { $0 } == 1)
    }

    @Test func whatIsHalfPurgedIsNotArchived() async throws {
        let servers = try await Servers(events: 10)
        try await servers.first.endSession("s", in: Self.owner)
        servers.held.arm(failsFrom: 2)
        await expect(.unavailable) { try await servers.late.purgeSession("s", in: Self.owner) }
        servers.held.arm()
        await expect(.notFound) { try await servers.late.archiveRun("r", in: Self.owner) }
        let all = ArchivePolicy(endedBefore: Timestamp(microseconds: .max))
        #expect(try await servers.late.archiveRuns(all) == 0)
        #expect(servers.archive.keeps.withLock { $0 } == 0)
        #expect(servers.place.everything.isEmpty)
    }

    @Test func whatIsRestoredMeanwhileIsNoDamage() async throws {
        let servers = try await Servers(events: 10)
        try await servers.first.archiveRun("r", in: Self.owner)
        func meanwhile() {
            servers.archive.beforeLoad.withLock {
                $0 = { [first = servers.first] in try await first.restoreRun("r", in: Self.owner) }
            }
        }
        meanwhile()
        #expect(try await servers.late.searchArchive("parrot", of: Self.owner).isEmpty)
        try await servers.first.archiveRun("r", in: Self.owner)
        meanwhile()
        #expect(try await servers.late.snapshot(ofRun: "r", in: Self.owner).events.count == 10)
        try await servers.first.archiveRun("r", in: Self.owner)
        meanwhile()
        #expect(try await servers.late.events(in: .run("r"), of: Self.owner).events.count == 10)
    }

    /// A run that leaves between two pages of a snapshot or of a page in pieces is whole all the same.
    @Test(arguments: 1...3) func aSnapshotIsWholeWhileARunLeaves(_ read: Int) async throws {
        let servers = try await Servers()
        servers.held.arm(beforeRead: { [first = servers.first] number in
            if number == read { try await first.archiveRun("r", in: Self.owner) }
        })
        #expect(try await servers.late.snapshot(ofRun: "r", in: Self.owner).events.count == servers.count)
    }
}
