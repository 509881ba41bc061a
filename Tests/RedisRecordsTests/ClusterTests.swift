#if Redis
    import Foundation
    import Records
    import TestStores
    import Testing

    @testable import RedisRecords

    @Suite("Redis: clusters", .serialized, .timeLimit(.minutes(1)))
    struct ClusterTests {
        /// So many that every node has some, whichever slots they fall in.
        private static let partitions = (0..<60).map { Partition("app/user\($0)") }

        @Test func partitionsAreSpreadOverTheNodes() async throws {
            let cluster = try RedisCluster()
            let store = try await Notes.open(cluster.configuration)
            let results = await store.commit(
                Self.partitions.flatMap { partition in
                    (0..<3).map { Notes.counted("\($0)", in: partition) }
                })
            for result in results { _ = try result.get() }
            for server in cluster.servers { #expect(try server.command("dbsize") != "0") }
            for partition in Self.partitions { #expect(try await Notes.ids(store, in: partition).count == 3) }
            #expect(!store.capabilities.failoverMayForget && store.capabilities.survives == .powerLoss)
            await store.close()
        }

        @Test func slotsMoveWhileWritersWrite() async throws {
            let cluster = try RedisCluster()
            let store = try await Notes.open(cluster.configuration)
            // So many that some lie in whichever slots are moved.
            let partitions = (0..<300).map { Partition("app/user\($0)") }
            let writers = Writers()
            let nodes = try cluster.servers.map { try $0.command("cluster", "myid") }
            try await writers.run(4, store, partitions) {
                try await writers.waitForProgress(300)
                for round in 0..<3 {
                    let (from, to) = (round % 3, (round + 1) % 3)
                    try TestServers.run([
                        "redis-cli", "--cluster", "reshard", "127.0.0.1:\(cluster.servers[0].port)", "--cluster-from",
                        nodes[from], "--cluster-to", nodes[to], "--cluster-slots", "200", "--cluster-yes",
                    ])
                    try await writers.waitForProgress(50)
                }
            }
            try await Self.check(writers, store, partitions: partitions)
            #expect(writers.errors.isEmpty, "writers wait for slots that move")
            print("reshard x3 of 200 slots: \(writers.all.values.map(\.count).reduce(0, +)) acknowledged")
            await store.close()
        }

        /// Each of two nodes says that the other serves a slot.
        @Test func nodesThatNameEachOtherAreNotAskedForEver() async throws {
            let cluster = try RedisCluster()
            var configuration = cluster.configuration
            configuration.busyTimeout = 0.5
            let store = try await Notes.open(configuration)
            // A partition without keys, so that its owner may be told that another node has its slot.
            let partition = Self.partitions[1]
            let keys = KeyLayout(prefix: store.keyPrefix, buckets: 256)
            let slot = try cluster.servers[0].command("cluster", "keyslot", keys.head(partition))
            var owner = cluster.servers[0]
            for server in cluster.servers where try server.command("get", keys.head(partition)).isEmpty {
                owner = server
            }
            let other = try #require(cluster.servers.first { $0 !== owner })
            try owner.command("cluster", "setslot", slot, "node", try other.command("cluster", "myid"))
            #expect(try owner.command("get", keys.head(partition)).contains("MOVED"))
            #expect(try other.command("get", keys.head(partition)).contains("MOVED"))
            let asked = try Self.calls(of: cluster)
            let error = await #expect(throws: StoreError.self) {
                try await store.commit(Notes.counted("a", in: partition))
            }
            #expect(error?.code == .unavailable)
            #expect(try Self.calls(of: cluster) - asked < 200, "with pauses in between")
            try owner.command("cluster", "setslot", slot, "node", try owner.command("cluster", "myid"))
            try await store.commit(Notes.counted("b", in: partition))
            #expect(try await Notes.ids(store, in: partition) == ["b"])
            await store.close()
        }

        private static func calls(of cluster: RedisCluster) throws -> Int {
            try cluster.servers.reduce(0) { sum, server in
                let line = try server.command("info", "stats").split(whereSeparator: \.isNewline)
                    .first { $0.hasPrefix("total_net_input_bytes:") }
                // A commit has more than 500 bytes.
                return sum + (line.flatMap { Int($0.dropFirst(22)) } ?? 0) / 500
            }
        }

        /// One slot stays half moved for a while, with its keys on both sides.
        @Test func aHalfMovedSlotIsWaitedForAndNeverHalfRead() async throws {
            let cluster = try RedisCluster()
            var configuration = cluster.configuration
            configuration.busyTimeout = 0.1
            let store = try await Notes.open(configuration)
            let partition = Self.partitions[0]
            for number in 0..<5 { try await store.commit(Notes.counted("\(number)", in: partition)) }
            let keys = KeyLayout(prefix: store.keyPrefix, buckets: 256)
            let slot = try cluster.servers[0].command("cluster", "keyslot", keys.head(partition))
            var source = cluster.servers[0]
            for server in cluster.servers where try server.command("cluster", "countkeysinslot", slot) != "0" {
                source = server
            }
            let target = try #require(cluster.servers.first { $0 !== source })
            let (sourceName, targetName) = (
                try source.command("cluster", "myid"), try target.command("cluster", "myid")
            )
            try target.command("cluster", "setslot", slot, "importing", sourceName)
            try source.command("cluster", "setslot", slot, "migrating", targetName)
            let names = try source.command("cluster", "getkeysinslot", slot, "100").split(separator: "\n").map(
                String.init)
            #expect(names.count > 5)
            // Key by key: whatever is where, an answer is right or there is none.
            for (place, name) in (names + [""]).enumerated() {
                do {
                    #expect(try await Notes.ids(store, in: partition).count >= 5, "after \(place) keys")
                } catch let error as StoreError {
                    #expect(error.code == .unavailable)
                }
                for result in await store.commit([Notes.counted("during-\(place)", in: partition)]) {
                    if case .failure(let error) = result { #expect(error.code == .unavailable) }
                }
                if !name.isEmpty {
                    try source.command("migrate", "127.0.0.1", "\(target.port)", name, "0", "5000", "replace")
                }
            }
            for name in try source.command("cluster", "getkeysinslot", slot, "1000").split(separator: "\n") {
                try source.command("migrate", "127.0.0.1", "\(target.port)", String(name), "0", "5000", "replace")
            }
            for server in [target, source] { try server.command("cluster", "setslot", slot, "node", targetName) }
            try await store.commit(Notes.counted("afterwards", in: partition))
            let ids = try await Notes.ids(store, in: partition)
            #expect(ids.isSuperset(of: ["0", "1", "2", "3", "4", "afterwards"]))
            await store.close()
        }

        @Test func noAcknowledgedWriteIsLostWhenNodesAreKilled() async throws {
            let cluster = try RedisCluster()
            let store = try await Notes.open(cluster.configuration)
            let writers = Writers()
            try await writers.run(4, store, Self.partitions) {
                for round in 0..<10 {
                    try await writers.waitForProgress(40)
                    let server = cluster.servers[round % 3]
                    server.kill()
                    try server.restart()
                }
                try await writers.waitForProgress(40)
            }
            try await Self.check(writers, store, partitions: Self.partitions)
            print(
                "kill -9 of a node x10: \(writers.all.values.map(\.count).reduce(0, +)) acknowledged, "
                    + "\(writers.unknown) of unknown outcome sent again, 0 lost, 0 twice")
            await store.close()
        }

        @Test func hintsReachAStoreWhereverTheCommitWas() async throws {
            let cluster = try RedisCluster()
            let store = try await Notes.open(cluster.configuration)
            var same = cluster.configuration
            same.keyPrefix = store.keyPrefix
            let other = try await Notes.openAgain(same)
            for partition in Self.partitions.prefix(6) {
                var hints = store.watch(partition).makeAsyncIterator()
                _ = await hints.next()
                for number in 0..<5 {
                    try await other.commit(Notes.counted("\(number)", in: partition))
                    #expect(await hints.next() != nil)
                }
            }
            await store.close()
            await other.close()
        }

        private static func check(_ writers: Writers, _ store: RedisRecords, partitions: [Partition]) async throws {
            for partition in partitions {
                let acknowledged = writers.all[partition.name] ?? []
                let stored = try await Notes.ids(store, in: partition)
                #expect(acknowledged.isSubset(of: stored), "of \(partition.name) nothing is lost")
                #expect(stored.isSubset(of: acknowledged), "what was not acknowledged is not there")
            }
            var query = Query("note", order: .field("due"), limit: 1_000, fields: [])
            var surveyed = 0
            while true {
                let survey = try await store.survey(query)
                surveyed += survey.page.records.count
                guard let next = survey.page.next else { break }
                query.after = next
            }
            var all = 0
            for partition in partitions { all += try await Notes.ids(store, in: partition).count }
            #expect(surveyed == all, "the global index has every record")
        }
    }
#endif
