#if Redis
    import Foundation
    import Records
    import RedisRecords
    import TestStores
    import Testing

    @Suite("Redis: sentinels", .timeLimit(.minutes(1)))
    struct SentinelTests {
        /// A master, a replica and the sentinel that watches them.
        private struct Watched: Sendable {
            let master: RedisServer
            let replica: RedisServer
            let sentinel: ServerProcess
            let port: Int

            init() throws {
                master = try RedisServer()
                replica = try RedisServer(.redis, ["--replicaof", "127.0.0.1 \(master.port)"])
                port = try TestServers.freePort()
                let file = master.folder.path + "/sentinel.conf"
                try """
                port \(port)
                bind 127.0.0.1
                sentinel monitor main 127.0.0.1 \(master.port) 1
                sentinel down-after-milliseconds main 500
                sentinel failover-timeout main 3000
                """.write(toFile: file, atomically: true, encoding: .utf8)
                sentinel = try ServerProcess(
                    ["/usr/bin/redis-server", file, "--sentinel"], log: master.folder.path + "/log-sentinel")
                let port = port
                try sentinel.wait { TestServers.answers(on: port) }
                let replica = replica
                try sentinel.wait {
                    let state = try? replica.command("info", "replication")
                    let known = try? TestServers.run(["redis-cli", "-p", "\(port)", "sentinel", "replicas", "main"])
                    return state?.contains("master_link_status:up") == true
                        && known?.contains("\(replica.port)") == true
                }
            }
        }

        @Test func theStoreFollowsTheMaster() async throws {
            let watched = try Watched()
            let url = "redis+sentinel://127.0.0.1:1,127.0.0.1:\(watched.port)/main?busy-timeout=60"
            let store = try await Notes.open(try RedisConfiguration(url: url))
            #expect(store.capabilities.failoverMayForget)
            for number in 0..<30 { try await store.commit(Notes.counted("\(number)")) }
            // What the replica has is not forgotten.
            #expect(try watched.master.command("wait", "1", "10000") == "1")
            watched.master.kill()
            for number in 30..<60 {
                do throws(StoreError) {
                    try await store.commit(Notes.counted("\(number)"))
                } catch {
                    #expect(error.code == .outcomeUnknown)
                }
            }
            #expect(try await Notes.ids(store).isSuperset(of: Set((0..<60).filter { $0 != 30 }.map(String.init))))
            #expect(try watched.replica.command("role").hasPrefix("master"))
            await store.close()
        }

        @Test func anUnknownMasterIsUnavailable() async throws {
            let watched = try Watched()
            let url = "redis+sentinel://127.0.0.1:\(watched.port)/other?busy-timeout=0.2"
            let error = await #expect(throws: StoreError.self) {
                _ = try await RedisRecords.open(try RedisConfiguration(url: url))
            }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("sentinel") == true)
        }
    }
#endif
