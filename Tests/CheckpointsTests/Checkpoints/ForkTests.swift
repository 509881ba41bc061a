import Checkpoints
import Records
import TestStores
import Testing

@Suite("Time travel and forks") struct ForkTests {
    @Test("A fork begins at an earlier checkpoint and goes its own way", arguments: TestBackend.all)
    func fork(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        try await store.putChain(["1", "2", "3"], thread: "t")
        let address = try await store.fork(
            CheckpointAddress(thread: "t", id: "1"), as: "4", metadata: ["step": .int(1)])
        #expect(address == CheckpointAddress(thread: "t", id: "4"))
        let forked = try #require(try await store.get(CheckpointAddress(thread: "t"))?.checkpoint)
        #expect(forked.id == "4" && forked.parent == "1" && forked.texts == ["a": "a1", "b": "b1"])
        #expect(forked.state.string == "state of 1")
        #expect(try forked.metadata.members() == ["source": .string("fork"), "step": .int(1)])
        // Both courses go on, and stay what they are.
        try await store.put(.make("5", parent: "4", changes: ["a": (50, "other")], unchanged: ["b": 1]), thread: "t")
        #expect(
            try await store.get(CheckpointAddress(thread: "t", id: "3"))?.checkpoint.texts == ["a": "a3", "b": "b1"])
        try await store.prune(["t"], .latestOnly)
        #expect(try await store.get(CheckpointAddress(thread: "t"))?.checkpoint.texts == ["a": "other", "b": "b1"])
        #expect(await code { try await store.fork(CheckpointAddress(thread: "t", id: "1"), as: "6") } == "not_found")
    }

    @Test("The history of a channel follows parents, not the order of ids", arguments: TestBackend.all)
    func history(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        func put(_ id: String, _ parent: String?, seed: String? = nil) async throws {
            try await store.put(
                .make(
                    id, parent: parent, changes: ["log": (Int64(id) ?? 0, seed)],
                    incremental: seed == nil ? ["log"] : []),
                thread: "t")
            // The path decides, not who wrote first or the name of the task.
            for (task, path, text) in [("a", "2", "second after"), ("b", "1", "after")] {
                try await store.putWrites(
                    [NewWrite("log", .text("\(text) \(id)"))], task: task, taskPath: path,
                    after: CheckpointAddress(thread: "t", id: id))
            }
        }
        func log(_ id: String?) async throws -> ([String?], String?) {
            let found = try await store.history(of: ["log"], at: CheckpointAddress(thread: "t", id: id))[0]
            return (found.writes.map(\.value.string), found.seed?.string)
        }
        try await put("10", nil)
        try await put("11", "10", seed: "snapshot")
        try await put("12", "11")
        try await put("13", "10")
        try await put("14", "12")
        #expect(try await log("10") == ([], nil))
        #expect(try await log("13") == (["after 10", "second after 10"], nil))
        #expect(try await log("12") == (["after 11", "second after 11"], "snapshot"))
        #expect(
            try await log(nil) == (["after 11", "second after 11", "after 12", "second after 12"], "snapshot"))
        #expect(try await log("99") == ([], nil))
    }

    @Test("A fork keeps what its incremental channels are made of", arguments: TestBackend.all)
    func incrementalFork(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        try await store.put(.make("1", changes: ["log": (1, "seed")]), thread: "t")
        try await store.putWrites(
            [NewWrite("log", .text("+1"))], task: "a", after: CheckpointAddress(thread: "t", id: "1"))
        try await store.put(.make("2", parent: "1", changes: ["log": (2, nil)], incremental: ["log"]), thread: "t")
        try await store.fork(CheckpointAddress(thread: "t", id: "2"), as: "3")
        #expect(try await store.get(CheckpointAddress(thread: "t"))?.checkpoint.incremental == ["log"])
        try await store.prune(["t"], .latestOnly)
        #expect(try await store.ids("t") == ["3"])
        let found = try await store.history(of: ["log"], at: CheckpointAddress(thread: "t"))[0]
        #expect(found.seed?.string == "seed" && found.writes.map(\.value.string) == ["+1"])
    }

    @Test("A history beside a removal is whole or empty", arguments: TestBackend.all)
    func historyDuringRemoval(_ backend: TestBackend) async throws {
        let base = try await backend.makeRecords()
        let other = try await CheckpointStore(base)
        for number in 1...6 {
            let records = InterruptedRecords(base)
            let store = try await CheckpointStore(records)
            let thread = "t\(number)"
            for id in 1...60 {
                try await other.put(
                    .make(
                        String(100 + id), parent: id == 1 ? nil : String(99 + id),
                        changes: ["log": (Int64(id), id == 1 ? "seed" : nil)], incremental: id == 1 ? [] : ["log"]),
                    thread: thread)
                try await other.putWrites(
                    [NewWrite("log", .text("\(id)"))], task: "a",
                    after: CheckpointAddress(thread: thread, id: String(100 + id)))
            }
            records.arm(beforeRead: { read in
                if read == number { _ = try await other.delete(thread: thread) }
            })
            let found = try await store.history(of: ["log"], at: CheckpointAddress(thread: thread, id: "160"))[0]
            let isWhole = found.seed?.string == "seed" && found.writes.count == 59
            #expect(isWhole || found.seed == nil && found.writes.isEmpty)
        }
    }

    @Test("A long history is walked in pieces", arguments: TestBackend.all)
    func longHistory(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        for number in 0..<130 {
            let id = String(1_000 + number)
            try await store.put(
                .make(
                    id, parent: number == 0 ? nil : String(999 + number),
                    changes: ["log": (Int64(number), number == 0 ? "seed" : nil)],
                    incremental: number == 0 ? [] : ["log"]), thread: "t")
            try await store.putWrites(
                [NewWrite("log", .text("\(number)"))], task: "a", after: CheckpointAddress(thread: "t", id: id))
        }
        let found = try await store.history(of: ["log"], at: CheckpointAddress(thread: "t"))[0]
        #expect(found.seed?.string == "seed")
        #expect(found.writes.map(\.value.string) == (0..<129).map { "\($0)" })
    }
}
