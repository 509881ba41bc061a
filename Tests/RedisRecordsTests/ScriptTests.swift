#if Redis
    import Foundation
    import Records
    import RedisRecords
    import TestStores
    import Testing

    /// What the scripts compute must be what Swift computes, at the edges of every kind.
    @Suite("Redis: scripts", .timeLimit(.minutes(1)))
    struct ScriptTests {
        private static let shared = SharedServer { try RedisServer() }

        private static let type = RecordType(
            "thing",
            fields: [
                Field("id", .int), Field("number", .int), Field("real", .double),
                Field("text", .text(maximumBytes: 999)),
                Field("raw", .bytes), Field("flag", .bool),
            ],
            indexes: ["number", "real", "text", "raw", "flag"].map { Index(order: $0) } + [
                Index(equal: ["text"], order: "raw")
            ])

        private static let integers: [Int64] = [
            .min, .min + 1, -9_007_199_254_740_993, -1_000_000_000_000_000, -999_999_999_999_999, -1_000_000_000,
            -999_999_999,
            -1, 0, 1, 999_999_999, 1_000_000_000, 999_999_999_999_999, 1_000_000_000_000_000, 9_007_199_254_740_993,
            .max - 1,
            .max,
        ]

        private static let values: [(String, [Value])] = [
            ("number", integers.map { .int($0) }),
            (
                "real",
                ([
                    -.infinity, -.greatestFiniteMagnitude, -1.5, -.leastNonzeroMagnitude, -0.0, 0,
                    .leastNonzeroMagnitude, 0.1, 1e300,
                    .infinity,
                ] as [Double]).map { .double($0) }
            ),
            (
                "text",
                [
                    "", "A", "a", "a ", "aa", String(repeating: "a", count: 64), String(repeating: "a", count: 65),
                    "e\u{301}", "é", "日",
                ]
                .map { .text($0) }
            ),
            ("raw", ([[], [0], [0, 0], [0, 1], [0, 255], [1], [255], [255, 0]] as [[UInt8]]).map { .bytes($0) }),
            ("flag", [.bool(false), .bool(true)]),
        ]

        private static func open() async throws -> RedisRecords {
            let store = try await Notes.open(try shared.get().configuration)
            try await store.prepare([type])
            return store
        }

        private static func thing(_ id: Int64, _ field: String, _ value: Value) -> [Value] {
            type.fields.map { $0.name == "id" ? .int(id) : $0.name == field ? value : .null }
        }

        @Test func sumsAreExactInAll64Bits() async throws {
            let store = try await Self.open()
            for (place, first) in Self.integers.enumerated() {
                for (other, second) in Self.integers.enumerated() {
                    let name = "\(place)-\(other)"
                    let (sum, overflow) = first.addingReportingOverflow(second)
                    let batch = Batch(
                        Notes.partition, [.count(name, first, atMost: nil), .count(name, second, atMost: nil)])
                    let outcome = await store.commit([batch])[0]
                    if overflow {
                        let error = #expect(throws: StoreError.self) { try outcome.get() }
                        #expect(error?.code == .invalid, "\(first) + \(second)")
                    } else {
                        #expect(try outcome.get().results == [first, sum])
                        #expect(try await store.read(.counter(name), in: Notes.partition).count == Int(sum))
                    }
                }
            }
            await store.close()
        }

        @Test func guardsAndFiltersCompareAsSwiftDoes() async throws {
            let store = try await Self.open()
            let table = try Schema([Self.type]).table("thing")
            var id: Int64 = 0
            for (field, values) in Self.values {
                for stored in values {
                    id += 1
                    let record = Self.thing(id, field, stored)
                    try await store.commit(Batch(Notes.partition, [.insert("thing", record)]))
                    var batches: [Batch] = []
                    var wanted: [Bool] = []
                    for other in values {
                        for filter: Filter in [
                            .equal(FieldPath(field), other), .less(FieldPath(field), other),
                            .atMost(FieldPath(field), other),
                            .isIn(FieldPath(field), [other]), .not(.less(FieldPath(field), other)),
                        ] {
                            batches.append(
                                Batch(Notes.partition, guards: [.matches(Key("thing", [.int(id)]), filter)], []))
                            wanted.append(
                                try CompiledFilter(filter, table).accepts(record, revision: 1, stamp: Stamp(1)))
                        }
                    }
                    let found = await store.commit(batches).map { if case .success = $0 { true } else { false } }
                    #expect(found == wanted, "\(field) \(stored)")
                }
            }
            await store.close()
        }

        @Test func indexesSortAsValuesDo() async throws {
            let store = try await Self.open()
            for (field, values) in Self.values {
                let partition = Partition(field)
                for (place, value) in ([.null] + values).enumerated().shuffled() {
                    try await store.commit(Batch(partition, [.insert("thing", Self.thing(Int64(place), field, value))]))
                }
                let page = try await store.read(.query(Query("thing", order: .field(field))), in: partition)
                let found = page.records.compactMap { $0?.values }
                let position = try #require(Self.type.fields.firstIndex { $0.name == field })
                let sorted = found.sorted { left, right in
                    let order = left[position].compare(right[position])
                    return order == 0 ? left[0].compare(right[0]) < 0 : order < 0
                }
                #expect(found == sorted, "\(field)")
                #expect(found.count == values.count + 1)
            }
            await store.close()
        }

        @Test func leastAndGreatestCompareAsSwiftDoes() async throws {
            let store = try await Self.open()
            for (field, values) in Self.values {
                let position = try #require(Self.type.fields.firstIndex { $0.name == field })
                for (place, stored) in values.enumerated() {
                    for (other, given) in values.enumerated() {
                        let key = Key("thing", [.int(1)])
                        try await store.commit(
                            Batch(
                                Notes.partition,
                                [
                                    .put("thing", Self.thing(1, field, stored)),
                                    .put("thing", Self.thing(2, field, stored)),
                                    .patch(key, [.least(field, given)]),
                                    .patch(Key("thing", [.int(2)]), [.greatest(field, given)]),
                                ]))
                        let page = try await store.read(.keys([key, Key("thing", [.int(2)])]), in: Notes.partition)
                        let found = page.records.map { $0?.values[position] }
                        #expect(
                            found == [values[min(place, other)], values[max(place, other)]],
                            "\(field): \(stored), \(given)")
                    }
                }
            }
            await store.close()
        }

        @Test func aBatchMayHaveManyWritesAndARecordManyFields() async throws {
            let store = try await Self.open()
            let wide = RecordType(
                "wide", fields: [Field("id", .int)] + (0..<1_500).map { Field("f\($0)", .int) })
            try await store.prepare([wide])
            let values: [Value] = [.int(1)] + (0..<1_500).map { .int(Int64($0)) }
            try await store.commit(Batch(Notes.partition, [.insert("wide", values)]))
            #expect(try await store.record(Key("wide", [.int(1)]), in: Notes.partition)?.values == values)
            let cleared: [Value] = [.int(1), .int(7)] + (1..<1_500).map { _ in .null }
            try await store.commit(Batch(Notes.partition, [.put("wide", cleared)]))
            #expect(try await store.record(Key("wide", [.int(1)]), in: Notes.partition)?.values == cleared)
            let many = (0..<store.capabilities.maximumWrites).map { Notes.insert("\($0)", due: Int64($0)) }
            #expect(try await store.commit(Batch(Notes.partition, many)).results.count == many.count)
            let page = try await store.read(
                .query(Query("note", order: .field("due"), limit: 10_000)), in: Notes.partition)
            #expect(page.records.count == many.count && page.next == nil)
            await store.close()
        }

        @Test func aLongScanEndsItsPageEarlyAndLosesNothing() async throws {
            let store = try await Self.open()
            for chunk in 0..<13 {
                try await store.commit(
                    Batch(
                        Notes.partition,
                        (0..<1_000).map { Notes.insert("\(chunk * 1_000 + $0)", $0 == 999 ? "rare" : "x") }))
            }
            var query = Query("note", .equal("body", .text("rare")), limit: 100)
            var found = 0
            var pages = 0
            while true {
                let page = try await store.read(.query(query), in: Notes.partition)
                found += page.records.count
                pages += 1
                guard let next = page.next else { break }
                query.after = next
            }
            #expect(found == 13)
            #expect(pages == 2, "13,000 entries are looked at 10,000 at a time")
            #expect(try await store.read(.count("note", query.filter), in: Notes.partition).count == 13)
            await store.close()
        }
    }
#endif
