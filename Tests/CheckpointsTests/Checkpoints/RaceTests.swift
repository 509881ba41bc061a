import Checkpoints
import Records
import TestStores
import Testing

/// Removals beside what makes a thread whole piece by piece.
@Suite("Deletions and copies beside others") struct CheckpointRaceTests {
    @Test("A copy beside removals in its target is whole", arguments: TestBackend.all)
    func copyBesideRemovalInTarget(_ backend: TestBackend) async throws {
        let base = try await backend.makeRecords()
        let other = try await CheckpointStore(base)
        for removal in 0...2 {
            for commit in 1...7 {
                let records = InterruptedRecords(base)
                let store = try await CheckpointStore(records)
                let (source, target) = ("source \(removal) \(commit)", "target \(removal) \(commit)")
                try await other.putChain(["1", "2", "3"], thread: source)
                for id in ["1", "2", "3"] {
                    try await other.putWrites(
                        [NewWrite("x", .text("w"))], task: "k", after: CheckpointAddress(thread: source, id: id))
                }
                // The greatest id, so that the copied writes are of older checkpoints.
                try await other.put(
                    .make("9", changes: ["own": (1, "x")], metadata: ["run_id": .string(target)]), thread: target)
                records.arm(beforeCommit: { number in
                    guard number == commit else { return }
                    switch removal {
                    case 0: try await other.prune([target], PrunePolicy(keepLatest: 100))
                    case 1: try await other.delete(runs: [target])
                    default: try await other.delete(thread: target)
                    }
                })
                #expect(try await store.copyThread(source, to: target) == 3)
                if records.commits < commit { continue }
                let found = try await other.list(CheckpointQuery(thread: target)).tuples
                // A deletion of the whole thread takes what was copied before it, too.
                if removal < 2 { #expect(found.count { $0.checkpoint.id != "9" } == 3, "commit \(commit)") }
                for tuple in found where tuple.checkpoint.id != "9" {
                    #expect(tuple.checkpoint.texts == ["a": "a\(tuple.checkpoint.id)", "b": "b1"], "commit \(commit)")
                    #expect(tuple.pendingWrites.count == 1, "commit \(commit)")
                }
            }
        }
    }

    @Test("What is put beside a deletion goes or stays whole", arguments: TestBackend.all)
    func deletionBesidePut(_ backend: TestBackend) async throws {
        let base = try await backend.makeRecords()
        let other = try await CheckpointStore(base)
        for commit in 1...4 {
            let records = InterruptedRecords(base)
            let store = try await CheckpointStore(records)
            let thread = "t \(commit)"
            try await other.putChain(["1", "2"], thread: thread)
            try await other.putWrites(
                [NewWrite("x", .text("w"))], task: "k", after: CheckpointAddress(thread: thread, id: "2"))
            records.arm(beforeCommit: { number in
                guard number == commit else { return }
                // Its values are those of versions that are about to go.
                try await other.put(.make("3", changes: ["a": (1, "new"), "b": (1, "new")]), thread: thread)
                try await other.putWrites(
                    [NewWrite("x", .text("w"))], task: "k", after: CheckpointAddress(thread: thread, id: "3"))
            })
            #expect(try await store.delete(thread: thread) >= 2)
            #expect(records.commits >= commit)
            for tuple in try await other.list(CheckpointQuery(thread: thread)).tuples {
                #expect(tuple.checkpoint.id == "3" && tuple.checkpoint.texts == ["a": "new", "b": "new"])
                #expect(tuple.pendingWrites.count == 1)
            }
            try await other.delete(thread: thread)
            for type in CheckpointRecords.all {
                let count = try await base.read(.count(type.name, .all), in: Partition("checkpoint//\(thread)")).count
                #expect(count == 0, "\(type.name)")
            }
        }
    }

    @Test("A deletion ends, or says that others keep putting", arguments: TestBackend.all)
    func deletionBesideManyPuts(_ backend: TestBackend) async throws {
        let base = try await backend.makeRecords()
        let other = try await CheckpointStore(base)
        let records = InterruptedRecords(base)
        let store = try await CheckpointStore(records)
        try await other.putChain(["1", "2"], thread: "t")
        records.arm(beforeCommit: { number in
            try await other.putWrites(
                [NewWrite("x", .text("w"))], task: "k\(number)", after: CheckpointAddress(thread: "t", id: "9"))
        })
        #expect(await code { try await store.delete(thread: "t") } == "conflict")
        records.arm()
        try await store.delete(thread: "t")
        #expect(try await other.ids("t").isEmpty)
    }

    @Test("A thread that was deleted and copied anew is not what it was", arguments: TestBackend.all)
    func cacheAfterCopy(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        for byWrites in [false, true] {
            let store = try await CheckpointStore(records)
            let plain = try await CheckpointStore(records, configuration: .init(cacheBytes: 0))
            let thread = "t \(byWrites)"
            try await store.put(.make("1", changes: ["a": (1, "new")]), thread: "source")
            try await store.put(.make("1", changes: ["a": (1, "old")]), thread: thread)
            try await store.delete(thread: thread)
            // As many changes of the head as there were before, whoever makes them.
            try await plain.put(.make("1", changes: ["a": (1, "new")]), thread: thread)
            if byWrites {
                try await store.putWrites(
                    [NewWrite("x", .text("w"))], task: "k", after: CheckpointAddress(thread: thread, id: "1"))
            } else {
                try await store.put(
                    .make("2", parent: "1", changes: ["b": (2, "b")], unchanged: ["a": 1]), thread: thread)
            }
            let found = try await store.get(CheckpointAddress(thread: thread))
            #expect(found?.checkpoint.texts["a"] == "new")
            #expect(try await plain.get(CheckpointAddress(thread: thread)) == found)
            try await store.delete(thread: "source")
        }
    }

    @Test("A history does not mix a thread with the one that took its place", arguments: TestBackend.all)
    func historyOfAThreadThatBeganAnew(_ backend: TestBackend) async throws {
        let base = try await backend.makeRecords()
        let other = try await CheckpointStore(base)
        // The chain is longer than what is read of it at once.
        let length = 52
        for number in 3...5 {
            let records = InterruptedRecords(base)
            let store = try await CheckpointStore(records)
            let thread = "t \(number)"
            @Sendable func put(_ word: String?) async throws {
                for place in 1...length {
                    let id = String(100 + place), isFirst = place == 1
                    try await other.put(
                        .make(
                            id, parent: isFirst ? nil : String(99 + place),
                            changes: ["log": (Int64(place), isFirst ? word : nil)],
                            incremental: isFirst ? [] : ["log"]), thread: thread)
                    try await other.putWrites(
                        [NewWrite("log", .text(word ?? ""))], task: "a",
                        after: CheckpointAddress(thread: thread, id: id))
                }
            }
            try await put("old")
            records.arm(beforeRead: { read in
                guard read == number else { return }
                try await other.delete(thread: thread)
                try await put("new")
            })
            let found = try await store.history(of: ["log"], at: CheckpointAddress(thread: thread))[0]
            #expect(found.writes.count == length - 1)
            #expect(Set(found.writes.map(\.value.string)) == Set([found.seed?.string]), "read \(number)")
        }
    }
}
