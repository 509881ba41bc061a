import KeyValues
import Records
import TestStores
import Testing

@Suite("Lifetimes of items") struct LifetimeTests {
    private func make(
        _ backend: TestBackend, _ clock: StepClock, defaultLifetime: Double? = nil, refreshes: Bool = true
    ) async throws -> KeyValueStore {
        try await backend.makeKeyValues(
            KeyValueStoreConfiguration(
                defaultLifetime: defaultLifetime, refreshesOnRead: refreshes, clock: { clock.now }))
    }

    @Test("An expired item is nowhere", arguments: TestBackend.all) func expiry(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let store = try await make(backend, clock, refreshes: false)
        let start = clock.now
        try await store.put(["x": .int(1)], for: "k", in: ["a"], lifetime: .seconds(10))
        try await store.put(["x": .int(2)], for: "stays", in: ["b"])
        clock.advance(seconds: 9)
        #expect(try await store.get("k", in: ["a"])?.expiresAt == start + 10_000_000)
        #expect(try await store.search(ItemSearch(prefix: ["a"])).count == 1)
        clock.advance(seconds: 1)
        #expect(try await store.get("k", in: ["a"]) == nil)
        #expect(try await store.search(ItemSearch()).map(\.item.key) == ["stays"])
        #expect(try await store.listNamespaces() == [["b"]])
        // Putting it again is a new item.
        try await store.put(["x": .int(3)], for: "k", in: ["a"])
        #expect(try await store.get("k", in: ["a"])?.createdAt == clock.now)
        #expect(try await store.get("k", in: ["a"])?.expiresAt == nil)
        #expect(try await store.listNamespaces() == [["a"], ["b"]])
    }

