#if Redis
    import Foundation
    import Glibc
    import Records
    import RedisRecords
    import TestStores
    import Testing

    @Suite("Redis: failures", .serialized, .timeLimit(.minutes(1)))
    struct FailureTests {
        @Test(arguments: ["redis", "valkey"])
        func noAcknowledgedWriteIsLostWhenTheServerIsKilled(_ name: String) async throws {
            let server = try RedisServer(name == "redis" ? .redis : .valkey())
            let store = try await Notes.open(server.configuration)
            let writers = Writers()
            try await writers.run(4, store, [Notes.partition]) {
                // Ten times, and on until a commit was under way.
                for kills in 0..<50 where kills < 10 || writers.unknown == 0 {
                    try await writers.waitForProgress(40)
                    server.kill()
                    try server.restart()
                }
                try await writers.waitForProgress(40)
            }
            let acknowledged = writers.all[Notes.partition.name] ?? []
            let stored = try await Notes.ids(store)
            #expect(acknowledged.isSubset(of: stored), "nothing is lost")
            #expect(stored.isSubset(of: acknowledged), "what was not acknowledged is not there")
            #expect(acknowledged.count >= 440)
            #expect(writers.unknown > 0, "some commits were under way")
            print(
                "kill -9 of \(name) x10: \(acknowledged.count) acknowledged, \(writers.unknown) of unknown outcome "
                    + "sent again, 0 lost, 0 twice")
            await store.close()
        }

        @Test func aCommitThatTheServerMayHaveSeenIsUnknown() async throws {
            let server = try RedisServer()
            let store = try await Notes.open(server.configuration)
            try await store.commit(Notes.counted("first"))
            let process = try #require(
                try server.command("info", "server").split(whereSeparator: \.isNewline)
                    .first { $0.hasPrefix("process_id:") }.flatMap { Int32($0.dropFirst(11)) })
            kill(process, SIGSTOP)
            async let outcome = store.commit([Notes.counted("second")])
            async let reading = Result<Int, any Error>.of {
                try await store.read(.count("note", .all), in: Notes.partition).count
            }
            // The commands lie in the socket of a process that does not run; then it ends.
            let end = ContinuousClock.now + .seconds(10)
            while try !Self.hasUnread(server.port) {
                try #require(ContinuousClock.now < end, "nothing was sent")
                await Task.yield()
            }
            server.kill()
            let committed = await outcome
            let error = #expect(throws: StoreError.self) { try committed[0].get() }
            #expect(error?.code == .outcomeUnknown)
            try server.restart()
            let read = await reading
            #expect(try read.get() == 1, "a read is sent again")
            try await store.commit(Notes.counted("second"))
            #expect(try await Notes.ids(store) == ["first", "second"])
            await store.close()
        }

        /// Whether bytes wait for the process that listens on a port, by the kernel's table of sockets.
        private static func hasUnread(_ port: Int) throws -> Bool {
            let digits = String(port, radix: 16, uppercase: true)
            return try TestServers.run(["cat", "/proc/net/tcp"]).split(separator: "\n").contains {
                line in
                let words = line.split(separator: " ")
                return words.count > 4 && words[1].hasSuffix(":" + digits) && words[3] == "01"
                    && !words[4].hasSuffix(":00000000")
            }
        }

        @Test func aServerThatIsAwayIsUnavailableAndComesBack() async throws {
            let server = try RedisServer()
            var configuration = server.configuration
            configuration.busyTimeout = 0.3
            let store = try await Notes.open(configuration)
            try await store.commit(Notes.counted("a"))
            server.kill()
            let error = await #expect(throws: StoreError.self) { try await store.commit(Notes.counted("b")) }
            #expect(error?.code == .unavailable || error?.code == .outcomeUnknown)
            let second = await #expect(throws: StoreError.self) { try await store.commit(Notes.counted("c")) }
            #expect(second?.code == .unavailable, "nothing was sent")
            let reading = await #expect(throws: StoreError.self) {
                _ = try await store.read(.count("note", .all), in: Notes.partition)
            }
            #expect(reading?.code == .unavailable)
            try server.restart()
            try await store.commit(Notes.counted("d"))
            #expect(try await Notes.ids(store).isSuperset(of: ["a", "d"]))
            await store.close()
        }

        @Test func aServerThatNeverAnswersCountsAsBroken() async throws {
            let server = try RedisServer()
            var configuration = server.configuration
            configuration.commandTimeout = 0.5
            configuration.connectTimeout = 0.5
            configuration.busyTimeout = 0.5
            let store = try await Notes.open(configuration)
            try await store.commit(Notes.counted("a"))
            let process = try #require(
                try server.command("info", "server").split(whereSeparator: \.isNewline)
                    .first { $0.hasPrefix("process_id:") }.flatMap { Int32($0.dropFirst(11)) })
            kill(process, SIGSTOP)
            let error = await #expect(throws: StoreError.self) { try await store.commit(Notes.counted("b")) }
            #expect(error?.code == .outcomeUnknown)
            kill(process, SIGCONT)
            try await store.commit(Notes.counted("c"))
            #expect(try await Notes.ids(store).isSuperset(of: ["a", "c"]))
            await store.close()
        }
    }

    extension Result where Failure == any Error {
        static func of(_ body: () async throws -> Success) async -> Self {
            do { return .success(try await body()) } catch { return .failure(error) }
        }
    }
#endif
