#if MySQL
    import Records

    /// What a server is, by the version that it tells when somebody connects.
    struct MySQLServer: Sendable, Equatable {
        /// Whether it is MariaDB; MySQL and what imitates it otherwise.
        var isMariaDB: Bool
        /// The version's first three numbers.
        var version: [Int]

        /// Reads a version such as `10.11.6-MariaDB-log` or `8.0.36`; nil when it has no number.
        init?(_ text: String) {
            isMariaDB = text.contains("MariaDB")
            var rest = text[...]
            // What MariaDB says first to clients that would not believe a 10.
            if isMariaDB, rest.hasPrefix("5.5.5-") { rest = rest.dropFirst(6) }
            let numbers = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }.split(separator: ".").prefix(3)
                .compactMap { Int($0) }
            guard !numbers.isEmpty else { return nil }
            version = numbers + Array(repeating: 0, count: 3 - numbers.count)
        }

        /// Whether it is at least this version.
        func isAtLeast(_ wanted: Int...) -> Bool { !version.lexicographicallyPrecedes(wanted) }

        /// Refuses servers that lack what the store needs.
        /// - Throws: ``StoreError`` `unsupported`, naming the version and the least one.
        func check() throws(StoreError) {
            let name = version.map(String.init).joined(separator: ".")
            if isMariaDB, !isAtLeast(10, 2) {
                throw StoreError(.unsupported, "MariaDB \(name) is too old; 10.2 or later is needed")
            }
            if !isMariaDB, !isAtLeast(5, 7, 8) {
                throw StoreError(.unsupported, "MySQL \(name) is too old; 5.7.8 or later is needed")
            }
        }

        /// The statement that makes a new connection's session what the store expects. Nothing else is ever set.
        /// - Parameters:
        ///   - seconds: How long a statement may take; 0 for no limit.
        ///   - searchWidth: Candidates of a search in a vector index; nil leaves it to the server.
        func sessionSettings(statementTimeout seconds: Double, searchWidth: Int? = nil) -> String {
            let lockSeconds = seconds == 0 ? 50 : max(1, min(50, Int(seconds)))
            var settings = [
                "autocommit = 1", "sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
                "innodb_lock_wait_timeout = \(lockSeconds)",
            ]
            settings.append(Self.limit(seconds, isMariaDB))
            if let searchWidth, isMariaDB, isAtLeast(11, 7) { settings.append("mhnsw_ef_search = \(searchWidth)") }
            return "SET SESSION " + settings.joined(separator: ", ")
        }

        /// The statement that changes how long a statement may take; 0 for no limit.
        func statementLimit(_ seconds: Double) -> String { "SET SESSION " + Self.limit(seconds, isMariaDB) }

        private static func limit(_ seconds: Double, _ isMariaDB: Bool) -> String {
            // MySQL's limit holds for queries only, in milliseconds; MariaDB's for everything, in seconds.
            isMariaDB
                ? "max_statement_time = \(seconds)"
                : "max_execution_time = \(seconds == 0 ? 0 : max(1, Int(seconds * 1_000)))"
        }
    }

    /// The server's settings that matter here, by name, as `SHOW GLOBAL VARIABLES` spells them.
    struct MySQLSettings: Sendable {
        static let names = [
            "binlog_format", "innodb_doublewrite", "innodb_flush_log_at_trx_commit", "innodb_ft_max_token_size",
            "innodb_ft_min_token_size", "innodb_page_size", "log_bin", "max_allowed_packet",
            "rpl_semi_sync_master_enabled", "rpl_semi_sync_source_enabled", "sync_binlog", "wsrep_on",
        ]
        static let query =
            "SHOW GLOBAL VARIABLES WHERE Variable_name IN (\(names.map { "'\($0)'" }.joined(separator: ", ")))"

        /// What the server answered; a name that it does not know is absent.
        var values: [String: String]

        private func isOn(_ name: String) -> Bool { ["ON", "1"].contains(values[name]?.uppercased()) }

        /// What commits survive, and the settings behind it.
        func durability() -> (survives: Capabilities.Survival, words: String, failoverMayForget: Bool) {
            let flush = values["innodb_flush_log_at_trx_commit"] ?? "unknown"
            let hasLog = isOn("log_bin")
            let sync = values["sync_binlog"] ?? "unknown"
            let doublewrite = values["innodb_doublewrite"] ?? "unknown"
            var words = "innodb_flush_log_at_trx_commit=\(flush), innodb_doublewrite=\(doublewrite)"
            words += hasLog ? ", log_bin=ON, sync_binlog=\(sync)" : ", log_bin=OFF"
            var survives = Capabilities.Survival.nothing
            if flush == "1" || flush == "3" {
                // After a crash, a transaction that is not in the binary log is rolled back.
                let isLogged = !hasLog || sync == "1"
                survives = isLogged && !["OFF", "0"].contains(doublewrite.uppercased()) ? .powerLoss : .processCrash
            } else if flush == "2" {
                survives = .processCrash
            }
            let isSynchronous =
                isOn("wsrep_on") || isOn("rpl_semi_sync_master_enabled") || isOn("rpl_semi_sync_source_enabled")
            return (survives, words, hasLog && !isSynchronous)
        }

        /// Refuses settings with which the store cannot work.
        /// - Throws: ``StoreError`` `unsupported`, naming the setting.
        func check() throws(StoreError) {
            if isOn("log_bin"), values["binlog_format"]?.uppercased() == "STATEMENT" {
                throw StoreError(
                    .unsupported, "binlog_format=STATEMENT cannot log READ COMMITTED transactions; set ROW or MIXED")
            }
            if let size = values["innodb_page_size"].flatMap({ Int($0) }), size < 16_384 {
                throw StoreError(
                    .unsupported, "innodb_page_size=\(size) leaves too little room for keys; 16384 is needed")
            }
        }

        /// The most characters of a word that FULLTEXT keeps; nil when words of four characters are dropped.
        var longestWord: Int? {
            guard let least = values["innodb_ft_min_token_size"].flatMap({ Int($0) }),
                let most = values["innodb_ft_max_token_size"].flatMap({ Int($0) }),
                least <= TokenEncoding.minimumLength, most >= TokenEncoding.minimumLength
            else { return nil }
            return most
        }

        /// The most bytes of a statement.
        var largestPacket: Int { values["max_allowed_packet"].flatMap { Int($0) } ?? 4 << 20 }
    }
#endif
