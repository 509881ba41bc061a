#if MySQL
    import Records
    import RelationalRecords
    import TestStores
    import Testing

    @testable import MySQLDriver

    extension Live {
        /// seekdb says that it is MySQL 5.7.25, and has no FULLTEXT that we can use. Seen with 1.4.0: it is accepted, and
        /// everything here works.
        @Suite("seekdb")
        struct SeekdbTests {
            @Test func itWorksWithoutFullText() async throws {
                guard let server = try await onThread({ try SeekdbServer.start() }) else { return }
                var configuration = MySQLConfiguration(user: "root", database: "test")
                configuration.socket = server.socket
                let store = try await MySQLRecords.open(configuration)
                #expect(store.capabilities.durability.hasPrefix("MySQL 5.7.25 "))
                #expect(!store.capabilities.hasNativeTokens && !store.capabilities.hasNativeVectors)
                try await store.prepare([Sample.note])
                let batch = Batch(
                    Sample.partition, id: 1,
                    [Sample.insert("a", body: "x ", score: .infinity, words: ["the"]), .count("c", 1, atMost: 1)])
                let receipt = try await store.commit(batch)
                #expect(try await store.commit(batch) == receipt)
                let results = await store.commit([
                    Batch(Sample.partition, [.patch(Key("note", "a"), [.add("rank", 2)]), Sample.insert("a")]),
                    Batch(Sample.partition, [Sample.insert("b"), .count("c", 1, atMost: 1)]),
                    Batch(Sample.partition, [Sample.insert("b"), .patch(Key("note", "a"), [.add("rank", 3)])]),
                ])
                #expect(await failure { _ = try results[0].get() }?.code == .exists)
                #expect(await failure { _ = try results[1].get() }?.code == .limit)
                #expect(try results[2].get().results == [1, 2])
                await store.close()
                let again = try await MySQLRecords.open(configuration)
                try await again.prepare([Sample.note])
                let record = try #require(try await again.record(Key("note", "a"), in: Sample.partition))
                #expect(record.values.prefix(4).elementsEqual([.text("a"), .text("x "), .int(3), .double(.infinity)]))
                let found = try await again.read(
                    .query(Query("note", .has("words", anyOf: ["the"]))), in: Sample.partition)
                #expect(found.records.count == 1)
                let none = try await again.read(
                    .query(Query("note", .equal("body", .text("x")))), in: Sample.partition)
                #expect(none.records.isEmpty)
                await again.close()
            }
        }
    }
#endif
