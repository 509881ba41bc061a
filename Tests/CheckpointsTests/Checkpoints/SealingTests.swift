import Checkpoints
import Records
import TestStores
import Testing

@Suite("Sealed and long values, tenants, bounds") struct SealingTests {
    @Test("Sealed values are not readable in the store, and open again", arguments: TestBackend.all)
    func sealed(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let store = try await CheckpointStore(records, configuration: .init(cipher: ToyCipher()))
        let address = try await store.put(.make("1", changes: ["a": (1, "secret value")]), thread: "t")
        try await store.putWrites([NewWrite("x", .text("secret write"))], task: "a", after: address)
        let found = try #require(try await store.get(address))
        #expect(found.checkpoint.texts == ["a": "secret value"])
        #expect(found.checkpoint.state.string == "state of 1")
        #expect(found.pendingWrites.first?.value.string == "secret write")
        for type in CheckpointRecords.all {
            let page = try await records.read(.query(Query(type.name)), in: Partition("checkpoint//t"))
            for value in page.records.flatMap({ $0?.values ?? [] }) {
                guard case .bytes(let bytes) = value else { continue }
                let text = String(decoding: bytes, as: UTF8.self)
                #expect(!text.contains("secret") && !text.contains("state of"))
            }
        }
    }

    @Test("Another key, cipher, place, or none, opens nothing", arguments: TestBackend.all)
    func refusals(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let store = try await CheckpointStore(records, configuration: .init(cipher: ToyCipher(), cacheBytes: 0))
        let address = try await store.put(.make("1", changes: ["a": (1, "secret")]), thread: "t")
        for cipher in [nil, ToyCipher(key: 0x11), ToyCipher(name: "other")] as [ToyCipher?] {
            let other = try await CheckpointStore(records, configuration: .init(cipher: cipher))
            #expect(await code { _ = try await other.get(address) } == "sealed")
            #expect(await code { _ = try await other.list(CheckpointQuery(thread: "t")) } == "sealed")
        }
        // A value moved to another channel does not open.
        let partition = Partition("checkpoint//t")
        let key = Key("checkpoint_value", [.text(""), .text("a"), .text("i1"), .int(0)])
        var values = try #require(try await records.record(key, in: partition)).values
        try await store.put(.make("2", changes: ["b": (1, "other")]), thread: "t")
        values[1] = .text("b")
        try await records.commit(Batch(partition, [.put("checkpoint_value", values)]))
        #expect(await code { _ = try await store.get(CheckpointAddress(thread: "t")) } == "sealed")
    }

    @Test("What is sealed opens only where it was put", arguments: TestBackend.all)
    func moved(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let store = try await CheckpointStore(records, configuration: .init(cipher: ToyCipher(), cacheBytes: 0))
        let other = try store.inTenant("other")
        let partition = Partition("checkpoint//t")
        for place in [store, other] {
            for id in ["1", "2"] {
                let address = try await place.put(
                    .make(id, changes: ["a": (Int64(id) ?? 0, "value of \(id)")]), thread: "t")
                for task in ["a", "b"] {
                    try await place.putWrites([NewWrite("x", .text("of \(task)"))], task: task, after: address)
                }
            }
        }
        let address = CheckpointAddress(thread: "t", id: "2")
        // From a record of the same type to this one: what stays is its key, what moves the rest.
        func expectRefusal(
            of type: String, _ from: [Value], _ to: [Value], in source: Partition = partition,
            _ location: SourceLocation = #_sourceLocation
        ) async throws {
            let moved = try #require(try await records.record(Key(type, from), in: source)).values
            let kept = try #require(try await records.record(Key(type, to), in: partition)).values
            try await records.commit(Batch(partition, [.put(type, to + moved.dropFirst(to.count))]))
            #expect(await code { _ = try await store.get(address) } == "sealed", sourceLocation: location)
            try await records.commit(Batch(partition, [.put(type, kept)]))
            #expect(try await store.get(address) != nil, sourceLocation: location)
        }
        let theirs = Partition("checkpoint/other/t")
        let value: [Value] = [.text(""), .text("a"), .text("i2"), .int(0)]
        try await expectRefusal(of: "checkpoint_value", [.text(""), .text("a"), .text("i1"), .int(0)], value)
        try await expectRefusal(of: "checkpoint_value", value, value, in: theirs)
        let write: [Value] = [.text(""), .text("2"), .text("a"), .int(0)]
        try await expectRefusal(of: "checkpoint_write", [.text(""), .text("2"), .text("b"), .int(0)], write)
        try await expectRefusal(of: "checkpoint_write", [.text(""), .text("1"), .text("a"), .int(0)], write)
        try await expectRefusal(of: "checkpoint_write", write, write, in: theirs)
        // The state of another checkpoint, and of the same one of another tenant.
        let key: [Value] = [.text(""), .text("2")]
        for (from, source) in [([Value.text(""), .text("1")], partition), (key, theirs)] {
            let moved = try #require(try await records.record(Key("checkpoint", from), in: source)).values
            let kept = try #require(try await records.record(Key("checkpoint", key), in: partition)).values
            var values = kept
            values[13] = moved[13]
            try await records.commit(Batch(partition, [.put("checkpoint", values)]))
            #expect(await code { _ = try await store.get(address) } == "sealed")
            try await records.commit(Batch(partition, [.put("checkpoint", kept)]))
        }
    }

