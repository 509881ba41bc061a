import Checkpoints
import Records
import Synchronization
import TestStores
import Testing

@Suite("Pruning") struct PruneTests {
    @Test("The latest of each namespace stays, whole and with its writes", arguments: TestBackend.all)
    func keepLatest(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let store = try await CheckpointStore(records)
        try await store.putChain(["1", "2", "3"], thread: "t")
        try await store.putChain(["4", "5"], thread: "t", namespace: "child:1")
        try await store.putChain(["1", "2"], thread: "other")
        for id in ["2", "3"] {
            try await store.putWrites(
                [NewWrite("x", .text("w"))], task: "a", after: CheckpointAddress(thread: "t", id: id))
        }
        let summary = try await store.prune(["t", "unknown"], .latestOnly)
        #expect(summary.checkpoints == 3 && summary.values == 3 && summary.retained == 0)
        #expect(try await store.ids("t") == ["5", "3"])
        let latest = try #require(try await store.get(CheckpointAddress(thread: "t")))
        #expect(latest.checkpoint.texts == ["a": "a3", "b": "b1"] && latest.pendingWrites.count == 1)
        #expect(try await store.ids("other") == ["2", "1"])
        #expect(try await store.prune([], .latestOnly) == RemovalSummary())
        #expect(try await store.prune(["t"], .latestOnly) == RemovalSummary())
        let partition = Partition("checkpoint//t")
        #expect(try await records.read(.count("checkpoint_write", .all), in: partition).count == 1)
        #expect(try await records.read(.count("checkpoint_value", .all), in: partition).count == 4)
    }

    @Test("By count, age and size", arguments: TestBackend.all) func limits(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let store = try await backend.makeCheckpoints(CheckpointStoreConfiguration(clock: { clock.now }))
        for thread in ["count", "age", "size", "all"] {
            for number in 1...5 {
                try await store.put(
                    .make("\(number)", changes: ["a": (Int64(number), String(repeating: "x", count: 100))]),
                    thread: thread)
                clock.advance(seconds: 1)
            }
        }
        try await store.prune(["count"], PrunePolicy(keepLatest: 2))
        #expect(try await store.ids("count") == ["5", "4"])
        try await store.prune(["all"], PrunePolicy(maximumAge: 3))
        #expect(try await store.ids("all") == ["5", "4", "3"])
        try await store.prune(["age"], PrunePolicy(maximumAge: 0))
        #expect(try await store.ids("age") == ["5"])
        // A checkpoint has 12 bytes of state and metadata and 100 of a value.
        try await store.prune(["size"], PrunePolicy(maximumBytes: 350))
        #expect(try await store.ids("size") == ["5", "4", "3"])
        try await store.prune(["size"], PrunePolicy(maximumBytes: 0))
        #expect(try await store.ids("size") == ["5"])
        try await store.prune(["all"], PrunePolicy(maximumBytes: 336))
        #expect(try await store.ids("all") == ["5", "4", "3"])
        try await store.prune(["all"], PrunePolicy())
        #expect(try await store.ids("all") == ["5", "4", "3"])
    }

    @Test("A value that checkpoints share counts once", arguments: TestBackend.all)
    func sharedBytes(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        try await store.put(.make("1", changes: ["a": (1, String(repeating: "x", count: 100))]), thread: "t")
        for number in 2...4 {
            try await store.put(.make("\(number)", parent: "\(number - 1)", unchanged: ["a": 1]), thread: "t")
        }
        // Twelve bytes of state and metadata each, and the value.
        try await store.prune(["t"], PrunePolicy(maximumBytes: 148))
        #expect(try await store.ids("t") == ["4", "3", "2", "1"])
        try await store.prune(["t"], PrunePolicy(maximumBytes: 147))
        #expect(try await store.ids("t") == ["4", "3", "2"])
    }

