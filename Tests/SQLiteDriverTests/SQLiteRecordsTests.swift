private import CSQLite
import Foundation
import Records
import RelationalRecords
import SQLiteDriver
import Synchronization
import Testing

@Suite("SQLite stores")
struct SQLiteRecordsTests {
    private let folder: String
    private static let note = RecordType(
        "note",
        fields: [
            Field("id", .text(maximumBytes: 64)), Field("body", .text(maximumBytes: 1_000)), Field("words", .tokens),
        ],
        isTracked: true)
    private static let partition = Partition("app/user")

    init() throws {
        folder = NSTemporaryDirectory() + "agent-memory-sqlite-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func insert(_ id: String, _ body: String = "x") -> Batch {
        Batch(Self.partition, [.insert("note", [.text(id), .text(body), .tokens([body.lowercased()])])])
    }

    private func open(_ change: (inout SQLiteConfiguration) -> Void = { _ in }) throws -> RelationalRecords {
        var configuration = SQLiteConfiguration(path: folder + "/store.db")
        change(&configuration)
        return try SQLiteRecords.open(configuration)
    }

    /// Another process holds the file until all have come, so that they wait together.
    @Test func concurrentCommitsShareTransactions() async throws {
        final class Count: Sendable { let value = Atomic(0) }
        let store = try open()
        try await store.prepare([Self.note])
        var handle: OpaquePointer?
        #expect(sqlite3_open(folder + "/store.db", &handle) == SQLITE_OK)
        let other = try #require(handle)
        defer { sqlite3_close(other) }
        #expect(sqlite3_exec(other, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK)
        let come = Count()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                let batch = insert("\(number)")
                group.addTask {
                    come.value.add(1, ordering: .relaxed)
                    try await store.commit(batch)
                }
            }
            while come.value.load(ordering: .relaxed) < 200 { await Task.yield() }
            #expect(sqlite3_exec(other, "COMMIT", nil, nil, nil) == SQLITE_OK)
            try await group.waitForAll()
        }
        #expect(try await store.read(.count("note", .all), in: Self.partition).count == 200)
        #expect(store.transactions < 20, "commits that wait together go together")
        await store.close()
    }

    /// With `synchronous=normal` a small commit is tried on the caller's thread first, where nobody may wait for others.
    @Test func aCommitWaitsForOtherProcessesElsewhere() async throws {
        let store = try open { $0.synchronous = .normal }
        try await store.prepare([Self.note])
        try await store.commit(insert("0"))
        var handle: OpaquePointer?
        #expect(sqlite3_open(folder + "/store.db", &handle) == SQLITE_OK)
        let other = try #require(handle)
        defer { sqlite3_close(other) }
        #expect(sqlite3_exec(other, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK)
        let before = store.transactions
        let batch = insert("1")
        let commit = Task { try await store.commit(batch) }
        // The transaction that waits is counted before it begins.
        while store.transactions == before { await Task.yield() }
        #expect(sqlite3_exec(other, "COMMIT", nil, nil, nil) == SQLITE_OK)
        #expect(try await commit.value.stamp == Stamp(2))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 2..<200 { group.addTask { try await store.commit(insert("\(number)")) } }
            try await group.waitForAll()
        }
        #expect(try await store.read(.count("note", .all), in: Self.partition).count == 200)
        await store.close()
        await #expect(throws: StoreError.self) { try await store.commit(batch) }
    }

    /// A failed commit leaves nothing behind on the caller's thread either.
    @Test func aRefusedCommitOnTheCallersThreadIsUndone() async throws {
        let store = try open { $0.synchronous = .normal }
        try await store.prepare([Self.note])
        try await store.commit(insert("taken"))
        let new = insert("new").writes + insert("taken").writes
        await #expect(throws: StoreError.self) { try await store.commit(Batch(Self.partition, new)) }
        try await store.commit(insert("after"))
        #expect(try await store.read(.count("note", .all), in: Self.partition).count == 2)
        await store.close()
    }

    /// Brief reads use the writer's connection while nobody commits: they see no batch that is under way or was refused.
    @Test func briefReadsSeeWholeBatches() async throws {
        let store = try open()
        try await store.prepare([Self.note])
        func both(_ body: String) -> [Write] {
            ["left", "right"].map { .put("note", [.text($0), .text(body), .tokens([])]) }
        }
        try await store.commit(Batch(Self.partition, both("0")))
        let keys = ["left", "right"].map { Key("note", $0) }
        final class Flag: Sendable { let isSet = Atomic(true) }
        let writing = Flag()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    var reads = 0
                    while writing.isSet.load(ordering: .relaxed) || reads == 0 {
                        let found = try await store.read(.keys(keys, fields: nil), in: Self.partition).records
                        let bodies = found.map { $0?.values[1] }
                        #expect(bodies[0] == bodies[1] && bodies[0] != .text("refused"))
                        reads += 1
                    }
                    return reads
                }
            }
            for number in 1...300 {
                try await store.commit(Batch(Self.partition, both("\(number)")))
                let taken = insert("left").writes
                let error = await #expect(throws: StoreError.self) {
                    try await store.commit(Batch(Self.partition, both("refused") + taken))
                }
                #expect(error?.code == .exists && error?.index == 2 && error?.record?.key == keys[0])
            }
            writing.isSet.store(false, ordering: .relaxed)
            for try await reads in group { #expect(reads > 0) }
        }
        let last = try await store.read(.keys(keys, fields: nil), in: Self.partition).records
        #expect(last[1]?.values[1] == .text("300"))
        await store.close()
    }

    /// A quote and the mark after it are one character, and must be two for the full-text query.
    @Test func aQuoteWithACombiningMarkIsFound() async throws {
        let store = try open()
        try await store.prepare([Self.note])
        let term = "a\"\u{301}b"
        try await store.commit(Batch(Self.partition, [.insert("note", [.text("1"), .text("x"), .tokens([term])])]))
        let page = try await store.read(
            .query(Query("note", .has("words", anyOf: [term, "other"]))), in: Self.partition)
        #expect(page.records.count == 1)
        await store.close()
    }

    @Test(arguments: ["rank", "rowid", "row_id"]) func namesOfHiddenColumnsAreRefused(name: String) async throws {
        let store = try open()
        let type = RecordType("odd", fields: [Field("id", .int), Field(name, .tokens)])
        let error = await #expect(throws: StoreError.self) { try await store.prepare([type]) }
        #expect(error?.code == .invalid && error?.message.contains(name) == true)
        await store.close()
    }

    /// The next opener must not meet locks of a reader that was still at work.
    @Test func closingWaitsForReaders() async throws {
        let store = try open()
        try await store.prepare([Self.note])
        _ = await store.commit((0..<2_000).map { insert("\($0)") })
        async let pages = withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    try await store.read(.query(Query("note", limit: 2_000)), in: Self.partition).records.count
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 }
        }
        await Task.yield()
        await store.close()
        // Each read either ended before or was refused; none is half done.
        do {
            #expect(try await pages == 32_000)
        } catch let error as StoreError {
            #expect(error.code == .closed)
        }
        let next = try open { $0.busyTimeout = 0 }
        try await next.prepare([Self.note])
        await next.close()
    }

    @Test func durabilityIsReadBack() async throws {
        let full = try open()
        #expect(full.capabilities.survives == .powerLoss)
        #expect(full.capabilities.durability == "SQLite journal_mode=WAL, synchronous=FULL")
        await full.close()
        let normal = try open { $0.synchronous = .normal }
        #expect(normal.capabilities.survives == .processCrash)
        await normal.close()
    }

    @Test func prefixesKeepStoresApart() async throws {
        let first = try open { $0.tablePrefix = "a_" }
        let second = try open { $0.tablePrefix = "b_" }
        try await first.prepare([Self.note])
        try await second.prepare([Self.note])
        try await first.commit(insert("only in a"))
        #expect(try await second.read(.count("note", .all), in: Self.partition).count == 0)
        await first.close()
        await second.close()
        for prefix in ["a b", "\"", "sqlite_", String(repeating: "x", count: 33)] {
            #expect(throws: StoreError.self) { try open { $0.tablePrefix = prefix } }
        }
    }

    @Test func withoutSetUpTheMissingTablesAreNamed() async throws {
        let bare = try open { $0.skipsSetUp = true }
        let error = await #expect(throws: StoreError.self) { try await bare.prepare([Self.note]) }
        #expect(error?.code == .schema)
        #expect(error?.message.contains("note") == true)
        await bare.close()
        let maker = try open()
        try await maker.prepare([Self.note])
        await maker.close()
        let user = try open { $0.skipsSetUp = true }
        try await user.prepare([Self.note])
        try await user.commit(insert("a"))
        await user.close()
    }

    @Test func aHandleThatIsHandedInStaysOpen() async throws {
        var opened: OpaquePointer?
        #expect(sqlite3_open(folder + "/handle.db", &opened) == SQLITE_OK)
        let handle = try #require(opened)
        let store = try SQLiteRecords.open(handle: handle)
        try await store.prepare([Self.note])
        try await store.commit(insert("a"))
        #expect(try await store.record(Key("note", "a"), in: Self.partition) != nil)
        await store.close()
        await store.close()
        #expect(sqlite3_exec(handle, "SELECT count(*) FROM note", nil, nil, nil) == SQLITE_OK)
        #expect(sqlite3_close(handle) == SQLITE_OK, "no statement is left open")
    }

    @Test func anotherProcessSeesAndWritesTheSameTables() async throws {
        let store = try open()
        try await store.prepare([Self.note])
        try await store.commit(insert("a", "Readable"))
        var hints = store.watch(Self.partition).makeAsyncIterator()
        _ = await hints.next()
        let other = try open()
        try await other.prepare([Self.note])
        try await other.commit(insert("b"))
        #expect(await hints.next() != nil, "a commit of another connection is noticed")
        #expect(try await store.record(Key("note", "b"), in: Self.partition) != nil)
        await other.close()
        await store.close()
        var handle: OpaquePointer?
        #expect(sqlite3_open(folder + "/store.db", &handle) == SQLITE_OK)
        var statement: OpaquePointer?
        let sql = "SELECT body FROM note WHERE partition = 'app/user' AND id = 'a'"
        #expect(sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK)
        #expect(sqlite3_step(statement) == SQLITE_ROW)
        #expect(sqlite3_column_text(statement, 0).map { String(cString: $0) } == "Readable")
        sqlite3_finalize(statement)
        sqlite3_close(handle)
    }

    @Test func scrubbedTextIsInNoFile() async throws {
        let secret = "xyzzysecret"
        let store = try open()
        try await store.prepare([Self.note])
        for number in 0..<50 { try await store.commit(insert("\(number)", number == 20 ? secret : "other")) }
        #expect(try residue(of: secret) > 0)
        try await store.commit(Batch(Self.partition, [.delete(Key("note", "20"))]))
        _ = try await store.scrub(within: 30)
        #expect(try residue(of: secret) == 0)
        await store.close()
        #expect(try residue(of: secret) == 0)
    }

    private func residue(of text: String) throws -> Int {
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let data = FileManager.default.contents(atPath: folder + "/" + name) ?? Data()
            if data.range(of: Data(text.utf8)) != nil { count += 1 }
        }
        return count
    }

    @Test func wrongFilesAreRefusedByName() async throws {
        let path = folder + "/text.db"
        try String(repeating: "not a database ", count: 100).write(toFile: path, atomically: true, encoding: .utf8)
        let damaged = #expect(throws: StoreError.self) { try SQLiteRecords.open(SQLiteConfiguration(path: path)) }
        #expect(damaged?.code == .corrupted)
        #expect(damaged?.message.contains("text.db") == true)
        let absent = #expect(throws: StoreError.self) {
            try SQLiteRecords.open(SQLiteConfiguration(path: "/nonexistent/folder/x.db"))
        }
        #expect(absent?.code == .unavailable)
    }

    @Test func oneTermAmongManyPartitionsIsFoundByRange() async throws {
        let store = try open()
        try await store.prepare([Self.note])
        for number in 0..<40 {
            let partition = Partition("user-\(number)")
            try await store.commit(
                Batch(
                    partition,
                    (0..<20).map { .insert("note", [.text("\($0)"), .text("b"), .tokens(["common", "t\(number)"])]) }))
        }
        let query = Query("note", .has("words", anyOf: ["common"]), limit: 100)
        #expect(try await store.read(.query(query), in: Partition("user-7")).records.count == 20)
        let none = Query("note", .has("words", anyOf: ["t8"]), limit: 100)
        #expect(try await store.read(.query(none), in: Partition("user-7")).records.isEmpty)
        await store.close()
    }
}
