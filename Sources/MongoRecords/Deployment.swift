#if MongoDB
    import Records

    /// What a server says about itself when a store is opened.
    struct Deployment: Sendable {
        private let replicaSet: String?
        private let isCluster: Bool
        private let wireVersion: Int64
        private let capabilities: Capabilities

        /// MongoDB 4.4: collections may be created inside transactions, and partial indexes know `$exists`.
        private static let leastWireVersion: Int64 = 9
        /// MongoDB 5.0: snapshot reads outside transactions.
        private static let snapshotWireVersion: Int64 = 13

        /// - Throws: ``StoreError`` `unavailable`, `unsupported` when the server is older than MongoDB 4.4.
        init(_ connection: MongoConnection, _ configuration: MongoConfiguration) throws(StoreError) {
            // A command that needs a connection, a server that can write, and a user who may log in.
            let hello = try connection.run(["hello": 1], in: "admin", isRetried: true)
            replicaSet = hello["setName"]?.text
            isCluster = hello["msg"]?.text == "isdbgrid"
            wireVersion = hello["maxWireVersion"]?.integer ?? 0
            var capabilities = Capabilities()
            let isJournaled = configuration.durability == .powerLoss
            capabilities.hasNativeTokens = true
            capabilities.survives = isJournaled ? .powerLoss : .processCrash
            let place = replicaSet.map { "replica set \($0)" } ?? (isCluster ? "sharded cluster" : "standalone")
            capabilities.durability = "MongoDB \(place), w=majority, j=\(isJournaled)"
            self.capabilities = capabilities
            guard wireVersion >= Self.leastWireVersion else {
                throw StoreError(
                    .unsupported, "the server is older than MongoDB 4.4, the oldest that this store can use")
            }
        }

        /// - Throws: ``StoreError`` `unsupported` for a standalone server.
        func requireTransactions() throws(StoreError) {
            guard replicaSet != nil || isCluster else {
                throw StoreError(
                    .unsupported,
                    "this MongoDB server is standalone and cannot commit atomically: \(MongoFailure.replicaSetRemedy)")
            }
        }

        /// The read concern of a question by itself.
        var singleReadConcern: String {
            replicaSet != nil && wireVersion >= Self.snapshotWireVersion ? "snapshot" : "majority"
        }

        func capabilities(usesVectorSearch: Bool) -> Capabilities {
            guard usesVectorSearch else { return capabilities }
            var capabilities = capabilities
            capabilities.hasNativeVectors = true
            capabilities.candidatesMayLag = true
            return capabilities
        }
    }
#endif
