#if MongoDB
    import Foundation
    @testable import MongoRecords
    import Records
    import TestStores
    import Testing

    @Suite("MongoDB deployments")
    struct DeploymentTests {
        @Test func aStandaloneServerIsRefusedWithTheFlagThatMendsIt() async throws {
            let server = try MongoServer(["--standalone"])
            defer { server.kill() }
            var configuration = server.configuration()
            configuration.connectionString = "mongodb://127.0.0.1:\(server.port)/"
            let store = try await MongoRecords.open(configuration)
            let error = try await storeError { try await store.prepare([note]) }
            #expect(error?.code == .unsupported)
            #expect(error?.message.contains("--replSet") == true)
            #expect(error?.message.contains("replication.replSetName") == true)
            await store.close()
        }

        @Test func aServerThatIsNotThereIsUnavailableWithinTheTimeout() async throws {
            let port = try TestServers.freePort()
            let configuration = MongoConfiguration(
                connectionString: "mongodb://127.0.0.1:\(port)/", connectTimeout: 0.3)
            let start = ContinuousClock.now
            let error = await #expect(throws: StoreError.self) { _ = try await MongoRecords.open(configuration) }
            #expect(error?.code == .unavailable)
            // The client library waits for 30 when nobody tells it otherwise.
            #expect(ContinuousClock.now - start < .seconds(25))
        }

        @Test func aRefusedUserIsUnavailableAndHisPasswordIsNotTold() async throws {
            let server = try MongoServer(["--auth"])
            defer { server.kill() }
            let configuration = MongoConfiguration(
                connectionString: "mongodb://nobody:geheim@127.0.0.1:\(server.port)/", connectTimeout: 2)
            let error = await #expect(throws: StoreError.self) { _ = try await MongoRecords.open(configuration) }
            #expect(error?.code == .unavailable)
            #expect(!String(reflecting: error).contains("geheim"))
        }

        @Test func capabilitiesSayWhatWasAskedFor() async throws {
            let store = try await makeStore { $0.usesVectorSearch = true }
            #expect(store.capabilities.survives == .powerLoss)
            #expect(store.capabilities.durability == "MongoDB replica set secantus, w=majority, j=true")
            #expect(store.capabilities.hasNativeTokens && !store.capabilities.failoverMayForget)
            // The engine has no vector search: nearest scans, and nothing lags.
            #expect(!store.capabilities.hasNativeVectors && !store.capabilities.candidatesMayLag)
            try await store.commit(Batch(owner, [.insert("note", values("a", place: [1, 0]))]))
            #expect(try await store.ids(Query("note", order: .nearest("place", to: [1, 0]))) == ["a"])
            await store.close()
            let weaker = try await makeStore { $0.durability = .processCrash }
            #expect(weaker.capabilities.survives == .processCrash)
            await weaker.close()
        }

        @Test func setUpCanBeLeftToSomebodyElse() async throws {
            let database = MongoServer.freshDatabase()
            let early = try await MongoRecords.open(
                try TestBackend.mongoServer.get().configuration(database).skippingSetUp)
            let missing = try await storeError { try await early.prepare([note]) }
            #expect(missing?.code == .schema)
            #expect(missing?.message.contains("note") == true)
            let store = try await makeStore { $0.database = database }
            try await early.prepare([note])
            try await early.commit(Batch(owner, [insert("a")]))
            #expect(try await store.ids(Query("note")) == ["a"])
            try await store.command(["dropIndexes": "note", "index": "terms_words"])
            let lacking = try await storeError { try await early.prepare([note]) }
            #expect(lacking?.code == .schema)
            #expect(lacking?.message.contains("terms_words") == true)
            await early.close()
            await store.close()
        }

        @Test func aPrefixKeepsStoresOfOneDatabaseApart() async throws {
            let database = MongoServer.freshDatabase()
            let stores = [
                try await makeStore { $0.database = database },
                try await makeStore {
                    $0.database = database
                    $0.collectionPrefix = "other_"
                },
            ]
            try await stores[0].commit(Batch(owner, [insert("a"), .count("c", 1, atMost: nil)]))
            #expect(try await stores[1].ids(Query("note")) == [])
            #expect(try await stores[1].read(.counter("c"), in: owner).count == 0)
            for store in stores { await store.close() }
        }
    }

    extension MongoConfiguration {
        fileprivate var skippingSetUp: MongoConfiguration {
            var configuration = self
            configuration.skipsSetUp = true
            return configuration
        }
    }
#endif
