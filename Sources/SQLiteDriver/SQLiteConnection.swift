#if SQLite
    internal import CSQLite
    import Foundation
    import Records
    import RelationalRecords

    /// One handle of libsqlite3, used by one thread at a time.
    // Unchecked: the relational store hands it from thread to thread, one at a time.
    final class SQLiteConnection: SQLConnection, @unchecked Sendable {
        let handle: OpaquePointer
        private let path: String
        private let ownsHandle: Bool
        private var fixed: [SQLiteStatement?] = []
        private var dynamic: [String: SQLiteStatement] = [:]
        private let busyMilliseconds: Int32
        private var isClosed = false
        /// Between the beginning of a transaction and its end.
        private var isWriting = false
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
            self.busyMilliseconds = busyMilliseconds
            SQLiteBusy.install(on: handle, milliseconds: busyMilliseconds)
        }

        /// Uses a handle of the caller's, which stays open.
        init(handle: OpaquePointer, busyMilliseconds: Int32) {
            self.handle = handle
            path = "handle"
            ownsHandle = false
            self.busyMilliseconds = busyMilliseconds
            sqlite3_extended_result_codes(handle, 1)
            SQLiteBusy.install(on: handle, milliseconds: busyMilliseconds)
        }

        var isBroken: Bool { false }

        var hasLostTransaction: Bool { isWriting && sqlite3_get_autocommit(handle) != 0 }

        func begin(_ words: String) throws(StoreError) {
            try prepare(SQLText(dynamic: words)).run()
            isWriting = true
        }

        func beginIfFree(_ words: String) throws(StoreError) -> Bool {
            SQLiteBusy.remove(from: handle)
            defer { SQLiteBusy.install(on: handle, milliseconds: busyMilliseconds) }
            do throws(StoreError) {
                try begin(words)
                return true
            } catch {
                guard error.isBusy else { throw error }
                return false
            }
        }

        func run(_ calls: [SQLCall]) throws(StoreError) -> [Int] {
            var changed: [Int] = []
            changed.reserveCapacity(calls.count)
            for (index, call) in calls.enumerated() {
                do throws(StoreError) {
                    let statement = try prepare(call.text)
                    statement.bind(call.arguments)
                    try statement.run()
                    changed.append(Int(sqlite3_changes(handle)))
                } catch {
                    var error = error
                    error.index = index
                    throw error
                }
            }
            return changed
        }

        func query(
            _ calls: [SQLCall], _ row: (Int, any SQLRow) throws(StoreError) -> Void
        ) throws(StoreError) {
            for (place, call) in calls.enumerated() {
                let statement = try prepare(call.text)
                defer { statement.reset() }
                statement.bind(call.arguments)
                while try statement.step() { try row(place, statement) }
            }
        }

        func execute(_ statements: [String]) throws(StoreError) {
            for sql in statements {
                let code = sqlite3_exec(handle, sql, nil, nil, nil)
                guard code == SQLITE_OK else { throw SQLiteErrors.error(code, path: path, handle: handle) }
            }
        }

        func commit() throws(StoreError) {
            try prepare(Self.commitWords).run()
            isWriting = false
        }

        func endReading() throws(StoreError) { try commit() }

        func isAlive() -> Bool { !isClosed }

        private static let commitWords = SQLText(fixed: "COMMIT")

        func prepare(_ sql: SQLText) throws(StoreError) -> SQLiteStatement {
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
            isWriting = false
            if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
        }

        func dataVersion() throws(StoreError) -> Int64? {
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

        func scrub(prefix: String, seconds: Double) throws(StoreError) -> [String] {
            let deadline = Date(timeIntervalSinceNow: seconds)
            var remaining = ["storage blocks and file-system journal", "backups and copies of the file"]
            let indexes = try compile(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5(%'")
            var names: [String] = []
            while try indexes.step() {
                // Others may keep tables of theirs in the same file.
                if case .text(let name) = indexes.value(0, .text(maximumBytes: .max)), name.hasPrefix(prefix) {
                    names.append(name)
                }
            }
            indexes.finalize()
            // A term that was deleted stays in old segments until they are merged.
            for name in names {
                guard Date() < deadline else {
                    remaining.append("terms in old segments of \(name) (no time)")
                    continue
                }
                try execute([
                    "INSERT INTO \(SQLDialect.sqliteQuote(name)) (\(SQLDialect.sqliteQuote(name))) VALUES ('rebuild')"
                ])
            }
            try execute(["PRAGMA secure_delete = ON"])
            // VACUUM copies the whole file: into a file beside it, not into memory.
            try execute(["PRAGMA temp_store = FILE"])
            if Date() < deadline {
                let wasInterrupted = try vacuum(until: deadline)
                if wasInterrupted { remaining.append("free pages (no time for VACUUM)") }
            } else {
                remaining.append("free pages (no time for VACUUM)")
            }
            try execute(["PRAGMA temp_store = MEMORY"])
            if try pragma("wal_checkpoint(TRUNCATE)") != "0" {
                remaining.append("write-ahead log (in use by a reader)")
            }
            return remaining
        }

        /// Rewrites the file; true when the time was over first. An interrupted VACUUM leaves the file as it was.
        private func vacuum(until deadline: Date) throws(StoreError) -> Bool {
            let limit = UnsafeMutablePointer<Double>.allocate(capacity: 1)
            limit.initialize(to: deadline.timeIntervalSince1970)
            defer { limit.deallocate() }
            sqlite3_progress_handler(
                handle, 100_000,
                { limit in
                    guard let limit else { return 0 }
                    return Date().timeIntervalSince1970 > limit.assumingMemoryBound(to: Double.self).pointee ? 1 : 0
                }, limit)
            defer { sqlite3_progress_handler(handle, 0, nil, nil) }
            let code = sqlite3_exec(handle, "VACUUM", nil, nil, nil)
            if code & 0xff == SQLITE_INTERRUPT { return true }
            guard code == SQLITE_OK else { throw SQLiteErrors.error(code, path: path, handle: handle) }
            return false
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

    extension SQLiteStatement {
        /// Runs to the end, without results.
        func run() throws(StoreError) {
            defer { reset() }
            while try step() {}
        }
    }
#endif
