#if SQLite
    internal import CSQLite
    import Records
    import RelationalRecords

    /// A prepared statement of libsqlite3, and the row it stands on. Placeholders count from 1, columns from 0.
    final class SQLiteStatement: SQLRow {
        private let statement: OpaquePointer
        private let handle: OpaquePointer
        private let path: String
        /// What is bound, until something else is: copied once, instead of by the library into memory of each text.
        private var bound: UnsafeMutableRawPointer
        private var boundCount = 0, boundRoom = 512
        /// More room than this is not kept for the next time.
        private static let keptRoom = 64 << 10

        init(_ statement: OpaquePointer, _ handle: OpaquePointer, _ path: String) {
            self.statement = statement
            self.handle = handle
            self.path = path
            bound = .allocate(byteCount: boundRoom, alignment: 8)
        }

        /// Binds every placeholder. What was bound before is gone, so the statement must have been reset.
        func bind(_ arguments: [Value]) {
            reserve(arguments.reduce(0) { $0 + $1.boundBytes })
            for (place, argument) in arguments.enumerated() { bind(Int32(truncatingIfNeeded: place + 1), argument) }
        }

        private func bind(_ place: Int32, _ value: Value) {
            switch value {
            case .null, .next: sqlite3_bind_null(statement, place)
            case .bool(let bool): sqlite3_bind_int64(statement, place, bool ? 1 : 0)
            case .int(let number), .time(let number): sqlite3_bind_int64(statement, place, number)
            case .double(let number): sqlite3_bind_double(statement, place, number)
            case .text(let text), .json(let text): bind(place, text)
            case .tokens(let tokens): bind(place, tokens.joined(separator: " "))
            case .bytes(let bytes): bytes.withUnsafeBytes { bind(place, blob: $0) }
            case .vector(let vector):
                // Little-endian on every platform this builds for; a big-endian one would have to swap here.
                vector.withUnsafeBytes { bind(place, blob: $0) }
            }
        }

        private func bind(_ place: Int32, _ text: String) {
            var text = text
            text.withUTF8 { bytes in
                // An empty text has no address, and no address would bind null: a kept one serves.
                let kept = keep(UnsafeRawBufferPointer(bytes)).assumingMemoryBound(to: CChar.self)
                _ = sqlite3_bind_text(statement, place, kept, Int32(bytes.count), nil)
            }
        }

        private func bind(_ place: Int32, blob bytes: UnsafeRawBufferPointer) {
            if bytes.isEmpty {
                sqlite3_bind_zeroblob(statement, place, 0)
            } else {
                sqlite3_bind_blob(statement, place, keep(bytes), Int32(bytes.count), nil)
            }
        }

        /// Copies bytes to where they stay as long as they are bound; the room was reserved.
        private func keep(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer {
            precondition(boundCount + bytes.count <= boundRoom, "room was reserved for less than is bound")
            let kept = bound + boundCount
            if let start = bytes.baseAddress { kept.copyMemory(from: start, byteCount: bytes.count) }
            boundCount += bytes.count
            return kept
        }

        /// Makes room for the bytes of all arguments, with one to spare, so that an empty text has an address too.
        private func reserve(_ count: Int) {
            boundCount = 0
            if count < boundRoom, boundRoom <= Self.keptRoom { return }
            bound.deallocate()
            boundRoom = max(512, count + 1)
            bound = .allocate(byteCount: boundRoom, alignment: 8)
        }

        func step() throws(StoreError) -> Bool {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: return true
            case SQLITE_DONE: return false
            case let code: throw SQLiteErrors.error(code, path: path, handle: handle)
            }
        }

        func value(_ place: Int, _ kind: Field.Kind) -> Value {
            let column = Int32(truncatingIfNeeded: place)
            let type = sqlite3_column_type(statement, column)
            if type == SQLITE_NULL { return .null }
            switch kind {
            case .bool: return .bool(sqlite3_column_int64(statement, column) != 0)
            case .int: return .int(sqlite3_column_int64(statement, column))
            case .time: return .time(sqlite3_column_int64(statement, column))
            case .double: return .double(sqlite3_column_double(statement, column))
            case .text: return type == SQLITE_TEXT ? .text(text(column)) : .int(sqlite3_column_int64(statement, column))
            case .json: return .json(text(column))
            case .tokens: return .tokens(text(column).split(separator: " ").map(String.init))
            case .bytes:
                return .bytes(Array(blob(column)))
            case .vector:
                let bytes = blob(column)
                return .vector(
                    [Float](unsafeUninitializedCapacity: bytes.count / 4) { buffer, count in
                        UnsafeMutableRawBufferPointer(buffer).copyMemory(
                            from: UnsafeRawBufferPointer(rebasing: bytes.prefix(bytes.count / 4 * 4)))
                        count = bytes.count / 4
                    })
            }
        }

        private func text(_ column: Int32) -> String {
            guard let bytes = sqlite3_column_text(statement, column) else { return "" }
            let count = Int(sqlite3_column_bytes(statement, column))
            return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
        }

        private func blob(_ column: Int32) -> UnsafeRawBufferPointer {
            let bytes = sqlite3_column_blob(statement, column)
            return UnsafeRawBufferPointer(
                start: bytes, count: bytes == nil ? 0 : Int(sqlite3_column_bytes(statement, column)))
        }

        func integer(_ column: Int) -> Int64 { sqlite3_column_int64(statement, Int32(truncatingIfNeeded: column)) }

        func reset() {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }

        func finalize() { sqlite3_finalize(statement) }

        deinit { bound.deallocate() }
    }

    extension Value {
        /// The bytes that binding it copies.
        fileprivate var boundBytes: Int {
            switch self {
            case .null, .next, .bool, .int, .time, .double: 0
            case .text(let text), .json(let text): text.utf8.count
            case .tokens(let tokens): tokens.reduce(max(0, tokens.count - 1)) { $0 + $1.utf8.count }
            case .bytes(let bytes): bytes.count
            case .vector(let vector): vector.count * 4
            }
        }
    }
#endif
