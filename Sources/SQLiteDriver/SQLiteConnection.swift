#if SQLite
    internal import CSQLite
    import Foundation
    import Records
    import RelationalRecords

    /// One handle of libsqlite3, used by one thread at a time.
    // Unchecked: the relational store hands it from thread to thread, one at a time.
    final class SQLiteConnection: SQLConnection, @unchecked Sendable {
        private let handle: OpaquePointer
        private let path: String
        private let ownsHandle: Bool
        private var fixed: [SQLiteStatement?] = []
        private var dynamic: [String: SQLiteStatement] = [:]
        private var isClosed = false
        /// The most prepared statements of texts that are made for one call.
        private static let dynamicLimit = 256

        /// Opens a file, creating it where allowed.
        init(path: String, isReadOnly: Bool, busyMilliseconds: Int32) throws(StoreError) {
            var handle: OpaquePointer?
            let mode = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            let code = sqlite3_open_v2(path, &handle, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
            guard code == SQLITE_OK, let handle else {
                let error = SQLiteErrors.error(code, path: path)
                sqlite3_close_v2(handle)
                throw error
            }
            self.handle = handle
            self.path = path
            ownsHandle = true
            SQLiteBusy.install(on: handle, milliseconds: busyMilliseconds)
        }

        /// Uses a handle of the caller's, which stays open.
        init(handle: OpaquePointer, busyMilliseconds: Int32) {
            self.handle = handle
            path = "handle"
            ownsHandle = false
            sqlite3_extended_result_codes(handle, 1)
            SQLiteBusy.install(on: handle, milliseconds: busyMilliseconds)
        }

        func execute(_ sql: String) throws(StoreError) {
            // Transaction words come again and again: prepare them like everything else.
            if sql.utf8.count <= 16 { return try prepare(SQLText(dynamic: sql)).runOnce() }
            let code = sqlite3_exec(handle, sql, nil, nil, nil)
            guard code == SQLITE_OK else { throw SQLiteErrors.error(code, path: path, handle: handle) }
        }

        func prepare(_ sql: SQLText) throws(StoreError) -> any SQLStatement {
            if let number = sql.number {
                if number < fixed.count, let statement = fixed[number] { return statement }
                let statement = try compile(sql.text)
                if number >= fixed.count {
                    fixed.append(contentsOf: repeatElement(nil, count: number + 1 - fixed.count))
                }
                fixed[number] = statement
                return statement
            }
            if let statement = dynamic[sql.text] { return statement }
            let statement = try compile(sql.text)
            if dynamic.count >= Self.dynamicLimit {
                for old in dynamic.values { old.finalize() }
                dynamic = [:]
            }
            dynamic[sql.text] = statement
            return statement
        }

        private func compile(_ sql: String) throws(StoreError) -> SQLiteStatement {
            var statement: OpaquePointer?
            let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
            guard code == SQLITE_OK, let statement else { throw SQLiteErrors.error(code, path: path, handle: handle) }
            return SQLiteStatement(statement, handle, path)
        }

        func rollBack() {
            if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
        }

        func dataVersion() throws(StoreError) -> Int64 {
            let statement = try prepare(SQLText(dynamic: "PRAGMA data_version"))
            defer { statement.reset() }
            return try statement.step() ? statement.integer(0) : 0
        }

        /// One integer or text that a pragma answers.
        func pragma(_ name: String) throws(StoreError) -> String {
            let statement = try compile("PRAGMA \(name)")
            defer { statement.finalize() }
            guard try statement.step() else { return "" }
            if case .text(let text) = statement.value(0, .text(maximumBytes: .max)) { return text }
            return String(statement.integer(0))
        }

        func scrub(seconds: Double) throws(StoreError) -> [String] {
            let deadline = Date(timeIntervalSinceNow: seconds)
            var remaining = ["storage blocks and file-system journal", "backups and copies of the file"]
            let indexes = try compile(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5(%'")
            var names: [String] = []
            while try indexes.step() {
                if case .text(let name) = indexes.value(0, .text(maximumBytes: .max)) { names.append(name) }
            }
            indexes.finalize()
            // A term that was deleted stays in old segments until they are merged.
            for name in names { try execute("INSERT INTO \"\(name)\" (\"\(name)\") VALUES ('rebuild')") }
            try execute("PRAGMA secure_delete = ON")
            if Date() < deadline { try execute("VACUUM") } else { remaining.append("free pages (no time for VACUUM)") }
            if try pragma("wal_checkpoint(TRUNCATE)") != "0" {
                remaining.append("write-ahead log (in use by a reader)")
            }
            return remaining
        }

        func close() {
            guard !isClosed else { return }
            isClosed = true
            for statement in fixed { statement?.finalize() }
            for statement in dynamic.values { statement.finalize() }
            fixed = []
            dynamic = [:]
            if ownsHandle { sqlite3_close_v2(handle) }
        }

        deinit { close() }
    }

    extension SQLStatement {
        fileprivate func runOnce() throws(StoreError) {
            defer { reset() }
            while try step() {}
        }
    }
#endif
