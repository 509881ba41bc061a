import Checkpoints
import Records
import TestStores
import Testing

/// Parents are the caller's word: they may lead in a circle, be gone, or be needed for values only.
@Suite("Parents of checkpoints") struct ParentTests {
    @Test("Parents that lead in a circle end", arguments: TestBackend.all)
    func circles(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        try await store.put(.make("1", parent: "1", changes: ["a": (1, "x")]), thread: "t")
        for (id, parent) in [("2", "3"), ("3", "2")] {
            try await store.put(.make(id, parent: parent, changes: ["log": (1, nil)]), thread: "t")
            try await store.putWrites(
                [NewWrite("log", .text("after \(id)"))], task: "a", after: CheckpointAddress(thread: "t", id: id))
        }
        #expect(try await store.history(of: ["b"], at: CheckpointAddress(thread: "t", id: "1"))[0].writes.isEmpty)
        let found = try await store.history(of: ["log"], at: CheckpointAddress(thread: "t", id: "3"))[0]
        #expect(found.seed == nil && found.writes.map(\.value.string) == ["after 3", "after 2"])
        try await store.prune(["t"], PrunePolicy(keepLatest: 2))
        #expect(try await store.copyThread("t", to: "u") > 0)
    }

    @Test("A fork has the values of its origin, not what was written after it", arguments: TestBackend.all)
    func forkWithWrites(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        func wrote(_ text: String, after id: String) async throws {
            try await store.putWrites(
                [NewWrite("log", .text(text))], task: "a", after: CheckpointAddress(thread: "t", id: id))
        }
        func log(_ id: String) async throws -> [String] {
            let found = try await store.history(of: ["log"], at: CheckpointAddress(thread: "t", id: id))[0]
            return [found.seed?.string ?? "none"] + found.writes.map(\.value.string)
        }
        try await store.put(.make("1", changes: ["log": (1, "seed"), "n": (1, "n1")]), thread: "t")
        try await wrote("+1", after: "1")
        try await store.put(
            .make("2", parent: "1", changes: ["log": (2, nil)], unchanged: ["n": 1], incremental: ["log"]), thread: "t")
        try await wrote("+2", after: "2")
        try await store.put(
            .make("3", parent: "2", changes: ["log": (3, nil)], unchanged: ["n": 1], incremental: ["log"]), thread: "t")
        try await store.fork(CheckpointAddress(thread: "t", id: "2"), as: "4")
        #expect(try await log("2") == ["seed", "+1"])
        #expect(try await log("4") == ["seed", "+1"])
        #expect(try await log("3") == ["seed", "+1", "+2"])
        // The fork goes its own way, and everything stays when the other course goes.
        try await wrote("+4", after: "4")
        try await store.put(
            .make("5", parent: "4", changes: ["log": (5, nil)], unchanged: ["n": 1], incremental: ["log"]), thread: "t")
        try await store.prune(["t"], .latestOnly)
        #expect(try await store.ids("t") == ["5"])
        #expect(try await log("5") == ["seed", "+1", "+4"])
        #expect(try await store.get(CheckpointAddress(thread: "t"))?.checkpoint.texts == ["n": "n1"])
        // What is only retained has no history for readers.
        #expect(try await store.get(CheckpointAddress(thread: "t", id: "4")) == nil)
        #expect(try await log("4") == ["none"])
    }

    @Test("A copy of a checkpoint whose parent was pruned shares what the checkpoint has", arguments: TestBackend.all)
    func copyBesideRetainedParent(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        try await store.put(.make("1", changes: ["log": (1, "seed"), "n": (1, "n1")]), thread: "t")
        for id in 2...4 {
            try await store.putWrites(
                [NewWrite("log", .text("+\(id)"))], task: "a", after: CheckpointAddress(thread: "t", id: "\(id - 1)"))
            try await store.put(
                .make(
                    "\(id)", parent: "\(id - 1)", changes: ["log": (Int64(id), nil)], unchanged: ["n": 1],
                    incremental: ["log"]), thread: "t")
        }
        try await store.prune(["t"], PrunePolicy(keepLatest: 2))
        // LangGraph copies a checkpoint as another child of its parent.
        func copy(_ id: String, parent: String, log version: Int64 = 3, n: Int64 = 1) async throws {
            try await store.put(
                .make(id, parent: parent, unchanged: ["log": version, "n": n], incremental: ["log"]), thread: "t")
        }
        try await copy("5", parent: "2")
        let found = try await store.history(of: ["log"], at: CheckpointAddress(thread: "t", id: "5"))[0]
        #expect(found.seed?.string == "seed" && found.writes.map(\.value.string) == ["+2", "+3"])
        #expect(try await store.get(CheckpointAddress(thread: "t", id: "5"))?.checkpoint.texts == ["n": "n1"])
        // Where no checkpoint that is there proves that the values are, they must be sent.
        for (parent, version, n) in [("1", 3, 1), ("2", 9, 1), ("2", 3, 9)] as [(String, Int64, Int64)] {
            #expect(await code { try await copy("6", parent: parent, log: version, n: n) } == "parent_missing")
        }
    }

    @Test("Nothing is left of a long value that was emptied", arguments: TestBackend.all)
    func longValues(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let store = try await CheckpointStore(records, configuration: .init(partBytes: 10))
        func parts() async throws -> Int {
            try await records.read(.count("checkpoint_value", .all), in: Partition("checkpoint//t")).count
        }
        let long: String? = String(repeating: "x", count: 35)
        try await store.put(.make("1", changes: ["a": (Int64(1), long)]), thread: "t")
        #expect(try await parts() == 4)
        try await store.put(.make("1", changes: ["a": (1, nil)]), thread: "t")
        #expect(try await store.get(CheckpointAddress(thread: "t"))?.checkpoint.texts == [:])
        try await store.prune(["t"], PrunePolicy(keepLatest: 5))
        #expect(try await parts() == 0)
        try await store.put(.make("1", changes: ["a": (Int64(1), long)]), thread: "t")
        try await store.put(.make("1", changes: ["a": (1, "short")]), thread: "t")
        try await store.prune(["t"], PrunePolicy(keepLatest: 5))
        #expect(try await store.get(CheckpointAddress(thread: "t"))?.checkpoint.texts == ["a": "short"])
        #expect(try await store.prune(["t"], .latestOnly) == RemovalSummary())
        try await store.put(.make("2", changes: ["a": (2, "other")]), thread: "t")
        let summary = try await store.prune(["t"], .latestOnly)
        #expect(summary.checkpoints == 1 && summary.values == 1)
        #expect(try await parts() == 1)
    }

    @Test("A removal that is planned again counts what it has done", arguments: TestBackend.all)
    func summaries(_ backend: TestBackend) async throws {
        for commit in 1...4 {
            let base = try await backend.makeRecords()
            let records = InterruptedRecords(base)
            let store = try await CheckpointStore(records)
            let other = try await CheckpointStore(base)
            try await other.putChain(["1", "2", "3"], thread: "t")
            records.arm(beforeCommit: { number in
                guard number == commit else { return }
                try await other.putWrites(
                    [NewWrite("x", .text("w"))], task: "k", after: CheckpointAddress(thread: "t", id: "3"))
            })
            let summary = try await store.prune(["t"], .latestOnly)
            #expect(summary.checkpoints == 2 && summary.values == 2 && summary.retained == 0, "commit \(commit)")
        }
    }
}
