import KeyValues
import Records
import TestStores
import Testing

@Suite("Listing namespaces") struct NamespaceTests {
    private func filled(_ backend: TestBackend) async throws -> KeyValueStore {
        let store = try await backend.makeKeyValues()
        for namespace in [
            ["a", "b", "c"], ["a", "b", "d", "e"], ["a", "b", "d", "i"], ["a", "b", "f"], ["a", "c", "f"], ["a-b"],
            ["users", "alice", "v1"], ["users", "bob", "v1"], ["users", "bob", "v2"],
        ] {
            for key in ["1", "2"] { try await store.put([:], for: key, in: namespace) }
        }
        return store
    }

    private func names(_ store: KeyValueStore, _ query: NamespaceQuery) async throws -> [String] {
        try await store.listNamespaces(query).map { $0.joined(separator: ".") }
    }

    @Test("By prefix, suffix and wildcard, in the labels' order", arguments: TestBackend.all)
    func match(_ backend: TestBackend) async throws {
        let store = try await filled(backend)
        let all = [
            "a.b.c", "a.b.d.e", "a.b.d.i", "a.b.f", "a.c.f", "a-b", "users.alice.v1", "users.bob.v1", "users.bob.v2",
        ]
        #expect(try await names(store, NamespaceQuery()) == all)
        #expect(try await names(store, NamespaceQuery(prefix: ["a", "b"])) == Array(all[0...3]))
        #expect(try await names(store, NamespaceQuery(prefix: ["users", "*", "v1"])) == [all[6], all[7]])
        #expect(try await names(store, NamespaceQuery(prefix: ["*", "bob"])) == [all[7], all[8]])
        #expect(try await names(store, NamespaceQuery(suffix: ["v1"])) == [all[6], all[7]])
        #expect(try await names(store, NamespaceQuery(suffix: ["bob", "*"])) == [all[7], all[8]])
        #expect(try await names(store, NamespaceQuery(prefix: ["a"], suffix: ["f"])) == ["a.b.f", "a.c.f"])
        #expect(try await names(store, NamespaceQuery(prefix: ["a", "b", "c", "d"])).isEmpty)
        #expect(try await names(store, NamespaceQuery(prefix: ["none"])).isEmpty)
    }

    @Test("Cut to a depth, and in pages", arguments: TestBackend.all)
    func depth(_ backend: TestBackend) async throws {
        let store = try await filled(backend)
        #expect(
            try await names(store, NamespaceQuery(prefix: ["a", "b"], maximumDepth: 3)) == ["a.b.c", "a.b.d", "a.b.f"])
        #expect(try await names(store, NamespaceQuery(maximumDepth: 1)) == ["a", "a-b", "users"])
        #expect(try await names(store, NamespaceQuery(maximumDepth: 2, limit: 2, offset: 1)) == ["a.c", "a-b"])
        #expect(try await names(store, NamespaceQuery(limit: 1, offset: 8)) == ["users.bob.v2"])
        #expect(try await names(store, NamespaceQuery(offset: 9)).isEmpty)
    }

    @Test("A namespace without items is not listed, and forgotten", arguments: TestBackend.all)
    func empty(_ backend: TestBackend) async throws {
        let base = try await backend.makeRecords()
        let records = InterruptedRecords(base)
        let store = try await KeyValueStore(records)
        let other = try await KeyValueStore(base)
        for key in ["1", "2"] { try await store.put([:], for: key, in: ["a", "b"]) }
        try await store.delete("1", in: ["a", "b"])
        #expect(try await names(store, NamespaceQuery()) == ["a.b"])
        try await store.delete("2", in: ["a", "b"])
        // An item is put between seeing the namespace empty and forgetting it.
        records.arm(beforeCommit: { _ in try? await other.put([:], for: "3", in: ["a", "b"]) })
        #expect(try await names(store, NamespaceQuery()).isEmpty)
        records.arm()
        #expect(try await names(store, NamespaceQuery()) == ["a.b"])
        try await store.delete("3", in: ["a", "b"])
        #expect(try await names(store, NamespaceQuery(prefix: ["a"])).isEmpty)
        #expect(try await base.read(.count("kv_namespace", .all), in: Partition("kv//a")).count == 0)
    }

    @Test("More namespaces than one page", arguments: TestBackend.all)
    func many(_ backend: TestBackend) async throws {
        let store = try await backend.makeKeyValues()
        for number in 0..<620 { try await store.put([:], for: "k", in: ["root", String(1_000 + number)]) }
        #expect(try await store.listNamespaces(NamespaceQuery(limit: 10_000)).count == 620)
        #expect(
            try await store.listNamespaces(NamespaceQuery(prefix: ["root"], limit: 3, offset: 600)).map { $0[1] }
                == ["1600", "1601", "1602"])
    }
}
