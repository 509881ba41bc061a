#if MongoDB
    internal import CMongo
    import Records
    import Synchronization

    /// The clients of one deployment, and the threads that may block on them.
    ///
    /// The library is synchronous, so its calls never run on the threads of Swift's cooperative pool: every job has one
    /// of a bounded number of threads of our own, and with it a client.
    final class MongoPool: Sendable {
        /// The library is set up once a process, and never taken down: other users of it may live longer. It would write
        /// what its monitoring meets to standard error, hosts included.
        private static let library: Void = {
            mongoc_init()
            mongoc_log_set_handler(nil, nil)
        }()

        // A pool may be used by all threads (http://mongoc.org/libmongoc/current/thread-safety.html); it is set once.
        nonisolated(unsafe) private let pool: OpaquePointer
        private let workers: Workers
        private let database: String

        /// Connects lazily: nothing is sent before the first job.
        /// - Throws: ``StoreError`` `invalid` when the connection string cannot be used.
        init(_ configuration: MongoConfiguration) throws(StoreError) {
            Self.library
            var outcome = shim_outcome()
            // One client more than workers: the one that watches.
            let created = shim_pool_new(
                configuration.connectionString, UInt32(configuration.poolSize + 1), "AgentMemory",
                Int32(clamping: Int(configuration.connectTimeout * 1_000)),
                Int32(clamping: Int(configuration.connectTimeout * 1_000)),
                Int32(clamping: Int(configuration.operationTimeout * 1_000)), &outcome)
            guard let created else {
                throw StoreError(
                    .invalid, "the connection string cannot be used; are its hosts, options and escapes right?",
                    underlying: MongoFailure(domain: outcome.domain, code: outcome.code, reply: nil))
            }
            pool = created
            database = configuration.database
            workers = Workers(count: configuration.poolSize)
        }

        deinit { mongoc_client_pool_destroy(pool) }

        /// Runs something with a client on a thread that may block.
        /// - Throws: ``StoreError``: what the body throws, `closed`, and `unavailable` when the calling task was
        ///   cancelled before the work started.
        func run<T: Sendable>(
            _ body: @escaping @Sendable (MongoConnection) throws(StoreError) -> T
        ) async throws(StoreError) -> T {
            try await workers.run { () throws(StoreError) in try self.withConnection(body) }
        }

        /// Queues something that answers in its own way; false when the pool is closed.
        func submit(_ body: @escaping @Sendable () -> Void) -> Bool { workers.submit(body) }

        /// Runs something with a client on this thread, which must be one that may block.
        func withConnection<T>(_ body: (MongoConnection) throws(StoreError) -> T) throws(StoreError) -> T {
            guard let client = mongoc_client_pool_pop(pool) else {
                throw StoreError(.unavailable, "no client of MongoDB is free")
            }
            defer { mongoc_client_pool_push(pool, client) }
            let connection = try MongoConnection(client: client, database: database)
            // The session must end before the client goes back.
            return try withExtendedLifetime(connection) { () throws(StoreError) in try body(connection) }
        }

        /// Finishes what is waiting; later jobs fail with `closed`.
        func close() async { await workers.close() }
    }
#endif
