import Records

extension RecordStoreConformance {
    static let reading: [ConformanceCase] = [
        ConformanceCase("keys answer in the order asked for, nil where there is none", [.reversesPages, .dropsWrites]) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a"), Samples.insert("b")])
            let page = try await store.read(.keys(["b", "x", "a", "b"].map(Samples.key)), in: Samples.partition)
            try expect(page.records.map { $0?.id }, equals: ["b", nil, "a", "b"], "the records")
        },
        ConformanceCase("a projection keeps the key and what was asked for, and nulls the rest", [.ignoresProjections])
        {
            let store = try await $0.store.ready()
            try await store.write([.insert("item", Samples.item("a", name: "n", rank: 1, score: 2, place: [1, 2]))])
            let wanted = Samples.item("a", rank: 1)
            let byKey = try await store.read(.keys([Samples.key("a")], fields: ["rank"]), in: Samples.partition)
            try expect(byKey.records[0]?.values, equals: wanted, "by key")
            let query = Query(
                "item", .and([.equal("name", .text("n")), .contains("data", .int(1))].prefix(1).map { $0 }),
                fields: ["rank"])
            let byQuery = try await store.read(.query(query), in: Samples.partition)
            try expect(byQuery.records[0]?.values, equals: wanted, "by query")
            let feed = try await store.changes(
                of: "item", in: Samples.partition, after: .zero, limit: 9, fields: ["rank"])
            try expect(feed.put[0].values, equals: wanted, "in the feed")
        },
        ConformanceCase("one call answers several reads from one snapshot", [.splitsReads]) {
            let store = try await $0.store.ready()
            try await store.write([Samples.insert("a", rank: 0), Samples.insert("b", rank: 0)])
            let writer = Task {
                var rank: Int64 = 0
                while !Task.isCancelled {
                    rank += 1
                    let rank = rank
                    try await store.write(["a", "b"].map { .patch(Samples.key($0), [.set("rank", .int(rank))]) })
                }
            }
            defer { writer.cancel() }
            for _ in 0..<60 {
                let pages = try await store.read(
                    [.keys([Samples.key("a")]), .query(Query("item", .equal("id", .text("b"))))], in: Samples.partition,
                    atLeast: nil)
                try expect(pages[0].records[0]?.rank, equals: pages[1].records[0]?.rank, "both reads")
            }
        },
        ConformanceCase("a read at least as new as a stamp sees that commit", [.readsEmpty]) {
            let store = try await $0.store.ready()
            for number in 0..<20 {
                let stamp = try await store.write([Samples.insert("\(number)")]).stamp
                let page = try await store.read(
                    .keys([Samples.key("\(number)")]), in: Samples.partition, atLeast: stamp)
                try expect(page.records[0] != nil, "one's own write")
            }
            try await expectError(.unavailable, "a stamp that is not reached") {
                _ = try await store.read(.counter("c"), in: Samples.partition, atLeast: Stamp(21))
            }
        },
        ConformanceCase("partitions do not see each other, whatever their names", [.mergesPartitions]) {
            let store = try await $0.store.ready()
            let names = [
                "a", "a/", "a/b", "A", "%", "_", "a%", "'; DROP TABLE item; --", "é", "e\u{301}", "a b",
                String(repeating: "x", count: 512),
            ]
            for (number, name) in names.enumerated() {
                try await store.write(
                    [Samples.insert("id", rank: Int64(number)), .count("c", Int64(number), atMost: nil)],
                    in: Partition(name))
            }
            for (number, name) in names.enumerated() {
                let page = try await store.read(.query(Query("item")), in: Partition(name))
                try expect(page.records.map { $0?.rank }, equals: [Int64(number)], "partition \(number)")
                try expect(
                    try await store.read(.counter("c"), in: Partition(name)).count, equals: number, "its counter")
            }
        },
        ConformanceCase("count answers how many a filter accepts", [.ignoresFilters, .dropsWrites]) {
            let store = try await $0.store.ready()
            for number in 0..<30 { try await store.write([Samples.insert("\(number)", rank: Int64(number % 3))]) }
            try expect(try await store.count(), equals: 30, "all")
            try expect(try await store.count(.equal("rank", .int(1))), equals: 10, "some")
            try expect(try await store.count(.exists("kind")), equals: 0, "none")
            try expect(
                try await store.read(.count("item", .all), in: Partition("nobody")).count, equals: 0, "elsewhere")
        },
        ConformanceCase(
            "nearest answers by cosine, ties by key, with the filter inside", [.reversesPages, .ignoresFilters]
        ) {
            let store = try await $0.store.ready()
            let places: [(String, [Float]?)] = [
                ("same", [2, 0]), ("near", [1, 0.2]), ("far", [0, 1]), ("against", [-1, 0]), ("b", [1, 1]),
                ("a", [2, 2]),
                ("none", nil), ("other", [1, 0, 0]),
            ]
            for (id, place) in places {
                try await store.write([.insert("item", Samples.item(id, flag: id != "near", place: place))])
            }
            let all = try await store.read(
                .query(Query("item", order: .nearest("place", to: [1, 0]), limit: 10)), in: Samples.partition)
            try expect(
                all.records.compactMap { $0?.id }, equals: ["same", "near", "a", "b", "far", "against"], "the order")
            try expect(all.scores.count, equals: 6, "a score each")
            for (score, cosine) in [(all.scores[0], 1.0), (all.scores[5], -1.0)] {
                try expect(abs(score - cosine) < 1e-6, "the scores are cosines")
            }
            let some = try await store.read(
                .query(Query("item", .equal("flag", .bool(true)), order: .nearest("place", to: [1, 0]), limit: 2)),
                in: Samples.partition)
            try expect(some.records.compactMap { $0?.id }, equals: ["same", "a"], "the filter does not cost results")
        },
    ]

    static let ordering: [ConformanceCase] = [
        ConformanceCase(
            "key order pages through everything once, both ways", [.reversesPages, .losesLast, .losesCursors]
        ) {
            let store = try await $0.store.ready()
            let ids = (0..<57).map { "k\($0)" }
            for id in ids.shuffled() { try await store.write([Samples.insert(id)]) }
            let sorted = ids.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            for limit in [1, 7, 56, 57, 58] {
                try expect(try await store.ids(Query("item", limit: limit)), equals: sorted, "forwards by \(limit)")
                let back = try await store.ids(Query("item", isDescending: true, limit: limit))
                try expect(back, equals: sorted.reversed(), "backwards by \(limit)")
            }
        },
        ConformanceCase(
            "equal order values are paged through once, in key order, null first", [.reversesPages, .losesLast]
        ) {
            let store = try await $0.store.ready()
            var rows: [(Int64?, String)] = []
            for number in 0..<24 {
                let at: Int64? = number % 4 == 0 ? nil : Int64(number % 3) - 1
                rows.append((at, "id\(number)"))
                try await store.write([.insert("item", Samples.item("id\(number)", at: at))])
            }
            rows.sort { left, right in
                if left.0 != right.0 { return (left.0 ?? .min) < (right.0 ?? .min) }
                return left.1.utf8.lexicographicallyPrecedes(right.1.utf8)
            }
            for limit in [1, 5, 100] {
                let query = Query("item", order: .field("at"), limit: limit)
                try expect(try await store.ids(query), equals: rows.map(\.1), "forwards by \(limit)")
                var back = query
                back.isDescending = true
                try expect(try await store.ids(back), equals: rows.map(\.1).reversed(), "backwards by \(limit)")
            }
        },
        ConformanceCase(
            "an index with an equality prefix orders what the filter leaves", [.ignoresFilters, .reversesPages]
        ) {
            let store = try await $0.store.ready()
            for number in 0..<40 {
                try await store.write([
                    .insert(
                        "item", Samples.item("\(number)", kind: number % 2 == 0 ? "even" : "odd", rank: Int64(-number)))
                ])
            }
            let query = Query("item", .equal("kind", .text("even")), order: .field("rank"), limit: 6)
            let wanted = stride(from: 38, through: 0, by: -2).map(String.init)
            try expect(try await store.ids(query), equals: wanted, "the even ones by rank")
        },
        ConformanceCase(
            "a filter that names the order's value leaves only that value, page by page, both ways",
            [.ignoresFilters, .reversesPages]
        ) {
            let store = try await $0.store.ready()
            // Neighbours of the value on both sides, one of which begins like it.
            let ranks: [Int64?] = [1, 10, 2, nil, 1, -1, 1, 11, 1]
            for (number, rank) in ranks.enumerated() {
                try await store.write([.insert("item", Samples.item("\(number)", kind: "k", rank: rank, at: rank))])
            }
            for (field, value) in [("rank", Value.int(1)), ("at", .time(1))] {
                for limit in [1, 3, 9] {
                    let filter = Filter.and([.equal("kind", .text("k")), .equal(.init(field), value)])
                    var query = Query("item", filter, order: .field(field), limit: limit)
                    try expect(try await store.ids(query), equals: ["0", "4", "6", "8"], "by \(field), \(limit)")
                    query.isDescending = true
                    try expect(try await store.ids(query), equals: ["8", "6", "4", "0"], "backwards, \(limit)")
                }
            }
            var survey = Query("item", .equal("rank", .int(1)), order: .field("rank"), limit: 3)
            let first = try await store.survey(survey)
            survey.after = first.page.next
            let rest = try await store.survey(survey)
            try expect(
                (first.page.records + rest.page.records).map { $0?.id }, equals: ["0", "4", "6", "8"], "a survey's")
        },
        ConformanceCase("a cursor stays valid while records come and go", [.losesCursors]) {
            let store = try await $0.store.ready()
            for number in 10..<30 { try await store.write([Samples.insert("\(number)")]) }
            var query = Query("item", limit: 5)
            let first = try await store.read(.query(query), in: Samples.partition)
            try await store.write([
                Samples.insert("05"), Samples.insert("14a"), .delete(Samples.key("14")), .delete(Samples.key("20")),
            ])
            query.after = first.next
            try expect(first.next != nil, "there is a next page")
            let rest = try await store.ids(query)
            try expect(rest, equals: ["14a"] + (15..<30).filter { $0 != 20 }.map(String.init), "the rest")
        },
        ConformanceCase("a cursor of another query or partition, or a damaged one, is refused", [.acceptsAnything]) {
            let store = try await $0.store.ready()
            for number in 0..<9 { try await store.write([Samples.insert("\(number)", rank: 1)]) }
            let query = Query("item", limit: 2)
            let cursor = try await store.read(.query(query), in: Samples.partition).next
            try expect(cursor != nil, "there is a next page")
            var others = [
                Query("item", .exists("rank"), limit: 2), Query("item", order: .field("at"), limit: 2),
                Query("event", limit: 2),
            ]
            others.append(Query("item", isDescending: true, limit: 2))
            for var other in others {
                other.after = cursor
                try await expectError(.invalid, "another query") {
                    _ = try await store.read(.query(other), in: Samples.partition)
                }
            }
            var same = query
            same.after = cursor
            try await expectError(.invalid, "another partition") {
                _ = try await store.read(.query(same), in: Partition("other"))
            }
            for bytes in [[], [1, 2, 3], Array(cursor?.bytes.dropLast() ?? [])] as [[UInt8]] {
                same.after = Cursor(bytes: bytes)
                try await expectError(.invalid, "a damaged cursor") {
                    _ = try await store.read(.query(same), in: Samples.partition)
                }
            }
        },
        ConformanceCase(
            "a survey finds every partition's records by a global index, page by page",
            [.surveysOnePartition, .losesLast]
        ) {
            let store = try await $0.store.ready()
            var wanted: [String] = []
            for number in 0..<30 {
                let partition = Partition("p\(number % 7)")
                try await store.write(
                    [Samples.insert("\(number)", rank: Int64(number / 3)), Samples.insert("none\(number)")],
                    in: partition)
            }
            for rank in 0..<10 {
                // By partition, then by key, as text.
                let rows: [Int] = [rank * 3, rank * 3 + 1, rank * 3 + 2]
                let names: [String] = rows.map { row in "p\(row % 7) \(row)" }
                wanted += names.sorted()
            }
            for limit in [1, 4, 50] {
                var query = Query("item", .atMost("rank", .int(8)), order: .field("rank"), limit: limit)
                var found: [String] = []
                while true {
                    let survey = try await store.survey(query)
                    try expect(survey.partitions.count, equals: survey.page.records.count, "a partition each")
                    found += zip(survey.partitions, survey.page.records).map { "\($0.name) \($1?.id ?? "")" }
                    guard let next = survey.page.next else { break }
                    query.after = next
                    try expect(found.count <= 200, "paging ends")
                }
                try expect(found, equals: Array(wanted.prefix(27)), "by \(limit)")
            }
            try await expectError(.invalid, "no global index") {
                _ = try await store.survey(Query("item", order: .field("at")))
            }
        },
    ]
}
