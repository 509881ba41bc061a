#if MongoDB
    import Foundation
    @testable import MongoRecords
    import Records
    import Synchronization
    import TestStores
    import Testing

    /// Names that several tasks collect.
    private final class Names: Sendable {
        private let names = Mutex<Set<String>>([])

        var all: Set<String> { names.withLock { $0 } }

        func insert(_ name: String) { names.withLock { _ = $0.insert(name) } }
    }

    @Suite("MongoDB failures", .serialized)
    struct FailureTests {
        /// Fails commands of the shared server's twin that knows test commands.
        private static let server = SharedServer { try MongoServer(["--enable-test-commands"]) }

        private func fail(
            _ store: MongoRecords, _ commands: [String], times: Int32, _ how: Document
        ) async throws {
            var data: Document = ["failCommands": .array(commands.map(BSON.text))]
            data.append(how)
            try await store.command(
                ["configureFailPoint": "failCommand", "mode": ["times": .int32(times)], "data": .document(data)],
                in: "admin")
        }

        private func heal(_ store: MongoRecords) async throws {
            try await store.command(["configureFailPoint": "failCommand", "mode": "off"], in: "admin")
        }

        @Test func aTransientErrorIsTriedAgain() async throws {
            let store = try await makeStore(on: try Self.server.get())
            try await fail(
                store, ["insert"], times: 3, ["errorCode": 112, "errorLabels": ["TransientTransactionError"]])
            let receipt = try await store.commit(Batch(owner, [insert("a"), .count("c", 1, atMost: nil)]))
            #expect(receipt.stamp == Stamp(1))
            #expect(try await store.read(.counter("c"), in: owner).count == 1)
            await store.close()
        }

        @Test func aLostAnswerToACommitIsAskedForAgain() async throws {
            let store = try await makeStore(on: try Self.server.get())
            for number in 0..<5 {
                try await fail(store, ["commitTransaction"], times: 1, ["closeConnection": true])
                let receipt = try await store.commit(
                    Batch(owner, [insert("\(number)"), .count("c", 1, atMost: nil)]))
                #expect(receipt.stamp.number == Int64(number + 1))
            }
            #expect(try await store.read(.counter("c"), in: owner).count == 5)
            #expect(try await store.read(.count("note", .all), in: owner).count == 5)
            await store.close()
        }

        /// The answer to the commit never comes, and the transaction was committed: the head tells.
        @Test func aCommitThatHappenedIsRecognisedByItsToken() async throws {
            let store = try await makeStore(on: try Self.server.get())
            try await fail(
                store, ["commitTransaction"], times: 8,
                ["writeConcernError": ["code": 64, "codeName": "WriteConcernFailed", "errmsg": "waiting timed out"]])
            let result = await store.commit([Batch(owner, [insert("a"), .count("c", 1, atMost: nil)])])[0]
            try await heal(store)
            switch result {
            case .success(let receipt): #expect(receipt.stamp == Stamp(1))
            case .failure(let error): #expect(error.code == .outcomeUnknown)
            }
            #expect(try await store.read(.counter("c"), in: owner).count == 1, "once, whatever was answered")
            await store.close()
        }

        @Test func withoutAServerTheOutcomeIsUnavailableAndItIsBackWithTheServer() async throws {
            var server = try MongoServer()
            let store = try await makeStore(on: server) {
                $0.connectTimeout = 1
                $0.operationTimeout = 5
            }
            try await store.commit(Batch(owner, [insert("a")]))
            server.kill()
            let error = try await storeError { try await store.commit(Batch(owner, [insert("b")])) }
            #expect(error?.code == .unavailable)
            let reading = try await storeError { _ = try await store.ids(Query("note")) }
            #expect(reading?.code == .unavailable)
            server = try server.restarted()
            defer { server.kill() }
            #expect(try await store.ids(Query("note")) == ["a"])
            let receipt = try await store.commit(Batch(owner, [insert("b")]))
            #expect(receipt.stamp == Stamp(2))
            await store.close()
        }

        /// What an acknowledgement is worth. The stand-in syncs its log only when told to, so this says what *it* loses;
        /// that a batch is whole, and that a repeated one happens once, is the store's own promise.
        @Test func killingTheServerLosesNothingThatWasAcknowledged() async throws {
            var server = try MongoServer(["--sync-on-commit"])
            defer { server.kill() }
            var configuration = server.configuration()
            configuration.connectTimeout = 5
            configuration.operationTimeout = 10
            let acknowledged = Names()
            let unknown = Names()
            var lost: Set<String> = []
            for round in 0..<10 {
                let store = try await MongoRecords.open(configuration)
                try await store.prepare([note])
                let goal = 10 + round
                let counted = AsyncStream.makeStream(of: Void.self)
                let writers = (0..<4).map { writer in
                    Task {
                        for number in 0... {
                            let id = "\(round)-\(writer)-\(number)"
                            let batch = Batch(
                                owner, id: UInt64(round * 1_000_000 + writer * 100_000 + number),
                                [insert(id), .count("c", 1, atMost: nil)])
                            switch await store.commit([batch])[0] {
                            case .success:
                                acknowledged.insert(id)
                                counted.continuation.yield()
                            case .failure(let error):
                                if error.code == .outcomeUnknown { unknown.insert(id) }
                                return error.code
                            }
                        }
                        return StoreError.Code.closed
                    }
                }
                var seen = 0
                for await _ in counted.stream {
                    seen += 1
                    if seen == goal { break }
                }
                server.kill()
                for writer in writers {
                    let code = await writer.value
                    #expect(code == .unavailable || code == .outcomeUnknown)
                }
                server = try server.restarted(["--sync-on-commit"])
                await store.close()
                let again = try await MongoRecords.open(configuration)
                try await again.prepare([note])
                var stored: Set<String> = []
                var query = Query("note", limit: 1_000)
                while true {
                    let page = try await again.read(.query(query), in: owner)
                    for case .text(let id)? in page.records.map({ $0?.values.first }) { stored.insert(id) }
                    guard let next = page.next else { break }
                    query.after = next
                }
                lost.formUnion(acknowledged.all.subtracting(stored))
                let surplus = stored.subtracting(acknowledged.all).subtracting(unknown.all)
                #expect(surplus.isEmpty, "stored although it was refused: \(surplus)")
                let counter = try await again.read(.counter("c"), in: owner).count
                #expect(counter == stored.count, "round \(round): a batch is whole")
                await again.close()
            }
            let count = acknowledged.all.count
            print(
                "mongo: 10 kills, \(count) commits acknowledged, \(lost.count) of them lost, "
                    + "\(unknown.all.count) unknown")
            #expect(lost.isEmpty, "\(lost.count) of \(count) acknowledged commits are lost")
        }
    }
#endif
