#if MySQL
    public import Records
    import RelationalRecords
    import Synchronization

    /// Connections to one server and database that several stores may share.
    ///
    /// A store that is given one uses its server, database and connections, and does not close it.
    public final class MySQLClient: Sendable {
        /// How it connects.
        public let configuration: MySQLConfiguration
        let writers: ConnectionPool
        let readers: ConnectionPool
        let lagging: ConnectionPool?

        private static let names = Mutex<[String: MySQLClient]>([:])

        /// Connections that are opened when they are wanted.
        /// - Throws: ``StoreError`` `invalid` for a wrong option.
        public init(_ configuration: MySQLConfiguration) throws(StoreError) {
            try configuration.check()
            self.configuration = configuration
            let open = { @Sendable (_ configuration: MySQLConfiguration) in
                { @Sendable () async throws(StoreError) -> any SQLConnection in
                    try await MySQLConnection.open(configuration)
                }
            }
            writers = ConnectionPool(
                limit: configuration.lanes, patience: configuration.patience, connect: open(configuration))
            readers = ConnectionPool(
                limit: configuration.readers, patience: configuration.patience, connect: open(configuration))
            lagging = try configuration.replica().map { replica in
                ConnectionPool(limit: replica.readers, patience: replica.patience, connect: open(replica))
            }
        }

        /// Closes the connections, after the work at hand.
        public func close() async {
            await writers.close()
            await readers.close()
            await lagging?.close()
        }

        /// Registers a client, so that a URL can name it (`client=NAME`).
        public static func register(_ client: MySQLClient, as name: String) {
            names.withLock { $0[name] = client }
        }

        /// Forgets a registered client without closing it.
        public static func unregister(_ name: String) {
            names.withLock { $0[name] = nil }
        }

        /// The client of a name; nil when there is none.
        public static func registered(_ name: String) -> MySQLClient? {
            names.withLock { $0[name] }
        }
    }
#endif