    @Test("What incremental channels are made of stays, and is no longer seen", arguments: TestBackend.all)
    func retained(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        // 1 has the value, 2 to 4 only writes.
        try await store.put(.make("0", changes: ["log": (0, "older"), "a": (0, "a0")]), thread: "t")
        try await store.put(.make("1", parent: "0", changes: ["log": (1, "seed"), "a": (1, "a1")]), thread: "t")
        for number in 2...4 {
            try await store.putWrites(
                [NewWrite("log", .text("+\(number - 1)")), NewWrite("other", .text("no"))], task: "task",
                after: CheckpointAddress(thread: "t", id: "\(number - 1)"))
            try await store.put(
                .make(
                    "\(number)", parent: "\(number - 1)",
                    changes: ["log": (Int64(number), nil), "a": (Int64(number), "a\(number)")], incremental: ["log"]),
                thread: "t")
        }
        let address = CheckpointAddress(thread: "t", id: "4")
        let before = try await store.history(of: ["log", "nothing"], at: address)
        #expect(before[0].seed?.string == "seed" && before[0].writes.map(\.value.string) == ["+1", "+2", "+3"])
        #expect(before[1].channel == "nothing" && before[1].seed == nil && before[1].writes.isEmpty)
        let summary = try await store.prune(["t"], .latestOnly)
        #expect(summary.retained == 3 && summary.checkpoints == 1)
        #expect(try await store.ids("t") == ["4"])
        #expect(try await store.get(CheckpointAddress(thread: "t", id: "2")) == nil)
        #expect(try await store.history(of: ["log", "nothing"], at: address) == before)
        // Nobody can begin at what is only retained.
        let begun = await code {
            try await store.put(.make("5", parent: "2", changes: ["b": (1, "b")], unchanged: ["log": 2]), thread: "t")
        }
        #expect(begun == "parent_missing")
        // Once the latest has the value itself, nothing is retained any more.
        try await store.put(
            .make("6", parent: "4", changes: ["log": (6, "snapshot")], unchanged: ["a": 4]), thread: "t")
        let second = try await store.prune(["t"], .latestOnly)
        #expect(second.checkpoints == 4 && second.retained == 0)
        #expect(
            try await store.get(CheckpointAddress(thread: "t"))?.checkpoint.texts == ["log": "snapshot", "a": "a4"])
    }

    @Test("A put between a plan and its pieces is safe", arguments: TestBackend.all)
    func putMeanwhile(_ backend: TestBackend) async throws {
        for interrupted in 1...5 {
            let base = try await backend.makeRecords()
            let records = InterruptedRecords(base)
            let store = try await CheckpointStore(records)
            let other = try await CheckpointStore(base)
            try await store.putChain(["1", "2", "3"], thread: "t")
            let outcome = Mutex<String?>(nil)
            records.arm(beforeCommit: { number in
                guard number == interrupted else { return }
                // A fork from an old checkpoint, sharing both its values.
                do {
                    try await other.put(
                        .make("4", parent: "1", changes: ["c": (1, "c1")], unchanged: ["a": 1, "b": 1]), thread: "t")
                    outcome.withLock { $0 = "put" }
                } catch {
                    outcome.withLock { $0 = "\(error)" }
                }
            })
            try await store.prune(["t"], PrunePolicy(keepLatest: 1))
            for tuple in try await other.list(CheckpointQuery(thread: "t")).tuples where tuple.checkpoint.id == "4" {
                #expect(tuple.checkpoint.texts == ["a": "a1", "b": "b1", "c": "c1"])
            }
            if outcome.withLock({ $0 }) == "put" {
                #expect(try await other.get(CheckpointAddress(thread: "t"))?.checkpoint.id == "4")
            } else if let text = outcome.withLock({ $0 }) {
                #expect(text.hasPrefix("parent_missing"))
            }
        }
    }

    @Test("Stopped anywhere, everything that can be read is whole", arguments: TestBackend.all)
    func stopped(_ backend: TestBackend) async throws {
        for failsFrom in 1...6 {
            let base = try await backend.makeRecords()
            let records = InterruptedRecords(base)
            let store = try await CheckpointStore(records)
            let other = try await CheckpointStore(base)
            try await store.putChain(["1", "2", "3", "4"], thread: "t", run: "r")
            try await store.put(
                .make("5", parent: "2", changes: ["a": (9, "a9")], unchanged: ["b": 1]), thread: "t")
            for id in 1...5 {
                try await store.putWrites(
                    [NewWrite("x", .text("w"))], task: "a", after: CheckpointAddress(thread: "t", id: "\(id)"))
            }
            records.arm(failsFrom: failsFrom)
            do {
                if failsFrom.isMultiple(of: 2) {
                    try await store.prune(["t"], .latestOnly)
                } else {
                    try await store.delete(runs: ["r"])
                }
                #expect(records.commits < failsFrom)
            } catch {
                #expect(error.code == .unavailable)
            }
            for tuple in try await other.list(CheckpointQuery(thread: "t")).tuples {
                let id = tuple.checkpoint.id
                #expect(tuple.checkpoint.texts == ["a": id == "5" ? "a9" : "a\(id)", "b": "b1"])
                #expect(tuple.pendingWrites.count == 1)
            }
            #expect(try await other.get(CheckpointAddress(thread: "t"))?.checkpoint.id == "5")
            // The next one finishes.
            try await other.prune(["t"], .latestOnly)
            #expect(try await other.ids("t") == ["5"])
            let values = try await base.read(.count("checkpoint_value", .all), in: Partition("checkpoint//t")).count
            #expect(values == 2)
            let writes = try await base.read(.count("checkpoint_write", .all), in: Partition("checkpoint//t")).count
            #expect(writes == 1)
        }
    }

    @Test("Writes of checkpoints that never came are tidied up, early ones are not", arguments: TestBackend.all)
    func orphans(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let store = try await CheckpointStore(records)
        try await store.put(.make("2"), thread: "t")
        for id in ["1", "3"] {
            try await store.putWrites(
                [NewWrite("x", .text("w"))], task: "a", after: CheckpointAddress(thread: "t", id: id))
        }
        try await store.prune(["t"], .latestOnly)
        try await store.put(.make("3"), thread: "t")
        try await store.put(.make("1"), thread: "t")
        #expect(try await store.get(CheckpointAddress(thread: "t", id: "3"))?.pendingWrites.count == 1)
        #expect(try await store.get(CheckpointAddress(thread: "t", id: "1"))?.pendingWrites.isEmpty == true)
    }

    @Test("More records than one batch takes", arguments: TestBackend.all)
    func pieces(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        let ids = (0..<1_200).map { String(10_000 + $0) }
        try await store.putChain(ids, thread: "t")
        let summary = try await store.prune(["t"], PrunePolicy(keepLatest: 3))
        #expect(summary.checkpoints == 1_197)
        let left = try await store.list(CheckpointQuery(thread: "t")).tuples.map(\.checkpoint)
        #expect(left.map(\.id) == ["11199", "11198", "11197"])
        #expect(left.allSatisfy { $0.texts["b"] == "b1" && $0.values.count == 2 })
        #expect(try await store.delete(thread: "t") == 3)
    }
}
