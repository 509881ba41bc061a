#if MySQL
    import Records
    import RelationalRecords
    import Synchronization

    /// One server: connections that commit, connections that read beside them, and those of a replica.
    final class MySQLEngine: SQLEngine {
        let dialect: SQLDialect
        let capabilities: Capabilities
        let lanes: Int
        let executor: (any TaskExecutor)? = nil
        let isRemote = true
        let readsThroughWriter = false
        private let client: MySQLClient
        private let ownsClient: Bool

        /// Connects, and looks at what the server is and can do.
        /// - Throws: ``StoreError`` `unsupported` for a server that is too old or set up wrongly, `unavailable`,
        ///   `invalid`.
        static func open(_ configuration: MySQLConfiguration) async throws(StoreError) -> MySQLEngine {
            try configuration.check()
            let client: MySQLClient
            if let shared = configuration.client { client = shared } else { client = try MySQLClient(configuration) }
            do throws(StoreError) {
                return try await open(configuration, client)
            } catch {
                if configuration.client == nil { await client.close() }
                throw error
            }
        }

        private static func open(
            _ configuration: MySQLConfiguration, _ client: MySQLClient
        ) async throws(StoreError) -> MySQLEngine {
            let taken = try await client.readers.take()
            guard let connection = taken as? MySQLConnection else {
                throw StoreError(.unsupported, "the client's connections are not MySQL's")
            }
            let facts: MySQLFacts
            do throws(StoreError) {
                facts = try await MySQLFacts(connection, probesVectors: configuration.vectorIndex != nil)
            } catch {
                client.readers.give(connection)
                throw error
            }
            client.readers.give(connection)
            try facts.settings.check()
            return MySQLEngine(configuration, client, facts)
        }

        private init(_ configuration: MySQLConfiguration, _ client: MySQLClient, _ facts: MySQLFacts) {
            self.client = client
            ownsClient = configuration.client == nil
            lanes = configuration.lanes
            dialect = .mysql(
                facts.server, prefix: configuration.tablePrefix, longestWord: facts.settings.longestWord,
                vectors: facts.vectors, index: configuration.vectorIndex)
            capabilities = facts.capabilities(hasNativeVectors: dialect.nearest != nil)
        }

        var hasReplica: Bool { client.lagging != nil }

        /// Everything was looked at before there was a store.
        func start() async throws(StoreError) {}

        func take(_ use: SQLUse) async throws(StoreError) -> any SQLConnection { try await pool(use).take() }

        func give(_ connection: any SQLConnection, _ use: SQLUse) async { pool(use).give(connection) }

        private func pool(_ use: SQLUse) -> ConnectionPool {
            switch use {
            case .writing: client.writers
            case .reading, .watching: client.readers
            case .lagging: client.lagging ?? client.readers
            }
        }

        /// Servers of this family tell nobody: others look.
        func announce(_ partitions: [Partition]) async {}

        func announcements() -> AsyncStream<Partition?>? { nil }

        func close() async {
            if ownsClient { await client.close() }
        }
    }

    /// What a server is and how it is set up.
    struct MySQLFacts: Sendable {
        var server: MySQLServer
        var settings: MySQLSettings
        var vectors: MySQLVectorSupport

        /// Asks a server.
        init(_ connection: MySQLConnection, probesVectors: Bool) async throws(StoreError) {
            server = connection.server
            var values: [String: String] = [:]
            try await connection.query([SQLCall(MySQLSettings.query)]) { (_, row) throws(StoreError) in
                if case .text(let name) = row.value(0, .text(maximumBytes: .max)),
                    case .text(let value) = row.value(1, .text(maximumBytes: .max))
                {
                    values[name] = value
                }
            }
            settings = MySQLSettings(values: values)
            vectors = probesVectors ? await Self.vectors(connection) : .none
        }

        private static func vectors(_ connection: MySQLConnection) async -> MySQLVectorSupport {
            let server = connection.server
            let hasDistance = await succeeds { () async throws(StoreError) in
                try await connection.text(MySQLVectorSupport.distanceProbe(server))
            }
            let hasType = await succeeds { () async throws(StoreError) in
                try await connection.checkPreparation(MySQLVectorSupport.typeProbe)
            }
            return MySQLVectorSupport(server, MySQLVectorSupport.Probe(hasType: hasType, hasDistance: hasDistance))
        }

        /// A probe that fails is an answer; a connection that broke shows in the next call.
        private static func succeeds(_ probe: () async throws(StoreError) -> Void) async -> Bool {
            do throws(StoreError) {
                try await probe()
                return true
            } catch {
                // Without the right to make tables, the type is known all the same.
                return (error.underlying as? MySQLFailure)?.code == 1142
            }
        }

        /// What the deployment can do.
        func capabilities(hasNativeVectors: Bool) -> Capabilities {
            var capabilities = Capabilities()
            let durability = settings.durability()
            let name = server.version.map(String.init).joined(separator: ".")
            capabilities.survives = durability.survives
            capabilities.durability = "\(server.isMariaDB ? "MariaDB" : "MySQL") \(name) \(durability.words)"
            capabilities.failoverMayForget = durability.failoverMayForget
            capabilities.hasNativeTokens = settings.longestWord != nil
            capabilities.hasNativeVectors = hasNativeVectors
            // A statement holds a whole record; some of the packet is left for its other values.
            capabilities.maximumValueBytes = max(65_536, min(8 << 20, settings.largestPacket - (256 << 10)))
            return capabilities
        }
    }
#endif
