import Records

extension RecordStoreConformance {
    /// Texts that stores have stumbled over.
    static let hostileTexts = [
        "", " ", "  a  ", "a\nb\tc\r\n", "'", "\"", "`", "\\", "%", "_", "a%b_c", "--", ";", "'; DROP TABLE item; --",
        "NULL",
        "é", "e\u{301}", "É", "ß", "ﬁ", "İ", "\u{200b}", "\u{202e}abc", "\u{feff}", "👩‍👩‍👧‍👦", "日本語", "한국어", "עברית",
        "a\u{7f}b", "\u{1}\u{1f}",
        "{\"$ne\":1}", "OR 1=1", "NEAR(", "*", "AND", "\u{10ffff}",
    ]

    static let holding: [ConformanceCase] = [
        ConformanceCase("text round-trips byte for byte and is found by equality only with itself", [.altersText]) {
            let store = try await $0.store.ready()
            for (number, text) in hostileTexts.enumerated() {
                try await store.write([.insert("item", Samples.item("\(number)", name: text))])
            }
            for (number, text) in hostileTexts.enumerated() {
                try expect(try await store.item("\(number)")?.values[1], equals: .text(text), "text \(number)")
                let found = try await store.ids(Query("item", .equal("name", .text(text))))
                try expect(found, equals: ["\(number)"], "text \(number) by equality")
            }
        },
        ConformanceCase("keys round-trip byte for byte and sort by their bytes", [.altersText, .reversesPages]) {
            let store = try await $0.store.ready()
            let texts = hostileTexts.filter { !$0.isEmpty }
            for text in texts { try await store.write([Samples.insert(text)]) }
            let sorted = texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            let found = try await store.ids(Query("item", limit: 3))
            try expect(found.map { Array($0.utf8) }, equals: sorted.map { Array($0.utf8) }, "the order")
            for text in texts { try expect(try await store.item(text) != nil, "found by key") }
        },
        ConformanceCase(
            "numbers, times, bytes, JSON, vectors and tokens round-trip exactly", [.altersNumbers, .dropsWrites]
        ) {
            let store = try await $0.store.ready()
            let rows = [
                Samples.item(
                    "a", rank: .max, score: .infinity, flag: true, at: .max, data: "{\"a\":[1,2.5,null,\"\\\"\"]}",
                    blob: [0, 255, 10], place: [.pi, -0.0, 1e-38], words: ["c#", "日本", "a", "a"]),
                Samples.item(
                    "b", rank: .min, score: -.infinity, flag: false, at: .min, data: "[]", blob: [], place: [3.4e38],
                    words: []),
                Samples.item("c", rank: 9_007_199_254_740_993, score: 0.1, at: -1, data: "null"),
                Samples.item("d", rank: 0, score: -0.0, at: 1_700_000_000_123_457, data: "\"x\""),
                Samples.item("e"),
            ]
            for row in rows { try await store.write([.insert("item", row)]) }
            for row in rows {
                guard case .text(let id) = row[0] else { continue }
                try expect(try await store.item(id)?.values, equals: row, "record \(id)")
            }
        },
        ConformanceCase("a text of one mebibyte round-trips", [.dropsWrites]) {
            let store = try await $0.store.ready()
            let text = String(repeating: "0123456789abcdeé", count: 1 << 16)
            try await store.write([.insert("item", Samples.item("a", name: text))])
            try expect(try await store.item("a")?.values[1] == .text(text), "the text")
        },
        ConformanceCase("what a field cannot hold is refused by its name, and nothing is written", [.acceptsAnything]) {
            let store = try await $0.store.ready()
            func item(_ change: (inout [Value]) -> Void) -> [Value] {
                var values = Samples.item("a")
                change(&values)
                return values
            }
            let wrong: [(String, [Value])] = [
                ("name", item { $0[1] = .text("a\u{0}b") }), ("name", item { $0[1] = .int(1) }),
                ("kind", item { $0[2] = .text(String(repeating: "x", count: 65)) }),
                ("rank", item { $0[3] = .double(1) }),
                ("score", item { $0[4] = .double(.nan) }), ("place", item { $0[9] = .vector([.nan]) }),
                ("place", item { $0[9] = .vector([]) }), ("words", item { $0[10] = .tokens(["a b"]) }),
                ("words", item { $0[10] = .tokens([""]) }), ("id", item { $0[0] = .null }),
                ("name", item { $0[1] = .next("n") }),
            ]
            for (field, values) in wrong {
                let error = try await expectError(.invalid, field) {
                    try await store.write([Samples.insert("b"), .insert("item", values)])
                }
                try expect(error.message.contains(field), "the message names \(field)")
                try expect(error.index, equals: 1, "which write")
            }
            try expect(try await store.count(), equals: 0, "nothing was written")
        },
        ConformanceCase("unknown types, fields and orders, and wrong limits, are refused", [.acceptsAnything]) {
            let store = try await $0.store.ready()
            try await expectError(.invalid, "type") { try await store.write([.insert("nothing", [.text("a")])]) }
            try await expectError(.invalid, "count") { try await store.write([.insert("item", [.text("a")])]) }
            try await expectError(.invalid, "key") { try await store.write([.delete(Key("event", "a"))]) }
            try await expectError(.invalid, "field") {
                try await store.write([.patch(Samples.key("a"), [.set("nothing", .null)])])
            }
            try await expectError(.invalid, "key field") {
                try await store.write([.patch(Samples.key("a"), [.set("id", .text("b"))])])
            }
            try await expectError(.invalid, "partition") { try await store.write([], in: Partition("")) }
            let many = store.capabilities.maximumWrites + 1
            try await expectError(.invalid, "writes") {
                try await store.write((0..<many).map { Samples.insert("\($0)") })
            }
            let queries = [
                Query("nothing"), Query("item", .equal("nothing", .int(1))), Query("item", .equal("rank", .text("1"))),
                Query("item", order: .field("score")), Query("item", limit: 0), Query("item", limit: 10_001),
                Query("item", fields: ["nothing"]), Query("item", .equal("rank", .null)),
                Query("item", order: .nearest("rank", to: [1])),
            ]
            for query in queries {
                try await expectError(.invalid, "query") {
                    _ = try await store.read(.query(query), in: Samples.partition)
                }
            }
            try await expectError(.invalid, "feed") {
                _ = try await store.changes(of: "event", in: Samples.partition, after: .zero, limit: 1, fields: nil)
            }
        },
    ]

