import Records

extension RecordStoreConformance {
    static let writing: [ConformanceCase] = [
        ConformanceCase("insert adds a record with revision 1 and the commit's stamp", [.dropsWrites, .answersZero]) {
            let store = try await $0.store.ready()
            let receipt = try await store.write([Samples.insert("a", rank: 7)])
            try expect(receipt.results, equals: [1], "the receipt of an insert")
            let record = try await store.item("a")
            try expect(record?.revision, equals: 1, "the revision")
            try expect(record?.stamp, equals: receipt.stamp, "the record's stamp")
            try expect(record?.rank, equals: 7, "the value")
        },
        ConformanceCase("put adds or replaces, and counts revisions", [.answersZero, .dropsWrites]) {
            let store = try await $0.store.ready()
            try expect(
                try await store.write([.put("item", Samples.item("a", rank: 1, tag: "t"))]).results, equals: [1],
                "first put")
            try expect(
                try await store.write([.put("item", Samples.item("a", rank: 2))]).results, equals: [2], "second put")
            let record = try await store.item("a")
            try expect(record?.values, equals: Samples.item("a", rank: 2), "put replaces every field")
            try expect(record?.revision, equals: 2, "the revision")
        },
        ConformanceCase("patch changes only the named fields", [.dropsWrites, .altersText]) {
            let store = try await $0.store.ready()
            try await store.write([.insert("item", Samples.item("a", name: "N  ", rank: 5, score: 1, at: 10))])
            let receipt = try await store.write([
                .patch(
                    Samples.key("a"),
                    [
                        .add("rank", -2), .least("score", .double(0.5)), .greatest("at", .time(4)),
                        .set("kind", .text("k")),
                        .set("flag", .bool(true)), .add("missing_rank", 0),
                    ].filter { $0 != .add("missing_rank", 0) })
            ])
            try expect(receipt.results, equals: [2], "the revision after a patch")
            let wanted = Samples.item("a", name: "N  ", kind: "k", rank: 3, score: 0.5, flag: true, at: 10)
            try expect(try await store.item("a")?.values, equals: wanted, "the patched record")
        },
        ConformanceCase("patch treats a missing value as zero or replaceable", [.dropsWrites]) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a")])
            try await store.write([
                .patch(Samples.key("a"), [.add("rank", 4), .least("score", .double(2)), .greatest("at", .time(9))])
            ])
            try expect(
                try await store.item("a")?.values, equals: Samples.item("a", rank: 4, score: 2, at: 9),
                "the patched record")
        },
        ConformanceCase("an addition that overflows is refused and nothing is written", [.acceptsAnything]) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a", rank: .max)])
            try await expectError(.invalid, "overflow") {
                try await store.write([Samples.insert("b"), .patch(Samples.key("a"), [.add("rank", 1)])])
            }
            try expect(try await store.item("b") == nil, "nothing of the batch is written")
        },
        ConformanceCase(
            "delete removes a record and answers its revision, 0 when absent", [.answersZero, .dropsWrites]
        ) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a")])
            try await store.write([.put("item", Samples.item("a", rank: 1))])
            try expect(
                try await store.write([.delete(Samples.key("a")), .delete(Samples.key("b"))]).results, equals: [2, 0],
                "deletions")
            try expect(try await store.item("a") == nil, "the record is gone")
        },
        ConformanceCase("writes of a batch see those before them", [.splitsBatches, .reversesWrites]) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a", tag: "t")])
            let receipt = try await store.write([
                .delete(Samples.key("a")), Samples.insert("b", rank: 1, tag: "t"),
                .patch(Samples.key("b"), [.add("rank", 1)]),
                Samples.insert("a"),
            ])
            try expect(receipt.results, equals: [1, 1, 2, 1], "the results")
            try expect(try await store.item("b")?.rank, equals: 2, "the patch saw the insert")
            try expect(try await store.item("b")?.stamp, equals: receipt.stamp, "one commit, one stamp")
        },
        ConformanceCase("a failing batch leaves nothing behind: records, counters, numbers, feed", [.splitsBatches]) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("x"), .insert("event", [.text("l"), .next("n"), .null])])
            try await expectError(.exists, "a duplicate key") {
                try await store.write([
                    Samples.insert("a"), .count("c", 5, atMost: nil),
                    .insert("event", [.text("l"), .next("n"), .null]),
                    Samples.insert("x"),
                ])
            }
            try expect(try await store.item("a") == nil, "the first insert is undone")
            try expect(try await store.counter("c"), equals: 0, "the counter")
            let receipt = try await store.write([.insert("event", [.text("l"), .next("n"), .null])])
            try expect(receipt.results, equals: [2], "no number was lost")
            let feed = try await store.changes(of: "item", in: Samples.partition, after: .zero, limit: 10, fields: nil)
            try expect(feed.put.map(\.id), equals: ["x"], "the feed")
        },
        ConformanceCase("batches of one call are independent", [.joinsBatches]) {
            let store = try await $0.store.ready()
            let results = await store.commit([
                Batch(Samples.partition, [Samples.insert("a")]), Batch(Samples.partition, [Samples.insert("a")]),
                Batch(Partition("other"), [Samples.insert("a")]), Batch(Samples.partition, [Samples.insert("b")]),
            ])
            let codes = results.map { result -> String in
                switch result {
                case .success: "done"
                case .failure(let error): error.code.rawValue
                }
            }
            try expect(codes, equals: ["done", "exists", "done", "done"], "the outcomes")
        },
        ConformanceCase("stamps start at 1 and increase by commit in each partition", [.repeatsStamps]) {
            let store = try await $0.store.ready()
            var last = Int64(0)
            for number in 0..<5 {
                let stamp = try await store.write([Samples.insert("\(number)")]).stamp.number
                try expect(stamp == last + 1, "stamps count commits")
                last = stamp
            }
            try expect(
                try await store.write([Samples.insert("0")], in: Partition("p2")).stamp, equals: Stamp(1),
                "another partition")
        },
        ConformanceCase(
            "concurrent commits of one partition get distinct stamps and lose nothing", [.repeatsStamps, .dropsWrites]
        ) {
            let store = try await $0.store.ready()
            let stamps = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for task in 0..<16 {
                    group.addTask {
                        var stamps: [Int64] = []
                        for number in 0..<20 {
                            stamps.append(try await store.write([Samples.insert("\(task)-\(number)")]).stamp.number)
                        }
                        return stamps
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            try expect(Set(stamps).count, equals: 320, "distinct stamps")
            try expect(try await store.count(), equals: 320, "every insert is there")
        },
        ConformanceCase(
            "a batch id that was committed answers its receipt and writes nothing", [.forgetsBatchIdentifiers]
        ) {
            let store = try await $0.store.ready()
            let batch = Batch(
                Samples.partition, id: 0xfeed_0000_0000_0001, [.count("c", 3, atMost: nil), Samples.insert("a")])
            let first = try await store.commit(batch)
            try expect(try await store.commit(batch), equals: first, "the receipt again")
            try expect(try await store.counter("c"), equals: 3, "counted once")
            var elsewhere = batch
            elsewhere.partition = Partition("other")
            try expect(try await store.commit(elsewhere).stamp, equals: Stamp(1), "ids are of one partition")
        },
    ]

    static let failing: [ConformanceCase] = [
        ConformanceCase("a taken key answers exists with the record in the way", [.overwrites, .hidesHolder]) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a", rank: 1)])
            let error = try await expectError(.exists, "a duplicate key") {
                try await store.write([Samples.insert("b"), Samples.insert("a")])
            }
            try expect(error.record?.rank, equals: 1, "the record in the way")
            try expect(error.index, equals: 1, "which write")
            try expect(try await store.item("a")?.rank, equals: 1, "the record is as it was")
        },
        ConformanceCase(
            "a taken unique key answers exists with the record in the way", [.forgetsUniqueKeys, .hidesHolder]
        ) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a", tag: "t"), Samples.insert("b", tag: "u")])
            for write in [
                Samples.insert("c", tag: "t"), .put("item", Samples.item("b", tag: "t")),
                .patch(Samples.key("b"), [.set("tag", .text("t"))]),
            ] {
                let error = try await expectError(.exists, "a duplicate tag") { try await store.write([write]) }
                try expect(error.record?.id, equals: "a", "the record in the way")
            }
            try expect(try await store.count(), equals: 2, "nothing was written")
        },
        ConformanceCase("a record does not conflict with itself", [.overwrites, .dropsWrites]) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a", tag: "t")])
            try await store.write([.put("item", Samples.item("a", rank: 2, tag: "t"))])
            try await store.write([.patch(Samples.key("a"), [.set("tag", .text("t")), .set("rank", .int(3))])])
            try expect(try await store.item("a")?.rank, equals: 3, "the patch")
            try await expectError(.exists, "insert") { try await store.write([Samples.insert("a", tag: "t")]) }
        },
        ConformanceCase("null never conflicts, and a unique key is of one partition", [.mergesPartitions]) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a"), Samples.insert("b"), Samples.insert("c", tag: "t")])
            try await store.write([Samples.insert("d", tag: "t")], in: Partition("other"))
            try expect(try await store.count(), equals: 3, "three in the first")
        },
        ConformanceCase("a freed unique key can be taken again", [.dropsWrites]) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a", tag: "t")])
            try await store.write([.patch(Samples.key("a"), [.set("tag", .null)])])
            try await store.write([Samples.insert("b", tag: "t")])
            try await store.write([.delete(Samples.key("b"))])
            try await store.write([Samples.insert("c", tag: "t")])
            try expect(try await store.item("c") != nil, "the third")
        },
        ConformanceCase("unique keys compare bytewise", [.altersText]) {
            let store = try await $0.store.ready()
            try await store.write([
                Samples.insert("a", tag: "e\u{301}"), Samples.insert("b", tag: "é"), Samples.insert("c", tag: "É"),
            ])
            try await store.write([Samples.insert("e\u{301}"), Samples.insert("é")])
            try expect(try await store.count(), equals: 5, "all are different")
        },
        ConformanceCase("patching an absent record is missing", [.acceptsAnything]) {
            let store = try await $0.store.ready()
            let error = try await expectError(.missing, "patch") {
                try await store.write([Samples.insert("a"), .patch(Samples.key("b"), [.add("rank", 1)])])
            }
            try expect(error.index, equals: 1, "which write")
            try expect(try await store.item("a") == nil, "nothing was written")
        },
        ConformanceCase("guards come before keys, and keys before bounds", [.limitsFirst, .dropsGuards]) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a", tag: "t"), .count("c", 1, atMost: 1)])
            let full: [Write] = [.count("c", 1, atMost: 1), Samples.insert("b", tag: "t")]
            try await expectError(.exists, "a duplicate at the limit") { try await store.write(full) }
            try await expectError(.guardFailed, "a failing guard") {
                try await store.commit(Batch(Samples.partition, guards: [.absent(Samples.key("a"))], full))
            }
            try await expectError(.limit, "the limit") {
                try await store.write([.count("c", 1, atMost: 1), Samples.insert("b")])
            }
            try expect(try await store.item("b") == nil, "nothing was written")
        },
    ]
}
