#if MySQL
    internal import CMariaDB
    import Records
    import RelationalRecords

    /// Statements of the text protocol that travel together, and their results.
    struct MySQLExchange {
        let handle: MySQLHandle
        /// How long the wire may be silent.
        let seconds: Double?

        /// Sends statements that `;` separates, and reads a result each, up to the first that fails.
        /// - Parameters:
        ///   - definition: The text for messages, where it holds no values.
        ///   - result: Called with each result's place and how many rows it changed; 0 for rows.
        ///   - row: Called with each row and its result's place. What it throws is thrown after the rest was read.
        /// - Throws: ``StoreError`` with ``StoreError/index`` of the statement that failed.
        func perform(
            _ bytes: [UInt8], definition: String? = nil, result: (Int, Int) -> Void,
            row: (Int, any SQLRow) throws(StoreError) -> Void
        ) async throws(StoreError) {
            let query = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count)
            defer { query.deallocate() }
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(query).copyMemory(from: $0) }
            var code: Int32 = 0
            let raw = handle.raw
            await handle.drive(seconds: seconds) {
                mysql_real_query_start(&code, raw, query.baseAddress, UInt(query.count))
            } _: {
                mysql_real_query_cont(&code, raw, $0)
            }
            var failure: StoreError?
            var place = 0
            while code == 0 {
                if mysql_field_count(raw) == 0 {
                    result(place, Int(clamping: mysql_affected_rows(raw)))
                } else {
                    do throws(StoreError) {
                        try await readRows(place, isWanted: failure == nil, row)
                        result(place, 0)
                    } catch {
                        if handle.isBroken { throw error }
                        failure = failure ?? error
                    }
                }
                place += 1
                await handle.drive(seconds: seconds) {
                    mysql_next_result_start(&code, raw)
                } _: {
                    mysql_next_result_cont(&code, raw, $0)
                }
            }
            if code > 0 {
                var error = failure ?? handle.error(statement: definition)
                error.index = error.index ?? place
                throw error
            }
            if let failure { throw failure }
        }

        private func readRows(
            _ place: Int, isWanted: Bool, _ row: (Int, any SQLRow) throws(StoreError) -> Void
        ) async throws(StoreError) {
            guard let found = mysql_use_result(handle.raw) else { throw handle.error() }
            var failure: StoreError?
            while true {
                var values: MYSQL_ROW?
                await handle.drive(seconds: seconds) {
                    mysql_fetch_row_start(&values, found)
                } _: {
                    mysql_fetch_row_cont(&values, found, $0)
                }
                guard let values else { break }
                guard isWanted, failure == nil, let lengths = mysql_fetch_lengths(found) else { continue }
                do throws(StoreError) {
                    try row(place, MySQLTextRow(values: values, lengths: lengths))
                } catch {
                    failure = error
                }
            }
            if mysql_errno(handle.raw) != 0 {
                failure = handle.error()
                failure?.index = place
            }
            // Everything was read or the wire is gone: this does not wait.
            mysql_free_result(found)
            if let failure { throw failure }
        }
    }
#endif