    @Test("Values from before there was a cipher are read, unless that is refused", arguments: TestBackend.all)
    func unsealed(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let plain = try await CheckpointStore(records)
        let address = try await plain.put(.make("1", changes: ["a": (1, "plain")]), thread: "t")
        let sealing = try await CheckpointStore(records, configuration: .init(cipher: ToyCipher()))
        #expect(try await sealing.get(address)?.checkpoint.texts == ["a": "plain"])
        let strict = try await CheckpointStore(
            records, configuration: .init(cipher: ToyCipher(), acceptsUnsealed: false))
        #expect(await code { _ = try await strict.get(address) } == "sealed")
        // A copy is sealed.
        try await sealing.copyThread("t", to: "u")
        #expect(try await strict.get(CheckpointAddress(thread: "u"))?.checkpoint.texts == ["a": "plain"])
    }

    @Test("Long values are stored in parts", arguments: TestBackend.all)
    func parts(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let store = try await CheckpointStore(records, configuration: .init(partBytes: 100))
        let texts = [99, 100, 101, 1_000, 0].map {
            String(repeating: "x", count: $0 / 2) + String(repeating: "y", count: $0 - $0 / 2)
        }
        for (number, text) in texts.enumerated() {
            let address = try await store.put(
                .make("\(number)", changes: ["a": (Int64(number), text)]), thread: "t")
            try await store.putWrites([NewWrite("w", .text(text))], task: "task", after: address)
            let found = try #require(try await store.get(address))
            #expect(found.checkpoint.texts == ["a": text])
            #expect(found.pendingWrites.map(\.value.string) == [text])
        }
        // A shorter value in place of a longer one, and writes that grow.
        try await store.put(.make("3", changes: ["a": (3, "short")]), thread: "t")
        let address = CheckpointAddress(thread: "t", id: "3")
        try await store.putWrites(
            [NewWrite("w", .text("ignored")), NewWrite("v", .text(texts[3]))], task: "task", after: address)
        let found = try #require(try await store.get(address))
        #expect(found.checkpoint.texts == ["a": "short"])
        #expect(found.pendingWrites.map(\.value.string) == [texts[3], texts[3]])
        #expect(try await store.list(CheckpointQuery(thread: "t")).tuples.count == 5)
        try await store.prune(["t"], .latestOnly)
        #expect(try await store.ids("t") == ["4"])
        let left = try await records.read(.count("checkpoint_value", .all), in: Partition("checkpoint//t")).count
        #expect(left == 1)
    }

    @Test("Tenants do not meet", arguments: TestBackend.all) func tenants(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let store = try await CheckpointStore(records, configuration: .init(tenant: "a"))
        let other = try store.inTenant("a/b%")
        try await store.put(.make("1", changes: ["x": (1, "one")], metadata: ["run_id": .string("r")]), thread: "b%/t")
        try await other.put(.make("1", changes: ["x": (1, "two")], metadata: ["run_id": .string("r")]), thread: "t")
        #expect(try await store.list(CheckpointQuery()).tuples.map(\.checkpoint.texts) == [["x": "one"]])
        #expect(try await other.list(CheckpointQuery()).tuples.map(\.checkpoint.texts) == [["x": "two"]])
        #expect(try await store.threads().threads.map(\.thread) == ["b%/t"])
        try await store.delete(runs: ["r"])
        #expect(try await store.list(CheckpointQuery()).tuples.isEmpty)
        #expect(try await other.ids("t") == ["1"])
    }

