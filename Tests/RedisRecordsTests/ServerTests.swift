#if Redis
    import Foundation
    import Records
    import RedisRecords
    import TestStores
    import Testing

    @Suite("Redis: one server", .timeLimit(.minutes(1)))
    struct ServerTests {
        private static let shared = SharedServer { try RedisServer() }

        @Test func scriptsThatTheServerForgotAreLoadedAgain() async throws {
            let server = try RedisServer()
            let store = try await Notes.open(server.configuration)
            for number in 0..<20 {
                try server.command("script", "flush", "sync")
                try await store.commit(Notes.counted("\(number)"))
                try server.command("script", "flush", "sync")
                #expect(try await store.read(.count("note", .all), in: Notes.partition).count == number + 1)
            }
            // Also where many commands are under way.
            try server.command("script", "flush", "sync")
            let results = await store.commit((0..<50).map { Notes.counted("more-\($0)") })
            for result in results { _ = try result.get() }
            #expect(try await Notes.ids(store).count == 70)
            await store.close()
        }

        @Test func anotherStoresCommitIsHintedWithin100Milliseconds() async throws {
            let configuration = try Self.shared.get().configuration
            let writer = try await Notes.open(configuration)
            var same = configuration
            same.keyPrefix = writer.keyPrefix
            let reader = try await Notes.openAgain(same)
            var hints = reader.watch(Notes.partition).makeAsyncIterator()
            _ = await hints.next()
            var times: [Duration] = []
            for number in 0..<30 {
                let time = try await ContinuousClock().measure {
                    try await writer.commit(Notes.counted("\(number)"))
                    _ = await hints.next()
                }
                times.append(time)
            }
            // At most two hints of the subscription itself come before those of the commits.
            times.sort()
            // The quicker quarter: who waits for a busy machine says nothing about notices.
            #expect(times[7] < .milliseconds(100))
            print("watch: a commit is seen by another store after \(times[15]) (median of 30)")
            await writer.close()
            await reader.close()
        }

        @Test func hintsGoOnAfterTheConnectionBroke() async throws {
            let server = try RedisServer()
            let store = try await Notes.open(server.configuration)
            var same = server.configuration
            same.keyPrefix = store.keyPrefix
            let other = try await Notes.openAgain(same)
            var hints = store.watch(Notes.partition).makeAsyncIterator()
            _ = await hints.next()
            for round in 0..<3 {
                server.kill()
                try server.restart()
                // Its own yield after the reconnection, and then those of the commits.
                for number in 0..<4 {
                    try await other.commit(Notes.counted("\(round)-\(number)"))
                    #expect(await hints.next() != nil)
                }
            }
            await store.close()
            await other.close()
        }

        @Test func aServerThatEvictsIsRefused() async throws {
            let server = try RedisServer(.redis, ["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"])
            let error = await #expect(throws: StoreError.self) { _ = try await RedisRecords.open(server.configuration) }
            #expect(error?.code == .unsupported)
            #expect(error?.message.contains("allkeys-lru") == true && error?.message.contains("noeviction") == true)
            try server.command("config", "set", "maxmemory", "0")
            await (try RedisRecords.open(server.configuration)).close()
        }

        /// What expires is filtered by readers and removed by sweeps: a key that vanished by itself would leave its index
        /// entries behind.
        @Test func theServerExpiresNothingButReceipts() async throws {
            let server = try RedisServer(.redis, ["--maxmemory", "100mb", "--maxmemory-policy", "noeviction"])
            let store = try await Notes.open(server.configuration)
            for number in 0..<5 { try await store.commit(Notes.counted("\(number)", batch: UInt64(number + 1))) }
            let names = try server.command("--scan").split(separator: "\n").map(String.init)
            let expiring = try names.filter { try server.command("pttl", $0) != "-1" }
            #expect(expiring.count == 5 && expiring.allSatisfy { $0.contains(":b:") })
            #expect(names.count > 15)
            let found = try await store.survey(Query("note", .atMost("due", .time(1)), order: .field("due")))
            #expect(found.page.records.count == 5, "a sweeper finds what is due")
            await store.close()
        }

        @Test func aFullServerRefusesWholeBatches() async throws {
            let server = try RedisServer()
            let store = try await Notes.open(server.configuration)
            for number in 0..<50 { try await store.commit(Notes.counted("\(number)")) }
            try server.command("config", "set", "maxmemory", "1mb")
            for number in 50..<60 {
                let error = await #expect(throws: StoreError.self) {
                    try await store.commit(Notes.counted("\(number)"))
                }
                #expect(error?.code == .unavailable)
                #expect(error?.message.contains("maxmemory") == true)
            }
            let deletion = Batch(Notes.partition, [.delete(Key("note", "1")), .count("notes", -1, atMost: nil)])
            _ = await store.commit([deletion])
            try server.command("config", "set", "maxmemory", "0")
            let ids = try await Notes.ids(store)
            #expect(ids.count >= 49 && ids.isSubset(of: Set((0..<50).map(String.init))))
            await store.close()
        }

        @Test func durabilityIsReadBack() async throws {
            let server = try RedisServer()
            for (settings, survives, text) in [
                (["appendfsync", "always"], .powerLoss, "appendonly=yes, appendfsync=always"),
                (["appendfsync", "everysec"], .processCrash, "appendonly=yes, appendfsync=everysec"),
                (["appendonly", "no"], .nothing, "appendonly=no, no snapshots"),
                (["save", "60 1"], .nothing, "appendonly=no, save=60 1"),
            ] as [([String], Capabilities.Survival, String)] {
                try server.command("config", "set", settings[0], settings[1])
                let store = try await RedisRecords.open(server.configuration)
                #expect(store.capabilities.survives == survives)
                #expect(store.capabilities.durability == text)
                #expect(!store.capabilities.failoverMayForget)
                await store.close()
            }
        }

        @Test func scrubRewritesTheServersFiles() async throws {
            let server = try RedisServer(.redis, ["--save", "3600 1"])
            let store = try await Notes.open(server.configuration)
            let secret = "kept-secret-\(UUID().uuidString)"
            try await store.commit(
                Batch(Notes.partition, [Notes.insert("a", secret), Notes.insert("b", "stays-here")]))
            try await store.commit(Batch(Notes.partition, [.delete(Key("note", "a"))]))
            #expect(try Self.files(of: server).contains(secret), "the log holds what was deleted")
            let remaining = try await store.scrub(within: 30)
            #expect(remaining == ["backups of the servers' files"])
            let files = try Self.files(of: server)
            #expect(!files.contains(secret))
            #expect(files.contains("stays-here"))
            await store.close()
        }

        @Test func scrubNamesWhatItMayNotRewrite() async throws {
            let server = try RedisServer()
            try server.command(
                "acl", "setuser", "plain", "on", ">pw", "~*", "&*", "+@all", "-bgrewriteaof", "-bgsave")
            var configuration = server.configuration
            (configuration.user, configuration.password) = ("plain", "pw")
            let store = try await Notes.open(configuration)
            let remaining = try await store.scrub(within: 5)
            #expect(remaining.contains { $0.hasPrefix("the append-only file of 127.0.0.1:") })
            await store.close()
        }

        private static func files(of server: RedisServer) throws -> String {
            var text = ""
            for case let name as String in FileManager.default.enumerator(atPath: server.folder.path)
                ?? FileManager.DirectoryEnumerator()
            {
                if name.hasPrefix("log") { continue }
                if let data = FileManager.default.contents(atPath: server.folder.path + "/" + name) {
                    text += String(decoding: data, as: UTF8.self)
                }
            }
            return text
        }

        @Test func aSocketOnThisMachineServesAsWell() async throws {
            let folder = try TemporaryFolder()
            let server = try RedisServer(.redis, ["--unixsocket", folder.path + "/s"])
            let store = try await Notes.open(try RedisConfiguration(url: "redis+unix://\(folder.path)/s?db=3"))
            try await store.commit(Notes.counted("a"))
            #expect(try await Notes.ids(store) == ["a"])
            #expect(try server.command("-n", "3", "dbsize") != "0")
            #expect(try server.command("dbsize") == "0")
            await store.close()
        }

        @Test func bucketsAreFixedWhenTheStoreIsMade() async throws {
            var configuration = try Self.shared.get().configuration
            configuration.keyPrefix = "t" + UUID().uuidString
            configuration.buckets = 8
            let store = try await Notes.openAgain(configuration)
            for number in 0..<40 {
                try await store.commit(Notes.counted("a", in: Partition("p\(number)")))
            }
            var query = Query("note", order: .field("due"), limit: 7)
            var found: [String] = []
            while true {
                let survey = try await store.survey(query)
                found += survey.partitions.map(\.name)
                guard let next = survey.page.next else { break }
                query.after = next
            }
            #expect(found == (0..<40).map { "p\($0)" }.sorted())
            await store.close()
            configuration.buckets = nil
            await (try Notes.openAgain(configuration)).close()
            configuration.buckets = 9
            let error = await #expect(throws: StoreError.self) { try await Notes.openAgain(configuration) }
            #expect(error?.code == .schema)
        }

        @Test func anOlderProgramIsRefusedByMigratedPartitions() async throws {
            var configuration = try Self.shared.get().configuration
            configuration.keyPrefix = "t" + UUID().uuidString
            let old = try await Notes.openAgain(configuration)
            for number in 0..<5 { try await old.commit(Notes.counted("a", in: Partition("p\(number)"))) }
            var grown = Notes.type
            grown.version = 2
            grown.fields.append(Field("rank", .int))
            grown.indexes.append(Index(order: "rank", isGlobal: true))
            grown.unique.append(["rank"])
            let new = try await RedisRecords.open(configuration)
            try await new.prepare([grown])
            for number in 0..<5 {
                let error = await #expect(throws: StoreError.self) {
                    try await old.commit(Notes.counted("b", in: Partition("p\(number)")))
                }
                #expect(error?.code == .schema)
                await #expect(throws: StoreError.self) {
                    _ = try await old.read(.count("note", .all), in: Partition("p\(number)"))
                }
                try await new.commit(
                    Batch(Partition("p\(number)"), [.patch(Key("note", "a"), [.set("rank", .int(7))])]))
            }
            let survey = try await new.survey(Query("note", order: .field("rank")))
            #expect(survey.page.records.count == 5)
            // A partition that the older program makes afterwards is migrated when it is met.
            try await old.commit(Notes.counted("late", in: Partition("late")))
            let page = try await new.read(.query(Query("note", order: .field("rank"))), in: Partition("late"))
            #expect(page.records.count == 1)
            await old.close()
            await new.close()
        }

        @Test func keysOfAnotherLayoutAreRefused() async throws {
            let server = try Self.shared.get()
            let store = try await Notes.open(server.configuration)
            var same = server.configuration
            same.keyPrefix = store.keyPrefix
            await store.close()
            for layout in ["1", "999"] {
                try server.command("hset", "{\(same.keyPrefix)}#schema", "layout", layout)
                let configuration = same
                let error = await #expect(throws: StoreError.self) { try await Notes.openAgain(configuration) }
                #expect(error?.code == .schema)
            }
        }

        @Test func addedUniqueKeysMustHold() async throws {
            var configuration = try Self.shared.get().configuration
            configuration.keyPrefix = "t" + UUID().uuidString
            let old = try await Notes.openAgain(configuration)
            try await old.commit(Batch(Notes.partition, [Notes.insert("a"), Notes.insert("b")]))
            var grown = Notes.type
            grown.version = 2
            grown.unique.append(["body"])
            let new = try await RedisRecords.open(configuration)
            let error = await #expect(throws: StoreError.self) { try await new.prepare([grown]) }
            #expect(error?.code == .schema)
            try await old.commit(Batch(Notes.partition, [Notes.insert("c")]))
            await old.close()
            await new.close()
        }

        @Test func moreThanTheMostPendingCommandsAreUnavailable() async throws {
            var configuration = try Self.shared.get().configuration
            configuration.maximumPending = 4
            let store = try await Notes.open(configuration)
            let results = await store.commit((0..<5).map { Notes.counted("\($0)") })
            for result in results {
                let error = #expect(throws: StoreError.self) { try result.get() }
                #expect(error?.code == .unavailable)
                #expect(error?.message.contains("max-pending") == true)
            }
            try await store.commit(Notes.counted("a"))
            #expect(try await Notes.ids(store) == ["a"])
            await store.close()
        }
    }
#endif
