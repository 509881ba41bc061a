#if SQLite
    internal import CSQLite
    import Foundation
    import Records

    /// What libsqlite3 said, by its extended result code (https://www.sqlite.org/rescode.html).
    public struct SQLiteFailure: Error, Sendable, CustomStringConvertible {
        /// The extended result code.
        public var code: Int32
        /// The library's words for the code; never a statement's arguments.
        public var description: String { "SQLite \(code): \(String(cString: sqlite3_errstr(code)))" }
    }

    enum SQLiteErrors {
        static func error(_ code: Int32, path: String, handle: OpaquePointer? = nil) -> StoreError {
            let failure = SQLiteFailure(code: code)
            func make(_ storeCode: StoreError.Code, _ message: String) -> StoreError {
                StoreError(storeCode, message, underlying: failure)
            }
            switch code {
            case shim_constraint_unique, shim_constraint_primary_key:
                return make(.exists, "a unique key is taken")
            default: break
            }
            switch code & 0xff {
            case SQLITE_BUSY, SQLITE_LOCKED:
                return make(.unavailable, "\(path): another process holds the file longer than the busy timeout")
            case SQLITE_FULL: return make(.unavailable, "\(path): the disk is full; nothing was written")
            case SQLITE_READONLY: return make(.unavailable, "\(path): the file or its folder is read-only")
            case SQLITE_CANTOPEN:
                return make(.unavailable, "\(path): cannot be opened; is the folder there and writable?")
            case SQLITE_CORRUPT: return make(.corrupted, "\(path): the file is damaged")
            case SQLITE_NOTADB: return make(.corrupted, "\(path): not an SQLite file")
            case SQLITE_IOERR:
                return make(.outcomeUnknown, "\(path): the system failed to read or write; the outcome is unknown")
            case SQLITE_INTERRUPT: return make(.unavailable, "the statement was interrupted")
            case SQLITE_TOOBIG: return make(.invalid, "a value is larger than the engine allows")
            default:
                // The library's message may name tables and columns, never values.
                let words = handle.map { String(cString: sqlite3_errmsg($0)) } ?? failure.description
                return make(.unavailable, "\(path): \(words)")
            }
        }
    }

    /// Waiting for another process's lock, so that SQLITE_BUSY never surfaces.
    enum SQLiteBusy {
        /// Short waits first; SQLite's own handler would soon sleep 100 ms at a time.
        static func install(on handle: OpaquePointer, milliseconds: Int32) {
            let limit = UnsafeMutableRawPointer(bitPattern: Int(max(1, milliseconds)))
            sqlite3_busy_handler(handle, wait, limit)
        }

        /// Others' locks are an answer from now on.
        static func remove(from handle: OpaquePointer) { sqlite3_busy_handler(handle, nil, nil) }

        private static let wait: @convention(c) (UnsafeMutableRawPointer?, Int32) -> Int32 = { limit, attempt in
            // Waits of 0.1 to 2 ms, on average about 1 ms once the attempts are many.
            let microseconds = UInt32.random(in: 100...min(2_000, 200 + UInt32(attempt) * 100))
            guard Int(attempt) < Int(bitPattern: limit) else { return 0 }
            usleep(microseconds)
            return 1
        }
    }
#endif
