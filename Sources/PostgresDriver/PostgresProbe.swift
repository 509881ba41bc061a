#if PostgreSQL
    import Records
    import RelationalRecords

    /// What one look at a server finds out.
    struct PostgresProbe: Sendable {
        var capabilities = Capabilities()
        /// How the store's vectors are searched; nil where they are bytes.
        var vectors: PostgresVectors?

        private let configuration: PostgresConfiguration

        /// Looks, and makes the schema and the extension where they are missing and may be made.
        init(_ connection: PostgresConnection, _ configuration: PostgresConfiguration) async throws(StoreError) {
            self.configuration = configuration
            let version = connection.session.serverVersion
            guard version >= 120_000 else {
                throw StoreError(
                    .unsupported, "PostgreSQL 12 or later is needed; the server is \(version / 10_000)")
            }
            try await readSettings(connection)
            try await makeSchema(connection)
            var found = try await PostgresVectors.probe(connection, configuration)
            if found == nil, try await makeExtension(connection) {
                found = try await PostgresVectors.probe(connection, configuration)
            }
            if let found, try await !storesBytes(connection) { vectors = found }
            capabilities.hasNativeTokens = true
            capabilities.hasNativeVectors = vectors != nil
        }

        private mutating func readSettings(_ connection: PostgresConnection) async throws(StoreError) {
            let names = [
                "fsync", "synchronous_commit", "full_page_writes", "synchronous_standby_names", "server_encoding",
            ]
            var values: [String: String] = [:]
            let list = names.map { "pg_catalog.current_setting('\($0)', true)" }.joined(separator: ", ")
            try await connection.query([SQLCall("SELECT \(list)")]) { (_, row) in
                guard let row = row as? PostgresRow else { return }
                for (place, name) in names.enumerated() { values[name] = row.text(place) }
            }
            guard values["server_encoding"] == "UTF8" else {
                throw StoreError(
                    .unsupported,
                    "the database's encoding must be UTF8, not \(values["server_encoding"] ?? "unknown")")
            }
            let settings = names.prefix(3)
            capabilities.durability =
                "PostgreSQL " + settings.map { "\($0)=\(values[$0] ?? "unknown")" }.joined(separator: ", ")
            let isSafe = settings.allSatisfy { name in
                // Every synchronous_commit but off waits for the local disk.
                name == "synchronous_commit" ? values[name].map { $0 != "off" } == true : values[name] == "on"
            }
            capabilities.survives = isSafe ? .powerLoss : .processCrash
            let isSynchronous = values["synchronous_standby_names"].map { !$0.isEmpty } ?? false
            var standbys: Int64 = 0
            try await connection.query([SQLCall("SELECT count(*) FROM pg_catalog.pg_stat_replication")]) { (_, row) in
                standbys = row.integer(0)
            }
            capabilities.failoverMayForget = !isSynchronous && (standbys > 0 || configuration.readReplica != nil)
        }

        private func makeSchema(_ connection: PostgresConnection) async throws(StoreError) {
            guard !configuration.skipsSetUp else { return }
            var exists = false
            let look = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?"
            try await connection.query([SQLCall(look, [.text(configuration.schema)])]) { (_, _) in exists = true }
            guard !exists else { return }
            do throws(StoreError) {
                try await connection.execute([
                    "CREATE SCHEMA IF NOT EXISTS \(PostgresDialect.quote(configuration.schema))"
                ])
            } catch {
                // Another process made it at the same moment.
                guard error.code == .exists else { throw error }
            }
        }

        /// Makes the extension in the database where the server has it and the role may.
        private func makeExtension(_ connection: PostgresConnection) async throws(StoreError) -> Bool {
            guard !configuration.skipsSetUp else { return false }
            var isAvailable = false
            let look = "SELECT 1 FROM pg_catalog.pg_available_extensions WHERE name = 'vector'"
            try await connection.query([SQLCall(look)]) { (_, _) in isAvailable = true }
            guard isAvailable else { return false }
            do throws(StoreError) {
                try await connection.execute(["CREATE EXTENSION IF NOT EXISTS vector"])
                return true
            } catch {
                guard !connection.isBroken else { throw error }
                // Without the right, vectors are bytes; with another process at it, it is there now.
                return error.code == .exists
            }
        }

        /// Whether the store's tables were made where vectors were bytes: they stay so.
        private func storesBytes(_ connection: PostgresConnection) async throws(StoreError) -> Bool {
            let schema = configuration.schema, prefix = configuration.tablePrefix
            var isPrepared = false
            let look = SQLCall(
                """
                SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relname = ? AND c.relkind = 'r'
                """, [.text(schema), .text(prefix + "schema")])
            try await connection.query([look]) { (_, _) in isPrepared = true }
            guard isPrepared else { return false }
            var vectors: Set<[String]> = []
            let declarations = "SELECT type, declaration FROM \(PostgresDialect.qualified(schema, prefix + "schema"))"
            try await connection.query([SQLCall(declarations)]) { (_, row) in
                guard let row = row as? PostgresRow, let type = row.text(0), let text = row.text(1) else { return }
                for line in text.split(separator: "\n") {
                    let words = line.split(separator: " ")
                    if words.count > 1, words[1].hasPrefix("vector(") {
                        vectors.insert([prefix + type, String(words[0])])
                    }
                }
            }
            guard !vectors.isEmpty else { return false }
            var storesBytes = false
            let columns = SQLCall(
                """
                SELECT c.relname::text, a.attname::text FROM pg_catalog.pg_attribute a
                JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND a.attnum > 0 AND NOT a.attisdropped
                AND a.atttypid = 'pg_catalog.bytea'::pg_catalog.regtype
                """, [.text(schema)])
            try await connection.query([columns]) { (_, row) in
                guard let row = row as? PostgresRow, let table = row.text(0), let column = row.text(1) else { return }
                if vectors.contains([table, column]) { storesBytes = true }
            }
            return storesBytes
        }
    }
#endif
