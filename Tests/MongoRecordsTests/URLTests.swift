#if MongoDB
    import MongoRecords
    import Records
    import Testing

    @Suite("MongoDB URLs")
    struct URLTests {
        @Test func ourOptionsAreTakenAndTheRestIsPassedOn() throws {
            let configuration = try MongoConfiguration(
                url: "mongodb://me:p%40ss@one:27017,two:27018/agents?replicaSet=rs0&prefix=m_&skip-setup=true"
                    + "&pool-size=4&connect-timeout=2.5&timeout=20&durability=process-crash&vector-search=true"
                    + "&kept-deletions=500&tls=true&authSource=admin")
            #expect(
                configuration.connectionString
                    == "mongodb://me:p%40ss@one:27017,two:27018/agents?replicaSet=rs0&tls=true&authSource=admin")
            #expect(configuration.database == "agents")
            #expect(configuration.collectionPrefix == "m_")
            #expect(configuration.skipsSetUp)
            #expect(configuration.poolSize == 4)
            #expect(configuration.connectTimeout == 2.5)
            #expect(configuration.operationTimeout == 20)
            #expect(configuration.durability == .processCrash)
            #expect(configuration.usesVectorSearch)
            #expect(configuration.keptDeletions == 500)
        }

        @Test func defaultsAreThoseOfTheConfiguration() throws {
            for url in ["mongodb://host", "mongodb://host/", "mongodb://host?", "mongodb://host/?"] {
                let configuration = try MongoConfiguration(url: url)
                #expect(configuration.connectionString == "mongodb://host/")
                #expect(configuration.database == "agent_memory")
                #expect(configuration.durability == .powerLoss)
                #expect(!configuration.skipsSetUp && !configuration.usesVectorSearch)
            }
        }

        @Test func aDatabaseOptionWinsOverThePath() throws {
            let configuration = try MongoConfiguration(url: "mongodb+srv://me:pw@cluster.example/admin?database=mine")
            #expect(configuration.database == "mine")
            #expect(configuration.connectionString == "mongodb+srv://me:pw@cluster.example/admin")
        }

        @Test(
            arguments: [
                ("mysql://host", "mongodb://"), ("mongodb://", "host"), ("mongodb://me:geheim@", "host"),
                ("mongodb://host/?prefix=a-b", "prefix"),
                ("mongodb://host/?prefix=\(String(repeating: "a", count: 33))", "prefix"),
                ("mongodb://host/?skip-setup=maybe", "skip-setup"), ("mongodb://host/?skip-setup", "no value"),
                ("mongodb://host/?pool-size=0", "pool-size"), ("mongodb://host/?pool-size=many", "pool-size"),
                ("mongodb://host/?timeout=nan", "timeout"), ("mongodb://host/?connect-timeout=0", "connect-timeout"),
                ("mongodb://host/?durability=none", "durability"), ("mongodb://host/?vector-search=1", "vector-search"),
                ("mongodb://host/?kept-deletions=0", "kept-deletions"), ("mongodb://host/?prefix=a&prefix=b", "twice"),
                ("mongodb://host/?w=1", "w is fixed"), ("mongodb://host/?readPreference=secondary", "readpreference"),
                ("mongodb://host/?journal=false", "journal"), ("mongodb://host/?maxPoolSize=5", "pool-size"),
                ("mongodb://host/?replicaset=a&colour=red", "colour"), ("mongodb://host/admin", "admin"),
                ("mongodb://host/a.b", "database"), ("mongodb://host/?database=", "database"),
            ])
        func aWrongOneIsRefusedByName(_ url: String, _ name: String) throws {
            let error = #expect(throws: StoreError.self) { _ = try MongoConfiguration(url: url) }
            #expect(error?.code == .invalid)
            #expect(error?.message.contains(name) == true, "\(error?.message ?? "")")
        }

        @Test func nothingShowsThePassword() async throws {
            let url = "mongodb://me:geheim@127.0.0.1:1/?connect-timeout=0.2"
            let configuration = try MongoConfiguration(url: url)
            var dumped = ""
            dump(configuration, to: &dumped)
            for text in ["\(configuration)", String(reflecting: configuration), dumped] {
                #expect(!text.contains("geheim"))
            }
            for wrong in [
                "mongodb://me:geheim@host/?x=1", "mongodb://me:gehe?im@host/?geheim=geheim",
                "mongodb://me:geheim@host/a b",
                "mongodb://me:geheim@host:port/", "mongodb://me:ge@heim@host/", "mongodb://me:%zzgeheim@host/",
            ] {
                do {
                    let store = try await MongoRecords.open(try MongoConfiguration(url: wrong))
                    await store.close()
                    Issue.record("\(wrong) was accepted")
                } catch {
                    #expect(!"\(error) \(String(reflecting: error))".contains("geheim"), "\(error)")
                }
            }
            let error = await #expect(throws: StoreError.self) { _ = try await MongoRecords.open(configuration) }
            #expect(error?.code == .unavailable)
            #expect(!String(reflecting: error).contains("geheim"))
        }
    }
#endif
