#if MySQL
    internal import CMariaDB
    import Records
    import RelationalRecords

    /// The row at hand of a prepared statement. Numbers are bound; bytes are fetched when they are asked for, so that each
    /// is copied once and at its own length.
    final class MySQLBinaryRow: SQLRow {
        private enum Form {
            case integer, double, bytes
        }

        private let raw: UnsafeMutablePointer<MYSQL_STMT>
        private let count: Int
        private let columns: UnsafeMutablePointer<MYSQL_BIND>
        private let numbers: UnsafeMutablePointer<UInt64>
        private let lengths: UnsafeMutablePointer<UInt>
        private let nulls: UnsafeMutablePointer<my_bool>
        private var forms: [Form] = []

        init?(_ raw: UnsafeMutablePointer<MYSQL_STMT>) {
            guard let metadata = mysql_stmt_result_metadata(raw) else { return nil }
            defer { mysql_free_result(metadata) }
            self.raw = raw
            count = Int(mysql_stmt_field_count(raw))
            columns = .allocate(capacity: count)
            columns.initialize(repeating: MYSQL_BIND(), count: count)
            numbers = .allocate(capacity: count)
            numbers.initialize(repeating: 0, count: count)
            lengths = .allocate(capacity: count)
            lengths.initialize(repeating: 0, count: count)
            nulls = .allocate(capacity: count)
            nulls.initialize(repeating: 0, count: count)
            for place in 0..<count {
                let form = Self.form(mysql_fetch_field_direct(metadata, UInt32(place)).pointee.type)
                forms.append(form)
                columns[place].is_null = nulls + place
                columns[place].length = lengths + place
                switch form {
                case .integer: columns[place].buffer_type = MYSQL_TYPE_LONGLONG
                case .double: columns[place].buffer_type = MYSQL_TYPE_DOUBLE
                case .bytes: columns[place].buffer_type = MYSQL_TYPE_BLOB
                }
                guard form != .bytes else { continue }
                columns[place].buffer = UnsafeMutableRawPointer(numbers + place)
                columns[place].buffer_length = 8
            }
        }

        private static func form(_ type: enum_field_types) -> Form {
            switch type {
            case MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_INT24, MYSQL_TYPE_LONG, MYSQL_TYPE_LONGLONG,
                MYSQL_TYPE_YEAR, MYSQL_TYPE_DECIMAL, MYSQL_TYPE_NEWDECIMAL:
                .integer
            case MYSQL_TYPE_FLOAT, MYSQL_TYPE_DOUBLE: .double
            default: .bytes
            }
        }

        /// Tells the library where the numbers go; needed after each execution.
        func bind() -> Bool { mysql_stmt_bind_result(raw, columns) == 0 }

        func value(_ column: Int, _ kind: Field.Kind) -> Value {
            guard nulls[column] == 0 else { return .null }
            switch forms[column] {
            case .integer: return MySQLValues.value(Int64(bitPattern: numbers[column]), kind)
            case .double: return .double(MySQLValues.double(Double(bitPattern: numbers[column])))
            case .bytes: return bytes(column, kind)
            }
        }

        func integer(_ column: Int) -> Int64 {
            guard nulls[column] == 0 else { return 0 }
            switch forms[column] {
            case .integer: return Int64(bitPattern: numbers[column])
            case .double: return Int64(exactly: Double(bitPattern: numbers[column])) ?? 0
            case .bytes:
                if case .int(let number) = bytes(column, .int) { return number }
                return 0
            }
        }

        private func bytes(_ column: Int, _ kind: Field.Kind) -> Value {
            let count = Int(lengths[column])
            switch kind {
            case .text: return .text(text(column, count))
            case .json: return .json(text(column, count))
            case .bytes:
                return .bytes(
                    [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
                        fetch(column, UnsafeMutableRawBufferPointer(buffer))
                        used = count
                    })
            case .tokens, .vector, .bool, .int, .time, .double:
                return withUnsafeTemporaryAllocation(byteCount: max(1, count), alignment: 8) { buffer in
                    fetch(column, UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
                    return MySQLValues.value(UnsafeRawBufferPointer(rebasing: buffer[..<count]), kind)
                }
            }
        }

        private func text(_ column: Int, _ count: Int) -> String {
            String(unsafeUninitializedCapacity: count) { buffer in
                fetch(column, UnsafeMutableRawBufferPointer(buffer))
                return count
            }
        }

        private func fetch(_ column: Int, _ buffer: UnsafeMutableRawBufferPointer) {
            guard !buffer.isEmpty else { return }
            // The library keeps pointers into the description for the call only.
            var length: UInt = 0
            var isNull: my_bool = 0
            var description = MYSQL_BIND()
            description.buffer_type = MYSQL_TYPE_BLOB
            description.buffer = buffer.baseAddress
            description.buffer_length = UInt(buffer.count)
            withUnsafeMutablePointer(to: &length) { length in
                withUnsafeMutablePointer(to: &isNull) { isNull in
                    description.length = length
                    description.is_null = isNull
                    mysql_stmt_fetch_column(raw, &description, UInt32(column), 0)
                }
            }
        }

        func deallocate() {
            columns.deallocate()
            numbers.deallocate()
            lengths.deallocate()
            nulls.deallocate()
        }
    }

    /// The row at hand of the text protocol.
    struct MySQLTextRow: SQLRow {
        let values: MYSQL_ROW
        let lengths: UnsafeMutablePointer<UInt>

        func value(_ column: Int, _ kind: Field.Kind) -> Value {
            guard let bytes = values[column] else { return .null }
            return MySQLValues.value(UnsafeRawBufferPointer(start: bytes, count: Int(lengths[column])), kind)
        }

        func integer(_ column: Int) -> Int64 {
            guard case .int(let number) = value(column, .int) else { return 0 }
            return number
        }
    }
#endif
