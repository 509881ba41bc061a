#if MySQL
    import Foundation
    import Records
    import RelationalRecords
    import TestStores
    import Testing

    @testable import MySQLDriver

    extension Live {
        @Suite("Stores in MariaDB")
        struct StoreTests {
            private static func ids(_ store: some RecordStore, _ filter: Filter) async throws -> [String] {
                try await store.read(.query(Query("note", filter, fields: [])), in: Sample.partition).records.compactMap
                {
                    if case .text(let id) = $0?.values[0] { id } else { nil }
                }
            }

            /// Words that FULLTEXT itself would drop: too short, or in its list of stop words.
            @Test func shortWordsAndStopWordsAreFound() async throws {
                let (server, configuration) = try await database()
                let store = try await MySQLRecords.open(configuration)
                #expect(store.capabilities.hasNativeTokens)
                try await store.prepare([Sample.note])
                let words = ["a", "to", "the", "of", "c", "is", "about", "日", "x", "42"]
                for word in words {
                    try await store.commit(Batch(Sample.partition, [Sample.insert(word, words: [word, "filler"])]))
                }
                for word in words {
                    #expect(try await Self.ids(store, .has("words", anyOf: [word])) == [word])
                }
                #expect(try await Self.ids(store, .has("words", anyOf: ["an"])).isEmpty)
                // A term that FULLTEXT would not keep is found by looking at every record.
                let long = String(repeating: "я", count: 60)
                try await store.commit(Batch(Sample.partition, [Sample.insert("long", words: [long])]))
                #expect(try await Self.ids(store, .has("words", anyOf: [long])) == ["long"])
                #expect(try await Self.ids(store, .has("words", anyOf: (0..<300).map { "t\($0)" } + ["to"])) == ["to"])
                await store.close()
                let plan = try await MySQLConnection.open(configuration)
                let type = try await plan.column(
                    "EXPLAIN FORMAT=JSON SELECT id FROM note WHERE MATCH (words) AGAINST ('yymmm' IN BOOLEAN MODE)")
                guard case .text(let text) = type.first else { throw TestServerError("no plan") }
                #expect(text.contains("fulltext"))
                await plan.close()
                _ = server
            }

            /// MariaDB forgets to undo FULLTEXT changes at some savepoints; the store must not let that show.
            @Test func wordsOfARecordSurviveABatchThatFailsAfterChangingThem() async throws {
                let (_, configuration) = try await database()
                let store = try await MySQLRecords.open(configuration)
                try await store.prepare([Sample.note])
                try await store.commit(
                    Batch(Sample.partition, [Sample.insert("a", words: ["old"]), Sample.insert("b")]))
                let results = await store.commit([
                    Batch(Sample.partition, id: 1, [.count("c", 1, atMost: nil)]),
                    Batch(
                        Sample.partition,
                        [.patch(Key("note", "a"), [.set("words", .tokens(["new"]))]), Sample.insert("b")]),
                    Batch(Sample.partition, [.delete(Key("note", "a")), Sample.insert("b")]),
                ])
                #expect(results.map { (try? $0.get()) != nil } == [true, false, false])
                #expect(try await Self.ids(store, .has("words", anyOf: ["old"])) == ["a"])
                #expect(try await Self.ids(store, .has("words", anyOf: ["new"])).isEmpty)
                await store.close()
            }

            @Test func capabilitiesAreReadBackFromTheServer() async throws {
                let (_, configuration) = try await database()
                let store = try await MySQLRecords.open(configuration)
                #expect(store.capabilities.survives == .nothing, "the shared server of tests flushes when it likes")
                #expect(store.capabilities.durability.contains("innodb_flush_log_at_trx_commit=0"))
                #expect(store.capabilities.durability.hasPrefix("MariaDB 10."))
                #expect(!store.capabilities.failoverMayForget && !store.capabilities.hasNativeVectors)
                await store.close()
            }

            @Test func askingForAVectorIndexDoesNoHarmWhereThereIsNone() async throws {
                var (_, configuration) = try await database()
                configuration.vectorIndex = .init(dimensions: 2)
                let store = try await MySQLRecords.open(configuration)
                #expect(!store.capabilities.hasNativeVectors)
                try await store.prepare([Sample.note])
                for (number, vector) in [[Float(1), 0], [0, 1], [0.9, 0.1]].enumerated() {
                    var values: [Value] = [.text("\(number)"), .null, .null, .null, .null]
                    values.append(.vector(vector))
                    try await store.commit(Batch(Sample.partition, [.insert("note", values)]))
                }
                let page = try await store.read(
                    .query(Query("note", order: .nearest("place", to: [1, 0]), limit: 2)), in: Sample.partition)
                #expect(page.records.map { $0?.values[0] } == [.text("0"), .text("2")])
                await store.close()
            }

            /// The whole store over the text protocol, as behind a proxy that does not follow preparations.
            @Test func withoutPreparedStatementsNothingIsPrepared() async throws {
                var (server, configuration) = try await database()
                configuration.usesPreparedStatements = false
                let store = try await MySQLRecords.open(configuration)
                try await store.prepare([Sample.note])
                let body = "it's 'quoted' \\ and \"more\"; DROP TABLE note; -- \u{1}🦊"
                try await store.commit(
                    Batch(Sample.partition, [Sample.insert("a", body: body, score: 0.1, words: ["the"])]))
                try await store.commit(Batch(Sample.partition, [.patch(Key("note", "a"), [.add("rank", 3)])]))
                let record = try #require(try await store.record(Key("note", "a"), in: Sample.partition))
                #expect(
                    record.values[1] == .text(body) && record.values[2] == .int(3) && record.values[3] == .double(0.1))
                #expect(try await Self.ids(store, .equal("body", .text(body))) == ["a"])
                await store.close()
                _ = server
            }

            @Test func aSharedClientStaysOpenWhenAStoreIsClosed() async throws {
                var (_, configuration) = try await database()
                let client = try MySQLClient(configuration)
                configuration.client = client
                let first = try await MySQLRecords.open(configuration)
                try await first.prepare([Sample.note])
                try await first.commit(Batch(Sample.partition, [Sample.insert("a")]))
                configuration.tablePrefix = "second_"
                let second = try await MySQLRecords.open(configuration)
                try await second.prepare([Sample.note])
                #expect(try await second.record(Key("note", "a"), in: Sample.partition) == nil)
                await first.close()
                try await second.commit(Batch(Sample.partition, [Sample.insert("b")]))
                await second.close()
                configuration.tablePrefix = ""
                let third = try await MySQLRecords.open(configuration)
                try await third.prepare([Sample.note])
                #expect(try await third.record(Key("note", "a"), in: Sample.partition) != nil)
                await third.close()
                await client.close()
            }

            /// The replica of this test is the server itself by another address, or nobody at all.
            @Test func readsThatMayLagGoToTheReplicaAndElseToTheServer() async throws {
                let (server, plain) = try await database()
                for port in [server.port, try TestServers.freePort()] {
                    var configuration = plain
                    configuration.readReplica = "127.0.0.1:\(port)"
                    configuration.tablePrefix = "p\(port)_"
                    let store = try await MySQLRecords.open(configuration)
                    try await store.prepare([Sample.note])
                    let receipt = try await store.commit(Batch(Sample.partition, [Sample.insert("a")]))
                    let found = try await store.read(
                        .keys([Key("note", "a")]), in: Sample.partition, atLeast: receipt.stamp)
                    #expect(found.records.first != nil && found.records[0] != nil)
                    await store.close()
                }
            }

            @Test func anIndexThatInnoDBCannotMakeIsRefusedByItsName() async throws {
                let (_, configuration) = try await database()
                let store = try await MySQLRecords.open(configuration)
                let type = RecordType(
                    "wide",
                    fields: [Field("id", .text(maximumBytes: 64)), Field("text", .text(maximumBytes: 3_000))],
                    indexes: [Index(order: "text")])
                let error = await failure { try await store.prepare([type]) }
                #expect(error?.code == .unsupported && error?.message.contains("wide_by_text") == true)
                await store.close()
            }

            /// Two transactions that wait for each other: the server ends ours, and it is run again.
            @Test func aDeadlockIsRunAgain() async throws {
                let (_, configuration) = try await database()
                let store = try await MySQLRecords.open(configuration)
                try await store.prepare([Sample.note])
                try await store.commit(Batch(Sample.partition, [.count("c", 1, atMost: nil)]))
                let other = try await MySQLConnection.open(configuration)
                let observer = try await MySQLConnection.open(configuration)
                let deadlocks =
                    "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS "
                    + "WHERE VARIABLE_NAME = 'Innodb_deadlocks'"
                let before = try await observer.column(deadlocks, [], .int)
                // Whoever changed less is ended, so the other one changes a lot.
                try await other.execute(["CREATE TABLE weight (id INT PRIMARY KEY) SELECT seq AS id FROM seq_1_to_2000"]
                )
                try await other.begin("START TRANSACTION")
                _ = try await other.run([SQLCall("UPDATE weight SET id = id + 10000")])
                let name = Value.text(Sample.partition.name)
                _ = try await other.run([SQLCall("UPDATE counters SET value = value + 0 WHERE `partition` = ?", [name])]
                )
                let ours = Task {
                    try await store.commit(Batch(Sample.partition, [Sample.insert("a"), .count("c", 5, atMost: nil)]))
                }
                // Not innodb_trx: that table stands still while it is asked more often than ten times a second.
                let waiting =
                    "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS "
                    + "WHERE VARIABLE_NAME = 'Innodb_row_lock_current_waits'"
                try await eventually { try await observer.column(waiting, [], .int) == [.int(1)] }
                // Ours holds the head and waits for the counter; this waits for the head.
                _ = try await other.run([
                    SQLCall("UPDATE `partitions` SET stamp = stamp + 0 WHERE `partition` = ?", [name])
                ]
                )
                try await other.commit()
                let receipt = try await ours.value
                #expect(receipt.results == [1, 6])
                #expect(try await store.read(.counter("c"), in: Sample.partition).count == 6)
                #expect(try await Self.ids(store, .all) == ["a"])
                #expect(try await observer.column(deadlocks, [], .int) != before, "there was one")
                for connection in [other, observer] { await connection.close() }
                await store.close()
            }

            @Test func severalServersPrepareAtOnce() async throws {
                let (_, configuration) = try await database()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<8 {
                        group.addTask {
                            let store = try await MySQLRecords.open(configuration)
                            try await store.prepare([Sample.note])
                            try await store.commit(Batch(Sample.partition, [Sample.insert("\(number)")]))
                            await store.close()
                        }
                    }
                    try await group.waitForAll()
                }
                let store = try await MySQLRecords.open(configuration)
                try await store.prepare([Sample.note])
                #expect(try await Self.ids(store, .all).count == 8)
                #expect(try await store.migrations(for: [Sample.note]).map(\.state) == [.applied])
                await store.close()
            }

            /// Its connections are killed before each definition in turn, until one preparation comes through.
            @Test func aPreparationThatWasKilledHalfWayIsFinishedByTheNext() async throws {
                let (server, configuration) = try await database()
                let kill =
                    "mariadb --no-defaults -N -S \(server.socket) -uroot -e \"SELECT CONCAT('KILL ', id, ';') FROM "
                    + "information_schema.processlist WHERE db = '\(configuration.database)'\" "
                    + "| mariadb --no-defaults -f -S \(server.socket) -uroot || true"
                var interrupted = 0
                while true {
                    let limit = interrupted
                    let count = Shared(0)
                    var stopped = configuration
                    stopped.statementLog = { text in
                        guard ["CREATE", "INSERT", "ALTER"].contains(where: text.hasPrefix) else { return }
                        let isLast = count.with { count in
                            count += 1
                            return count == limit + 1
                        }
                        if isLast { _ = try? TestServers.run(["sh", "-c", kill]) }
                    }
                    let store = try await MySQLRecords.open(stopped)
                    let error = await failure { try await store.prepare([Sample.note]) }
                    await store.close()
                    guard let error else { break }
                    #expect(error.code == .unavailable)
                    interrupted += 1
                    try #require(interrupted < 60)
                }
                #expect(interrupted >= 5)
                let store = try await MySQLRecords.open(configuration)
                try await store.prepare([Sample.note])
                try await store.commit(Batch(Sample.partition, [Sample.insert("a", words: ["the"])]))
                #expect(try await Self.ids(store, .has("words", anyOf: ["the"])) == ["a"])
                await store.close()
            }
        }
    }
#endif
