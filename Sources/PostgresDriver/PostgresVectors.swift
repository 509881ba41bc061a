#if PostgreSQL
    import Records
    import RelationalRecords

    /// How pgvector (https://github.com/pgvector/pgvector) stores and searches vectors on one server.
    struct PostgresVectors: Sendable {
        /// The number of its vector type.
        var type: UInt32
        /// The schema that the extension is in.
        var schema: String
        /// The settings that its version has.
        var settings: Set<String>
        /// Whether it has half-precision vectors.
        var hasHalf: Bool
        var options: PostgresConfiguration

        /// The column type, of any dimension.
        var columnType: String { name("vector") }

        private func name(_ name: String) -> String { PostgresDialect.qualified(schema, name) }

        private var usesHalf: Bool { hasHalf && options.usesHalfVectors }

        /// Rows that a search may look at before it gives up on a filter.
        private static let scanLimit = 1_000_000

        func search(in tables: String) -> SQLDialect.NearestVectors {
            SQLDialect.NearestVectors(
                definition: { table, column, dimensions in definition(tables, table, column, dimensions) },
                settings: searchSettings,
                order: { column, dimensions in
                    let condition = "\(name("vector_dims"))(\(column)) = \(dimensions)"
                    let indexed = indexedExpression(column, dimensions) ?? "\(column)::\(name("vector"))(\(dimensions))"
                    let wanted = usesHalf && dimensions <= 4_000 ? "?::\(name("halfvec"))(\(dimensions))" : "?"
                    return (condition, "(\(indexed)) OPERATOR(\(PostgresDialect.quote(schema)).<=>) \(wanted)")
                })
        }

        /// What the index is over; nil where these dimensions cannot be indexed.
        private func indexedExpression(_ column: String, _ dimensions: Int) -> String? {
            guard dimensions <= (usesHalf ? 4_000 : 2_000) else { return nil }
            return "\(column)::\(name(usesHalf ? "halfvec" : "vector"))(\(dimensions))"
        }

        private func definition(
            _ tables: String, _ table: String, _ column: String, _ declared: Int?
        ) -> [SQLDialect.Definition] {
            guard options.vectorIndex != .none, let dimensions = declared ?? options.indexDimension else { return [] }
            let quoted = PostgresDialect.quote(column)
            guard let expression = indexedExpression(quoted, dimensions) else { return [] }
            let kind = options.vectorIndex.rawValue
            let index = PostgresDialect.objectName(
                table, column, "\(kind)\(usesHalf ? "_half" : "")_\(dimensions)")
            let operators = name(usesHalf ? "halfvec_cosine_ops" : "vector_cosine_ops")
            let parameters =
                options.vectorIndex == .hnsw
                ? "m = \(options.hnswM), ef_construction = \(options.hnswEfConstruction)" : "lists = 100"
            return [
                .init(
                    index,
                    [
                        "CREATE INDEX IF NOT EXISTS \(PostgresDialect.quote(index)) "
                            + "ON \(PostgresDialect.qualified(tables, table)) USING \(kind) "
                            + "((\(expression)) \(operators)) WITH (\(parameters)) "
                            + "WHERE \(name("vector_dims"))(\(quoted)) = \(dimensions)"
                    ])
            ]
        }

        /// Settings of the search's transaction. A filter, the partition's above all, leaves few of an index's rows, so
        /// the scan goes on until there are enough.
        private var searchSettings: [String] {
            var values: [(String, String)] = []
            switch options.vectorIndex {
            case .hnsw:
                values = [
                    ("hnsw.ef_search", "\(options.hnswEfSearch)"),
                    ("hnsw.iterative_scan", options.iterativeScan.rawValue),
                    ("hnsw.max_scan_tuples", "\(Self.scanLimit)"), ("hnsw.scan_mem_multiplier", "16"),
                ]
            case .ivfflat:
                let scan = options.iterativeScan == .off ? PostgresConfiguration.IterativeScan.off : .relaxed
                values = [("ivfflat.probes", "10"), ("ivfflat.iterative_scan", scan.rawValue)]
            case .none: break
            }
            // How many rows a partition has decides between the index and the partition itself.
            return values.filter { settings.contains($0.0) }.map { "SET LOCAL \($0) = \($1)" }
                + ["SET LOCAL plan_cache_mode = force_custom_plan"]
        }

        /// Looks whether the server has the type and its operator, and what its version can do; nil where it has not.
        static func probe(
            _ connection: PostgresConnection, _ options: PostgresConfiguration
        ) async throws(StoreError) -> PostgresVectors? {
            var types: [(name: String, type: UInt32, schema: String)] = []
            let find = """
                SELECT t.typname::text, t.oid::bigint, n.nspname::text FROM pg_catalog.pg_type t
                JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
                WHERE t.typname IN ('vector', 'halfvec') AND t.typtype = 'b'
                AND EXISTS (SELECT 1 FROM pg_catalog.pg_operator o
                  WHERE o.oprname = '<=>' AND o.oprleft = t.oid AND o.oprright = t.oid)
                """
            try await connection.query([SQLCall(find)]) { (_, row) in
                guard let row = row as? PostgresRow else { return }
                types.append((row.text(0) ?? "", UInt32(truncatingIfNeeded: row.integer(1)), row.text(2) ?? ""))
            }
            guard let vector = types.first(where: { $0.name == "vector" }) else { return nil }
            // Using it loads the library, and only then its settings are known. Without the right to its schema it
            // cannot be used.
            let type = PostgresDialect.qualified(vector.schema, "vector")
            let operation = "OPERATOR(\(PostgresDialect.quote(vector.schema)).<=>)"
            do throws(StoreError) {
                let use = "SELECT ('[1,2]'::\(type) \(operation) '[2,1]'::\(type))::double precision"
                try await connection.query([SQLCall(use)]) { (_, _) in }
            } catch {
                guard !connection.isBroken else { throw error }
                return nil
            }
            var settings: Set<String> = []
            let names = "SELECT name FROM pg_catalog.pg_settings WHERE name LIKE 'hnsw.%' OR name LIKE 'ivfflat.%'"
            try await connection.query([SQLCall(names)]) { (_, row) in
                if let name = (row as? PostgresRow)?.text(0) { settings.insert(name) }
            }
            let hasHalf = types.contains { $0.name == "halfvec" && $0.schema == vector.schema }
            if options.usesHalfVectors, !hasHalf {
                throw StoreError(.unsupported, "halfvec: the server's pgvector has no half-precision vectors")
            }
            return PostgresVectors(
                type: vector.type, schema: vector.schema, settings: settings, hasHalf: hasHalf, options: options)
        }
    }
#endif
