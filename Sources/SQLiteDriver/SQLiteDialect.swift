#if SQLite
    import Records
    import RelationalRecords

    extension SQLDialect {
        /// SQLite 3.40 or later, with FTS5 (https://www.sqlite.org/fts5.html).
        static let sqlite = SQLDialect(
            quote: { "\"" + $0.replacing("\"", with: "\"\"") + "\"" },
            columnType: { kind in
                switch kind {
                case .bool, .int, .time: "INTEGER"
                case .double: "REAL"
                case .text, .json, .tokens: "TEXT"
                case .bytes, .vector: "BLOB"
                }
            },
            rowNumberType: "INTEGER PRIMARY KEY",
            beginWriting: "BEGIN IMMEDIATE",
            beginReading: "BEGIN",
            tokenIndex: tokenIndex,
            listTables: "SELECT name FROM sqlite_master WHERE type = 'table'")

        /// Terms are analysed already. The `ascii` tokenizer takes every byte above 127 as part of a token, and so do
        /// we with the punctuation below, so that a term is exactly one token.
        private static let tokenIndex = TokenIndex(
            definition: { table, column in
                let index = "\"\(table)_\(column)_index\""
                let name = "\"\(table)\""
                // Every ASCII character that is no letter, digit, space or control character, and U+007F.
                let punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\u{7f}"
                let tokenizer = "ascii tokenchars '\(punctuation.replacing("'", with: "''"))'"
                func trigger(_ suffix: String, _ event: String, _ body: String) -> String {
                    "CREATE TRIGGER IF NOT EXISTS \"\(table)_\(column)_\(suffix)\" AFTER \(event) ON \(name) BEGIN \(body) END"
                }
                let add = "INSERT INTO \(index) (rowid, \"\(column)\") VALUES (new.row_id, new.\"\(column)\");"
                let remove =
                    "INSERT INTO \(index) (\(index), rowid, \"\(column)\") "
                    + "VALUES ('delete', old.row_id, old.\"\(column)\");"
                return [
                    "CREATE VIRTUAL TABLE IF NOT EXISTS \(index) USING fts5(\"\(column)\", content=\(name), "
                        + "content_rowid=row_id, detail=none, columnsize=0, "
                        + "tokenize=\"\(tokenizer.replacing("\"", with: "\"\""))\")",
                    trigger("added", "INSERT", add),
                    trigger("removed", "DELETE", remove),
                    trigger("changed", "UPDATE OF \"\(column)\"", remove + " " + add),
                ]
            },
            condition: { table, column in
                let index = "\"\(table)_\(column)_index\""
                return "row_id IN (SELECT rowid FROM \(index) WHERE \(index) MATCH ? AND rowid BETWEEN ? AND ?)"
            },
            argument: { terms in
                terms.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: " OR ")
            })
    }
#endif
