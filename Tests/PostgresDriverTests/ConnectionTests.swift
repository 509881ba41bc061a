#if PostgreSQL
    import Foundation
    import Records
    import RelationalRecords
    import TestStores
    import Testing

    @testable import PostgresDriver

    @Suite("PostgreSQL connections")
    struct ConnectionTests {
        private let server: PostgresServer

        init() throws { server = try PostgresServer.plain.get() }

        @Test func cancellingTheCallerCancelsTheStatement() async throws {
            let connection = try await server.connect()
            let process = connection.session.processIdentifier
            let sleeping = Task { () -> StoreError? in
                do throws(StoreError) {
                    try await connection.query([SQLCall("SELECT pg_sleep(100)")]) { (_, _) in }
                    return nil
                } catch {
                    return error
                }
            }
            let active = "SELECT count(*) FROM pg_stat_activity WHERE pid = \(process) AND wait_event = 'PgSleep'"
            try await eventually { try server.query(active) == "1" }
            let start = ContinuousClock.now
            sleeping.cancel()
            let error = await sleeping.value
            #expect(error?.code == .unavailable)
            #expect(ContinuousClock.now - start < .seconds(5))
            #expect(try server.query(active) == "0")
            #expect(try await connection.number("SELECT 7::bigint") == 7, "the connection is still usable")
            // A caller that is cancelled already sends nothing.
            let late = Task { try await connection.number("SELECT 1/0") }
            late.cancel()
            let lateError = await #expect(throws: StoreError.self) { _ = try await late.value }
            #expect(lateError?.message.contains("cancelled") == true)
            #expect(!connection.isBroken)
            await connection.close()
        }

        @Test func aFailureInTheMiddleLeavesThePipelineUsable() async throws {
            let connection = try await server.connect()
            let table = "pipeline_\(connection.session.processIdentifier)"
            try await connection.execute(["CREATE TABLE \(table) (a bigint PRIMARY KEY)"])
            let insert = SQLText(fixed: "INSERT INTO \(table) VALUES (?)")
            let calls = [1, 2, 2, 3].map { SQLCall(insert, [.int($0)]) }
            try await connection.begin("BEGIN")
            var error = await #expect(throws: StoreError.self) { try await connection.run(calls) }
            #expect(error?.code == .exists)
            #expect(error?.index == 2)
            await connection.rollBack()
            #expect(try await connection.number("SELECT count(*) FROM \(table)") == 0)
            #expect(try await connection.run(Array(calls.prefix(2))) == [1, 1])
            error = await #expect(throws: StoreError.self) {
                try await connection.query([
                    SQLCall("SELECT 1"), SQLCall("SELECT 1 / ?", [.int(0)]), SQLCall("SELECT 2"),
                ]) { (_, _) in }
            }
            #expect(error?.index == 1)
            #expect(try await connection.number("SELECT count(*) FROM \(table)") == 2)
            #expect(!connection.isBroken)
            await connection.close()
        }

        @Test func aBeginTravelsWithTheNextCallAndANullSaysNothingAboutItsType() async throws {
            let connection = try await server.connect()
            try await connection.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try await connection.endReading()
            try await connection.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            let level = "SELECT (current_setting('transaction_isolation') = 'repeatable read')::int::bigint"
            #expect(try await connection.number(level) == 1)
            try await connection.endReading()
            let sum = SQLText(fixed: "SELECT COALESCE(?, 0.5::double precision) + 0.25")
            for value in [Value.null, .double(2), .null, .double(-0.0), .int(4), .double(8)] {
                var found = Value.null
                try await connection.query([SQLCall(sum, [value])]) { (_, row) in found = row.value(0, .double) }
                switch value {
                case .null: #expect(found == .double(0.75))
                case .double(let number): #expect(found == .double(number + 0.25))
                case .int(let number): #expect(found == .double(Double(number) + 0.25))
                default: break
                }
            }
            await connection.close()
        }

        @Test func statementsAreKeptOnlyWhereTheyMayBe() async throws {
            let text = SQLText(fixed: "SELECT ?::bigint + 1")
            for prepares in [true, false] {
                let connection = try await server.connect(prepares: prepares)
                for number in 0..<3 {
                    try await connection.query([SQLCall(text, [.int(Int64(number))])]) { (_, row) in
                        #expect(row.integer(0) == Int64(number) + 1)
                    }
                }
                let kept = try await connection.number("SELECT count(*) FROM pg_prepared_statements")
                #expect(kept == (prepares ? 1 : 0))
                await connection.close()
            }
            let schema = PostgresServer.newSchema()
            let store = try await server.open(schema: schema) { $0.preparesStatements = false }
            let other = try await server.open(schema: schema) { $0.preparesStatements = false }
            for number in 0..<20 { try await store.commit(Notes.batch("\(number)")) }
            #expect(try await store.count() == 20)
            var hints = store.watch(Notes.partition).makeAsyncIterator()
            _ = await hints.next()
            let watcher = Task {
                try await eventually {
                    try await other.commit(Notes.batch(UUID().uuidString)).stamp > .zero && Task.isCancelled
                }
            }
            #expect(await hints.next() != nil, "commits of others are looked for")
            watcher.cancel()
            _ = try? await watcher.value
            await store.close()
            await other.close()
        }

        @Test func oldTextsMakeRoomForNewOnes() async throws {
            let connection = try await server.connect()
            for round in 0..<2 {
                for number in 0..<400 {
                    // Twice each, so that they are kept.
                    for _ in 0..<2 {
                        #expect(
                            try await connection.number("SELECT \(number)::bigint + ?", [.int(1)]) == Int64(number) + 1)
                    }
                }
                let kept = try await connection.number("SELECT count(*) FROM pg_prepared_statements") ?? 0
                #expect(kept > 100 && kept <= 257, "\(kept) in round \(round)")
            }
            await connection.close()
        }

        /// A failed transaction refuses everything but its end: statements that make room are forgotten outside of it.
        @Test func aTakenKeyIsNamedWhileStatementsMakeRoom() async throws {
            let store = try await server.open { $0.lanes = 1 }
            let type = RecordType(
                "wide",
                fields: [Field("id", .text(maximumBytes: 8)), Field("tag", .text(maximumBytes: 8))]
                    + (0..<8).map { Field("f\($0)", .int) }, unique: [["tag"]])
            try await store.prepare([Notes.type, type])
            func values(_ id: String, _ tag: Value, _ count: Int) -> [Value] {
                [.text(id), tag] + (0..<8).map { $0 < count ? .int(1) : .null }
            }
            try await store.commit(
                Batch(
                    Notes.partition,
                    [.insert("wide", values("a", .text("taken"), 0)), .insert("wide", values("b", .null, 0))]))
            // Every further value that is not null makes another form of the same statement.
            for count in 0...8 {
                let put = Write.put("wide", values("b", .text("taken"), count))
                let error = await #expect(throws: StoreError.self) {
                    try await store.commit(Batch(Notes.partition, [put]))
                }
                #expect(error?.code == .exists && error?.record?.key.id == [.text("a")], "\(count) values")
            }
            #expect(try await store.read(.count("wide", .exists("f0")), in: Notes.partition).count == 0)
            await store.close()
        }

        @Test func largeAnswersAndArgumentsArrive() async throws {
            let connection = try await server.connect()
            let text = String(repeating: "0123456789abcdeé", count: 1 << 18)
            var found: Value?
            try await connection.query([SQLCall("SELECT ?::text", [.text(text)])]) { (_, row) in
                found = row.value(0, .text(maximumBytes: .max))
            }
            #expect(found == .text(text))
            var rows = 0
            try await connection.query([
                SQLCall("SELECT repeat('x', 1000), n FROM generate_series(1, 20000) n"), SQLCall("SELECT 1"),
            ]) { (_, _) in rows += 1 }
            #expect(rows == 20_001)
            await connection.close()
        }

        @Test func aWrongPasswordIsRefusedWithoutBeingShown() async throws {
            var configuration = server.configuration(schema: "public")
            configuration.password = "wrong hunter2"
            let store = try await PostgresRecords.open(configuration)
            let error = await #expect(throws: StoreError.self) { try await store.prepare([Notes.type]) }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("password authentication failed") == true, "\(error?.message ?? "")")
            #expect(error.map { "\($0) \(String(describing: $0.underlying))" }?.contains("hunter2") == false)
            await store.close()
            configuration.port = try TestServers.freePort()
            let nobody = try await PostgresRecords.open(configuration)
            let refused = await #expect(throws: StoreError.self) { try await nobody.prepare([Notes.type]) }
            #expect(refused?.code == .unavailable)
            #expect(refused.map { "\($0)" }?.contains("hunter2") == false)
            await nobody.close()
            configuration.port = server.port
            configuration.password = PostgresServer.password
            configuration.database = "nowhere"
            let lost = try await PostgresRecords.open(configuration)
            let missing = await #expect(throws: StoreError.self) { try await lost.prepare([Notes.type]) }
            #expect(missing?.message.contains("nowhere") == true)
            await lost.close()
        }

        @Test func errorsAndLogsCarryNoArguments() async throws {
            let log = Gathered()
            let connection = try await server.connect(log: { log.add($0) })
            let table = "secrets_\(connection.session.processIdentifier)"
            try await connection.execute(["CREATE TABLE \(table) (a text PRIMARY KEY, n bigint CHECK (n < 10))"])
            let secret = "hunter2-secret"
            let calls = [
                SQLCall("INSERT INTO \(table) VALUES (?, 1)", [.text(secret)]),
                SQLCall("INSERT INTO \(table) VALUES (?, 1)", [.text(secret)]),
                SQLCall("INSERT INTO \(table) VALUES (?, 11)", [.text(secret + "2")]),
                SQLCall("SELECT ?::text::bigint", [.text(secret)]), SQLCall("SELECT ?::text::date", [.text(secret)]),
                SQLCall("SELECT ?::text::regclass", [.text("\"\(secret)\"")]),
            ]
            var failures = 0
            for call in calls {
                do throws(StoreError) {
                    _ = try await connection.run([call])
                } catch {
                    failures += 1
                    let shown = "\(error) \(error.underlying.map { "\($0)" } ?? "")"
                    // A name that a caller casts to a table is an argument like any other.
                    if call.text.text.contains("regclass") { continue }
                    #expect(!shown.contains("hunter2"), "\(shown)")
                }
            }
            #expect(failures == 5)
            await connection.close()
            let store = try await server.open { $0.statementLog = { log.add($0) } }
            try await store.commit(Batch(Notes.partition, [Notes.insert("a", body: secret, words: [secret])]))
            _ = try await store.read(.query(Query("note", .has("words", anyOf: [secret]))), in: Notes.partition)
            await store.close()
            #expect(log.all.contains { $0.hasPrefix("INSERT INTO") })
            #expect(log.all.contains("COMMIT"))
            #expect(!log.all.contains { $0.contains("hunter2") || $0.contains(Notes.partition.name) })
        }

        @Test func aConnectionThatTheServerEndedIsNoticedWhileIdle() async throws {
            let connection = try await server.connect()
            try server.query("SELECT pg_terminate_backend(\(connection.session.processIdentifier))")
            #expect(await connection.session.hasEnded(within: 10))
            #expect(connection.isBroken)
            #expect(await !connection.isAlive())
            let error = await #expect(throws: StoreError.self) { try await connection.run([SQLCall("SELECT 1")]) }
            #expect(error?.code == .unavailable)
            await connection.close()
        }

        @Test func aServerThatIsSilentIsGivenUp() async throws {
            let silent = try SilentServer()
            var configuration = PostgresConfiguration(host: "127.0.0.1", port: silent.port, user: "u", database: "d")
            configuration.connectTimeout = 0.3
            let store = try await PostgresRecords.open(configuration)
            let start = ContinuousClock.now
            let error = await #expect(throws: StoreError.self) { try await store.prepare([Notes.type]) }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("connect-timeout") == true)
            #expect(ContinuousClock.now - start < .seconds(10))
            await store.close()
        }
    }

    /// Accepts connections and says nothing.
    private final class SilentServer: Sendable {
        let port: Int
        private let descriptor: Int32

        init() throws {
            port = try TestServers.freePort()
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            let isBound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isBound, listen(descriptor, 16) == 0 else { throw TestServerError("cannot listen") }
        }

        deinit { close(descriptor) }
    }
#endif