    @Test("Reading lets an item live on, unless it should not", arguments: TestBackend.all)
    func refresh(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let store = try await make(backend, clock, defaultLifetime: 10)
        for key in ["get", "search", "batch", "unread", "peeked"] { try await store.put([:], for: key, in: [key]) }
        let updated = clock.now
        for _ in 0..<3 {
            clock.advance(seconds: 8)
            #expect(try await store.get("get", in: ["get"])?.expiresAt == clock.now + 10_000_000)
            #expect(
                try await store.search(ItemSearch(prefix: ["search"])).first?.item.expiresAt == clock.now + 10_000_000)
            _ = try await store.batch([.get(namespace: ["batch"], key: "batch")])
            _ = try await store.get("peeked", in: ["peeked"], refreshesLifetime: false)
        }
        let left = try await store.search(ItemSearch(refreshesLifetime: false)).map(\.item.key)
        #expect(Set(left) == ["get", "search", "batch"])
        #expect(try await store.get("get", in: ["get"])?.updatedAt == updated)
        let still = try await make(backend, clock, defaultLifetime: 10, refreshes: false)
        try await still.put([:], for: "k", in: ["a"])
        clock.advance(seconds: 8)
        _ = try await still.get("k", in: ["a"])
        clock.advance(seconds: 8)
        #expect(try await still.get("k", in: ["a"]) == nil)
    }

    @Test("What a batch reads lives on, unless it should not", arguments: TestBackend.all)
    func batch(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let store = try await make(backend, clock, defaultLifetime: 10)
        for key in ["read", "peeked"] { try await store.put([:], for: key, in: ["a"]) }
        for _ in 0..<2 {
            clock.advance(seconds: 8)
            _ = try await store.batch([
                .get(namespace: ["a"], key: "read"), .get(namespace: ["a"], key: "peeked", refreshesLifetime: false),
            ])
        }
        #expect(try await store.search(ItemSearch(refreshesLifetime: false)).map(\.item.key) == ["read"])
    }

    @Test("Whoever puts an item while it is read decides how long it lives", arguments: TestBackend.all)
    func putWhileRead(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let base = try await backend.makeRecords()
        let records = InterruptedRecords(base)
        let configuration = KeyValueStoreConfiguration(clock: { clock.now })
        let store = try await KeyValueStore(records, configuration: configuration)
        let other = try await KeyValueStore(base, configuration: configuration)
        for key in ["unlimited", "deleted"] {
            try await other.put([:], for: key, in: ["a"], lifetime: .seconds(10))
        }
        records.arm(beforeCommit: { _ in try? await other.put([:], for: "unlimited", in: ["a"], lifetime: .unlimited) })
        #expect(try await store.get("unlimited", in: ["a"]) != nil)
        records.arm(beforeCommit: { _ in try? await other.delete("deleted", in: ["a"]) })
        #expect(try await store.get("deleted", in: ["a"]) != nil)
        records.arm()
        clock.advance(seconds: 30)
        #expect(try await store.get("unlimited", in: ["a"])?.expiresAt == nil)
        #expect(try await store.search(ItemSearch()).map(\.item.key) == ["unlimited"])
    }

    @Test("A question finds nothing that has expired", arguments: TestBackend.all)
    func expiredQuestions(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let store = try await backend.makeKeyValues(
            KeyValueStoreConfiguration(index: ItemIndex(fields: ["text"]), clock: { clock.now }))
        try await store.put(["text": .string("an apple")], for: "k", in: ["a"], lifetime: .seconds(10))
        try await store.put(["text": .string("an apple")], for: "stays", in: ["a"])
        clock.advance(seconds: 10)
        for prefix in [["a"], []] {
            #expect(try await store.search(ItemSearch(prefix: prefix, query: "apple")).map(\.item.key) == ["stays"])
        }
    }

    @Test("Lifetimes of one item", arguments: TestBackend.all) func choice(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let store = try await make(backend, clock, defaultLifetime: 10)
        try await store.put([:], for: "default", in: ["a"])
        try await store.put([:], for: "unlimited", in: ["a"], lifetime: .unlimited)
        try await store.put([:], for: "longer", in: ["a"], lifetime: .seconds(20))
        try await store.put([:], for: "changed", in: ["a"], lifetime: .seconds(5))
        try await store.put([:], for: "changed", in: ["a"], lifetime: .unlimited)
        clock.advance(seconds: 10)
        let left = try await store.search(ItemSearch(prefix: ["a"], refreshesLifetime: false)).map(\.item.key)
        #expect(Set(left) == ["unlimited", "longer", "changed"])
    }

    @Test("A sweep removes what has expired, and only that", arguments: TestBackend.all)
    func sweep(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let base = try await backend.makeRecords()
        let records = InterruptedRecords(base)
        let configuration = KeyValueStoreConfiguration(
            index: ItemIndex(), refreshesOnRead: false, clock: { clock.now })
        let store = try await KeyValueStore(records, configuration: configuration)
        let other = try await KeyValueStore(base, configuration: configuration)
        for number in 0..<5 {
            try await store.put(["x": .string("text")], for: "k\(number)", in: ["a"], lifetime: .seconds(10))
        }
        try await store.put(["x": .int(1)], for: "stays", in: ["a"], lifetime: .seconds(20))
        try await (try store.inTenant("other")).put([:], for: "k", in: ["a"], lifetime: .seconds(1))
        #expect(try await store.sweepExpired() == 0)
        clock.advance(seconds: 10)
        // One is put again between being found and being removed.
        records.arm(beforeRead: { number in
            if number == 1 { try? await other.put(["x": .int(2)], for: "k0", in: ["a"]) }
        })
        #expect(try await store.sweepExpired(limit: 3) == 3)
        #expect(try await store.sweepExpired() == 1)
        #expect(try await store.sweepExpired() == 0)
        #expect(Set(try await store.search(ItemSearch()).map(\.item.key)) == ["k0", "stays"])
        #expect(try await base.read(.count("kv_item", .all), in: Partition("kv//a")).count == 2)
        #expect(try await base.read(.count("kv_passage", .all), in: Partition("kv//a")).count == 2)
    }

    @Test(
        "A server's sweep takes what every tenant has expired, beside items that are damaged",
        arguments: TestBackend.all)
    func sweepEveryTenant(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let store = try await make(backend, clock)
        for tenant in ["", "x", "y/z"] {
            let own = try store.inTenant(tenant)
            try await own.put([:], for: "k", in: ["a"], lifetime: .seconds(10))
            try await own.put([:], for: "stays", in: ["a"], lifetime: .seconds(20))
            try await own.put([:], for: "unlimited", in: ["b"])
        }
        // Without its times; it comes first.
        let damaged: [Value] = [
            .text("a\u{1}"), .text("damaged"), .text("x"), .json("{}"), .null, .null, .null, .time(clock.now), .int(0),
        ]
        try await store.records.commit(Batch(Partition("kv/x/a"), [.insert("kv_item", damaged)]))
        clock.advance(seconds: 10)
        #expect(await keyValueCode { try await store.sweepEveryTenant() } == "corrupted")
        for root in ["kv//a", "kv/x/a", "kv/" + Partition.escape("y/z") + "/a"] {
            let left = root == "kv/x/a" ? 2 : 1
            #expect(try await store.records.read(.count("kv_item", .all), in: Partition(root)).count == left)
        }
        let key = Key("kv_item", Array(damaged.prefix(2)))
        try await store.records.commit(Batch(Partition("kv/x/a"), [.delete(key)]))
        #expect(try await store.sweepEveryTenant() == 0)
        clock.advance(seconds: 10)
        #expect(try await store.sweepEveryTenant() == 3)
        let left = try await store.inTenant("x").search(ItemSearch()).map(\.item.key)
        #expect(left == ["unlimited"])
    }
}
