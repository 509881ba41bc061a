#if PostgreSQL
    public import Records
    import RelationalRecords
    import Synchronization

    /// Connections to one server that several stores may share. Whoever made it closes it.
    public final class PostgresClient: Sendable {
        /// Connections for commits, for reads, and to the replica.
        let writers: ConnectionPool, readers: ConnectionPool, replicas: ConnectionPool?
        let configuration: PostgresConfiguration
        let address: PostgresAddress
        /// Whether statements are kept on the server.
        let settings: PostgresConnection.Settings

        /// Connections as a configuration describes them; none is made before it is needed.
        /// - Throws: ``StoreError`` `invalid` for a wrong option.
        public init(_ configuration: PostgresConfiguration) throws(StoreError) {
            try configuration.validate()
            self.configuration = configuration
            address = try PostgresAddress(configuration)
            let settings = PostgresConnection.Settings(
                statementTimeout: configuration.statementTimeout, preparesStatements: configuration.preparesStatements,
                log: configuration.statementLog)
            self.settings = settings
            let seconds = configuration.connectTimeout
            func pool(_ address: PostgresAddress, _ limit: Int) -> ConnectionPool {
                ConnectionPool(limit: limit, patience: max(30, seconds)) { () async throws(StoreError) in
                    try await PostgresConnection.connect(address, connectTimeout: seconds, settings)
                }
            }
            writers = pool(address, configuration.lanes)
            readers = pool(address, configuration.poolSize)
            if let replica = configuration.readReplica {
                var other = try PostgresConfiguration(url: replica)
                other.takeMissingParts(from: configuration)
                replicas = pool(try PostgresAddress(other), configuration.poolSize)
            } else {
                replicas = nil
            }
        }

        /// A connection of its own, outside the pools.
        func connect() async throws(StoreError) -> PostgresConnection {
            var settings = settings
            settings.log = nil
            return try await PostgresConnection.connect(
                address, connectTimeout: configuration.connectTimeout, settings)
        }

        /// Closes the connections, after the work at hand.
        public func close() async {
            await writers.close()
            await readers.close()
            await replicas?.close()
        }
    }

    /// Clients by name, so that a URL can name one: `postgres://client/NAME`.
    public enum PostgresClients {
        private static let clients = Mutex<[String: PostgresClient]>([:])

        /// Makes a client known in this process under a name; an earlier one of that name is replaced, not closed.
        public static func register(_ name: String, _ client: PostgresClient) {
            clients.withLock { $0[name] = client }
        }

        /// Forgets a name, and answers the client that had it.
        @discardableResult
        public static func remove(_ name: String) -> PostgresClient? {
            clients.withLock { $0.removeValue(forKey: name) }
        }

        /// The client of a name; nil when there is none.
        public static func client(_ name: String) -> PostgresClient? { clients.withLock { $0[name] } }
    }

    extension PostgresConfiguration {
        /// Takes what a replica's URL leaves open from the primary.
        fileprivate mutating func takeMissingParts(from primary: PostgresConfiguration) {
            if dsn == nil {
                dsn = primary.dsn
                // What the primary says explicitly must win over its DSN here, too.
                user = user ?? primary.user
                password = password ?? primary.password
                database = database ?? primary.database
                sslMode = sslMode ?? primary.sslMode
                sslRootCertificate = sslRootCertificate ?? primary.sslRootCertificate
                libraryOptions.merge(primary.libraryOptions) { own, _ in own }
            }
        }
    }
#endif