    @Test("Wrong inputs are refused by name and limit") func bounds() async throws {
        let store = try await TestBackend.all[0].makeCheckpoints()
        func message(_ body: () async throws -> Void) async -> String? {
            do {
                try await body()
                return nil
            } catch let error as CheckpointError {
                return error.code == .invalid ? error.message : error.description
            } catch { return "\(error)" }
        }
        let long = String(repeating: "x", count: 1_000)
        let cases: [(String, () async throws -> Void)] = [
            ("thread must not be empty", { try await store.put(.make("1"), thread: "") }),
            ("thread has 1000 bytes; the limit is 255", { try await store.put(.make("1"), thread: long) }),
            ("thread must not contain U+0000", { _ = try await store.get(CheckpointAddress(thread: "a\0")) }),
            (
                "namespace has 1000 bytes; the limit is 768",
                { try await store.put(.make("1"), thread: "t", namespace: long) }
            ),
            ("checkpoint id must not be empty", { try await store.put(.make(""), thread: "t") }),
            (
                "parent id has 1000 bytes; the limit is 128",
                { try await store.put(.make("1", parent: long), thread: "t") }
            ),
            (
                "channel has 1000 bytes; the limit is 512",
                { try await store.put(.make("1", changes: [long: (1, nil)]), thread: "t") }
            ),
            (
                "run_id has 1000 bytes; the limit is 255",
                { try await store.put(.make("1", metadata: ["run_id": .string(long)]), thread: "t") }
            ),
            (
                "a channel has two versions",
                { try await store.put(.make("1", changes: ["a": (1, nil)], unchanged: ["a": 2]), thread: "t") }
            ),
            (
                "checkpoint id is required",
                { try await store.putWrites([], task: "a", after: CheckpointAddress(thread: "t")) }
            ),
            (
                "task must not be empty",
                { try await store.putWrites([], task: "", after: CheckpointAddress(thread: "t", id: "1")) }
            ),
            ("limit must be 1 to 1000, not 0", { _ = try await store.list(CheckpointQuery(limit: 0)) }),
            ("limit must be 1 to 1000, not 1001", { _ = try await store.threads(limit: 1_001) }),
            ("keepLatest must be at least 1, not 0", { try await store.prune([], PrunePolicy(keepLatest: 0)) }),
            ("maximumAge must be 0 to 1e11 seconds", { try await store.prune([], PrunePolicy(maximumAge: .nan)) }),
            ("maximumBytes must be at least 0, not -1", { try await store.prune([], PrunePolicy(maximumBytes: -1)) }),
            ("tenant has 1000 bytes; the limit is 64", { _ = try store.inTenant(long) }),
            (
                "partBytes must be at least 1, not 0",
                { _ = try await CheckpointStore(store.records, configuration: .init(partBytes: 0)) }
            ),
            (
                "cacheBytes must be at least 0, not -1",
                { _ = try await CheckpointStore(store.records, configuration: .init(cacheBytes: -1)) }
            ),
            (
                "1200 records in one checkpoint; the limit is 998",
                {
                    let changes = Dictionary(
                        uniqueKeysWithValues: (0..<1_199).map { ("c\($0)", (Int64(1), "x" as String?)) })
                    try await store.put(.make("1", changes: changes), thread: "t")
                }
            ),
        ]
        for (expected, body) in cases { #expect(await message(body) == expected) }
        #expect(try await store.list(CheckpointQuery()).tuples.isEmpty)
    }

    @Test("Closing closes only what is owned") func closing() async throws {
        let records = try await TestBackend.all[0].makeRecords()
        let borrowed = try await CheckpointStore(records)
        await borrowed.close()
        let store = try await CheckpointStore(records, configuration: .init(ownsRecords: true))
        await (try store.inTenant("x")).close()
        try await store.put(.make("1"), thread: "t")
        await store.close()
        await store.close()
        #expect(await code { _ = try await store.get(CheckpointAddress(thread: "t")) } == "closed")
    }

    @Test("Everything is there after opening again", arguments: TestBackend.all)
    func reopening(_ backend: TestBackend) async throws {
        let made = try await backend.make()
        guard let reopen = made.reopen else { return }
        let store = try await CheckpointStore(made.store)
        try await store.putChain(["1", "2"], thread: "t")
        try await store.putWrites(
            [NewWrite("x", .text("w"))], task: "a", after: CheckpointAddress(thread: "t", id: "2"))
        let before = try await store.list(CheckpointQuery(thread: "t")).tuples
        let again = try await CheckpointStore(try await reopen())
        #expect(try await again.list(CheckpointQuery(thread: "t")).tuples == before)
    }
}
