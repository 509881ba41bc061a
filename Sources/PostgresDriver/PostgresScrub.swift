#if PostgreSQL
    import Dispatch
    import Records
    import RelationalRecords

    extension PostgresConnection {
        func scrub(prefix: String, seconds: Double) async throws(StoreError) -> [String] {
            let deadline = DispatchTime.now() + seconds
            var tables: [String] = []
            let list = SQLCall(
                """
                SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind = 'r' AND n.nspname = ? AND pg_catalog.starts_with(c.relname::text, ?)
                ORDER BY 1
                """, [.text(schema), .text(prefix)])
            try await query([list]) { (_, row) in
                if case .text(let name) = row.value(0, .text(maximumBytes: .max)) { tables.append(name) }
            }
            var remaining = [
                "write-ahead log and its archive", "standbys and backups", "storage blocks of the old files",
            ]
            // The other half of the time is for the tables.
            if try await !waitForOlderTransactions(until: DispatchTime.now() + seconds / 2) {
                remaining.append("rows that transactions at work may still read")
            }
            var unfinished = 0
            for table in tables {
                let left = Double(deadline.uptimeNanoseconds) - Double(DispatchTime.now().uptimeNanoseconds)
                // Rewriting needs the table for itself; whoever uses it longer than we may wait wins.
                guard left > 0, await rewrite(table, seconds: left / 1e9) else {
                    unfinished += 1
                    continue
                }
            }
            if unfinished > 0 { remaining.append("\(unfinished) of \(tables.count) tables (no time, lock or right)") }
            // Old pages leave the shared buffers for good; needs a right that many users lack, and changes little.
            _ = try? await execute(["CHECKPOINT"])
            return remaining
        }

        /// Waits until nobody is left who may still read what was deleted before now, since a rewrite keeps such rows.
        /// Whether that was reached.
        private func waitForOlderTransactions(until deadline: DispatchTime) async throws(StoreError) -> Bool {
            var now: Int64 = 0
            try await query([SQLCall("SELECT pg_catalog.txid_current()", [])]) { (_, row) in now = row.integer(0) }
            // A replica that reports what it reads, and a replication slot, hold rows of every database.
            let older = SQLCall(
                """
                SELECT (SELECT count(*) FROM pg_catalog.pg_stat_activity a
                        WHERE (a.datname = pg_catalog.current_database() OR a.datname IS NULL)
                            AND a.pid <> pg_catalog.pg_backend_pid()
                            AND greatest(pg_catalog.age(a.backend_xmin), pg_catalog.age(a.backend_xid)) > n.age)
                    + (SELECT count(*) FROM pg_catalog.pg_replication_slots s WHERE pg_catalog.age(s.xmin) > n.age)
                    + (SELECT count(*) FROM pg_catalog.pg_prepared_xacts p
                        WHERE p.database = pg_catalog.current_database() AND pg_catalog.age(p.transaction) > n.age)
                FROM (SELECT pg_catalog.age((?::bigint & 4294967295)::text::xid) AS age) n
                """, [.int(now)])
            while true {
                var count: Int64 = 0
                try await query([older]) { (_, row) in count = row.integer(0) }
                if count == 0 { return true }
                guard DispatchTime.now() < deadline, (try? await Task.sleep(for: .milliseconds(20))) != nil else {
                    return false
                }
            }
        }

        private func rewrite(_ table: String, seconds: Double) async -> Bool {
            let milliseconds = max(1, Int(seconds * 1_000))
            var isDone = false
            do throws(StoreError) {
                try await execute([
                    "SET statement_timeout = \(milliseconds)", "SET lock_timeout = \(milliseconds)",
                    "VACUUM (FULL) \(table)",
                ])
                isDone = true
            } catch {
                // Another's lock, the time or a missing right: the table is reported as unfinished.
            }
            do throws(StoreError) {
                try await execute(["RESET lock_timeout"])
                try await restoreTimeout()
            } catch {
                // The connection keeps limits that are not its own.
                spoil()
            }
            return isDone
        }
    }
#endif
