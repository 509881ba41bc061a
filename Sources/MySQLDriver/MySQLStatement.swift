#if MySQL
    internal import CMariaDB
    import Records
    import RelationalRecords

    /// A statement that is prepared on the server, with the memory of its arguments and columns.
    // Not Sendable: it belongs to its connection.
    final class MySQLStatement {
        let raw: UnsafeMutablePointer<MYSQL_STMT>
        private let handle: MySQLHandle
        private let parameterCount: Int
        private let parameters: UnsafeMutablePointer<MYSQL_BIND>
        /// Eight bytes an argument, for numbers.
        private let numbers: UnsafeMutablePointer<UInt64>
        private let lengths: UnsafeMutablePointer<UInt>
        private var bytes = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 8)
        private var capacity = 256
        private let row: MySQLBinaryRow?

        /// Whether it is a query.
        var hasRows: Bool { row != nil }

        /// Prepares a text.
        static func prepare(
            _ text: String, on handle: MySQLHandle, seconds: Double?
        ) async throws(StoreError) -> MySQLStatement {
            guard let raw = mysql_stmt_init(handle.raw) else { throw StoreError(.unavailable, "no memory") }
            let query = UnsafeMutableBufferPointer<CChar>.allocate(capacity: text.utf8.count)
            defer { query.deallocate() }
            for (place, byte) in text.utf8.enumerated() { query[place] = CChar(bitPattern: byte) }
            var failed: Int32 = 0
            await handle.drive(seconds: seconds) {
                mysql_stmt_prepare_start(&failed, raw, query.baseAddress, UInt(query.count))
            } _: {
                mysql_stmt_prepare_cont(&failed, raw, $0)
            }
            guard failed == 0 else {
                let error = handle.error(raw)
                await release(raw, on: handle)
                throw error
            }
            return MySQLStatement(raw, handle)
        }

        private init(_ raw: UnsafeMutablePointer<MYSQL_STMT>, _ handle: MySQLHandle) {
            self.raw = raw
            self.handle = handle
            parameterCount = Int(mysql_stmt_param_count(raw))
            let room = max(1, parameterCount)
            parameters = .allocate(capacity: room)
            parameters.initialize(repeating: MYSQL_BIND(), count: room)
            numbers = .allocate(capacity: room)
            numbers.initialize(repeating: 0, count: room)
            lengths = .allocate(capacity: room)
            lengths.initialize(repeating: 0, count: room)
            row = mysql_stmt_field_count(raw) > 0 ? MySQLBinaryRow(raw) : nil
        }

        /// Runs a statement without rows and answers how many rows it changed or found.
        func run(_ arguments: [Value], seconds: Double?) async throws(StoreError) -> Int {
            try await execute(arguments, seconds)
            if row != nil { await freeResult(seconds) }
            return Int(clamping: mysql_stmt_affected_rows(raw))
        }

        /// Runs a query; rows are read from the wire as they are asked for.
        func query(
            _ arguments: [Value], seconds: Double?, _ body: (any SQLRow) throws(StoreError) -> Void
        ) async throws(StoreError) {
            try await execute(arguments, seconds)
            guard let row else { return }
            guard row.bind() else { throw handle.error(raw) }
            while true {
                var code: Int32 = 0
                await handle.drive(seconds: seconds) {
                    mysql_stmt_fetch_start(&code, raw)
                } _: {
                    mysql_stmt_fetch_cont(&code, raw, $0)
                }
                // Columns of bytes are bound without room, so every row that has one counts as truncated.
                if code == 0 || code == MYSQL_DATA_TRUNCATED {
                    do throws(StoreError) {
                        try body(row)
                    } catch {
                        await freeResult(seconds)
                        throw error
                    }
                } else if code == MYSQL_NO_DATA {
                    return await freeResult(seconds)
                } else {
                    let error = handle.error(raw)
                    if !handle.isBroken { await freeResult(seconds) }
                    throw error
                }
            }
        }

        private func execute(_ arguments: [Value], _ seconds: Double?) async throws(StoreError) {
            try bind(arguments)
            var failed: Int32 = 0
            await handle.drive(seconds: seconds) {
                mysql_stmt_execute_start(&failed, raw)
            } _: {
                mysql_stmt_execute_cont(&failed, raw, $0)
            }
            guard failed == 0 else { throw handle.error(raw) }
        }

        /// Reads and drops the rest of a result.
        private func freeResult(_ seconds: Double?) async {
            var failed: my_bool = 0
            await handle.drive(seconds: seconds) {
                mysql_stmt_free_result_start(&failed, raw)
            } _: {
                mysql_stmt_free_result_cont(&failed, raw, $0)
            }
        }

        private func bind(_ arguments: [Value]) throws(StoreError) {
            guard arguments.count == parameterCount else {
                throw StoreError(.invalid, "a statement has \(parameterCount) placeholders, not \(arguments.count)")
            }
            guard parameterCount > 0 else { return }
            reserve(arguments)
            var used = 0
            func put(_ place: Int, _ source: some Collection<UInt8>, _ type: enum_field_types) {
                let start = bytes.advanced(by: used)
                let target = UnsafeMutableRawBufferPointer(start: start, count: capacity - used)
                target.copyBytes(from: source)
                used += source.count
                lengths[place] = UInt(source.count)
                parameters[place].buffer_type = type
                parameters[place].buffer = start
                parameters[place].buffer_length = UInt(source.count)
                parameters[place].length = lengths + place
            }
            func put(_ place: Int, _ bits: UInt64, _ type: enum_field_types) {
                numbers[place] = bits
                parameters[place].buffer_type = type
                parameters[place].buffer = UnsafeMutableRawPointer(numbers + place)
            }
            for (place, argument) in arguments.enumerated() {
                parameters[place] = MYSQL_BIND()
                switch argument {
                case .null: parameters[place].buffer_type = MYSQL_TYPE_NULL
                case .bool(let value): put(place, value ? 1 : 0, MYSQL_TYPE_LONGLONG)
                case .int(let number), .time(let number):
                    put(place, UInt64(bitPattern: number), MYSQL_TYPE_LONGLONG)
                case .double(let number): put(place, try MySQLValues.stored(number).bitPattern, MYSQL_TYPE_DOUBLE)
                // As bytes, so that every comparison is one of bytes, whatever the collations say.
                case .text(let text), .json(let text): put(place, text.utf8, MYSQL_TYPE_BLOB)
                case .bytes(let value): put(place, value, MYSQL_TYPE_BLOB)
                case .vector(let vector): put(place, MySQLValues.bytes(of: vector), MYSQL_TYPE_BLOB)
                case .tokens(let terms): put(place, TokenEncoding.encode(terms), MYSQL_TYPE_STRING)
                case .next: throw StoreError(.invalid, "a store-assigned number is no argument")
                }
            }
            guard mysql_stmt_bind_param(raw, parameters) == 0 else { throw handle.error(raw) }
        }

        /// Makes room for the arguments' bytes before any pointer into it is taken.
        private func reserve(_ arguments: [Value]) {
            let needed = MySQLText.size(of: arguments)
            guard needed > capacity else { return }
            bytes.deallocate()
            capacity = needed
            bytes = .allocate(byteCount: needed, alignment: 8)
        }

        /// Gives the preparation back to the server.
        func close() async {
            await Self.release(raw, on: handle)
            deallocate()
        }

        /// Forgets the preparation after its handle was closed.
        func forget() {
            mysql_stmt_close(raw)
            deallocate()
        }

        private static func release(_ raw: UnsafeMutablePointer<MYSQL_STMT>, on handle: MySQLHandle) async {
            var failed: my_bool = 0
            // Not the plain call: it would make the socket a blocking one.
            await handle.drive(seconds: 10) {
                mysql_stmt_close_start(&failed, raw)
            } _: {
                mysql_stmt_close_cont(&failed, raw, $0)
            }
        }

        private func deallocate() {
            parameters.deallocate()
            numbers.deallocate()
            lengths.deallocate()
            bytes.deallocate()
            row?.deallocate()
        }
    }
#endif
