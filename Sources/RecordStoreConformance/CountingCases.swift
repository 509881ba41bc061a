import Records

extension RecordStoreConformance {
    static let counting: [ConformanceCase] = [
        ConformanceCase("a counter counts up and down and answers its value", [.answersZero]) {
            let store = try await $0.store.ready()
            try expect(try await store.counter("c"), equals: 0, "an unknown counter")
            try expect(
                try await store.write([.count("c", 5, atMost: nil), .count("c", -2, atMost: nil)]).results,
                equals: [5, 3], "values")
            try expect(try await store.counter("c"), equals: 3, "the value")
            try expect(try await store.counter("d"), equals: 0, "another counter")
        },
        ConformanceCase(
            "numbers are drawn from the counter that counts change, in the order of the writes", [.reversesWrites]
        ) {
            let store = try await $0.store.ready()
            let next = Write.insert("event", [.text("l"), .next("n"), .null])
            let receipt = try await store.write([.count("n", 10, atMost: nil), next, .count("n", 5, atMost: nil), next])
            try expect(receipt.results, equals: [10, 11, 16, 17], "the results")
            try expect(try await store.counter("n"), equals: 17, "the counter")
        },
        ConformanceCase("a bound is a limit also where the sum would pass 64 bits", [.ignoresBounds]) {
            let store = try await $0.store.ready()
            try await store.write([.count("c", .max - 1, atMost: nil)])
            try await expectError(.limit, "with a bound") { try await store.write([.count("c", .max, atMost: .max)]) }
            try await expectError(.invalid, "without one") { try await store.write([.count("c", .max, atMost: nil)]) }
            try expect(try await store.counter("c"), equals: .max - 1, "the counter")
        },
        ConformanceCase("a bound refuses what would pass it and says the value", [.ignoresBounds]) {
            let store = try await $0.store.ready()
            try await store.write([.count("c", 3, atMost: 3)])
            let error = try await expectError(.limit, "past the bound") {
                try await store.write([.count("c", 1, atMost: 3)])
            }
            try expect(error.value, equals: 3, "the value")
            try await store.write([.count("c", -1, atMost: 1)])
            try expect(try await store.counter("c"), equals: 2, "counting down is always allowed")
        },
        ConformanceCase(
            "16 concurrent writers against a limit of 500 store exactly 500", [.ignoresBounds, .dropsWrites]
        ) {
            let store = try await $0.store.ready()
            let stored = try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 0..<16 {
                    group.addTask {
                        var stored = 0
                        for number in 0..<50 {
                            do {
                                try await store.write([
                                    Samples.insert("\(task)-\(number)"), .count("c", 1, atMost: 500),
                                ])
                                stored += 1
                            } catch let error as StoreError where error.code == .limit {
                                continue
                            }
                        }
                        return stored
                    }
                }
                return try await group.reduce(0, +)
            }
            try expect(stored, equals: 500, "successes")
            try expect(try await store.count(), equals: 500, "records")
            try expect(try await store.counter("c"), equals: 500, "the counter")
        },
        ConformanceCase("store-assigned numbers are gap-free, also under concurrency and failures", [.skipsNumbers]) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("taken")])
            let numbers = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var numbers: [Int64] = []
                        for round in 0..<20 {
                            let insert = Write.insert("event", [.text("l"), .next("n"), .text("x")])
                            if round % 4 == 3 {
                                _ = await store.commit([Batch(Samples.partition, [insert, Samples.insert("taken")])])
                            } else {
                                numbers += try await store.write([insert]).results
                            }
                        }
                        return numbers
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            try expect(numbers.sorted(), equals: Array(1...120), "the numbers")
            let page = try await store.read(.query(Query("event", limit: 200)), in: Samples.partition)
            try expect(
                page.records.compactMap { $0?.values[1] }, equals: (1...120).map { .int($0) }, "the records in order")
        },
    ]

    static let guarding: [ConformanceCase] = [
        ConformanceCase("an absent guard holds only while no record has the key", [.dropsGuards]) {
            let store = try await $0.store.ready()
            try await store.commit(Batch(Samples.partition, guards: [.absent(Samples.key("a"))], [Samples.insert("a")]))
            let error = try await expectError(.guardFailed, "the record is there") {
                try await store.commit(
                    Batch(
                        Samples.partition, guards: [.absent(Samples.key("b")), .absent(Samples.key("a"))],
                        [Samples.insert("b")]))
            }
            try expect(error.index, equals: 1, "which guard")
            try expect(try await store.item("b") == nil, "nothing was written")
        },
        ConformanceCase("a matching guard needs the record and the filter, revision and stamp included", [.dropsGuards])
        {
            let store = try await $0.store.ready()
            let stamp = try await store.write([Samples.insert("a", rank: 5)]).stamp.number
            func attempt(_ key: String, _ filter: Filter) async throws {
                try await store.commit(
                    Batch(
                        Samples.partition, guards: [.matches(Samples.key(key), filter)], [.count("c", 1, atMost: nil)]))
            }
            try await attempt(
                "a", .and([.equal("revision", .int(1)), .equal("stamp", .int(stamp)), .equal("rank", .int(5))]))
            try await attempt("a", .not(.exists("kind")))
            for (key, filter) in [
                ("b", Filter.all), ("a", .equal("revision", .int(2))), ("a", .less("rank", .int(5))),
                ("a", .exists("kind")),
            ] {
                try await expectError(.guardFailed, "guard on \(key)") { try await attempt(key, filter) }
            }
            try expect(try await store.counter("c"), equals: 2, "the counter")
        },
        ConformanceCase("guards see the partition as it is before the batch", [.dropsGuards]) {
            let store = try await $0.store.ready()
            try await store.commit(
                Batch(
                    Samples.partition, guards: [.absent(Samples.key("a"))],
                    [Samples.insert("a"), .delete(Samples.key("a"))]))
            try await expectError(.guardFailed, "not there before") {
                try await store.commit(
                    Batch(Samples.partition, guards: [.matches(Samples.key("a"), .all)], [Samples.insert("a")]))
            }
        },
        ConformanceCase("of concurrent compare-and-set writers exactly one wins each round", [.dropsGuards]) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a", rank: 0)])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var done = 0
                        while done < 10 {
                            let rank = try await store.item("a")?.rank ?? 0
                            do {
                                try await store.commit(
                                    Batch(
                                        Samples.partition,
                                        guards: [.matches(Samples.key("a"), .equal("rank", .int(rank)))],
                                        [.patch(Samples.key("a"), [.set("rank", .int(rank + 1))])]))
                                done += 1
                            } catch let error as StoreError where error.code == .guardFailed {
                                continue
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            try expect(try await store.item("a")?.rank, equals: 80, "no increment was lost")
            try await expectError(.guardFailed, "a stale guard") {
                try await store.commit(
                    Batch(Samples.partition, guards: [.matches(Samples.key("a"), .equal("rank", .int(1)))], []))
            }
        },
    ]
}
