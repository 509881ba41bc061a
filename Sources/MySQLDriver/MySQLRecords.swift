#if MySQL
    public import Records
    public import RelationalRecords

    /// Record stores in MySQL 5.7.8 and later, and MariaDB 10.2 and later (https://mariadb.org).
    ///
    /// Behind a proxy that shares connections between transactions, such as ProxySQL: let it keep the variables
    /// `sql_mode`, `innodb_lock_wait_timeout` and `max_statement_time` or `max_execution_time` of a session (they are set
    /// once, when connecting), let it keep a session on its connection while a transaction or `GET_LOCK` is open, send all
    /// that begins a transaction to the primary, and turn ``MySQLConfiguration/usesPreparedStatements`` off where it does
    /// not follow preparations.
    public enum MySQLRecords {
        /// Opens a database, which must exist; its tables are made by ``RecordStore/prepare(_:)``.
        /// - Throws: ``StoreError`` `invalid` for a wrong option, user, password or database, `unsupported` for a server
        ///   that is too old or set up wrongly, `unavailable` when it cannot be reached.
        public static func open(_ configuration: MySQLConfiguration) async throws(StoreError) -> RelationalRecords {
            let engine = try await MySQLEngine.open(configuration)
            return RelationalRecords(
                engine: engine, prefix: configuration.tablePrefix, skipsSetUp: configuration.skipsSetUp,
                clock: configuration.clock)
        }

        /// Runs statements one by one, as an administrator would: to create databases and users.
        /// - Throws: ``StoreError``.
        package static func administer(
            _ configuration: MySQLConfiguration, _ statements: [String]
        ) async throws(StoreError) {
            let connection = try await MySQLConnection.open(configuration)
            do throws(StoreError) {
                for statement in statements { try await connection.text(statement) }
            } catch {
                await connection.close()
                throw error
            }
            await connection.close()
        }
    }
#endif
