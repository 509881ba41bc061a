import Records
import TestStores
import Testing

/// Tables change with the versions of their types, forward and back, on every store that has tables.
@Suite("Migrations")
struct MigrationTests {
    private static let partition = Partition("app/user")

    private static func item(version: Int) -> RecordType {
        var fields = [Field("id", .text(maximumBytes: 64)), Field("body", .text(maximumBytes: 1_000))]
        var indexes: [Index] = []
        if version >= 2 {
            fields += [Field("at", .time), Field("words", .tokens)]
            indexes.append(Index(order: "at"))
        }
        if version >= 3 { fields.append(Field("note", .json)) }
        return RecordType("item", version: version, fields: fields, indexes: indexes, isTracked: true)
    }

    private static func made(_ backend: TestBackend) async throws -> (TestBackend.Made, any MigratingStore)? {
        let made = try await backend.make()
        guard let store = made.store as? any MigratingStore else {
            await made.store.close()
            return nil
        }
        return (made, store)
    }

    @Test(arguments: TestBackend.all) func columnsComeAndGo(_ backend: TestBackend) async throws {
        guard let (made, store) = try await Self.made(backend) else { return }
        defer { withExtendedLifetime(made) {} }
        #expect(try await store.migrations(for: [Self.item(version: 1)]).map(\.state) == [.pending])
        try await store.prepare([Self.item(version: 1)])
        try await store.commit(Batch(Self.partition, [.insert("item", [.text("1"), .text("first")])]))
        let pending = try await store.migrations(for: [Self.item(version: 2)])
        #expect(pending.map(\.name) == ["item@1", "item@2"])
        #expect(pending.map(\.state) == [.applied, .pending])

        try await store.prepare([Self.item(version: 2)])
        #expect(try await store.migrations(for: [Self.item(version: 2)]).map(\.state) == [.applied, .applied])
        try await store.commit(
            Batch(Self.partition, [.insert("item", [.text("2"), .text("second"), .time(5), .tokens(["two"])])]))
        let found = try await store.read(
            .query(Query("item", .has("words", anyOf: ["two"]), order: .field("at"))), in: Self.partition)
        #expect(found.records.count == 1)

        #expect(try await store.revert(1) == ["item@2"])
        await #expect(throws: StoreError.self, "a store that went back must be prepared again") {
            try await store.read(.count("item", .all), in: Self.partition)
        }
        try await store.prepare([Self.item(version: 1)])
        let page = try await store.read(.query(Query("item")), in: Self.partition)
        #expect(page.records.map { $0?.values[1] } == [.text("first"), .text("second")])

        try await store.prepare([Self.item(version: 3)])
        #expect(try await store.read(.count("item", .exists("at")), in: Self.partition).count == 0)
        try await store.commit(Batch(Self.partition, [.patch(Key("item", [.text("1")]), [.set("at", .time(9))])]))
        #expect(try await store.read(.query(Query("item", order: .field("at"))), in: Self.partition).records.count == 2)

        #expect(try await store.revert(2) == ["item@3", "item@1"])
        try await store.prepare([Self.item(version: 1)])
        #expect(try await store.read(.count("item", .all), in: Self.partition).count == 0)
        await store.close()
    }

    @Test(arguments: TestBackend.all) func newerStoresAndWrongCountsAreRefused(_ backend: TestBackend) async throws {
        guard let (made, store) = try await Self.made(backend) else { return }
        defer { withExtendedLifetime(made) {} }
        try await store.prepare([Self.item(version: 2)])
        for body in [
            { try await store.prepare([Self.item(version: 1)]) },
            { _ = try await store.migrations(for: [Self.item(version: 1)]) },
        ] {
            let error = await #expect(throws: StoreError.self) { try await body() }
            #expect(error?.code == .schema)
            #expect(error?.message.contains("version 2") == true)
        }
        for count in [0, 2] {
            let error = await #expect(throws: StoreError.self) { _ = try await store.revert(count) }
            #expect(error?.code == .invalid)
        }
        await store.close()
    }
}
