#if MongoDB
    @testable import MongoRecords
    import Records
    import Synchronization
    import TestStores
    import Testing

    /// What is left after the server was killed while it wrote.
    ///
    /// That a batch is whole, that a refused one left nothing, and that a repeated one happens once is the store's
    /// promise, and must hold on any server. That an acknowledged one is still there is the server's: this one keeps it
    /// when it is told to sync its log at each commit (a real one is told by `j: true`), and otherwise loses the last.
    @Suite("MongoDB server killed", .serialized)
    struct CrashTests {
        /// What the writers of all rounds were told.
        private final class Tally: Sendable {
            struct State {
                var acknowledged: [String: UInt64] = [:]
                var unknown: [String: UInt64] = [:]
            }
            let state = Mutex(State())
            let signal = AsyncStream.makeStream(of: Void.self)

            func note(_ name: String, _ id: UInt64, _ result: Result<Receipt, StoreError>) -> StoreError.Code? {
                switch result {
                case .success:
                    state.withLock { $0.acknowledged[name] = id }
                    signal.continuation.yield()
                    return nil
                case .failure(let error):
                    if error.code == .outcomeUnknown { state.withLock { $0.unknown[name] = id } }
                    return error.code
                }
            }
        }

        @Test(arguments: [(true, 10), (false, 3)])
        func batchesAreWholeAndAcknowledgedOnesStay(_ syncs: Bool, _ rounds: Int) async throws {
            var server = try MongoServer(syncs ? ["--sync-on-commit"] : [])
            defer { server.kill() }
            var configuration = server.configuration()
            configuration.connectTimeout = 1
            configuration.operationTimeout = 3
            let tally = Tally()
            var lost: Set<String> = []
            var acknowledged = 0
            for round in 0..<rounds {
                let store = try await MongoRecords.open(configuration)
                try await store.prepare([note])
                let writers = (0..<4).map { writer in Task { await write(to: store, round, writer, tally) } }
                var seen = 0
                for await _ in tally.signal.stream {
                    seen += 1
                    if seen == 10 + round { break }
                }
                server.kill()
                for writer in writers {
                    let code = await writer.value
                    #expect(code == .unavailable || code == .outcomeUnknown, "\(code.rawValue)")
                }
                await store.close()
                server = try server.restarted()
                let again = try await MongoRecords.open(configuration)
                try await again.prepare([note])
                let told = tally.state.withLock { $0 }
                let stored = try await names(again)
                acknowledged = told.acknowledged.count
                lost.formUnion(Set(told.acknowledged.keys).subtracting(stored))
                let surplus = stored.subtracting(told.acknowledged.keys).subtracting(told.unknown.keys)
                #expect(surplus.isEmpty, "stored although it was refused")
                #expect(try await again.read(.counter("c"), in: owner).count == stored.count, "a batch is whole")
                // Whoever does not know asks again with the same id, and it has happened once.
                for (name, id) in told.unknown {
                    _ = try await again.commit(batch(name, id))
                    tally.state.withLock {
                        $0.unknown[name] = nil
                        $0.acknowledged[name] = id
                    }
                }
                #expect(
                    try await again.read(.counter("c"), in: owner).count == stored.union(told.unknown.keys).count,
                    "a repeated batch happens once")
                await again.close()
            }
            print(
                "mongo: \(rounds) kills, log \(syncs ? "synced" : "not synced") at commit: \(acknowledged) acknowledged, "
                    + "\(lost.count) lost")
            if syncs { #expect(lost.isEmpty, "acknowledged commits are lost") }
        }

        private func write(to store: MongoRecords, _ round: Int, _ writer: Int, _ tally: Tally) async
            -> StoreError.Code
        {
            for number in 0... {
                let name = "\(round)-\(writer)-\(number)"
                let id = UInt64(round * 1_000_000 + writer * 100_000 + number)
                if let code = tally.note(name, id, await store.commit([batch(name, id)])[0]) { return code }
            }
            return .closed
        }

        private func batch(_ name: String, _ id: UInt64) -> Batch {
            Batch(owner, id: id, [insert(name), .count("c", 1, atMost: nil)])
        }

        private func names(_ store: MongoRecords) async throws -> Set<String> {
            var names: Set<String> = []
            var query = Query("note", limit: 1_000)
            while true {
                let page = try await store.read(.query(query), in: owner)
                for case .text(let name)? in page.records.map({ $0?.values.first }) { names.insert(name) }
                guard let next = page.next else { return names }
                query.after = next
            }
        }
    }
#endif
