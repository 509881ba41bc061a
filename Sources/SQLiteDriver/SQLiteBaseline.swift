#if SQLite
    package import Records
    import RelationalRecords

    /// What the engine itself costs: the yardstick beside which the store is measured.
    package enum SQLiteBaseline {
        /// Seconds of each of `count` durable one-row inserts (WAL, synchronous=FULL, one prepared statement, one
        /// transaction each) into a fresh file.
        package static func insertTimes(path: String, count: Int) throws(StoreError) -> [Double] {
            let connection = try SQLiteConnection(path: path, isReadOnly: false, busyMilliseconds: 1_000)
            defer { connection.close() }
            _ = try connection.pragma("journal_mode = WAL")
            _ = try connection.pragma("synchronous = FULL")
            try connection.execute(["CREATE TABLE row (id TEXT PRIMARY KEY, content TEXT NOT NULL)"])
            let insert = try connection.prepare(.init(dynamic: "INSERT INTO row (id, content) VALUES (?, ?)"))
            let clock = ContinuousClock()
            var times: [Double] = []
            for number in 0..<count {
                insert.bind([
                    .text("row \(number)"), .text("The user prefers concise answers and works in Berlin \(number)"),
                ])
                let elapsed = try measure(clock) { () throws(StoreError) in
                    _ = try insert.step()
                    insert.reset()
                }
                times.append(elapsed)
            }
            return times
        }

        private static func measure(
            _ clock: ContinuousClock, _ body: () throws(StoreError) -> Void
        ) throws(StoreError) -> Double {
            let start = clock.now
            try body()
            return Double((clock.now - start).components.attoseconds) / 1e18
        }
    }
#endif
