#if MongoDB
    import Foundation
    @testable import MongoRecords
    import Records
    import TestStores
    import Testing

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

        /// The driver asks once more by itself outside transactions, and never inside of one.
        @Test func aReadOutlivesBrokenConnections() async throws {
            let store = try await makeStore(on: try Self.server.get())
            try await store.commit(Batch(owner, [insert("a"), .count("c", 1, atMost: nil)]))
            for (commands, times) in [(["find"], Int32(2)), (["find", "commitTransaction"], 1), (["find"], 3)] {
                try await fail(store, commands, times: times, ["closeConnection": true])
                let pages = try await store.read([.counter("c"), .query(Query("note"))], in: owner, atLeast: nil)
                #expect(pages[0].count == 1 && pages[1].records.count == 1)
                #expect(try await store.ids(Query("note")) == ["a"])
                try await heal(store)
            }
            try await fail(store, ["find"], times: 1_000, ["closeConnection": true])
            let error = try await storeError { _ = try await store.ids(Query("note")) }
            try await heal(store)
            #expect(error?.code == .unavailable)
            #expect(try await store.ids(Query("note")) == ["a"])
            await store.close()
        }

        /// The answer to the commit never comes, and the transaction was committed: the head tells.
        @Test func aCommitThatHappenedIsRecognisedByItsToken() async throws {
            let store = try await makeStore(on: try Self.server.get())
            try await fail(
                store, ["commitTransaction"], times: 8,
                ["writeConcernError": ["code": 64, "codeName": "WriteConcernFailed", "errmsg": "waiting timed out"]])
            let receipt = try await store.commit(Batch(owner, [insert("a"), .count("c", 1, atMost: nil)]))
            try await heal(store)
            #expect(receipt.stamp == Stamp(1))
            #expect(try await store.read(.counter("c"), in: owner).count == 1)
            await store.close()
        }

        @Test func withoutAServerTheOutcomeIsUnavailableAndItIsBackWithTheServer() async throws {
            var server = try MongoServer(["--sync-on-commit"])
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
    }
#endif
