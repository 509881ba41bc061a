#if MySQL
    import RelationalRecords

    /// What makes MariaDB undo changes of FULLTEXT columns when it goes back to a savepoint.
    ///
    /// MariaDB (10.11.19, and others that have the change of MDEV-24035) forgets them when the transaction's first change
    /// of any FULLTEXT column came after the savepoint: the row is back, but searches miss it for good. So a row comes and
    /// goes in a table of our own before the transaction's first savepoint. Only transactions with savepoints pay for it.
    struct SavepointAnchor: Sendable, Equatable {
        private let table: String
        private static let start = "/* savepoints: ", end = " */ "

        /// The anchor of the tables with this prefix.
        init(prefix: String) { table = prefix + "savepoints" }

        /// Stands before the words that begin a transaction, so that the connection knows the table.
        var mark: String { Self.start + table + Self.end }

        /// Makes the table.
        var definition: SQLDialect.Definition {
            SQLDialect.Definition(
                table,
                [
                    "CREATE TABLE IF NOT EXISTS \(SQLDialect.mysqlQuote(table)) (id BIGINT NOT NULL AUTO_INCREMENT "
                        + "PRIMARY KEY, word VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin, FULLTEXT (word)) "
                        + "ENGINE=InnoDB ROW_FORMAT=DYNAMIC"
                ])
        }

        /// What runs before the first savepoint.
        var statements: [String] {
            let name = SQLDialect.mysqlQuote(table)
            return ["INSERT INTO \(name) (word) VALUES ('anchor')", "DELETE FROM \(name) WHERE id = LAST_INSERT_ID()"]
        }

        /// Takes the words that begin a transaction apart.
        static func split(_ words: String) -> (words: String, anchor: SavepointAnchor?) {
            guard words.hasPrefix(start), let close = words.firstRange(of: end) else { return (words, nil) }
            let table = words[words.index(words.startIndex, offsetBy: start.count)..<close.lowerBound]
            return (String(words[close.upperBound...]), SavepointAnchor(table: String(table)))
        }

        private init(table: String) { self.table = table }
    }
#endif
