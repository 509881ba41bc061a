#if PostgreSQL
    package import PostgresDriver
    import Records
    import RelationalRecords
    import Synchronization

    extension TestBackend {
        /// A server without pgvector: vectors are bytes.
        static let postgres = TestBackend("postgres") { try await make(PostgresServer.plain.get()) }

        /// A server with pgvector, and an index for vectors of two dimensions.
        static let pgvector = TestBackend("pgvector") {
            try await make(PostgresServer.vectors.get()) { $0.indexDimension = 2 }
        }

        private static func make(
            _ server: PostgresServer, _ change: (inout PostgresConfiguration) -> Void = { _ in }
        ) async throws -> Made {
            var configuration = server.configuration(schema: PostgresServer.newSchema())
            change(&configuration)
            let final = configuration
            let store = try await PostgresRecords.open(final)
            return Made(store) {
                await store.close()
                return try await PostgresRecords.open(final)
            }
        }
    }

    extension PostgresServer {
        /// The servers that tests share; nothing is flushed to disk.
        package static let plain = SharedServer { try PostgresServer() }
        package static let vectors = SharedServer {
            let server = try PostgresServer(.withVectors)
            try server.query("CREATE EXTENSION vector")
            return server
        }

        private static let schemas = Atomic<Int>(0)

        /// A schema that nobody used.
        package static func newSchema() -> String { "test_\(schemas.add(1, ordering: .relaxed).newValue)" }

        /// A configuration of the superuser's with few connections.
        package func configuration(schema: String) -> PostgresConfiguration {
            var configuration = PostgresConfiguration(
                host: "127.0.0.1", port: port, user: Self.user, password: Self.password, database: "postgres")
            configuration.schema = schema
            configuration.poolSize = 2
            configuration.lanes = 2
            return configuration
        }
    }
#endif
