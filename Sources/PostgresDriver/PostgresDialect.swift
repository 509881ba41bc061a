#if PostgreSQL
    import Records
    import RelationalRecords

    /// How PostgreSQL spells things, for one store.
    struct PostgresDialect: Sendable {
        let schema: String
        let prefix: String
        /// How the server searches vectors; nil where it does not.
        var vectors: PostgresVectors?

        /// Terms are found by their first characters, so that none is too long for the index.
        static let indexedCharacters = 200

        static func quote(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }

        static func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

        /// A table, with its schema: the search path of a role or a pooler says nothing.
        static func qualified(_ schema: String, _ name: String) -> String { quote(schema) + "." + quote(name) }

        var value: SQLDialect {
            let schema = schema
            let vectorType = vectors?.columnType ?? "bytea"
            let table = { @Sendable (name: String) in Self.qualified(schema, name) }
            let literal = Self.literal(schema)
            var dialect = SQLDialect(
                quote: Self.quote,
                columnType: { kind, _ in
                    switch kind {
                    case .bool: "boolean"
                    case .int, .time: "bigint"
                    case .double: "double precision"
                    // Bytewise order and equality, whatever the database's collation.
                    case .text, .json: "text COLLATE pg_catalog.\"C\""
                    case .bytes: "bytea"
                    case .tokens: "text[] COLLATE pg_catalog.\"C\""
                    case .vector: vectorType
                    }
                },
                beginWriting: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
                beginReading: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                upsert: SQLDialect.upsertOnConflict,
                createIndex: { shape in
                    "CREATE \(shape.isUnique ? "UNIQUE " : "")INDEX IF NOT EXISTS \(Self.quote(shape.name)) "
                        + "ON \(table(shape.table)) (\(shape.columns.joined(separator: ", ")))"
                        + shape.presence
                },
                tokenIndex: { name, column in
                    let index = Self.objectName(name, column, "terms")
                    return [
                        .init(
                            index,
                            [
                                "CREATE INDEX IF NOT EXISTS \(Self.quote(index)) ON \(table(name)) "
                                    + "USING gin ((\(Self.terms(column))))"
                            ])
                    ]
                },
                hasToken: { _, column, terms in
                    let heads = Set(terms.map { String($0.unicodeScalars.prefix(Self.indexedCharacters)) })
                    return .init("\(Self.terms(column)) && ?", [.tokens(heads.sorted())])
                },
                listTables: """
                    SELECT c.relname::text FROM pg_catalog.pg_class c
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = \(literal) AND c.relkind IN ('r', 'p')
                    """,
                listObjects: """
                    SELECT c.relname::text FROM pg_catalog.pg_class c
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = \(literal) AND c.relkind IN ('i', 'I', 'v', 'm')
                    """,
                listColumns: """
                    SELECT a.attname::text FROM pg_catalog.pg_attribute a
                    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = \(literal) AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped
                    """)
            dialect.tableName = table
            dialect.skipTaken = " ON CONFLICT DO NOTHING"
            dialect.lockClause = " FOR UPDATE"
            dialect.lockPreparation = (["SELECT pg_catalog.pg_advisory_xact_lock(\(lockNumber))"], [])
            dialect.dropIndex = { name, _ in "DROP INDEX IF EXISTS \(table(name))" }
            dialect.dropColumn = { name, column in
                ["ALTER TABLE \(table(name)) DROP COLUMN IF EXISTS \(Self.quote(column))"]
            }
            dialect.nearest = vectors?.search(in: schema)
            return dialect
        }

        /// The terms of a column, each cut to what an index key may hold: the column itself keeps them whole.
        private static func terms(_ column: String) -> String {
            "(\(quote(column))::pg_catalog.varchar(\(indexedCharacters))[])::pg_catalog.text[]"
        }

        /// A name for what belongs to a column, within the 63 bytes that the server keeps.
        static func objectName(_ table: String, _ column: String, _ suffix: String) -> String {
            let name = "\(table)_\(column)_\(suffix)"
            guard name.utf8.count > 60 else { return name }
            return String(decoding: name.utf8.prefix(43), as: UTF8.self) + "_"
                + String(fingerprint(name), radix: 16)
        }

        /// One preparation at a time for a store, in the whole database.
        private var lockNumber: Int64 {
            Int64(bitPattern: Self.fingerprint("agent-memory\u{0}\(schema)\u{0}\(prefix)"))
        }

        /// The channel of the store's hints.
        var channel: String { "agent_memory_" + String(Self.fingerprint("\(schema)\u{0}\(prefix)"), radix: 16) }

        /// A 64-bit FNV-1a hash (http://www.isthe.com/chongo/tech/comp/fnv/): the same in every process.
        private static func fingerprint(_ text: String) -> UInt64 {
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            return hash
        }
    }
#endif
