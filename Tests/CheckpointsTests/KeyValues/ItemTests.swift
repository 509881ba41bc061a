import KeyValues
import Records
import TestStores
import Testing

@Suite("Items") struct ItemTests {
    @Test("What was put comes back; putting again keeps the time of creation", arguments: TestBackend.all)
    func putAndGet(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let store = try await backend.makeKeyValues(KeyValueStoreConfiguration(clock: { clock.now }))
        let start = clock.now
        let value: [String: JSONValue] = [
            "text": .string("a \0 é \"q\""), "n": .int(.max), "d": .double(0.1), "none": .null, "yes": .bool(true),
            "list": .array([.int(1), .object(["x": .array([])])]),
        ]
        try await store.put(value, for: "k/1", in: ["a", "b.c/%"])
        clock.advance(seconds: 5)
        let first = try #require(try await store.get("k/1", in: ["a", "b.c/%"]))
        #expect(first.value == value && first.namespace == ["a", "b.c/%"] && first.key == "k/1")
        #expect(first.createdAt == start && first.updatedAt == start && first.expiresAt == nil)
        try await store.put(["new": .int(1)], for: "k/1", in: ["a", "b.c/%"])
        let second = try #require(try await store.get("k/1", in: ["a", "b.c/%"]))
        #expect(second.value == ["new": .int(1)])
        #expect(second.createdAt == start && second.updatedAt == start + 5_000_000)
        // Neither a part of the namespace nor a longer one has it.
        for other in [["a"], ["a", "b.c/%", "d"], ["a", "b"], ["A", "b.c/%"]] {
            #expect(try await store.get("k/1", in: other) == nil)
        }
    }

    @Test("A deleted item is gone, and an absent one is no error", arguments: TestBackend.all)
    func delete(_ backend: TestBackend) async throws {
        let store = try await backend.makeKeyValues()
        try await store.put(["x": .int(1)], for: "k", in: ["a"])
        try await store.put(["x": .int(2)], for: "k", in: ["a", "b"])
        try await store.delete("k", in: ["a"])
        try await store.delete("k", in: ["a"])
        #expect(try await store.get("k", in: ["a"]) == nil)
        #expect(try await store.get("k", in: ["a", "b"])?.value == ["x": .int(2)])
    }

    @Test("Tenants do not meet", arguments: TestBackend.all) func tenants(_ backend: TestBackend) async throws {
        let store = try await backend.makeKeyValues(KeyValueStoreConfiguration(tenant: "t"))
        let other = try store.inTenant("t/a")
        try await store.put(["x": .int(1)], for: "k", in: ["a/b"])
        try await other.put(["x": .int(2)], for: "k", in: ["b"])
        #expect(try await store.search(ItemSearch()).map(\.item.value) == [["x": .int(1)]])
        #expect(try await other.search(ItemSearch()).map(\.item.value) == [["x": .int(2)]])
        #expect(try await store.listNamespaces() == [["a/b"]])
        for partition in ["kv/t/a/b", "kv/t%2Fa/b"] {
            #expect(try await store.records.read(.count("kv_item", .all), in: Partition(partition)).count == 1)
        }
    }

