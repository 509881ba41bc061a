#if MySQL
    import Foundation
    import Records
    import RelationalRecords
    import Synchronization
    import TestStores
    import Testing

    @testable import MySQLDriver

    extension Live {
        @Suite("MariaDB crashes")
        struct CrashTests {
            /// A commit whose answer was lost says so, and asking again with the same id does it once.
            @Test(arguments: [Proxy.Cut.beforeServerSawIt, .afterServerAnswered])
            func aLostAnswerIsAnUnknownOutcomeAndRetryingIsSafe(_ cut: Proxy.Cut) async throws {
                var (server, configuration) = try await database()
                let setUp = try await MySQLRecords.open(configuration)
                try await setUp.prepare([Sample.note])
                await setUp.close()
                let proxy = try Proxy(to: server.port, cutting: cut)
                defer { proxy.stop() }
                configuration.port = proxy.port
                configuration.tls = .disable
                configuration.skipsSetUp = true
                let store = try await MySQLRecords.open(configuration)
                try await store.prepare([Sample.note])
                let batch = Batch(Sample.partition, id: 77, [Sample.insert("a"), .count("c", 1, atMost: nil)])
                let error = await failure { _ = try await store.commit(batch) }
                #expect(error?.code == .outcomeUnknown)
                let receipt = try await store.commit(batch)
                #expect(receipt.results == [1, 1] && receipt.stamp == Stamp(1))
                #expect(try await store.commit(batch) == receipt)
                #expect(try await store.read(.count("note", .all), in: Sample.partition).count == 1)
                #expect(try await store.read(.counter("c"), in: Sample.partition).count == 1)
                await store.close()
                server = try MariaDBServer.shared.get()
            }

            /// What the writers were promised, and whether they go on.
            private final class Progress: Sendable {
                struct State {
                    var acknowledged: [String: Int] = [:]
                    var unknown = 0
                    var refused = 0
                    var isOver = false
                    /// Whether nobody looks at the counts any longer: what is unknown or refused is not asked for again.
                    var isAbandoned = false
                    /// Commits until the server is killed.
                    var countdown = 0
                    var wrong: StoreError?
                }

                let state = Mutex(State())
                private let signal = Mutex<CheckedContinuation<Void, Never>?>(nil)

                func begin(_ countdown: Int) {
                    state.withLock { state in
                        state.isOver = false
                        state.countdown = countdown
                    }
                }

                /// Lets the writers end, whatever the server answers.
                func abandon() {
                    state.withLock { state in
                        state.isOver = true
                        state.isAbandoned = true
                    }
                }

                /// Waits until so many commits were acknowledged.
                func reached() async {
                    await withCheckedContinuation { continuation in
                        signal.withLock { $0 = continuation }
                        if state.withLock({ $0.countdown <= 0 }) { resume() }
                    }
                }

                private func resume() {
                    let continuation = signal.withLock { signal in
                        defer { signal = nil }
                        return signal
                    }
                    continuation?.resume()
                }

                /// Notes an outcome and answers whether the batch is done with.
                func note(_ result: Result<Receipt, StoreError>, _ partition: Partition) -> Bool {
                    let (isDone, isReached) = state.withLock { state in
                        switch result {
                        case .success:
                            state.acknowledged[partition.name, default: 0] += 1
                            state.countdown -= 1
                            return (true, state.countdown == 0)
                        case .failure(let error) where error.code == .outcomeUnknown: state.unknown += 1
                        case .failure(let error) where error.code == .unavailable: state.refused += 1
                        case .failure(let error):
                            state.wrong = error
                            state.isOver = true
                            return (true, true)
                        }
                        return (state.isAbandoned, false)
                    }
                    if isReached { resume() }
                    return isDone
                }
            }

            /// Writes one record after the other; an ambiguous commit is asked for again with the same id until it is known.
            private static func write(
                _ store: RelationalRecords, _ writer: Int, round: Int, _ progress: Progress
            ) async {
                let partition = Partition("writer \(writer)")
                var number = 0
                while !progress.state.withLock({ $0.isOver }) {
                    number += 1
                    let batch = Batch(
                        partition, id: UInt64(round * 1_000_000 + writer * 100_000 + number),
                        [Sample.insert("\(round)-\(number)", words: ["crash"]), .count("n", 1, atMost: nil)])
                    while !progress.note(await store.commit([batch])[0], partition) {}
                }
            }

            /// Ten times signal 9 in the middle of writes, with one store that is never reopened.
            @Test(.timeLimit(.minutes(5))) func noAcknowledgedWriteIsLostWhenTheServerIsKilled() async throws {
                var server = try await onThread { try MariaDBServer(.everyCommit) }
                var configuration = server.configuration(database: try await server.makeDatabase())
                configuration.patience = 5
                let store = try await MySQLRecords.open(configuration)
                #expect(store.capabilities.survives == .powerLoss)
                try await store.prepare([Sample.note])
                let progress = Progress()
                defer { progress.abandon() }
                let clock = ContinuousClock()
                var slowest = Duration.zero
                for round in 0..<10 {
                    progress.begin(Int.random(in: 40...160))
                    let writers = (0..<6).map { writer in
                        Task { await Self.write(store, writer, round: round, progress) }
                    }
                    await progress.reached()
                    let old = server
                    server = try await onThread {
                        old.kill()
                        return try old.restarted()
                    }
                    let start = clock.now
                    // The first commit and the first read after the server answers again.
                    let probe = Partition("probe")
                    while true {
                        try #require(clock.now - start < .seconds(60))
                        guard case .success = await store.commit([Batch(probe, [.count("n", 1, atMost: nil)])])[0]
                        else { continue }
                        if await failure({ _ = try await store.read(.counter("n"), in: probe) }) == nil { break }
                    }
                    slowest = max(slowest, clock.now - start)
                    progress.state.withLock { $0.isOver = true }
                    for writer in writers { await writer.value }
                    for writer in 0..<6 {
                        let partition = Partition("writer \(writer)")
                        let wanted = progress.state.withLock { $0.acknowledged[partition.name] ?? 0 }
                        #expect(try await store.read(.counter("n"), in: partition).count == wanted)
                        #expect(try await store.read(.count("note", .all), in: partition).count == wanted)
                        let crash = Filter.has("words", anyOf: ["crash"])
                        #expect(try await store.read(.count("note", crash), in: partition).count == wanted)
                    }
                }
                let found = progress.state.withLock { $0 }
                #expect(found.wrong == nil)
                print(
                    "10 kills: \(found.acknowledged.values.reduce(0, +)) acknowledged, \(found.unknown) unknown outcomes, "
                        + "\(found.refused) refused, slowest recovery \(slowest)")
                #expect(slowest < .seconds(5))
                await store.close()
                server.kill()
            }
        }
    }
#endif
