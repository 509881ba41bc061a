#if PostgreSQL
    public import Records
    public import RelationalRecords

    /// Record stores in PostgreSQL (https://www.postgresql.org), 12 or later, with pgvector where the server has it.
    public enum PostgresRecords {
        /// Opens a store; the server is reached when the store is prepared.
        /// - Throws: ``StoreError`` `invalid` for a wrong option or an unknown client.
        public static func open(_ configuration: PostgresConfiguration) async throws(StoreError) -> RelationalRecords {
            try configuration.validate()
            let shared: PostgresClient?
            if let name = configuration.clientName {
                guard let client = PostgresClients.client(name) else {
                    throw StoreError(.invalid, "client: none is registered under this name")
                }
                shared = client
            } else {
                shared = configuration.client
            }
            let client: PostgresClient
            if let shared { client = shared } else { client = try PostgresClient(configuration) }
            let engine = PostgresEngine(configuration, client, ownsClient: shared == nil)
            return RelationalRecords(
                engine: engine, prefix: configuration.tablePrefix, skipsSetUp: configuration.skipsSetUp,
                clock: configuration.clock)
        }
    }
#endif
