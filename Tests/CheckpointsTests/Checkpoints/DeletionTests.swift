import Checkpoints
import Records
import TestStores
import Testing

@Suite("Deleting threads and runs, and copying") struct DeletionTests {
    @Test("A deleted thread leaves nothing", arguments: TestBackend.all)
    func deleteThread(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let store = try await CheckpointStore(records)
        try await store.putChain(["1", "2", "3"], thread: "t")
        try await store.putChain(["1"], thread: "t", namespace: "child:1")
        try await store.putChain(["1"], thread: "other")
        try await store.putWrites(
            [NewWrite("x", .text("w"))], task: "a", after: CheckpointAddress(thread: "t", id: "3"))
        #expect(try await store.delete(thread: "t") == 4)
        #expect(try await store.delete(thread: "t") == 0)
        #expect(try await store.ids("t").isEmpty)
        #expect(try await store.get(CheckpointAddress(thread: "t")) == nil)
        #expect(try await store.threads().threads.map(\.thread) == ["other"])
        #expect(try await store.ids("other") == ["1"])
        for type in CheckpointRecords.all {
            let page = try await records.read(.count(type.name, .all), in: Partition("checkpoint//t"))
            #expect(page.count == 0)
        }
        // The thread can begin again, without what was.
        try await store.put(.make("4", changes: ["b": (2, "new")]), thread: "t")
        let again = try #require(try await store.get(CheckpointAddress(thread: "t")))
        #expect(again.checkpoint.texts == ["b": "new"] && again.pendingWrites.isEmpty)
    }

    @Test("Deleting runs removes their checkpoints in all namespaces and threads", arguments: TestBackend.all)
    func deleteRuns(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        func put(_ id: String, _ run: String, thread: String = "t", namespace: String = "") async throws {
            try await store.put(
                .make(id, changes: ["a": (Int64(id) ?? 0, "a\(id)")], metadata: ["run_id": .string(run)]),
                thread: thread, namespace: namespace)
        }
        try await put("1", "r1")
        try await put("2", "r2")
        try await put("3", "r1", namespace: "child:1")
        try await put("4", "r1")
        try await put("5", "r3", thread: "u")
        try await put("6", "r1", thread: "v")
        try await store.putWrites(
            [NewWrite("x", .text("w"))], task: "a", after: CheckpointAddress(thread: "t", id: "4"))
        let summary = try await store.delete(runs: ["r1", "unknown"])
        #expect(summary.checkpoints == 4 && summary.retained == 0 && summary.values == 4)
        #expect(try await store.ids("t") == ["2"])
        #expect(try await store.get(CheckpointAddress(thread: "t", id: "4")) == nil)
        #expect(try await store.get(CheckpointAddress(thread: "t"))?.checkpoint.texts == ["a": "a2"])
        #expect(try await store.ids("u") == ["5"])
        #expect(Set(try await store.threads().threads.map(\.thread)) == ["t", "u"])
        #expect(try await store.delete(runs: []) == RemovalSummary())
        // The writes are gone with the checkpoint.
        try await put("4", "r9")
        #expect(try await store.get(CheckpointAddress(thread: "t", id: "4"))?.pendingWrites.isEmpty == true)
    }

    @Test("Deleting a run keeps what others share with it", arguments: TestBackend.all)
    func sharedValues(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        try await store.put(
            .make("1", changes: ["a": (1, "a1"), "b": (1, "b1")], metadata: ["run_id": .string("r1")]), thread: "t")
        try await store.put(
            .make(
                "2", parent: "1", changes: ["a": (2, "a2")], unchanged: ["b": 1], metadata: ["run_id": .string("r2")]),
            thread: "t")
        let summary = try await store.delete(runs: ["r1"])
        #expect(summary.checkpoints == 1 && summary.values == 1)
        let left = try #require(try await store.get(CheckpointAddress(thread: "t"))?.checkpoint)
        #expect(left.texts == ["a": "a2", "b": "b1"] && left.parent == "1")
    }

    @Test("Deleting a run leaves other tenants' threads and ids alone", arguments: TestBackend.all)
    func deleteRunsOfOneTenant(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        let other = try store.inTenant("other")
        try await store.put(.make("1", metadata: ["run_id": .string("mine")]), thread: "t")
        try await other.put(.make("1", metadata: ["run_id": .string("theirs")]), thread: "t")
        #expect(try await store.delete(runs: ["theirs"]) == RemovalSummary())
        #expect(try await store.ids("t") == ["1"])
        #expect(try await other.ids("t") == ["1"])
    }

