#if SQLite
    import Records
    import RelationalRecords

    extension SQLDialect {
        /// SQLite 3.40 or later, with FTS5 (https://www.sqlite.org/fts5.html).
        static let sqlite: SQLDialect = {
            var dialect = SQLDialect(
                quote: sqliteQuote,
                columnType: { kind, _ in
                    switch kind {
                    case .bool, .int, .time: "INTEGER"
                    case .double: "REAL"
                    case .text, .json, .tokens: "TEXT"
                    case .bytes, .vector: "BLOB"
                    }
                },
                beginWriting: "BEGIN IMMEDIATE", beginReading: "BEGIN", upsert: upsertOnConflict,
                createIndex: { shape in
                    "CREATE \(shape.isUnique ? "UNIQUE " : "")INDEX IF NOT EXISTS \(sqliteQuote(shape.name)) "
                        + "ON \(sqliteQuote(shape.table)) (\(shape.columns.joined(separator: ", ")))\(shape.presence)"
                },
                tokenIndex: tokenIndex,
                hasToken: { table, column, terms in
                    let index = sqliteQuote("\(table)_\(column)_index")
                    return Fragment(
                        "row_id IN (SELECT rowid FROM \(index) WHERE \(index) MATCH ? AND rowid BETWEEN ? AND ?)",
                        [.text(match(terms)), rowRange])
                },
                listTables: "SELECT name FROM sqlite_master WHERE type = 'table'",
                listObjects: "SELECT name FROM sqlite_master WHERE type <> 'table'",
                listColumns: "SELECT name FROM pragma_table_info(?)")
            dialect.numbersRows = true
            dialect.rowNumberType = "INTEGER PRIMARY KEY"
            dialect.maximumName = 200
            dialect.isCompanion = { name, table in name.hasPrefix(table + "_") && name.hasSuffix("_index") }
            dialect.dropColumn = { table, column in
                ["added", "removed", "changed"].map {
                    "DROP TRIGGER IF EXISTS \(sqliteQuote("\(table)_\(column)_\($0)"))"
                } + [
                    "DROP TABLE IF EXISTS \(sqliteQuote("\(table)_\(column)_index"))",
                    "ALTER TABLE \(sqliteQuote(table)) DROP COLUMN \(sqliteQuote(column))",
                ]
            }
            return dialect
        }()

        /// An identifier, quoted. Scalar by scalar: a mark that combines with a quote would hide it from a search by
        /// characters.
        @Sendable static func sqliteQuote(_ name: String) -> String { doubled(name, "\"") }

        private static func doubled(_ text: String, _ quote: Unicode.Scalar) -> String {
            var result = String.UnicodeScalarView()
            result.append(quote)
            for scalar in text.unicodeScalars {
                if scalar == quote { result.append(quote) }
                result.append(scalar)
            }
            result.append(quote)
            return String(result)
        }

        /// A full-text query for any of the terms.
        static func match(_ terms: [String]) -> String {
            terms.map { doubled($0, "\"") }.joined(separator: " OR ")
        }

        /// Terms are analysed already. The `ascii` tokenizer takes every byte above 127 as part of a token, and so do
        /// we with the punctuation below, so that a term is exactly one token.
        @Sendable private static func tokenIndex(_ table: String, _ column: String) -> [Definition] {
            let plain = "\(table)_\(column)_index"
            let index = sqliteQuote(plain), name = sqliteQuote(table), field = sqliteQuote(column)
            // Every ASCII character that is no letter, digit, space or control character, and U+007F.
            let punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\u{7f}"
            let tokenizer = "ascii tokenchars \(doubled(punctuation, "'"))"
            func trigger(_ suffix: String, _ event: String, _ body: String) -> Definition {
                let trigger = "\(table)_\(column)_\(suffix)"
                return Definition(
                    trigger,
                    ["CREATE TRIGGER IF NOT EXISTS \(sqliteQuote(trigger)) AFTER \(event) ON \(name) BEGIN \(body) END"]
                )
            }
            let add = "INSERT INTO \(index) (rowid, \(field)) VALUES (new.row_id, new.\(field));"
            let remove = "INSERT INTO \(index) (\(index), rowid, \(field)) VALUES ('delete', old.row_id, old.\(field));"
            return [
                Definition(
                    plain,
                    [
                        "CREATE VIRTUAL TABLE IF NOT EXISTS \(index) USING fts5(\(field), content=\(name), "
                            + "content_rowid=row_id, detail=none, columnsize=0, tokenize=\(doubled(tokenizer, "\"")))"
                    ]),
                trigger("added", "INSERT", add),
                trigger("removed", "DELETE", remove),
                trigger("changed", "UPDATE OF \(field)", remove + " " + add),
            ]
        }
    }
#endif
