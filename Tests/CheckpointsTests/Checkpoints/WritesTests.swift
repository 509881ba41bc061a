import Checkpoints
import TestStores
import Testing

@Suite("Pending writes") struct WritesTests {
    private func writes(_ store: CheckpointStore, _ address: CheckpointAddress) async throws -> [String] {
        try #require(try await store.get(address)).pendingWrites.map {
            "\($0.taskPath)/\($0.task)/\($0.index)/\($0.channel)=\($0.value.string)"
        }
    }

    @Test("Writes come back in the order in which a step applies them", arguments: TestBackend.all)
    func order(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        let address = try await store.put(.make("1"), thread: "t")
        try await store.putWrites(
            [NewWrite("x", .text("1")), NewWrite("y", .text("2"))], task: "b", taskPath: "p2", after: address)
        try await store.putWrites([NewWrite("x", .text("3"))], task: "a", taskPath: "p2", after: address)
        try await store.putWrites([NewWrite("x", .text("4"))], task: "z", taskPath: "p1", after: address)
        try await store.putWrites([NewWrite("x", .text("5"))], task: "c", after: address)
        #expect(
            try await writes(store, address) == ["/c/0/x=5", "p1/z/0/x=4", "p2/a/0/x=3", "p2/b/0/x=1", "p2/b/1/y=2"])
        #expect(try await writes(store, CheckpointAddress(thread: "t")).count == 5)
        // A store that has nothing in memory says the same.
        let plain = try await CheckpointStore(store.records, configuration: .init(cacheBytes: 0))
        #expect(try await writes(plain, address) == writes(store, address))
    }

    @Test("A write keeps its place and stays; special channels are replaced", arguments: TestBackend.all)
    func idempotent(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        let address = try await store.put(.make("1"), thread: "t")
        func put(_ writes: [NewWrite]) async throws {
            try await store.putWrites(writes, task: "task", after: address)
        }
        try await put([NewWrite("x", .text("first"))])
        try await put([NewWrite("x", .text("second")), NewWrite("y", .text("added"))])
        try await put([NewWrite("__error__", .text("e1")), NewWrite("__interrupt__", .text("i1"))])
        try await put([NewWrite("__error__", .text("e2"))])
        try await put([NewWrite("__resume__", .text("r")), NewWrite("__scheduled__", .text("s"))])
        let expected = [
            "/task/-4/__resume__=r", "/task/-3/__interrupt__=i1", "/task/-2/__scheduled__=s", "/task/-1/__error__=e2",
            "/task/0/x=first", "/task/1/y=added",
        ]
        #expect(try await writes(store, address) == expected)
        try await put([NewWrite("x", .text("first")), NewWrite("y", .text("added"))])
        try await put([])
        #expect(try await writes(store, address) == expected)
    }

    @Test("A task that runs twice loses nothing of either", arguments: TestBackend.all)
    func twice(_ backend: TestBackend) async throws {
        let base = try await backend.makeRecords()
        let records = InterruptedRecords(base)
        let store = try await CheckpointStore(records)
        let other = try await CheckpointStore(base)
        let address = try await store.put(.make("1"), thread: "t")
        try await other.putWrites([NewWrite("x", .text("first"))], task: "task", after: address)
        // The first commit finds the task's writes; before the second, the other run adds its own.
        records.arm(beforeCommit: { number in
            guard number == 2 else { return }
            try await other.putWrites([NewWrite("__error__", .text("e"))], task: "task", after: address)
        })
        try await store.putWrites(
            [NewWrite("x", .text("again")), NewWrite("y", .text("y"))], task: "task", after: address)
        #expect(
            try await writes(other, address) == ["/task/-1/__error__=e", "/task/0/x=first", "/task/1/y=y"])
    }

    @Test("A late write after an earlier checkpoint hides none of a later one", arguments: TestBackend.all)
    func late(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints(CheckpointStoreConfiguration(cacheBytes: 0))
        let first = try await store.put(.make("1"), thread: "t")
        let second = try await store.put(.make("2", parent: "1"), thread: "t")
        try await store.putWrites([NewWrite("x", .text("second"))], task: "a", after: second)
        try await store.putWrites([NewWrite("x", .text("first"))], task: "a", after: first)
        #expect(try await writes(store, second) == ["/a/0/x=second"])
        #expect(try await writes(store, CheckpointAddress(thread: "t")) == ["/a/0/x=second"])
    }

    @Test("Writes belong to one checkpoint of one namespace", arguments: TestBackend.all)
    func places(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        let root = try await store.put(.make("1"), thread: "t")
        let child = try await store.put(.make("1"), thread: "t", namespace: "child:1")
        try await store.putWrites([NewWrite("x", .text("root"))], task: "a", after: root)
        try await store.putWrites([NewWrite("x", .text("child"))], task: "a", after: child)
        #expect(try await writes(store, root) == ["/a/0/x=root"])
        #expect(try await writes(store, child) == ["/a/0/x=child"])
        try await store.put(.make("2", parent: "1"), thread: "t")
        #expect(try await writes(store, CheckpointAddress(thread: "t")) == [])
        // A late write after an earlier checkpoint is seen too.
        try await store.putWrites([NewWrite("x", .text("late"))], task: "b", after: root)
        #expect(try await writes(store, root) == ["/a/0/x=root", "/b/0/x=late"])
    }

    @Test("Writes may come before their checkpoint", arguments: TestBackend.all)
    func early(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        let address = CheckpointAddress(thread: "t", namespace: "child:1", id: "1")
        try await store.putWrites([NewWrite("x", .text("early"))], task: "a", after: address)
        #expect(try await store.get(address) == nil)
        #expect(try await store.threads().threads.isEmpty)
        try await store.put(.make("1"), thread: "t", namespace: "child:1")
        #expect(try await writes(store, address) == ["/a/0/x=early"])
    }

    @Test("Tasks that write at once all are kept", arguments: TestBackend.all)
    func concurrent(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        let address = try await store.put(.make("1"), thread: "t")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<24 {
                group.addTask {
                    // Each task is run by two, and writes to a special channel as well.
                    try await store.putWrites(
                        [NewWrite("x", .text("\(number)")), NewWrite("__error__", .text("e"))],
                        task: "task \(number % 12)", after: address)
                }
            }
            try await group.waitForAll()
        }
        let found = try #require(try await store.get(address)).pendingWrites
        #expect(found.count == 24)
        #expect(Set(found.map(\.task)).count == 12)
    }

    @Test("More writes than fit into one page", arguments: TestBackend.all)
    func many(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        let address = try await store.put(.make("1"), thread: "t")
        for number in 0..<1_005 {
            try await store.putWrites([NewWrite("x", .text("w"))], task: "task \(number)", after: address)
        }
        #expect(try await store.get(address)?.pendingWrites.count == 1_005)
    }
}
