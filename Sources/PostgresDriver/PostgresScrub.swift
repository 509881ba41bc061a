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
