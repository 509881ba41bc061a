import Foundation
import Memories
import Records
import RelationalRecords
import SQLiteDriver
import Testing

/// Stores that earlier versions wrote. A released schema is never changed here, only added.
@Suite("Stores of earlier versions")
struct SchemaFixtureTests {
    @Test func theFirstSchemaIsReadAndWritten() async throws {
        let fixture = try #require(Bundle.module.path(forResource: "schema-1", ofType: "db", inDirectory: "Fixtures"))
        let path = NSTemporaryDirectory() + "agent-memory-fixture-\(UUID().uuidString).db"
        try FileManager.default.copyItem(atPath: fixture, toPath: path)
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        let scope = Scope(app: "fixture", user: "ada")
        for round in 1...2 {
            let records = try SQLiteRecords.open(SQLiteConfiguration(path: path))
            let store = try await MemoryStore(
                records, configuration: MemoryStoreConfiguration(isLexicalByChoice: true))
            let memories = try await store.list(in: scope, limit: 10).memories
            #expect(memories.count == 2 + round)
            let milan = try #require(memories.first { $0.content == "Ada lives in Milan since 2024" })
            #expect(try await store.history(milan.id, in: scope).count == 2)
            #expect(try await store.search(MemorySearch("harbour"), in: scope).hits.count == 1)
            #expect(try await store.search(MemorySearch("deleted"), in: scope).hits.isEmpty)
            _ = try await store.add(NewMemory("Round \(round) was written by this version"), in: scope)
            await store.close()
            let log = try await SQLiteRecords.open(SQLiteConfiguration(path: path)).migrations(for: [])
            #expect(log.allSatisfy { $0.state == .applied } && log.count >= 2)
        }
    }
}