    static let filtering: [ConformanceCase] = [
        ConformanceCase("every filter accepts exactly what its definition accepts", [.ignoresFilters, .negatesNothing])
        {
            let store = try await $0.store.ready()
            var random = SeededGenerator(seed: 77)
            var rows: [[Value]] = []
            for number in 0..<60 { rows.append(RandomInputs.item("id\(number)", using: &random)) }
            try await store.write(
                rows.map { row in
                    var row = row
                    row[11] = .null
                    return .insert("item", row)
                })
            for index in rows.indices { rows[index][11] = .null }
            let table = try Schema(Samples.types).table("item")
            for number in 0..<150 {
                let filter = RandomInputs.filter(depth: 3, using: &random)
                let compiled = try CompiledFilter(filter, table)
                let wanted = rows.filter { compiled.accepts($0, revision: 1, stamp: Stamp(1)) }
                    .compactMap { if case .text(let id) = $0[0] { id } else { nil } }.sorted()
                try expect(
                    try await store.ids(Query("item", filter, limit: 17)).sorted(), equals: wanted, "filter \(number)")
                try expect(try await store.count(filter), equals: wanted.count, "count \(number)")
            }
        },
        ConformanceCase(
            "a comparison with a missing value is false, and not inverts it", [.negatesNothing, .ignoresFilters]
        ) {
            let store = try await $0.store.ready()
            try await store.write([
                Samples.insert("none"), Samples.insert("one", rank: 1), Samples.insert("two", rank: 2),
            ])
            let cases: [(Filter, [String])] = [
                (.equal("rank", .int(1)), ["one"]), (.not(.equal("rank", .int(1))), ["none", "two"]),
                (.less("rank", .int(2)), ["one"]), (.not(.less("rank", .int(2))), ["none", "two"]),
                (.atMost("rank", .int(1)), ["one"]), (.isIn("rank", [.int(2), .int(9)]), ["two"]),
                (.isIn("rank", []), []),
                (.not(.isIn("rank", [.int(2)])), ["none", "one"]), (.exists("rank"), ["one", "two"]),
                (.not(.exists("rank")), ["none"]),
                (.and([]), ["none", "one", "two"]), (.or([]), []), (.not(.all), []),
                (.not(.and([.exists("rank"), .not(.equal("rank", .int(1)))])), ["none", "one"]),
            ]
            for (number, (filter, wanted)) in cases.enumerated() {
                try expect(try await store.ids(Query("item", filter)), equals: wanted, "case \(number)")
            }
        },
        ConformanceCase("paths, contains and substrings look into JSON by value", [.ignoresFilters]) {
            let store = try await $0.store.ready()
            let documents = [
                "a": "{\"n\":1,\"deep\":{\"s\":\"x\"},\"list\":[\"red\",2,true]}", "b": "{\"n\":1.0,\"list\":[]}",
                "c": "{\"n\":\"1\",\"deep\":{\"s\":null}}", "d": "[\"red\",\"Red\"]",
            ]
            for (id, data) in documents { try await store.write([.insert("item", Samples.item(id, data: data))]) }
            let cases: [(Filter, [String])] = [
                (.equal(FieldPath("data", ["n"]), .int(1)), ["a", "b"]),
                (.equal(FieldPath("data", ["n"]), .text("1")), ["c"]),
                (.less(FieldPath("data", ["n"]), .double(1.5)), ["a", "b"]),
                (.exists(FieldPath("data", ["deep", "s"])), ["a"]),
                (.contains(FieldPath("data", ["list"]), .text("red")), ["a"]), (.contains("data", .text("red")), ["d"]),
                (.contains(FieldPath("data", ["list"]), .int(2)), ["a"]), (.hasSubstring("data", "Re"), ["d"]),
                (.hasSubstring(FieldPath("data", ["deep", "s"]), "x"), ["a"]),
                (.not(.exists(FieldPath("data", ["list"]))), ["c", "d"]),
            ]
            for (number, (filter, wanted)) in cases.enumerated() {
                try expect(try await store.ids(Query("item", filter)), equals: wanted, "case \(number)")
            }
        },
        ConformanceCase(
            "has finds exactly the records with one of the terms, whatever the terms", [.ignoresFilters, .dropsWrites]
        ) {
            let store = try await $0.store.ready()
            let terms = [
                "c#", "c", "c++", "日本", "日", "or", "and", "near", "not", "\"", "'", "*", "a*", "(", ")", ":", "{", "-",
                "^", "né", "ne\u{301}", "🦊", "a.b", "x\\y", "%", "_", "|", "~", "wörds",
            ]
            for (number, term) in terms.enumerated() {
                try await store.write([.insert("item", Samples.item("\(number)", words: ["common", term]))])
            }
            for (number, term) in terms.enumerated() {
                try expect(
                    try await store.ids(Query("item", .has("words", anyOf: [term]))), equals: ["\(number)"],
                    "term \(number)")
            }
            try expect(
                try await store.ids(Query("item", .has("words", anyOf: ["common", "c"]), limit: 3)).count,
                equals: terms.count, "a common term")
            try expect(try await store.ids(Query("item", .has("words", anyOf: ["comm"]))), equals: [], "no prefix")
            try expect(try await store.ids(Query("item", .has("words", anyOf: []))), equals: [], "no term")
            try await store.write([
                .patch(Samples.key("0"), [.set("words", .tokens(["new"]))]), .delete(Samples.key("1")),
            ])
            try expect(
                try await store.ids(Query("item", .has("words", anyOf: ["c#", "c"]))), equals: [], "changed and deleted"
            )
            try expect(try await store.ids(Query("item", .has("words", anyOf: ["new"]))), equals: ["0"], "the new term")
        },
    ]
}
