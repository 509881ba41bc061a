private import CSQLite
import Foundation
import Records
import RelationalRecords
import SQLiteDriver
import TestStores
import Testing

@Suite("SQLite with sqlite-vec")
struct VectorExtensionTests {
    private let folder = NSTemporaryDirectory() + "agent-memory-vec-" + UUID().uuidString
    private static let partition = Partition("app/user")
    private static let note = RecordType(
        "note",
        fields: [
            Field("id", .text(maximumBytes: 64)), Field("group", .int), Field("v", .vector(dimensions: nil)),
        ])

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private var path: String { folder + "/store.db" }

    private func fill(_ store: RelationalRecords) async throws -> [[Float]] {
        try await store.prepare([Self.note])
        var random = SystemRandomNumberGenerator()
        let vectors = (0..<400).map { _ in (0..<24).map { _ in Float.random(in: -1...1, using: &random) } }
        try await store.commit(
            Batch(
                Self.partition,
                vectors.enumerated().map { place, vector in
                    .insert("note", [.text("\(place)"), .int(Int64(place % 5)), .vector(vector)])
                } + [
                    // Neither a direction nor these dimensions.
                    .insert("note", [.text("zero"), .int(1), .vector([Float](repeating: 0, count: 24))]),
                    .insert("note", [.text("short"), .int(1), .vector([1, 0])]),
                    .insert("note", [.text("none"), .int(1), .null]),
                ]))
        return vectors
    }

    private func nearest(_ store: RelationalRecords, _ vector: [Float], _ filter: Filter) async throws -> Page {
        try await store.read(
            .query(Query("note", filter, order: .nearest("v", to: vector), limit: 10)), in: Self.partition)
    }

    /// The same file, searched with and without the extension, gives the same answers; a filter still gives ten.
    @Test func findsWhatThePlainFileFinds() async throws {
        let plain = try SQLiteRecords.open(SQLiteConfiguration(path: path))
        let vectors = try await fill(plain)
        let extended = try SQLiteRecords.open(
            try SQLiteConfiguration(url: "sqlite:\(path)?vector-extension=\(try TestServers.sqliteVec())"))
        try await extended.prepare([Self.note])
        #expect(extended.capabilities.hasNativeVectors && !plain.capabilities.hasNativeVectors)
        for query in vectors.prefix(10) {
            for filter in [Filter.all, .equal("group", .int(1))] {
                let found = try await nearest(extended, query, filter)
                let expected = try await nearest(plain, query, filter)
                #expect(found.records.count == 10)
                #expect(found.records.map { $0?.key } == expected.records.map { $0?.key })
                #expect(found.scores == expected.scores)
            }
        }
        await extended.close()
        await plain.close()
    }

    /// What the extension is for: another program asks the same file by SQL.
    @Test func anotherProgramSearchesTheFileBySQL() async throws {
        let store = try SQLiteRecords.open(
            SQLiteConfiguration(path: path, vectorExtension: try TestServers.sqliteVec()))
        let vectors = try await fill(store)
        await store.close()
        var handle: OpaquePointer?
        #expect(sqlite3_open(path, &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        sqlite3_enable_load_extension(handle, 1)
        #expect(sqlite3_load_extension(handle, try TestServers.sqliteVec(), nil, nil) == SQLITE_OK)
        let words = vectors[7].map { "\($0)" }.joined(separator: ",")
        let sql = """
            SELECT id FROM note WHERE length(v) = 96
            ORDER BY ifnull(vec_distance_cosine(v, vec_f32('[\(words)]')), 1) LIMIT 1
            """
        var statement: OpaquePointer?
        #expect(sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK)
        defer { sqlite3_finalize(statement) }
        #expect(sqlite3_step(statement) == SQLITE_ROW)
        #expect(sqlite3_column_text(statement, 0).map { String(cString: $0) } == "7")
    }

    @Test(arguments: ["/nowhere/vec0", "libsqlite3.so.0"]) func anotherLibraryIsRefused(_ library: String) throws {
        let error = #expect(throws: StoreError.self) {
            try SQLiteRecords.open(SQLiteConfiguration(path: path, vectorExtension: library))
        }
        #expect(error?.code == .unsupported && error?.message.contains("vector-extension") == true)
    }
}