    @Test("A copy has everything, and lives by itself", arguments: TestBackend.all)
    func copy(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints(CheckpointStoreConfiguration(cipher: ToyCipher(), partBytes: 40))
        try await store.putChain(["1", "2", "3"], thread: "source", run: "r")
        try await store.putChain(["4"], thread: "source", namespace: "child:1")
        let long = String(repeating: "long ", count: 40)
        try await store.putWrites(
            [NewWrite("x", .text(long))], task: "a", after: CheckpointAddress(thread: "source", id: "3"))
        #expect(try await store.copyThread("source", to: "target") == 4)
        for (namespace, ids) in [("", ["3", "2", "1"]), ("child:1", ["4"])] {
            let from = try await store.list(CheckpointQuery(thread: "source", namespace: namespace)).tuples
            let to = try await store.list(CheckpointQuery(thread: "target", namespace: namespace)).tuples
            #expect(to.map(\.checkpoint.id) == ids)
            for (left, right) in zip(from, to) {
                var expected = left
                expected.checkpoint.thread = "target"
                #expect(expected == right)
            }
        }
        #expect(try await store.get(CheckpointAddress(thread: "target"))?.pendingWrites.first?.value.string == long)
        #expect(Set(try await store.threads().threads.map(\.thread)) == ["source", "target"])
        try await store.delete(thread: "source")
        #expect(try await store.ids("target") == ["4", "3", "2", "1"])
        try await store.delete(runs: ["r"])
        #expect(try await store.ids("target") == ["4"])
        #expect(try await store.copyThread("unknown", to: "empty") == 0)
        #expect(try await store.ids("empty").isEmpty)
        #expect(await code { try await store.copyThread("target", to: "target") } == "invalid")
    }

    @Test("The latest of a copy is one that readers see", arguments: TestBackend.all)
    func copyOfRetained(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        try await store.put(
            .make("5", changes: ["log": (5, "seed")], metadata: ["run_id": .string("r")]), thread: "source")
        try await store.put(
            .make("3", parent: "5", changes: ["log": (3, nil)], incremental: ["log"]), thread: "source")
        #expect(try await store.delete(runs: ["r"]).retained == 1)
        #expect(try await store.get(CheckpointAddress(thread: "source"))?.checkpoint.id == "3")
        try await store.copyThread("source", to: "target")
        let copied = try #require(try await store.get(CheckpointAddress(thread: "target")))
        #expect(copied.checkpoint.id == "3")
        #expect(try await store.history(of: ["log"], at: CheckpointAddress(thread: "target"))[0].seed?.string == "seed")
    }

    @Test("A copy beside a put is whole", arguments: TestBackend.all)
    func copyDuringPut(_ backend: TestBackend) async throws {
        let base = try await backend.makeRecords()
        let other = try await CheckpointStore(base)
        for number in 1...6 {
            let records = InterruptedRecords(base)
            let store = try await CheckpointStore(records)
            let (source, target) = ("source \(number)", "target \(number)")
            try await other.putChain(["1", "2"], thread: source)
            records.arm(beforeRead: { read in
                guard read == number else { return }
                _ = try await other.put(
                    .make("3", parent: "2", changes: ["a": (3, "a3")], unchanged: ["b": 1]), thread: source)
            })
            try await store.copyThread(source, to: target)
            let copied = try await other.list(CheckpointQuery(thread: target)).tuples.map(\.checkpoint)
            #expect(copied.count >= 2)
            for checkpoint in copied { #expect(checkpoint.texts == ["a": "a\(checkpoint.id)", "b": "b1"]) }
            #expect(
                try await other.get(CheckpointAddress(thread: target))?.checkpoint.id == copied.first?.id)
        }
    }

    @Test("A copy beside a replacement is whole", arguments: TestBackend.all)
    func copyDuringReplacement(_ backend: TestBackend) async throws {
        let base = try await backend.makeRecords()
        let other = try await CheckpointStore(base)
        for number in 1...6 {
            for isDeleted in [false, true] {
                let records = InterruptedRecords(base)
                let store = try await CheckpointStore(records)
                let (source, target) = ("source \(number) \(isDeleted)", "target \(number) \(isDeleted)")
                try await other.putChain(["1", "2"], thread: source)
                records.arm(beforeRead: { read in
                    guard read == number else { return }
                    // The same ids again, with values of other versions.
                    if isDeleted { _ = try await other.delete(thread: source) }
                    for id in ["1", "2"] {
                        _ = try await other.put(
                            .make(id, changes: ["a": (9, "a\(id)"), "b": (9, "b1")]), thread: source)
                    }
                })
                try await store.copyThread(source, to: target)
                let copied = try await other.list(CheckpointQuery(thread: target)).tuples.map(\.checkpoint)
                #expect(copied.map(\.id) == ["2", "1"])
                for checkpoint in copied { #expect(checkpoint.texts.count == 2) }
            }
        }
    }

    @Test("A copy beside a removal is whole", arguments: TestBackend.all)
    func copyDuringRemoval(_ backend: TestBackend) async throws {
        let base = try await backend.makeRecords()
        let other = try await CheckpointStore(base)
        for number in 1...8 {
            let records = InterruptedRecords(base)
            let store = try await CheckpointStore(records)
            let (source, target) = ("source \(number)", "target \(number)")
            try await other.putChain(["1", "2", "3", "4"], thread: source)
            records.arm(beforeRead: { read in
                if read == number { _ = try await other.prune([source], .latestOnly) }
            })
            try await store.copyThread(source, to: target)
            for tuple in try await other.list(CheckpointQuery(thread: target)).tuples {
                #expect(tuple.checkpoint.texts == ["a": "a\(tuple.checkpoint.id)", "b": "b1"])
            }
            #expect(try await other.get(CheckpointAddress(thread: target))?.checkpoint.id == "4")
        }
    }
}