    @Test("An item that others change meanwhile is put whole", arguments: TestBackend.all)
    func races(_ backend: TestBackend) async throws {
        let base = try await backend.makeRecords()
        let records = InterruptedRecords(base)
        let embedder = AxisEmbedder()
        let configuration = KeyValueStoreConfiguration(index: ItemIndex(fields: ["t[*]"], embedder: embedder.embedder))
        let store = try await KeyValueStore(records, configuration: configuration)
        let other = try await KeyValueStore(base, configuration: configuration)
        try await other.put(["t": .array([.string("car")])], for: "k", in: ["a"])
        records.arm(beforeCommit: { number in
            if number == 2 {
                try? await other.put(
                    ["t": .array([.string("cat"), .string("tea"), .string("x")])], for: "k", in: ["a"])
            }
            if number == 3 { try? await other.delete("k", in: ["a"]) }
        })
        try await store.put(["t": .array([.string("coffee")])], for: "k", in: ["a"])
        #expect(try await other.get("k", in: ["a"])?.value == ["t": .array([.string("coffee")])])
        #expect(try await base.read(.count("kv_passage", .all), in: Partition("kv//a")).count == 1)
        // Counting twice needs two writers that see each other.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask { try await other.put(["n": .int(Int64(number))], for: "same", in: ["a"]) }
            }
            try await group.waitForAll()
        }
        #expect(try await other.get("same", in: ["a"]) != nil)
    }

    @Test("An expired item that others put anew meanwhile is put whole", arguments: TestBackend.all)
    func expiredRaces(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let base = try await backend.makeRecords()
        let records = InterruptedRecords(base)
        let configuration = KeyValueStoreConfiguration(index: ItemIndex(fields: ["t[*]"]), clock: { clock.now })
        let store = try await KeyValueStore(records, configuration: configuration)
        let other = try await KeyValueStore(base, configuration: configuration)
        try await other.put(["t": .string("none")], for: "k", in: ["a"], lifetime: .seconds(1))
        clock.advance(seconds: 2)
        let again = clock.now
        records.arm(beforeCommit: { number in
            guard number == 2 else { return }
            try? await other.put(
                ["t": .array([.string("one"), .string("two"), .string("three")])], for: "k", in: ["a"])
            clock.advance(seconds: 1)
        })
        try await store.put(["t": .array([.string("four")])], for: "k", in: ["a"])
        let item = try #require(try await other.get("k", in: ["a"]))
        #expect(item.value == ["t": .array([.string("four")])] && item.createdAt == again)
        #expect(try await base.read(.count("kv_passage", .all), in: Partition("kv//a")).count == 1)
    }

    @Test("A batch whose commit fails says so after trying all of it", arguments: TestBackend.all)
    func failingBatch(_ backend: TestBackend) async throws {
        let base = try await backend.makeRecords()
        let records = InterruptedRecords(base)
        let store = try await KeyValueStore(records)
        let other = try await KeyValueStore(base)
        try await other.put(["x": .int(1)], for: "gone", in: ["a"])
        records.arm(failsFrom: 1)
        #expect(
            await keyValueCode {
                _ = try await store.batch([.put(namespace: ["a"], key: "k", value: ["x": .int(2)])])
            } == "unavailable")
        #expect(
            await keyValueCode {
                _ = try await store.batch([.put(namespace: ["a"], key: "gone", value: nil)])
            } == "unavailable")
        #expect(try await other.search(ItemSearch()).map(\.item.key) == ["gone"])
        // The deletion fails, the put before it does not.
        records.arm(failsFrom: 2)
        #expect(
            await keyValueCode {
                _ = try await store.batch([
                    .put(namespace: ["a"], key: "gone", value: nil),
                    .put(namespace: ["a"], key: "k", value: ["x": .int(2)]),
                ])
            } == "unavailable")
        #expect(Set(try await other.search(ItemSearch()).map(\.item.key)) == ["gone", "k"])
    }

    @Test("A batch reads what was before it, and the last put counts", arguments: TestBackend.all)
    func batch(_ backend: TestBackend) async throws {
        let store = try await backend.makeKeyValues()
        try await store.put(["x": .int(1)], for: "k", in: ["a"])
        try await store.put(["x": .int(1)], for: "gone", in: ["b"])
        let results = try await store.batch([
            .put(namespace: ["a"], key: "k", value: ["x": .int(2)]), .get(namespace: ["a"], key: "k"),
            .put(namespace: ["a"], key: "k", value: ["x": .int(3)]),
            .put(namespace: ["b"], key: "gone", value: nil), .search(ItemSearch(prefix: ["b"])),
            .listNamespaces(NamespaceQuery()), .put(namespace: ["c"], key: "new", value: [:]),
            .put(namespace: ["c"], key: "never", value: [:]), .put(namespace: ["c"], key: "never", value: nil),
        ])
        #expect(results.count == 9)
        guard case .item(let item?) = results[1], case .items(let found) = results[4],
            case .namespaces(let namespaces) = results[5]
        else {
            Issue.record("results are not of their operations' kinds")
            return
        }
        #expect(item.value == ["x": .int(1)] && found.map(\.item.key) == ["gone"] && namespaces == [["a"], ["b"]])
        #expect(results[0] == .done && results[8] == .done)
        #expect(try await store.get("k", in: ["a"])?.value == ["x": .int(3)])
        #expect(try await store.get("gone", in: ["b"]) == nil)
        #expect(try await store.listNamespaces() == [["a"], ["c"]])
        #expect(try await store.get("never", in: ["c"]) == nil)
    }

    @Test("Wrong inputs are refused by name and limit") func bounds() async throws {
        let store = try await TestBackend.all[0].makeKeyValues()
        let long = String(repeating: "x", count: 600)
        func message(_ body: () async throws -> Void) async -> String? {
            do {
                try await body()
                return nil
            } catch let error as KeyValueError {
                return error.code == .invalid ? error.message : error.description
            } catch { return "\(error)" }
        }
        let cases: [(String, () async throws -> Void)] = [
            ("namespace must not be empty", { try await store.put([:], for: "k", in: []) }),
            ("a namespace's label must not be empty", { try await store.put([:], for: "k", in: ["a", ""]) }),
            ("a namespace's label has 600 bytes; the limit is 255", { _ = try await store.get("k", in: [long]) }),
            ("a namespace's label must not contain U+0000", { _ = try await store.get("k", in: ["a\0"]) }),
            ("a namespace's label must not contain U+0001", { _ = try await store.get("k", in: ["a\u{1}"]) }),
            (
                "namespace has 804 bytes; the limit is 768",
                { _ = try await store.get("k", in: Array(repeating: String(repeating: "x", count: 200), count: 4)) }
            ),
            (
                "namespace has 65 labels; the limit is 64",
                { _ = try await store.get("k", in: Array(repeating: "x", count: 65)) }
            ),
            ("key must not be empty", { try await store.delete("", in: ["a"]) }),
            ("key has 600 bytes; the limit is 512", { try await store.put([:], for: long, in: ["a"]) }),
            (
                "lifetime must be more than 0 and at most 1e9 seconds",
                { try await store.put([:], for: "k", in: ["a"], lifetime: .seconds(0)) }
            ),
            ("limit must be 1 to 1000, not 0", { _ = try await store.search(ItemSearch(limit: 0)) }),
            ("offset must be 0 to 100000, not -1", { _ = try await store.search(ItemSearch(offset: -1)) }),
            ("limit must be 1 to 10000, not 0", { _ = try await store.listNamespaces(NamespaceQuery(limit: 0)) }),
            (
                "maximumDepth must be at least 1, not 0",
                { _ = try await store.listNamespaces(NamespaceQuery(maximumDepth: 0)) }
            ),
            ("limit must be 1 to 10000, not 0", { try await store.sweepExpired(limit: 0) }),
            ("tenant has 600 bytes; the limit is 64", { _ = try store.inTenant(long) }),
            (
                "value has 8388620 bytes; the limit is 8388608",
                { try await store.put(["x": .string(String(repeating: "x", count: 8_388_612))], for: "k", in: ["a"]) }
            ),
        ]
        for (expected, body) in cases { #expect(await message(body) == expected) }
        #expect(try await store.search(ItemSearch()).isEmpty)
    }

    @Test("Everything is there after opening again", arguments: TestBackend.all)
    func reopening(_ backend: TestBackend) async throws {
        let made = try await backend.make()
        guard let reopen = made.reopen else { return }
        let store = try await KeyValueStore(made.store)
        try await store.put(["x": .int(1)], for: "k", in: ["a", "b"])
        let before = try await store.search(ItemSearch())
        let again = try await KeyValueStore(try await reopen())
        #expect(try await again.search(ItemSearch()) == before)
        #expect(try await again.listNamespaces() == [["a", "b"]])
    }

    @Test("Closing closes only what is owned") func closing() async throws {
        let records = try await TestBackend.all[0].makeRecords()
        await (try await KeyValueStore(records)).close()
        let store = try await KeyValueStore(records, configuration: .init(ownsRecords: true))
        await (try store.inTenant("x")).close()
        try await store.put([:], for: "k", in: ["a"])
        await store.close()
        #expect(await keyValueCode { _ = try await store.get("k", in: ["a"]) } == "closed")
    }
}
