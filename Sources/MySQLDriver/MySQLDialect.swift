#if MySQL
    import Records
    import RelationalRecords

    extension SQLDialect {
        /// The longest text, in bytes, that gets a column of its own length, which an index can be made of.
        static let mysqlShortText = 512

        /// MySQL 5.7.8 and later, and MariaDB 10.2 and later.
        /// - Parameters:
        ///   - server: What the server is.
        ///   - prefix: What the names of all tables begin with.
        ///   - longestWord: The most characters of a word that FULLTEXT keeps; nil does without FULLTEXT.
        ///   - index: The engine's own index of vectors.
        static func mysql(
            _ server: MySQLServer, prefix: String, longestWord: Int?, vectors: MySQLVectorSupport,
            index: MySQLConfiguration.VectorIndex?
        ) -> SQLDialect {
            let longText = longText(server)
            // The words of TokenEncoding; without FULLTEXT nothing looks at them.
            let words = longestWord == nil ? longText : "LONGTEXT CHARACTER SET ascii COLLATE ascii_bin"
            let anchor = server.isMariaDB && longestWord != nil ? SavepointAnchor(prefix: prefix) : nil
            var dialect = SQLDialect(
                quote: mysqlQuote, columnType: { mysqlType($0, $1, longText, words) },
                // Each statement sees what others have committed, so that after the wait for a partition's head
                // everything read is as new as the head.
                beginWriting: (anchor?.mark ?? "")
                    + "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; START TRANSACTION",
                beginReading: "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; "
                    + "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
                upsert: { table, columns, key in
                    let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
                    var changes = columns.filter { !key.contains($0) }.map { "\($0) = VALUES(\($0))" }
                    if changes.isEmpty { changes = key.prefix(1).map { "\($0) = \($0)" } }
                    return "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks)) "
                        + "ON DUPLICATE KEY UPDATE \(changes.joined(separator: ", "))"
                },
                createIndex: { shape in
                    "CREATE \(shape.isUnique ? "UNIQUE " : "")INDEX \(mysqlQuote(shape.name)) "
                        + "ON \(mysqlQuote(shape.table)) (\(shape.columns.joined(separator: ", ")))"
                },
                tokenIndex: { table, column in
                    guard longestWord != nil else { return [] }
                    let name = mysqlName("\(table)_\(column)_words")
                    return [
                        Definition(
                            name,
                            [
                                "CREATE FULLTEXT INDEX \(mysqlQuote(name)) ON \(mysqlQuote(table)) "
                                    + "(\(mysqlQuote(column)))"
                            ])
                    ]
                },
                hasToken: { _, column, terms in mysqlWords(column, terms, longestWord) },
                listTables: "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()",
                listObjects: "SELECT index_name FROM information_schema.statistics WHERE table_schema = DATABASE() "
                    + "UNION SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
                listColumns: "SELECT column_name FROM information_schema.columns "
                    + "WHERE table_schema = DATABASE() AND table_name = ?")
            dialect.tableOptions = " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC"
            dialect.lockClause = " FOR UPDATE"
            // Every definition commits what was before it.
            dialect.definesInTransactions = false
            dialect.lockPreparation = MySQLLock.statements
            // Transactions use it whatever the types are.
            dialect.ownTables = anchor.map { [$0.definition] } ?? []
            dialect.comparesTuples = false
            dialect.dropIndex = { name, table in "DROP INDEX \(mysqlQuote(name)) ON \(mysqlQuote(table))" }
            if let index {
                dialect.nearest = vectors.nearest(index)
                if vectors != .none {
                    dialect.dropColumn = { table, column in
                        vectors.removal(table, column, index)
                            + ["ALTER TABLE \(mysqlQuote(table)) DROP COLUMN \(mysqlQuote(column))"]
                    }
                }
            }
            return dialect
        }

        /// An identifier, quoted.
        @Sendable static func mysqlQuote(_ name: String) -> String {
            var quoted = "`"
            for scalar in name.unicodeScalars {
                if scalar == "`" { quoted.unicodeScalars.append(scalar) }
                quoted.unicodeScalars.append(scalar)
            }
            return quoted + "`"
        }

        /// A name of at most 60 bytes; a longer one is cut, and ends with a number over the whole.
        static func mysqlName(_ name: String) -> String {
            guard name.utf8.count > 60 else { return name }
            var sum: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in name.utf8 { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
            return String(decoding: name.utf8.prefix(43), as: UTF8.self) + "_" + String(sum, radix: 16)
        }

        /// The type of long texts. They compare by their bytes, trailing spaces included, which servers from before there
        /// were such collations do only for bytes.
        private static func longText(_ server: MySQLServer) -> String {
            if server.isMariaDB { return "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin" }
            if server.isAtLeast(8, 0, 17) { return "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin" }
            return "LONGBLOB"
        }

        /// The type of a column. Short texts are bytes even where nothing looks them up, so that a later version of a
        /// record type can have an index of them.
        @Sendable private static func mysqlType(
            _ kind: Field.Kind, _ isIndexed: Bool, _ longText: String, _ words: String
        ) -> String {
            switch kind {
            case .bool: return "TINYINT(1)"
            case .int, .time: return "BIGINT"
            case .double: return "DOUBLE"
            case .text(let bytes):
                let isShort = bytes <= mysqlShortText || (isIndexed && bytes <= 3_072)
                return isShort ? "VARBINARY(\(max(1, bytes)))" : longText
            case .json: return longText
            case .tokens: return words
            case .bytes: return isIndexed ? "VARBINARY(\(mysqlShortText))" : "LONGBLOB"
            case .vector: return "LONGBLOB"
            }
        }

        /// A condition for rows with any of the terms. FULLTEXT knows what is committed, whatever the snapshot: a record
        /// whose terms change between the snapshot and the search may be left out. Its candidates come from all
        /// partitions, so that rare terms are fast and frequent ones are not. Nil when FULLTEXT does not know one of them or they are too many.
        private static func mysqlWords(_ column: String, _ terms: [String], _ longestWord: Int?) -> Fragment? {
            guard let longestWord, terms.count <= 200,
                terms.allSatisfy({ TokenEncoding.encode($0).utf8.count <= longestWord })
            else { return nil }
            return Fragment("MATCH (\(mysqlQuote(column))) AGAINST (? IN BOOLEAN MODE)", [.tokens(terms)])
        }
    }
#endif
