#if PostgreSQL
    import Foundation
    import Records
    import RelationalRecords
    import TestStores
    import Testing

    @testable import PostgresDriver

    @Suite("PostgreSQL set-up and sharing")
    struct SetUpTests {
        private let server: PostgresServer

        init() throws { server = try PostgresServer.plain.get() }

        @Test func theMissingRightIsNamed() async throws {
            let schema = PostgresServer.newSchema()
            let role = "user_of_\(schema)"
            try server.query("CREATE ROLE \(role) LOGIN PASSWORD 'simple'")
            func open(skips: Bool) async throws -> RelationalRecords {
                var configuration = server.configuration(schema: schema)
                configuration.user = role
                configuration.password = "simple"
                configuration.skipsSetUp = skips
                return try await PostgresRecords.open(configuration)
            }
            let eager = try await open(skips: false)
            var error = await #expect(throws: StoreError.self) { try await eager.prepare([Notes.type]) }
            #expect(error?.message.contains("permission denied for database") == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("skip-setup") == true)
            try server.query("CREATE SCHEMA \(schema); GRANT USAGE ON SCHEMA \(schema) TO \(role)")
            error = await #expect(throws: StoreError.self) { try await eager.prepare([Notes.type]) }
            #expect(
                error?.message.contains("permission denied for schema \(schema)") == true, "\(error?.message ?? "")")
            await eager.close()
            let bare = try await open(skips: true)
            error = await #expect(throws: StoreError.self) { try await bare.prepare([Notes.type]) }
            #expect(error?.code == .schema)
            #expect(error?.message.contains("note") == true, "\(error?.message ?? "")")
            await bare.close()
            let administrator = try await server.open(schema: schema)
            await administrator.close()
            let grant = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \(schema) TO \(role)"
            try server.query(grant)
            let user = try await open(skips: true)
            try await user.prepare([Notes.type])
            try await user.commit(Notes.batch("a"))
            #expect(try await user.count() == 1)
            await user.close()
        }

        @Test func durabilityIsReadBack() async throws {
            let quick = try await server.open()
            #expect(quick.capabilities.survives == .processCrash)
            #expect(
                quick.capabilities.durability == "PostgreSQL fsync=off, synchronous_commit=on, full_page_writes=off")
            await quick.close()
        }

        @Test func hintsOfAnotherStoreComeSoon() async throws {
            let schema = PostgresServer.newSchema()
            let first = try await server.open(schema: schema)
            let second = try await server.open(schema: schema)
            var hints = first.watch(Notes.partition).makeAsyncIterator()
            _ = await hints.next()
            // The second hint says that the listener is connected; from then on every commit gives one.
            _ = await hints.next()
            var times: [Duration] = []
            for number in 0..<21 {
                let start = ContinuousClock.now
                try await second.commit(Notes.batch("\(number)"))
                _ = await hints.next()
                times.append(ContinuousClock.now - start)
            }
            times.sort()
            print("from the commit's call to the hint by NOTIFY: median \(times[10]), greatest \(times[20])")
            // The quicker quarter: who waits for a busy machine says nothing about notices.
            #expect(times[5] < .milliseconds(100))
            // After the listener's connection is lost, anything may have changed.
            try server.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND query LIKE '%\(channel(schema))%'"
            )
            #expect(await hints.next() != nil)
            await first.close()
            await second.close()
        }

        private func channel(_ schema: String) -> String { PostgresDialect(schema: schema, prefix: "").channel }

        @Test func aClientIsSharedAndStaysOpen() async throws {
            let schema = PostgresServer.newSchema()
            let client = try PostgresClient(server.configuration(schema: schema))
            PostgresClients.register("shared", client)
            var configuration = try PostgresConfiguration(url: "postgres://client/shared?schema=\(schema)")
            let first = try await PostgresRecords.open(configuration)
            try await first.prepare([Notes.type])
            configuration.tablePrefix = "other_"
            let second = try await PostgresRecords.open(configuration)
            try await second.prepare([Notes.type])
            try await first.commit(Notes.batch("a"))
            #expect(try await second.count() == 0)
            await first.close()
            try await second.commit(Notes.batch("b"))
            #expect(try await second.count() == 1)
            await second.close()
            let third = try await PostgresRecords.open(PostgresConfiguration(client: client))
            await third.close()
            #expect(PostgresClients.remove("shared") === client)
            await client.close()
        }

        @Test func theSearchPathSaysNothing() async throws {
            let schema = PostgresServer.newSchema()
            let store = try await server.open(schema: schema) {
                $0.libraryOptions["options"] = "-c search_path=nowhere -c default_transaction_isolation=serializable"
            }
            try await store.commit(Notes.batch("a"))
            #expect(try await store.count() == 1)
            #expect(try server.query("SELECT count(*) FROM \(schema).note") == "1")
            await store.close()
        }

        @Test func manyAndLongTermsAreKeptAndFound() async throws {
            let store = try await server.open()
            let long = String(repeating: "日", count: 3_000)
            let many = (0..<30_000).map { "term\($0)" } + [long, "a", "a"]
            try await store.commit(
                Batch(Notes.partition, [Notes.insert("a", words: many), Notes.insert("b", words: [long + "x", "b"])]))
            let kept = try await store.record(Key("note", "a"), in: Notes.partition)
            #expect(kept?.values[3] == .tokens(many))
            func ids(_ terms: [String]) async throws -> [Value] {
                try await store.read(.query(Query("note", .has("words", anyOf: terms))), in: Notes.partition)
                    .records.compactMap { $0?.values[0] }
            }
            #expect(try await ids([long]) == [.text("a")])
            #expect(try await ids([long + "x"]) == [.text("b")])
            #expect(try await ids(["term29999"]) == [.text("a")])
            #expect(try await ids(["term30000", "b"]) == [.text("b")])
            await store.close()
        }

        @Test func scrubbedTextIsInNoTable() async throws {
            let schema = PostgresServer.newSchema()
            let store = try await server.open(schema: schema)
            let secret = "xyzzysecret"
            for number in 0..<50 {
                let text = number == 20 ? secret : "other"
                try await store.commit(Batch(Notes.partition, [Notes.insert("\(number)", body: text, words: [text])]))
            }
            try server.query("CHECKPOINT")
            func residue() throws -> Int {
                let paths = try server.query(
                    "SELECT pg_relation_filepath(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                        + "WHERE n.nspname = '\(schema)' AND c.relkind IN ('r', 'i')")
                return paths.split(separator: "\n").count { path in
                    let data = FileManager.default.contents(atPath: server.folder + "/data/" + path) ?? Data()
                    return data.range(of: Data(secret.utf8)) != nil
                }
            }
            #expect(try residue() > 0)
            try await store.commit(Batch(Notes.partition, [.delete(Key("note", "20"))]))
            let remaining = try await store.scrub(within: 30)
            try server.query("CHECKPOINT")
            #expect(try residue() == 0)
            #expect(remaining.contains { $0.contains("write-ahead log") })
            #expect(!remaining.contains { $0.contains("tables") }, "\(remaining)")
            #expect(try await store.count() == 49)
            await store.close()
        }

        @Test func aScrubSaysWhatOthersMayStillRead() async throws {
            let store = try await server.open()
            try await store.commit(Batch(Notes.partition, [Notes.insert("a", body: "xyzzy")]))
            // A statement that runs holds what it may read.
            let mark = "scrub\(UInt64.random(in: 0 ... .max))"
            let reader = Task.detached { [server] in try server.query("SELECT '\(mark)', pg_sleep(600)") }
            let running = "FROM pg_stat_activity WHERE query LIKE '%\(mark)%' AND pid <> pg_backend_pid()"
            while try server.query("SELECT count(*) \(running) AND wait_event = 'PgSleep'") != "1" {
                await Task.yield()
            }
            try await store.commit(Batch(Notes.partition, [.delete(Key("note", "a"))]))
            let remaining = try await store.scrub(within: 0.2)
            #expect(remaining.contains { $0.contains("may still read") }, "\(remaining)")
            try server.query("SELECT pg_terminate_backend(pid) \(running)")
            _ = await reader.result
            await store.close()
        }
    }
#endif
