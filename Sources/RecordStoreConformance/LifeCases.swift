import Records

extension RecordStoreConformance {
    static let feeding: [ConformanceCase] = [
        ConformanceCase(
            "the feed says what was written and deleted since a stamp", [.feedForgetsDeletions, .silencesFeed]
        ) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a"), Samples.insert("b")])
            let middle = try await store.write([Samples.insert("c")]).stamp
            let last = try await store.write([
                .patch(Samples.key("a"), [.set("rank", .int(9))]), .delete(Samples.key("b")),
            ]).stamp
            let all = try await store.changes(of: "item", in: Samples.partition, after: .zero, limit: 100, fields: nil)
            try expect(all.put.map(\.id), equals: ["c", "a"], "written, by stamp")
            try expect(all.upTo, equals: last, "up to")
            try expect(all.hasMore, equals: false, "no more")
            let since = try await store.changes(
                of: "item", in: Samples.partition, after: middle, limit: 100, fields: nil)
            try expect(since.put.map(\.rank), equals: [9], "since the middle")
            try expect(since.deleted, equals: [Samples.key("b")], "deleted since the middle")
        },
        ConformanceCase("with nothing new, the feed ends at the newest stamp", [.stopsFeed]) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a")])
            let last = try await store.write([.count("c", 1, atMost: nil)]).stamp
            let none = try await store.changes(
                of: "item", in: Samples.partition, after: Stamp(1), limit: 10, fields: nil)
            try expect(none.put.isEmpty && none.deleted.isEmpty && !none.hasMore, "nothing")
            try expect(none.upTo, equals: last, "up to the newest stamp")
        },
        ConformanceCase("pieces of the feed end on whole stamps, and together are everything", [.splitsStamps]) {
            let store = try await $0.store.ready()
            for number in 0..<12 {
                try await store.write((0..<3).map { Samples.insert("\(number)-\($0)") })
                if number % 3 == 2 { try await store.write([.delete(Samples.key("\(number)-0"))]) }
            }
            for limit in [1, 2, 4, 7, 100] {
                var seen: [String: Int64] = [:]
                var after = Stamp.zero
                for _ in 0..<200 {
                    let piece = try await store.changes(
                        of: "item", in: Samples.partition, after: after, limit: limit, fields: nil)
                    for key in piece.deleted { if case .text(let id) = key.id[0] { seen[id] = nil } }
                    var perStamp: [Int64: Int] = [:]
                    for record in piece.put {
                        try expect(record.stamp > after && record.stamp <= piece.upTo, "stamps lie in the piece")
                        seen[record.id] = record.stamp.number
                        perStamp[record.stamp.number, default: 0] += 1
                    }
                    try expect(perStamp.values.allSatisfy { $0 >= 2 }, "whole stamps by \(limit)")
                    try expect(piece.upTo > after || !piece.hasMore, "the feed moves on")
                    after = piece.upTo
                    if !piece.hasMore { break }
                }
                try expect(seen.count, equals: 32, "everything by \(limit)")
            }
        },
        ConformanceCase(
            "a record that was deleted and added again is in the feed as it is", [.silencesFeed, .feedForgetsDeletions]
        ) {
            let store = try await $0.store.ready()
            let first = try await store.write([Samples.insert("a", rank: 1), Samples.insert("b")]).stamp
            try await store.write([.delete(Samples.key("a")), .delete(Samples.key("b"))])
            try await store.write([Samples.insert("a", rank: 2)])
            let feed = try await store.changes(of: "item", in: Samples.partition, after: first, limit: 100, fields: nil)
            try expect(feed.put.map(\.rank), equals: [2], "as it is")
            try expect(feed.deleted.contains(Samples.key("b")), "the other is deleted")
        },
        ConformanceCase("watch yields when it begins and after a commit", [.neverHints]) {
            let store = try await $0.store.ready()
            let stream = store.watch(Samples.partition)
            var hints = stream.makeAsyncIterator()
            try expect(await hints.next() != nil, "the first hint")
            let writer = Task {
                // A hint may be lost before listening; more commits make more hints.
                var number = 0
                while !Task.isCancelled {
                    number += 1
                    try await store.write([Samples.insert("\(number)")])
                    await Task.yield()
                }
            }
            let isHinted = await hints.next() != nil
            writer.cancel()
            try expect(isHinted, "a hint after a commit")
        },
    ]

    static let living: [ConformanceCase] = [
        ConformanceCase("preparing again changes nothing", [.forgetsOnPrepare]) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a", rank: 1)])
            try await store.prepare(Samples.types)
            try expect(try await store.item("a")?.rank, equals: 1, "the record")
        },
        ConformanceCase("concurrent preparation happens once", [.forgetsOnPrepare]) {
            let store = $0.store
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        try await store.prepare(Samples.types)
                        try await store.write([Samples.insert("\(number)")])
                    }
                }
                try await group.waitForAll()
            }
            try expect(try await store.count(), equals: 8, "every task's record")
        },
        ConformanceCase(
            "a greater version adds fields and keeps records; other differences are refused",
            [.preparesAnything, .forgetsOnPrepare]
        ) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a", rank: 1)])
            var grown = Samples.item
            grown.version = 2
            grown.fields.append(Field("extra", .text(maximumBytes: 100)))
            grown.indexes.append(Index(order: "extra"))
            try await store.prepare([grown, Samples.event])
            try await store.write([.patch(Samples.key("a"), [.set("extra", .text("new"))])])
            try expect(
                try await store.item("a")?.values, equals: Samples.item("a", rank: 1) + [.text("new")],
                "the grown record")
            var changed = grown
            changed.fields[3] = Field("rank", .text(maximumBytes: 10))
            changed.indexes = []
            try await expectError(.schema, "a changed field") { try await store.prepare([changed]) }
            try await expectError(.schema, "an older version") { try await store.prepare(Samples.types) }
        },
        ConformanceCase("a wrong declaration is refused", [.preparesAnything]) {
            let store = $0.store
            let wrong = [
                RecordType("Bad Name", fields: [Field("id", .int)]),
                RecordType("t", keyCount: 2, fields: [Field("id", .int)]),
                RecordType("t", fields: [Field("id", .json)]),
                RecordType("t", fields: [Field("id", .int), Field("id", .int)]),
                RecordType("t", fields: [Field("id", .int)], unique: [["nothing"]]),
                RecordType("t", fields: [Field("id", .int), Field("partition", .int)]),
            ]
            for (number, type) in wrong.enumerated() {
                try await expectError(.invalid, "declaration \(number)") { try await store.prepare([type]) }
            }
        },
        ConformanceCase("everything is there when the data is opened again", [.forgetsOnReopen], needsReopening: true) {
            subject in
            guard let reopen = subject.reopen else { return }
            let store = try await subject.store.ready()
            let receipt = try await store.commit(
                Batch(
                    Samples.partition, id: 9,
                    [Samples.insert("a", rank: 1, tag: "t"), .count("c", 4, atMost: nil), Samples.insert("b")]))
            try await store.write([
                .insert("event", [.text("l"), .next("n"), .null]), .delete(Samples.key("b")),
            ])
            let again = try await reopen()
            do {
                try await again.prepare(Samples.types)
                try expect(try await again.item("a")?.rank, equals: 1, "the record")
                try expect(try await again.counter("c"), equals: 4, "the counter")
                let numbered = try await again.write([.insert("event", [.text("l"), .next("n"), .null])])
                try expect(numbered.results, equals: [2], "the next number")
                try expect(numbered.stamp, equals: Stamp(3), "the next stamp")
                let repeated = try await again.commit(Batch(Samples.partition, id: 9, [Samples.insert("z")]))
                try expect(repeated, equals: receipt, "the ledger")
                try await expectError(.exists, "the unique key") {
                    try await again.write([Samples.insert("c", tag: "t")])
                }
                let feed = try await again.changes(
                    of: "item", in: Samples.partition, after: Stamp(1), limit: 9, fields: nil)
                try expect(feed.deleted, equals: [Samples.key("b")], "the feed")
            } catch {
                await again.close()
                throw error
            }
            await again.close()
        },
        ConformanceCase("a newer schema is refused", [.forgetsOnReopen], needsReopening: true) { subject in
            guard let reopen = subject.reopen else { return }
            var newer = Samples.item
            newer.version = 3
            try await subject.store.prepare([newer])
            let again = try await reopen()
            let error: StoreError
            do {
                error = try await expectError(.schema, "an older program") { try await again.prepare(Samples.types) }
            } catch {
                await again.close()
                throw error
            }
            await again.close()
            try expect(error.message.contains("item"), "the message names the type")
        },
        ConformanceCase("scrub answers what remains and keeps what lives", [.scrubsSilently]) {
            let store = try await $0.store.ready()
            try await store.write([.insert("item", Samples.item("a", words: ["w"])), Samples.insert("b")])
            try await store.write([.delete(Samples.key("b"))])
            let remaining = try await store.scrub(within: 10)
            try expect(
                remaining.allSatisfy { !$0.isEmpty } && Set(remaining).count == remaining.count, "names what remains")
            try expect(try await store.ids(Query("item", .has("words", anyOf: ["w"]))), equals: ["a"], "what lives")
        },
        ConformanceCase("close is idempotent, and later calls answer closed", [.neverCloses]) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a")])
            await store.close()
            await store.close()
            try await expectError(.closed, "commit") { try await store.write([Samples.insert("b")]) }
            try await expectError(.closed, "read") { _ = try await store.item("a") }
            try await expectError(.closed, "feed") {
                _ = try await store.changes(of: "item", in: Samples.partition, after: .zero, limit: 1, fields: nil)
            }
            try await expectError(.closed, "survey") {
                _ = try await store.survey(Query("item", order: .field("rank")))
            }
            var hints = store.watch(Samples.partition).makeAsyncIterator()
            while await hints.next() != nil {}
        },
    ]
}
