import Foundation
import Records
import Synchronization
import Testing
import TranscriptArchives
import Transcripts

/// A folder that goes with the test, and a clock that stands still until it is told the time.
final class ArchivePlace: Sendable {
    static let owner = Owner(app: "app/1", user: "user")
    static let start: Int64 = 1_715_000_000_000_000

    let folder = NSTemporaryDirectory() + "agent-memory-archive-" + UUID().uuidString
    let time = Mutex(ArchivePlace.start)

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Every file below the folder.
    var everything: [String] {
        (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).filter {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: folder + "/" + $0, isDirectory: &isFolder)
            return !isFolder.boolValue
        }
    }
    var files: [String] { everything.filter { $0.hasSuffix(".gz") } }

    func configuration(_ archive: (any RunArchive)? = nil) -> TranscriptStoreConfiguration {
        TranscriptStoreConfiguration(
            isLexicalByChoice: true, archive: archive ?? FileRunArchive(folder: folder),
            clock: { Timestamp(microseconds: self.time.withLock { $0 }) })
    }

    /// A session with three runs of ten events in turns: one suspended, one failed a day later, one at work.
    func fill(_ store: TranscriptStore) async throws {
        let owner = Self.owner
        try await store.createSession(NewSession(id: "s"), in: owner)
        for run in ["old", "new", "active"] {
            try await store.startRun(NewRun(id: run, agent: "a", session: "s", labels: ["l": "1"]), in: owner)
        }
        for number in 0..<10 {
            for run in ["old", "new", "active"] {
                let event = NewEvent(
                    .userMessage(
                        Message([.text("parrot \(number) of \(run) \u{0}é"), .image(Media(data: [0, 255]))])),
                    key: "k\(number)", author: "Ada")
                try await store.append([event], to: .run(run), in: owner)
            }
        }
        try await store.updateRun(
            "old", RunUpdate(status: .suspended, suspension: RunSuspension(id: "c", data: [1, 2])), in: owner)
        time.withLock { $0 += 86_400_000_000 }
        try await store.updateRun("new", RunUpdate(status: .failed), in: owner)
    }
}

extension TranscriptStore {
    /// How many events of a run the store itself has.
    func stored(_ run: String) async throws -> Int {
        try await records.read(
            .count("transcript_event", .equal("run_id", .text(run))), in: ArchivePlace.owner.partition
        ).count
    }
}

/// An archive that lets somebody else act right before something happens to it, once.
final class HookedArchive: RunArchive {
    let inner: any RunArchive
    let beforeKeep = Mutex<(@Sendable (ArchivedRun) async throws -> Void)?>(nil)
    let beforeLoad = Mutex<(@Sendable () async throws -> Void)?>(nil)
    let beforeRemove = Mutex<(@Sendable () async throws -> Void)?>(nil)
    let keeps = Mutex(0)

    init(_ inner: any RunArchive) { self.inner = inner }

    func keep(_ content: ArchivedRun, of owner: Owner) async throws {
        keeps.withLock { $0 += 1 }
        try await beforeKeep.withLock { $0 }?(content)
        try await inner.keep(content, of: owner)
    }
    func load(_ run: String, of owner: Owner) async throws -> ArchivedRun? {
        try await taken(beforeLoad)?()
        return try await inner.load(run, of: owner)
    }
    func remove(_ run: String, of owner: Owner) async throws {
        try await taken(beforeRemove)?()
        try await inner.remove(run, of: owner)
    }
    func runs(of owner: Owner) async throws -> [String] { try await inner.runs(of: owner) }

    private func taken(
        _ hook: borrowing Mutex<(@Sendable () async throws -> Void)?>
    ) -> (@Sendable () async throws -> Void)? {
        hook.withLock { hook in
            defer { hook = nil }
            return hook
        }
    }
}

func expect(
    _ code: TranscriptError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
    do {
        try await body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as TranscriptError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    } catch { Issue.record("\(error)", sourceLocation: sourceLocation) }
}
