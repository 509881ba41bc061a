#if PostgreSQL
    import Records
    import RelationalRecords
    import Synchronization

    /// A PostgreSQL server, and maybe a replica of it, for one store.
    final class PostgresEngine: SQLEngine {
        private struct State {
            var probe: PostgresProbe?
            var dialect: SQLDialect
            var isClosed = false
        }

        let lanes: Int
        let executor: (any TaskExecutor)? = nil
        let isRemote = true
        let readsThroughWriter = false
        let hasReplica: Bool
        private let client: PostgresClient
        private let ownsClient: Bool
        private let configuration: PostgresConfiguration
        private let spelling: PostgresDialect
        private let state: Mutex<State>
        private let announcer: PostgresAnnouncer
        private let listener: PostgresListener?

        init(_ configuration: PostgresConfiguration, _ client: PostgresClient, ownsClient: Bool) {
            self.configuration = configuration
            self.client = client
            self.ownsClient = ownsClient
            lanes = client.configuration.lanes
            hasReplica = client.replicas != nil
            let spelling = PostgresDialect(schema: configuration.schema, prefix: configuration.tablePrefix)
            self.spelling = spelling
            state = Mutex(State(dialect: spelling.value))
            announcer = PostgresAnnouncer(client, channel: spelling.channel)
            // Behind a pooler in transaction mode nobody can listen; then commits are looked for.
            listener =
                client.settings.preparesStatements
                ? PostgresListener(client, channel: spelling.channel, except: announcer) : nil
        }

        var dialect: SQLDialect { state.withLock { $0.dialect } }

        var capabilities: Capabilities { state.withLock { $0.probe?.capabilities ?? Capabilities() } }

        func start() async throws(StoreError) {
            guard state.withLock({ $0.probe }) == nil else { return }
            let connection = try await take(.writing(lane: 0))
            do throws(StoreError) {
                guard let connection = connection as? PostgresConnection else { return }
                let probe = try await PostgresProbe(connection, configuration)
                var spelling = spelling
                spelling.vectors = probe.vectors
                let dialect = spelling.value
                state.withLock { state in
                    state.probe = probe
                    state.dialect = dialect
                }
            } catch {
                await give(connection, .writing(lane: 0))
                throw error
            }
            await give(connection, .writing(lane: 0))
        }

        func take(_ use: SQLUse) async throws(StoreError) -> any SQLConnection {
            guard !state.withLock({ $0.isClosed }) else { throw StoreError(.closed, "the store is closed") }
            while true {
                let connection = try await pool(use).take()
                // A server that went away is noticed while its connections are idle.
                guard !connection.isBroken else {
                    pool(use).give(connection)
                    continue
                }
                if let connection = connection as? PostgresConnection {
                    // Stores that share a client may store vectors differently.
                    connection.vectorType = state.withLock { $0.probe?.vectors?.type ?? PostgresType.bytes }
                    connection.schema = configuration.schema
                    connection.isReplica = use == .lagging && hasReplica
                }
                return connection
            }
        }

        func give(_ connection: any SQLConnection, _ use: SQLUse) async { pool(use).give(connection) }

        private func pool(_ use: SQLUse) -> ConnectionPool {
            switch use {
            case .writing: client.writers
            case .reading, .watching: client.readers
            case .lagging: client.replicas ?? client.readers
            }
        }

        func announce(_ partitions: [Partition]) async { announcer.announce(partitions) }

        func announcements() -> AsyncStream<Partition?>? { listener?.stream() }

        func close() async {
            state.withLock { $0.isClosed = true }
            await listener?.close()
            await announcer.close()
            if ownsClient { await client.close() }
        }
    }
#endif
