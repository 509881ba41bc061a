#if MySQL
    import Dispatch
    import Records
    import RelationalRecords

    extension MySQLConnection {
        /// Rebuilds the tables, and with them their FULLTEXT indexes, which keep deleted words until then.
        func scrub(prefix: String, seconds: Double) async throws(StoreError) -> [String] {
            let end = DispatchTime.now().uptimeNanoseconds + UInt64(max(0, min(seconds, 1e6)) * 1e9)
            var tables: [String] = []
            let list = SQLCall(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() "
                    + "AND engine = 'InnoDB' AND LEFT(table_name, ?) = ? ORDER BY table_name",
                [.int(Int64(prefix.utf8.count)), .text(prefix)])
            try await query([list]) { (_, row) throws(StoreError) in
                if case .text(let name) = row.value(0, .text(maximumBytes: .max)) { tables.append(name) }
            }
            var left: [String] = []
            for table in tables {
                guard DispatchTime.now().uptimeNanoseconds < end else {
                    left.append("free pages of table \(table) (no time to rebuild it)")
                    continue
                }
                do throws(StoreError) {
                    try await execute(["OPTIMIZE TABLE \(SQLDialect.mysqlQuote(table))"])
                } catch {
                    guard error.code == .unsupported else { throw error }
                    left.append("free pages of table \(table) (no right to rebuild it)")
                }
            }
            return left + [
                "undo and redo logs until they are written over", "binary logs until they are purged", "replicas",
                "backups and storage blocks",
            ]
        }
    }
#endif
