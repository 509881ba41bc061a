import Foundation
import InMemoryRecords
import Records
import RelationalRecords

#if SQLite
    import SQLiteDriver
#endif

extension TestBackend {
    static let inMemory = TestBackend("memory") { Made(InMemoryRecords()) }

    #if SQLite
        static let sqliteInMemory = TestBackend("sqlite-memory") {
            Made(try SQLiteRecords.open(SQLiteConfiguration(path: ":memory:")))
        }

        /// SQLite with the extension that searches vectors.
        static let sqliteVec = TestBackend("sqlite-vec") {
            let folder = try TemporaryFolder()
            let configuration = SQLiteConfiguration(
                path: folder.path + "/store.db", readers: 2, synchronous: .normal,
                vectorExtension: try TestServers.sqliteVec())
            let store = try SQLiteRecords.open(configuration)
            return Made(store) {
                // The folder lives as long as this closure.
                _ = folder
                await store.close()
                return try SQLiteRecords.open(configuration)
            }
        }

        static let sqlite = TestBackend("sqlite") {
            let folder = try TemporaryFolder()
            let configuration = SQLiteConfiguration(path: folder.path + "/store.db", readers: 2, synchronous: .normal)
            let store = try SQLiteRecords.open(configuration)
            return Made(store) {
                // The folder lives as long as this closure.
                _ = folder
                await store.close()
                return try SQLiteRecords.open(configuration)
            }
        }
    #endif
}

extension TestServers {
    /// The library of sqlite-vec.
    package static func sqliteVec() throws -> String { try folder(of: "sqlite-vec") + "/sqlite_vec/vec0" }
}
