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
