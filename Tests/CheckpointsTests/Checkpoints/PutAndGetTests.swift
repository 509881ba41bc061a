import Checkpoints
import Records
import TestStores
import Testing

@Suite("Putting and getting checkpoints") struct PutAndGetTests {
    @Test("What was put comes back", arguments: TestBackend.all) func roundTrip(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let store = try await backend.makeCheckpoints(CheckpointStoreConfiguration(clock: { clock.now }))
        let every = (0...255).map { UInt8($0) }
        let new = NewCheckpoint(
            id: "1f", parent: nil, state: TypedBytes(type: "msgpack", bytes: every),
            versions: [
                ChannelVersion("z", .text("00002.5")), ChannelVersion("a", .int(7)), ChannelVersion("é", .double(1.5)),
                ChannelVersion("e\u{301}", .double(3)), ChannelVersion("empty", .int(1)),
            ],
            changes: [
                ChannelChange("z", .text("00002.5"), TypedBytes(type: "bytes", bytes: every)),
                ChannelChange("a", .int(7), TypedBytes(type: "null", bytes: [])),
                ChannelChange("é", .double(1.5), .text("composed")),
                ChannelChange("e\u{301}", .double(3), .text("decomposed")), ChannelChange("empty", .int(1), nil),
            ], metadata: ["source": .string("input"), "step": .int(-1), "parents": .object([:]), "score": .double(0.5)])
        let address = try await store.put(new, thread: "t/1 %", namespace: "child:abc|x")
        #expect(address == CheckpointAddress(thread: "t/1 %", namespace: "child:abc|x", id: "1f"))

        let found = try #require(try await store.get(address))
        let checkpoint = found.checkpoint
        #expect(checkpoint.thread == "t/1 %" && checkpoint.namespace == "child:abc|x" && checkpoint.id == "1f")
        #expect(checkpoint.parent == nil)
        #expect(checkpoint.state == new.state)
        // In bytewise order, whatever is canonically equivalent.
        #expect(
            checkpoint.versions.map { Array($0.channel.utf8) }
                == ["a", "empty", "e\u{301}", "z", "é"].map { Array($0.utf8) })
        #expect(checkpoint.versions.map(\.version) == [.int(7), .int(1), .int(3), .text("00002.5"), .double(1.5)])
        #expect(checkpoint.value(of: "z") == TypedBytes(type: "bytes", bytes: every))
        #expect(checkpoint.value(of: "a") == TypedBytes(type: "null", bytes: []))
        #expect(checkpoint.value(of: "é")?.string == "composed")
        #expect(checkpoint.value(of: "e\u{301}")?.string == "decomposed")
        #expect(checkpoint.value(of: "empty") == nil)
        #expect(try checkpoint.metadata.members() == new.metadata)
        #expect(checkpoint.createdAt == clock.now)
        #expect(found.pendingWrites.isEmpty)
    }

    @Test("Unchanged channels are loaded from the versions before", arguments: TestBackend.all)
    func incremental(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        try await store.put(.make("1", changes: ["a": (1, "v1"), "b": (1, "v2")]), thread: "t")
        try await store.put(.make("2", parent: "1", changes: ["a": (2, "v1 new")], unchanged: ["b": 1]), thread: "t")
        try await store.put(
            .make("3", parent: "2", changes: ["c": (1, "added")], unchanged: ["a": 2, "b": 1]), thread: "t")
        try await store.put(.make("4", parent: "3", changes: ["a": (3, "last")]), thread: "t")
        func texts(_ id: String) async throws -> [String: String]? {
            try await store.get(CheckpointAddress(thread: "t", id: id))?.checkpoint.texts
        }
        #expect(try await texts("1") == ["a": "v1", "b": "v2"])
        #expect(try await texts("2") == ["a": "v1 new", "b": "v2"])
        #expect(try await texts("3") == ["a": "v1 new", "b": "v2", "c": "added"])
        #expect(try await texts("4") == ["a": "last"])
    }

    @Test("Without an id the greatest is got, wherever it was put", arguments: TestBackend.all)
    func latest(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        #expect(try await store.get(CheckpointAddress(thread: "t")) == nil)
        for id in ["5", "7", "6"] { try await store.put(.make(id), thread: "t") }
        try await store.put(.make("9"), thread: "t", namespace: "child:1")
        #expect(try await store.get(CheckpointAddress(thread: "t"))?.checkpoint.id == "7")
        #expect(try await store.get(CheckpointAddress(thread: "t", namespace: "child:1"))?.checkpoint.id == "9")
        #expect(try await store.get(CheckpointAddress(thread: "t", namespace: "child:2")) == nil)
        #expect(try await store.get(CheckpointAddress(thread: "t", id: "5"))?.checkpoint.id == "5")
        #expect(try await store.get(CheckpointAddress(thread: "t", id: "8")) == nil)
        #expect(try await store.get(CheckpointAddress(thread: "t", namespace: "child:1", id: "7")) == nil)
    }

    @Test("A child's namespace may come first", arguments: TestBackend.all)
    func childFirst(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        try await store.put(.make("1"), thread: "t", namespace: "child:1")
        #expect(try await store.get(CheckpointAddress(thread: "t")) == nil)
        #expect(try await store.threads().threads.map(\.thread) == ["t"])
        try await store.put(.make("2"), thread: "t")
        #expect(try await store.get(CheckpointAddress(thread: "t"))?.checkpoint.id == "2")
        #expect(try await store.get(CheckpointAddress(thread: "t", namespace: "child:1"))?.checkpoint.id == "1")
    }

    @Test("Threads do not meet", arguments: TestBackend.all) func threads(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        try await store.put(.make("1", changes: ["x": (1, "one")]), thread: "a")
        try await store.put(.make("1", changes: ["x": (1, "two")]), thread: "a/")
        #expect(try await store.get(CheckpointAddress(thread: "a"))?.checkpoint.texts == ["x": "one"])
        #expect(try await store.get(CheckpointAddress(thread: "a/"))?.checkpoint.texts == ["x": "two"])
    }

    @Test("Putting again replaces, and a version names one value", arguments: TestBackend.all)
    func replaces(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        try await store.put(.make("1", changes: ["a": (1, "old"), "b": (1, "gone")]), thread: "t")
        try await store.put(.make("2", parent: "1", unchanged: ["a": 1, "b": 1]), thread: "t")
        try await store.put(
            .make("1", changes: ["a": (1, "new"), "b": (1, nil)], metadata: ["again": .bool(true)]), thread: "t")
        let first = try #require(try await store.get(CheckpointAddress(thread: "t", id: "1"))?.checkpoint)
        #expect(first.texts == ["a": "new"])
        #expect(try first.metadata.members() == ["again": .bool(true)])
        #expect(try await store.get(CheckpointAddress(thread: "t", id: "2"))?.checkpoint.texts == ["a": "new"])
        #expect(try await store.ids("t") == ["2", "1"])
    }

    @Test("A checkpoint that leaves channels unchanged needs its parent", arguments: TestBackend.all)
    func parentMissing(_ backend: TestBackend) async throws {
        let store = try await backend.makeCheckpoints()
        try await store.put(.make("1", changes: ["a": (1, "x")]), thread: "t")
        let thrown = await code {
            try await store.put(.make("3", parent: "2", changes: ["b": (1, "y")], unchanged: ["a": 1]), thread: "t")
        }
        #expect(thrown == "parent_missing")
        #expect(try await store.ids("t") == ["1"])
        // One that says everything does not.
        try await store.put(.make("3", parent: "2", changes: ["a": (1, "x"), "b": (1, "y")]), thread: "t")
        let found = try #require(try await store.get(CheckpointAddress(thread: "t"))?.checkpoint)
        #expect(found.parent == "2" && found.texts == ["a": "x", "b": "y"])
        // An incremental channel is made of its ancestors.
        let incremental = await code {
            try await store.put(.make("5", parent: "4", incremental: ["log"]), thread: "t")
        }
        #expect(incremental == "parent_missing")
    }

    @Test("A put is one commit without a read; a get is at most three reads of keys") func costs() async throws {
        let records = InterruptedRecords(try await TestBackend.all[0].makeRecords())
        let store = try await CheckpointStore(records)
        records.arm()
        try await store.put(.make("1", changes: ["a": (1, "x")]), thread: "t")
        #expect(records.commits == 1 && records.reads == 0)
        records.arm()
        try await store.put(.make("2", parent: "1", changes: ["b": (1, "y")], unchanged: ["a": 1]), thread: "t")
        #expect(records.commits == 1 && records.reads == 0)
        records.arm()
        try await store.putWrites(
            [NewWrite("a", .text("w"))], task: "task", after: CheckpointAddress(thread: "t", id: "2"))
        #expect(records.commits == 1 && records.reads == 0)
        let plain = try await CheckpointStore(records, configuration: .init(cacheBytes: 0))
        records.arm()
        let loaded = try await plain.get(CheckpointAddress(thread: "t"))
        #expect(records.commits == 0 && records.reads <= 3)
        records.arm()
        #expect(try await plain.get(CheckpointAddress(thread: "t", id: "2")) == loaded)
        #expect(records.reads <= 2)
        // What this store wrote itself is in memory, and the head says whether it still holds.
        records.arm()
        #expect(try await store.get(CheckpointAddress(thread: "t")) == loaded)
        #expect(try await store.get(CheckpointAddress(thread: "t", id: "2")) == loaded)
        #expect(records.reads == 2)
    }

    @Test("What others change is seen at once, also where the latest is in memory", arguments: TestBackend.all)
    func cacheSeesOthers(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let store = try await CheckpointStore(records)
        let other = try await CheckpointStore(records)
        let latest = CheckpointAddress(thread: "t")
        func same(_ location: SourceLocation = #_sourceLocation) async throws {
            let plain = try await CheckpointStore(records, configuration: .init(cacheBytes: 0))
            let expected = try await plain.get(latest)
            #expect(try await store.get(latest) == expected, sourceLocation: location)
            #expect(try await other.get(latest) == expected, sourceLocation: location)
        }
        try await store.put(.make("1", changes: ["a": (1, "x"), "b": (1, "y")]), thread: "t")
        try await same()
        try await other.putWrites([NewWrite("a", .text("w"))], task: "k", after: .init(thread: "t", id: "1"))
        try await same()
        try await store.putWrites([NewWrite("a", .text("v"))], task: "j", after: .init(thread: "t", id: "1"))
        try await same()
        // A write may come before its checkpoint, and a version may get another value.
        try await store.putWrites([NewWrite("a", .text("early"))], task: "k", after: .init(thread: "t", id: "2"))
        try await store.put(.make("2", parent: "1", changes: ["a": (2, "z")], unchanged: ["b": 1]), thread: "t")
        try await same()
        try await other.put(.make("0", changes: ["b": (1, "other")]), thread: "t")
        try await same()
        try await store.put(.make("2", parent: "1", changes: ["a": (2, nil)], unchanged: ["b": 1]), thread: "t")
        try await same()
        // Nobody reads between what one does and what the other does.
        try await other.put(.make("3", parent: "2", changes: ["a": (3, "others")], unchanged: ["b": 1]), thread: "t")
        try await store.put(
            .make("4", parent: "3", changes: ["c": (4, "c")], unchanged: ["a": 3, "b": 1]), thread: "t")
        try await same()
        try await other.putWrites([NewWrite("a", .text("w"))], task: "k", after: .init(thread: "t", id: "4"))
        try await store.putWrites([NewWrite("a", .text("v"))], task: "j", after: .init(thread: "t", id: "4"))
        try await same()
        try await other.put(.make("1", changes: ["b": (1, "again")]), thread: "t")
        try await store.put(.make("5", parent: "4", changes: ["a": (5, "x")], unchanged: ["b": 1]), thread: "t")
        try await same()
        // A thread that begins anew counts its revisions anew.
        try await other.delete(thread: "t")
        try await same()
        for id in ["1", "2"] { try await other.put(.make(id, changes: ["a": (9, "new")]), thread: "t") }
        try await same()
        try await other.prune(["t"], .latestOnly)
        try await same()
    }

    @Test("Memory for latest checkpoints is bounded") func cacheBound() async throws {
        let records = InterruptedRecords(try await TestBackend.all[0].makeRecords())
        let store = try await CheckpointStore(records, configuration: .init(cacheBytes: 20_000))
        for number in 0..<20 {
            try await store.put(
                .make("1", changes: ["a": (1, String(repeating: "x", count: 1_000))]), thread: "t\(number)")
        }
        try await store.put(.make("1", changes: ["a": (1, String(repeating: "x", count: 9_000))]), thread: "long")
        func reads(_ thread: String) async throws -> Int {
            records.arm()
            #expect(try await store.get(CheckpointAddress(thread: thread)) != nil)
            return records.reads
        }
        #expect(try await reads("t19") == 1)
        #expect(try await reads("t0") > 1)
        // It is in memory again; one that would take too much of it never is.
        #expect(try await reads("t0") == 1)
        #expect(try await reads("long") > 1)
        #expect(try await reads("long") > 1)
    }

    @Test("What leaves while it is got is not got in part", arguments: TestBackend.all)
    func getDuringRemoval(_ backend: TestBackend) async throws {
        let base = try await backend.makeRecords()
        let records = InterruptedRecords(base)
        let store = try await CheckpointStore(records, configuration: .init(cacheBytes: 0))
        let other = try await CheckpointStore(base)
        try await store.putChain(["1", "2", "3"], thread: "t")
        records.arm(beforeRead: { number in
            if number == 2 { _ = try await other.prune(["t"], .latestOnly) }
        })
        #expect(try await store.get(CheckpointAddress(thread: "t", id: "2")) == nil)
        records.arm(beforeRead: { number in
            if number == 3 { _ = try await other.delete(thread: "t") }
        })
        #expect(try await store.get(CheckpointAddress(thread: "t")) == nil)
    }
}
