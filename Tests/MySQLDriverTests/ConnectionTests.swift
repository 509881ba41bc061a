#if MySQL
    import Foundation
    import Records
    import RelationalRecords
    import TestStores
    import Testing

    @testable import MySQLDriver

    extension Live {
        @Suite("MySQL connections")
        struct ConnectionTests {
            private static func open(
                _ change: (inout MySQLConfiguration) -> Void = { _ in }
            ) async throws -> MySQLConnection {
                var (_, configuration) = try await database()
                change(&configuration)
                return try await MySQLConnection.open(configuration)
            }

            private static let values: [(Value, Field.Kind)] = [
                (.null, .int), (.bool(true), .bool), (.int(.min), .int), (.int(.max), .int), (.time(-1), .time),
                (.double(0.1), .double), (.double(-0.0), .double), (.double(.leastNonzeroMagnitude), .double),
                (.double(.infinity), .double), (.double(-.infinity), .double), (.double(1e300), .double),
                (.text(""), .text(maximumBytes: 9)), (.text("a'b\\c?`\"; -- \u{1}é🦊"), .text(maximumBytes: 99)),
                (.bytes([0, 255, 39, 92]), .bytes), (.json("{\"a\":[1,2.5]}"), .json),
                (.vector([.pi, -0.0, 1e-38, 3.4e38]), .vector(dimensions: nil)),
                (.tokens(["c#", "the", "日本", "a", "a"]), .tokens), (.tokens([]), .tokens),
            ]

            private static func columnType(_ kind: Field.Kind) -> String {
                switch kind {
                case .bool: "TINYINT(1)"
                case .int, .time: "BIGINT"
                case .double: "DOUBLE"
                case .text, .json: "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin"
                case .bytes, .vector: "LONGBLOB"
                case .tokens: "LONGTEXT CHARACTER SET ascii COLLATE ascii_bin"
                }
            }

            /// Both protocols write and read every kind of value alike, in all four combinations.
            @Test func everyValueRoundTripsInBothProtocols() async throws {
                let connection = try await Self.open()
                for (number, (value, kind)) in Self.values.enumerated() {
                    try await connection.execute(["CREATE TABLE v\(number) (way INT, v \(Self.columnType(kind)))"])
                    let insert = SQLText(fixed: "INSERT INTO v\(number) (way, v) VALUES (?, ?)")
                    let select = SQLText(fixed: "SELECT v FROM v\(number) ORDER BY way")
                    // Alone: prepared. Together: written out.
                    #expect(try await connection.run([SQLCall(insert, [.int(0), value])]) == [1])
                    #expect(
                        try await connection.run([
                            SQLCall(insert, [.int(1), value]), SQLCall(insert, [.int(2), value]),
                        ])
                            == [1, 1])
                    for calls in [[SQLCall(select)], [SQLCall(select), SQLCall(select)]] {
                        var found: [Value] = []
                        try await connection.query(calls) { (_, row) throws(StoreError) in
                            found.append(row.value(0, kind))
                        }
                        #expect(found.count == 3 * calls.count)
                        for other in found { #expect(other == value, "\(value)") }
                    }
                }
                await connection.close()
            }

            @Test func theGreatestFiniteDoubleIsRefusedBecauseItStandsForInfinity() async throws {
                let connection = try await Self.open()
                for count in 1...2 {
                    let calls = Array(
                        repeating: SQLCall("SELECT ?", [.double(-.greatestFiniteMagnitude)]), count: count)
                    let error = await failure { try await connection.query(calls) { (_, _) throws(StoreError) in } }
                    #expect(error?.code == .invalid)
                }
                #expect(try await connection.column("SELECT 1", [], .int) == [.int(1)])
                await connection.close()
            }

            @Test func longValuesAreReadWhole() async throws {
                let connection = try await Self.open()
                try await connection.execute(["CREATE TABLE big (id INT, v LONGBLOB)"])
                let insert = SQLText(fixed: "INSERT INTO big VALUES (?, ?)")
                var bytes = [UInt8](repeating: 7, count: 5 << 20)
                for place in stride(from: 0, to: bytes.count, by: 997) { bytes[place] = UInt8(place & 255) }
                // The second travels with a small one, and is still sent as it is.
                #expect(try await connection.run([SQLCall(insert, [.int(0), .bytes(bytes)])]) == [1])
                let calls = [
                    SQLCall(insert, [.int(1), .bytes([1])]), SQLCall(insert, [.int(2), .bytes(bytes)]),
                    SQLCall(insert, [.int(3), .bytes([3])]),
                ]
                #expect(try await connection.run(calls) == [1, 1, 1])
                let found = try await connection.column("SELECT v FROM big ORDER BY id", [], .bytes)
                #expect(found == [.bytes(bytes), .bytes([1]), .bytes(bytes), .bytes([3])])
                await connection.close()
            }

            @Test func aFailureNamesItsCallAndLeavesTheTransactionUsable() async throws {
                let connection = try await Self.open()
                try await connection.execute(["CREATE TABLE t (id INT PRIMARY KEY, v INT)"])
                let insert = SQLText(fixed: "INSERT INTO t VALUES (?, 0)")
                try await connection.begin("START TRANSACTION")
                _ = try await connection.run([SQLCall(insert, [.int(1)]), SQLCall(insert, [.int(2)])])
                let together = await failure {
                    _ = try await connection.run([3, 1, 4].map { SQLCall(insert, [.int($0)]) })
                }
                #expect(together?.code == .exists && together?.index == 1)
                let alone = await failure { _ = try await connection.run([SQLCall(insert, [.int(2)])]) }
                #expect(alone?.code == .exists && alone?.index == 0)
                #expect(!connection.isBroken)
                try await connection.commit()
                #expect(
                    try await connection.column("SELECT id FROM t ORDER BY id", [], .int) == [
                        .int(1), .int(2), .int(3),
                    ])
                await connection.close()
            }

            @Test func equalValuesCountAsChangedAndReplacedRowsOnce() async throws {
                let connection = try await Self.open()
                try await connection.execute([
                    "CREATE TABLE t (id INT PRIMARY KEY, v INT)", "INSERT INTO t VALUES (1, 5)",
                ])
                let update = SQLCall("UPDATE t SET v = ? WHERE id = ?", [.int(5), .int(1)])
                let upsert = SQLCall(
                    "INSERT INTO t VALUES (?, ?) ON DUPLICATE KEY UPDATE v = VALUES(v)", [.int(1), .int(6)])
                #expect(try await connection.run([update]) == [1])
                #expect(try await connection.run([update, upsert, upsert]) == [1, 1, 1])
                #expect(try await connection.run([upsert]) == [1])
                let nobody = SQLCall("DELETE FROM t WHERE id = ?", [.int(9)])
                #expect(try await connection.run([nobody]) == [0])
                await connection.close()
            }

            @Test func whatARowThrowsEndsTheQueryAndNotTheConnection() async throws {
                let connection = try await Self.open()
                let numbers = SQLCall(SQLText(fixed: "SELECT seq FROM seq_1_to_5000"))
                for calls in [[numbers], [numbers, numbers]] {
                    var seen = 0
                    let error = await failure {
                        try await connection.query(calls) { (_, _) throws(StoreError) in
                            seen += 1
                            if seen == 3 { throw StoreError(.corrupted, "enough") }
                        }
                    }
                    #expect(error?.message == "enough" && seen == 3)
                    #expect(try await connection.column("SELECT 7", [], .int) == [.int(7)])
                }
                await connection.close()
            }

            @Test func readingEndsWithoutAWaitAndTheConnectionGoesOn() async throws {
                let connection = try await Self.open()
                for round in 0..<20 {
                    try await connection.begin(
                        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; "
                            + "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
                    #expect(try await connection.column("SELECT ?", [.int(Int64(round))], .int) == [.int(Int64(round))])
                    try await connection.endReading()
                    if round % 3 == 0 { #expect(await connection.isAlive()) }
                }
                #expect(try await connection.column("SELECT @@in_transaction", [], .int) == [.int(0)])
                await connection.close()
            }

            @Test func moreTextsThanAreRememberedStayRight() async throws {
                let connection = try await Self.open()
                // Each text twice in a row, so that it is prepared, and all of them again.
                for round in 0..<6 {
                    for number in (0..<150).map({ $0 / 2 }) {
                        let text = "SELECT CAST(? AS SIGNED) + \(number)"
                        let found = try await connection.column(text, [.int(Int64(round))], .int)
                        #expect(found == [.int(Int64(round + number))])
                    }
                }
                let kept = try await connection.column(
                    "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS "
                        + "WHERE VARIABLE_NAME = 'Com_stmt_close'", [], .int)
                #expect(kept != [.int(0)], "the least recently used are given back")
                await connection.close()
            }

            @Test func statementsTooLongAreStoppedByTheServer() async throws {
                let connection = try await Self.open { $0.statementTimeout = 0.2 }
                let error = await failure { _ = try await connection.column("SELECT SLEEP(20)", [], .int) }
                #expect(error?.code == .unavailable && error?.message.contains("statement-timeout") == true)
                #expect(!connection.isBroken)
                try await connection.execute(["DO SLEEP(0.3)"])
                await connection.close()
            }

            /// The server itself says that nothing runs any longer. One statement is prepared, two are written out.
            @Test(arguments: [1, 2])
            func cancellingTheCallerStopsTheStatementOnTheServer(_ count: Int) async throws {
                let connection = try await Self.open { $0.statementTimeout = 0 }
                let other = try await Self.open()
                let running =
                    "SELECT COUNT(*) FROM information_schema.processlist WHERE id = \(connection.handle.identifier) "
                    + "AND info LIKE 'SELECT SLEEP(%'"
                let calls = Array(repeating: SQLCall(SQLText(fixed: "SELECT SLEEP(300)")), count: count)
                let sleeper = Task {
                    await failure { try await connection.query(calls) { (_, _) throws(StoreError) in } }
                }
                try await eventually { try await other.column(running, [], .int) == [.int(1)] }
                sleeper.cancel()
                let error = await sleeper.value
                #expect(error?.code == .unavailable)
                #expect(error?.underlying is CancellationError, "\(String(describing: error))")
                #expect(try await other.column(running, [], .int) == [.int(0)])
                #expect(connection.isBroken, "a stop that comes late must hit nobody else")
                await connection.close()
                await other.close()
            }

            @Test func aCancelledCallerRunsNothing() async throws {
                let connection = try await Self.open()
                let task = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return await failure { _ = try await connection.column("SELECT 1", [], .int) }
                }
                #expect(await task.value?.underlying is CancellationError)
                #expect(!connection.isBroken)
                await connection.close()
            }

            @Test func theLogGetsTextsWithoutArguments() async throws {
                let texts = Shared<[String]>([])
                let connection = try await Self.open { $0.statementLog = { text in texts.with { $0.append(text) } } }
                let secret = "the content of a memory"
                _ = try await connection.column("SELECT ?", [.text(secret)])
                _ = try await connection.run([SQLCall("DO ?", [.text(secret)]), SQLCall("DO ?", [.text(secret)])])
                await connection.close()
                let logged = texts.with { $0 }
                #expect(logged.filter { $0 == "SELECT ?" }.count == 1 && logged.filter { $0 == "DO ?" }.count == 2)
                #expect(!logged.joined().contains(secret))
            }

            /// Forty statements wait in the server at once, which is more than there are threads.
            @Test func waitingHoldsNoThread() async throws {
                let (_, configuration) = try await database()
                let gate = try await MySQLConnection.open(configuration)
                _ = try await gate.column("SELECT GET_LOCK(DATABASE(), 0)", [], .int)
                let observer = try await MySQLConnection.open(configuration)
                let waiting =
                    "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND state = 'User lock'"
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<40 {
                        group.addTask {
                            let connection = try await MySQLConnection.open(configuration)
                            #expect(
                                try await connection.column("SELECT GET_LOCK(DATABASE(), 60)", [], .int) == [.int(1)])
                            // Closing gives the lock to the next one.
                            await connection.close()
                        }
                    }
                    try await eventually { try await observer.column(waiting, [], .int) == [.int(40)] }
                    await gate.close()
                    try await group.waitForAll()
                }
                await observer.close()
            }

            @Test func theWireCanBeCompressed() async throws {
                let connection = try await Self.open { $0.isCompressed = true }
                let text = String(repeating: "compress me ", count: 50_000)
                #expect(try await connection.column("SELECT ?", [.text(text)]) == [.text(text)])
                let compression = try await connection.column(
                    "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Compression'")
                #expect(compression == [.text("ON")])
                await connection.close()
            }
        }
    }
#endif
