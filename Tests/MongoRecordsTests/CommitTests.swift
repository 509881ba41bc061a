#if MongoDB
    import Foundation
    @testable import MongoRecords
    import Records
    import TestStores
    import Testing

    @Suite("Commits to MongoDB")
    struct CommitTests {
        @Test func twoStoresOnOnePartitionCountExactly() async throws {
            let first = try await makeStore()
            let stores = [first, try await first.twin()]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    group.addTask {
                        for number in 0..<15 {
                            try await stores[task % 2].commit(
                                Batch(
                                    owner,
                                    [
                                        .count("c", 1, atMost: nil),
                                        .insert("note", values("\(task)-\(number)", rank: Int64(task))),
                                    ]))
                        }
                    }
                }
                try await group.waitForAll()
            }
            for store in stores {
                #expect(try await store.read(.counter("c"), in: owner).count == 120)
                #expect(try await store.read(.count("note", .all), in: owner).count == 120)
                let feed = try await store.changes(of: "note", in: owner, after: .zero, limit: 1_000, fields: [])
                #expect(Set(feed.put.map(\.stamp.number)) == Set(1...120), "each commit has its own stamp")
            }
            for store in stores { await store.close() }
        }

        @Test func aLimitIsExactUnderSixteenWritersOfTwoStores() async throws {
            let first = try await makeStore()
            let stores = [first, try await first.twin()]
            let stored = try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 0..<16 {
                    group.addTask {
                        var stored = 0
                        for number in 0..<10 {
                            let error = try await storeError {
                                try await stores[task % 2].commit(
                                    Batch(owner, [insert("\(task)-\(number)"), .count("c", 1, atMost: 100)]))
                            }
                            if let error { #expect(error.code == .limit) } else { stored += 1 }
                        }
                        return stored
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(stored == 100)
            #expect(try await stores[1].read(.count("note", .all), in: owner).count == 100)
            for store in stores { await store.close() }
        }

        @Test func aRefusalRestsOnWhatIsStoredNotOnWhatIsRemembered() async throws {
            let store = try await makeStore()
            let other = try await store.twin()
            let full = Write.count("c", 1, atMost: 1)
            try await store.commit(Batch(owner, [insert("a"), full]))
            // The first store remembers a full counter; the other empties it.
            try await other.commit(Batch(owner, [.delete(Key("note", "a")), .count("c", -1, atMost: nil)]))
            try await store.commit(Batch(owner, [insert("b"), full]))
            // And a re-add at the limit is a duplicate, not a passed limit.
            let error = try await storeError { try await store.commit(Batch(owner, [insert("b"), full])) }
            #expect(error?.code == .exists)
            #expect(error?.record?.values.first == .text("b"))
            for store in [store, other] { await store.close() }
        }

        @Test func recordsMayHandTheirUniqueKeysOn() async throws {
            let store = try await makeStore()
            try await store.commit(Batch(owner, [insert("a", tag: "1"), insert("b", tag: "2"), insert("c", tag: "3")]))
            func tag(_ id: String, _ tag: String?) -> Write {
                .patch(Key("note", id), [.set("tag", tag.map { .text($0) } ?? .null)])
            }
            // A swap, by way of no key; a chain; and a key that a new record takes over.
            try await store.commit(Batch(owner, [tag("a", nil), tag("b", "1"), tag("a", "2")]))
            try await store.commit(Batch(owner, [tag("c", "4"), tag("a", "3"), tag("b", "2"), insert("d", tag: "1")]))
            let records = try await store.read(.query(Query("note")), in: owner).records
            #expect(records.map { $0?.values[5] } == ["3", "2", "4", "1"].map { .text($0) })
            #expect(records.map { $0?.revision } == [4, 3, 2, 1])
            await store.close()
        }

        @Test func waitingBatchesShareATransactionAndKeepTheirOutcomes() async throws {
            let store = try await makeStore()
            let batches = (0..<40).map { number in
                Batch(owner, [insert("\(number % 30)"), .count("c", 1, atMost: 25)])
            }
            let before = try await transactions(store)
            let results = await store.commit(batches)
            let after = try await transactions(store)
            let used = before.flatMap { before in after.map { $0 - before } }
            let codes = results.map { result in
                switch result {
                case .success: "stored"
                case .failure(let error): error.code.rawValue
                }
            }
            #expect(codes.prefix(25).allSatisfy { $0 == "stored" })
            #expect(codes[25..<30].allSatisfy { $0 == "limit" })
            #expect(codes.suffix(10).allSatisfy { $0 == "exists" })
            // Not 40: the batches were waiting for one another.
            if let used { #expect(used <= 4, "\(used) transactions") }
            await store.close()
        }

        /// How many transactions the server has committed; nil where it does not say.
        private func transactions(_ store: MongoRecords) async throws -> Int64? {
            let status = try await store.command(["serverStatus": 1], in: "admin")
            return status["transactions"]?.document?["totalCommitted"]?.integer
        }

        @Test func aRecordBeyondTheEnginesLimitIsRefused() async throws {
            let store = try await makeStore([
                RecordType("large", fields: [Field("id", .int)] + ["a", "b", "c"].map { Field($0, .bytes) })
            ])
            let half = Value.bytes([UInt8](repeating: 7, count: 6 << 20))
            let error = try await storeError {
                try await store.commit(Batch(owner, [.insert("large", [.int(1), half, half, half])]))
            }
            #expect(error?.code == .invalid)
            #expect(error?.message.contains("16 MiB") == true)
            try await store.commit(Batch(owner, [.insert("large", [.int(1), half, half, .null])]))
            #expect(try await store.record(Key("large", [.int(1)]), in: owner)?.values[2] == half)
            await store.close()
        }

        @Test func theFeedForgetsOldDeletionsAndSaysSo() async throws {
            let store = try await makeStore { $0.keptDeletions = 10 }
            for number in 0..<25 { try await store.commit(Batch(owner, [insert("\(number)")])) }
            for number in 0..<25 { try await store.commit(Batch(owner, [.delete(Key("note", "\(number)"))])) }
            func feed(_ stamp: Int64) async throws -> Changes {
                try await store.changes(of: "note", in: owner, after: Stamp(stamp), limit: 100, fields: nil)
            }
            #expect(try await storeError { _ = try await feed(30) }?.code == .tooOld)
            #expect(try await feed(40).deleted.count == 10)
            #expect(try await feed(0).upTo == Stamp(50), "from nothing, nothing was missed")
            let left = try await store.command(["count": "records.deletions"])
            #expect(left["n"]?.integer == 10)
            await store.close()
        }

        @Test func hostileNamesAreOnlyNames() async throws {
            let names = [
                "$set", "a.b", "$", ".", "{\"$gt\":\"\"}", "\u{1}", "\u{1}\u{1}", "a\u{1}", "é", "e\u{301}", "_id",
                "\u{10ffff}",
                "../x", "a\nb", "%00", "\u{feff}",
            ]
            let store = try await makeStore([
                note,
                RecordType(
                    "type",
                    fields: ["id", "p", "k", "value", "name", "key", "count"].map { Field($0, .text(maximumBytes: 64)) }
                ),
            ])
            for (number, name) in names.enumerated() {
                let partition = Partition(name)
                try await store.commit(
                    Batch(
                        partition, id: 1,
                        [
                            .insert("note", values(name, kind: name, words: ["w", "$in"], tag: name)),
                            .insert("type", [String](repeating: name, count: 7).map { .text($0) }),
                            .count(name, Int64(number + 1), atMost: nil),
                        ]))
            }
            for (number, name) in names.enumerated() {
                let partition = Partition(name)
                #expect(try await store.read(.counter(name), in: partition).count == number + 1)
                let filter = Filter.and([
                    .equal("kind", .text(name)), .isIn("tag", [.text(name)]), .has("words", anyOf: ["$in"]),
                ])
                let page = try await store.read(.query(Query("note", filter)), in: partition)
                #expect(page.records.map { $0?.values.first } == [.text(name)])
                #expect(try await store.read(.count("type", .equal("p", .text(name))), in: partition).count == 1)
                // A store that has not seen it refuses it as well.
                let error = try await storeError {
                    try await store.commit(Batch(partition, [.insert("note", values("other", tag: name))]))
                }
                #expect(error?.code == .exists)
            }
            await store.close()
        }

        @Test func aCancelledCallThatWaitsIsAnsweredAndWritesNothing() async throws {
            let store = try await makeStore { $0.poolSize = 1 }
            let gate = DispatchSemaphore(value: 0)
            // The only thread is busy until the gate opens.
            #expect(store.pool.submit { gate.wait() })
            let write = Task { await store.commit([Batch(owner, [insert("a")])]) }
            let read = Task { try await store.read(.counter("c"), in: owner) }
            write.cancel()
            read.cancel()
            let result = await write.value[0]
            #expect(throws: StoreError.self) { try result.get() }
            let error = try await storeError { _ = try await read.value }
            #expect(error?.code == .unavailable)
            gate.signal()
            #expect(try await store.ids(Query("note")).isEmpty)
            await store.close()
        }

        @Test func hintsArriveFromAnotherStore() async throws {
            let store = try await makeStore()
            let other = try await store.twin()
            var hints = store.watch(owner).makeAsyncIterator()
            #expect(await hints.next() != nil)
            // The stream tells everybody once when it is open; then only commits are told.
            #expect(await hints.next() != nil)
            var slowest = Duration.zero
            for number in 0..<10 {
                try await other.commit(Batch(owner, [insert("\(number)")]))
                let start = ContinuousClock.now
                #expect(await hints.next() != nil)
                slowest = max(slowest, ContinuousClock.now - start)
            }
            print("mongo: a hint from another store took at most \(slowest)")
            #expect(slowest < .seconds(2))
            for store in [store, other] { await store.close() }
        }
    }
#endif
