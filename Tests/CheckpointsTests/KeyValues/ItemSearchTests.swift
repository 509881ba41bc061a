import KeyValues
import Records
import Synchronization
import TestStores
import Testing

@Suite("Searching items") struct ItemSearchTests {
    @Test("Below a namespace, the last updated first", arguments: TestBackend.all)
    func order(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let store = try await backend.makeKeyValues(KeyValueStoreConfiguration(clock: { clock.now }))
        for (key, namespace) in [
            ("1", ["a"]), ("2", ["a", "b"]), ("3", ["a", "bc"]), ("4", ["a", "b", "c"]), ("5", ["ab"]),
            ("6", ["b", "a"]),
        ] {
            try await store.put([:], for: key, in: namespace)
            clock.advance(seconds: 1)
        }
        try await store.put([:], for: "1", in: ["a"])
        func keys(_ search: ItemSearch) async throws -> [String] { try await store.search(search).map(\.item.key) }
        #expect(try await keys(ItemSearch(prefix: ["a"])) == ["1", "4", "3", "2"])
        #expect(try await keys(ItemSearch(prefix: ["a", "b"])) == ["4", "2"])
        #expect(try await keys(ItemSearch(prefix: ["a", "b", "c"])) == ["4"])
        #expect(try await keys(ItemSearch(prefix: ["none"])).isEmpty)
        #expect(try await keys(ItemSearch()) == ["1", "6", "5", "4", "3", "2"])
        #expect(try await keys(ItemSearch(limit: 2, offset: 1)) == ["6", "5"])
        #expect(try await keys(ItemSearch(prefix: ["a"], limit: 2, offset: 3)) == ["2"])
        #expect(try await keys(ItemSearch(offset: 6)).isEmpty)
        #expect(try await store.search(ItemSearch(prefix: ["a"], query: "1")).allSatisfy { $0.score == nil })
    }

    @Test("Filters compare by value", arguments: TestBackend.all) func filters(_ backend: TestBackend) async throws {
        let store = try await backend.makeKeyValues()
        let values: [String: [String: JSONValue]] = [
            "int": ["n": .int(5), "s": .string("b"), "o": .object(["x": .int(1), "y": .int(2)])],
            "double": ["n": .double(5.5), "s": .string("a")],
            "text": ["n": .string("5"), "l": .array([.int(1), .string("z")])],
            "null": ["n": .null], "big": ["n": .int(9_007_199_254_740_993)], "missing": ["m": .bool(true)],
        ]
        for (key, value) in values { try await store.put(value, for: key, in: ["a"]) }
        func keys(_ filter: [String: JSONValue]) async throws -> [String] {
            try await store.search(ItemSearch(prefix: ["a"], filter: try ItemFilter(filter))).map(\.item.key).sorted()
        }
        func compare(_ name: String, _ value: JSONValue) -> [String: JSONValue] { ["n": .object([name: value])] }
        #expect(try await keys([:]).count == 6)
        #expect(try await keys(["n": .int(5)]) == ["int"])
        #expect(try await keys(["n": .double(5)]) == ["int"])
        #expect(try await keys(["n": .string("5")]) == ["text"])
        #expect(try await keys(["n": .null]) == ["missing", "null"])
        #expect(try await keys(["m": .bool(true)]) == ["missing"])
        #expect(try await keys(compare("$eq", .int(5))) == ["int"])
        #expect(try await keys(compare("$ne", .int(5))) == ["big", "double", "missing", "null", "text"])
        #expect(try await keys(compare("$ne", .null)) == ["big", "double", "int", "text"])
        #expect(try await keys(compare("$gt", .int(5))) == ["big", "double"])
        #expect(try await keys(compare("$gte", .double(5))) == ["big", "double", "int"])
        #expect(try await keys(compare("$lt", .double(5.5))) == ["int"])
        #expect(try await keys(compare("$lte", .double(5.5))) == ["double", "int"])
        #expect(try await keys(compare("$gt", .int(9_007_199_254_740_992))) == ["big"])
        #expect(try await keys(compare("$gt", .double(9_007_199_254_740_992))) == ["big"])
        #expect(try await keys(compare("$gte", .string("5"))) == ["text"])
        #expect(try await keys(compare("$gt", .null)).isEmpty)
        #expect(try await keys(["n": .object(["$gt": .int(4), "$lt": .int(6)])]) == ["double", "int"])
        #expect(try await keys(["n": .int(5), "s": .string("a")]).isEmpty)
        #expect(try await keys(["o": .object(["x": .int(1)])]) == ["int"])
        #expect(try await keys(["o": .object(["x": .object(["$gt": .int(0)])])]) == ["int"])
        #expect(try await keys(["o": .object(["x": .int(1), "z": .int(1)])]).isEmpty)
        #expect(try await keys(["l": .array([.int(1), .string("z")])]) == ["text"])
        #expect(try await keys(["l": .array([.int(1)])]).isEmpty)
        #expect(await keyValueCode { _ = try await keys(compare("$in", .array([]))) } == "invalid")
        // Only we can compare these, and pages are full nevertheless.
        for number in 0..<150 {
            try await store.put(["o": .object(["k": .int(Int64(number % 50))])], for: "\(number)", in: ["b"])
        }
        let page = try await store.search(
            ItemSearch(prefix: ["b"], filter: try ItemFilter(["o": .object(["k": .int(7)])]), limit: 3))
        #expect(Set(page.map(\.item.key)) == ["7", "57", "107"])
    }

    @Test("Questions find by words and by meaning", arguments: TestBackend.all)
    func questions(_ backend: TestBackend) async throws {
        let embedder = AxisEmbedder()
        let store = try await backend.makeKeyValues(
            KeyValueStoreConfiguration(index: ItemIndex(fields: ["text", "tags[*]"], embedder: embedder.embedder)))
        try await store.put(
            ["text": .string("a red automobile"), "hidden": .string("coffee")], for: "car", in: ["a", "x"])
        try await store.put(["text": .string("strong espresso")], for: "drink", in: ["a", "y"])
        try await store.put(
            ["text": .string("nothing"), "tags": .array([.string("grey"), .string("a kitten")])], for: "pet", in: ["b"])
        try await store.put(["text": .string("another vehicle")], for: "unindexed", in: ["a"], index: .none)
        try await store.put(
            ["text": .string("plain"), "body": .string("my old automobile")], for: "own", in: ["a", "x"],
            index: .fields(["body"]))
        func keys(_ query: String, _ prefix: [String] = [], limit: Int = 10) async throws -> [String] {
            try await store.search(ItemSearch(prefix: prefix, query: query, limit: limit)).map(\.item.key)
        }
        #expect(Set(try await keys("car", ["a"], limit: 2)) == ["car", "own"])
        #expect(try await keys("coffee", ["a"], limit: 1) == ["drink"])
        #expect(try await keys("cat", limit: 1) == ["pet"])
        #expect(try await keys("espresso", ["a", "x"], limit: 1) != ["drink"])
        let all = try await store.search(ItemSearch(prefix: ["a"], query: "car"))
        #expect(Set(all.map(\.item.key)) == ["car", "own", "drink", "unindexed"])
        #expect(all.prefix(2).allSatisfy { ($0.score ?? 0) > 0.4 && ($0.score ?? 2) <= 1 })
        #expect(all.first { $0.item.key == "unindexed" }?.score == nil)
        #expect(all.count == Set(all.map(\.item.key)).count)
        // Offsets go on where limits end.
        let paged = try await store.search(ItemSearch(prefix: ["a"], query: "car", limit: 2, offset: 1))
        #expect(paged == Array(all[1..<3]))
        #expect(embedder.texts.withLock { $0.contains("a kitten") && !$0.contains("coffee beans") })
    }

    @Test("The index follows what is put and deleted", arguments: TestBackend.all)
    func indexFollows(_ backend: TestBackend) async throws {
        let records = try await backend.makeRecords()
        let store = try await KeyValueStore(
            records, configuration: KeyValueStoreConfiguration(index: ItemIndex(fields: ["t[*]"])))
        func found(_ query: String) async throws -> [String] {
            try await store.search(ItemSearch(prefix: ["a"], query: query)).filter { $0.score != nil }.map(\.item.key)
        }
        func passages() async throws -> Int {
            try await records.read(.count("kv_passage", .all), in: Partition("kv//a")).count
        }
        try await store.put(["t": .array([.string("apple pie"), .string("cherry cake")])], for: "k", in: ["a"])
        try await store.put(["t": .array([.string("cherry stone")])], for: "l", in: ["a"])
        #expect(try await found("apple") == ["k"])
        #expect(Set(try await found("cherry")) == ["k", "l"])
        #expect(try await passages() == 3)
        try await store.put(["t": .array([.string("plum jam")])], for: "k", in: ["a"])
        #expect(try await found("apple").isEmpty)
        #expect(try await found("cherry") == ["l"])
        #expect(try await found("plum") == ["k"])
        #expect(try await passages() == 2)
        try await store.put(["t": .array([.string("plum jam")])], for: "k", in: ["a"], index: .none)
        #expect(try await found("plum").isEmpty)
        try await store.delete("l", in: ["a"])
        #expect(try await found("cherry").isEmpty)
        #expect(try await passages() == 0)
    }

    @Test("Filters leave enough of what a question finds", arguments: TestBackend.all)
    func filteredQuestions(_ backend: TestBackend) async throws {
        let store = try await backend.makeKeyValues(KeyValueStoreConfiguration(index: ItemIndex(fields: ["text"])))
        for number in 0..<150 {
            try await store.put(
                ["text": .string("apple number \(number)"), "even": .bool(number.isMultiple(of: 50))], for: "\(number)",
                in: ["a"])
        }
        let found = try await store.search(
            ItemSearch(prefix: ["a"], query: "apple", filter: try ItemFilter(["even": .bool(true)]), limit: 3))
        #expect(Set(found.map(\.item.key)) == ["0", "50", "100"])
        #expect(found.allSatisfy { $0.score != nil })
    }

    @Test("A question asked everywhere finds nothing of other tenants", arguments: TestBackend.all)
    func tenantsOfQuestions(_ backend: TestBackend) async throws {
        let store = try await backend.makeKeyValues(
            KeyValueStoreConfiguration(tenant: "t", index: ItemIndex(fields: ["text"])))
        let other = try store.inTenant("u")
        try await store.put(["text": .string("an apple")], for: "ours", in: ["a"])
        try await other.put(["text": .string("an apple")], for: "theirs", in: ["a"])
        try await other.put(["text": .string("an apple")], for: "theirs", in: ["b"])
        for search in [ItemSearch(query: "apple"), ItemSearch(prefix: ["a"], query: "apple")] {
            #expect(try await store.search(search).map(\.item.key) == ["ours"])
        }
        #expect(try await store.search(ItemSearch(prefix: ["b"], query: "apple")).isEmpty)
        #expect(try await other.search(ItemSearch(query: "apple")).map(\.item.key) == ["theirs", "theirs"])
    }

    @Test("An item scores as its best text, and the best come first", arguments: TestBackend.all)
    func bestText(_ backend: TestBackend) async throws {
        let clock = StepClock()
        let store = try await backend.makeKeyValues(
            KeyValueStoreConfiguration(index: ItemIndex(fields: ["t[*]"]), clock: { clock.now }))
        let long = "apple " + (0..<60).map { "word\($0)" }.joined(separator: " ")
        try await store.put(["t": .array([.string("apple tart")])], for: "short", in: ["a"])
        try await store.put(["t": .array([.string(long)])], for: "long", in: ["a"])
        clock.advance(seconds: 1)
        try await store.put(["t": .array([.string("apple tart"), .string(long)])], for: "both", in: ["a"])
        let found = try await store.search(ItemSearch(prefix: ["a"], query: "apple tart"))
        #expect(found.map(\.item.key) == ["both", "short", "long"])
        #expect(found[0].score == found[1].score && (found[1].score ?? 0) > (found[2].score ?? 1))
    }

    @Test("Questions are embedded as questions, items as documents, and every text has its vector")
    func purposes() async throws {
        let asked = Mutex<[EmbeddingPurpose]>([])
        let answers = Mutex<[[Float]]?>(nil)
        let embedder = ItemEmbedder(space: "s") { texts, purpose in
            asked.withLock { $0.append(purpose) }
            return answers.withLock { $0 } ?? texts.map { _ in [1, 0] }
        }
        let store = try await TestBackend.all[0].makeKeyValues(
            KeyValueStoreConfiguration(index: ItemIndex(fields: ["t[*]"], embedder: embedder)))
        let value: [String: JSONValue] = ["t": .array([.string("one"), .string("two")])]
        try await store.put(value, for: "k", in: ["a"])
        _ = try await store.search(ItemSearch(prefix: ["a"], query: "one"))
        #expect(asked.withLock { $0 } == [.document, .query])
        for wrong in [[], [[1, 0]], [[1, 0], [1]], [[], []], [[1, 0], [0, 1], [1, 1]]] as [[[Float]]] {
            answers.withLock { $0 = wrong }
            #expect(await keyValueCode { try await store.put(value, for: "wrong", in: ["a"]) } == "unavailable")
        }
        #expect(try await store.get("wrong", in: ["a"]) == nil)
    }

    @Test("A text with U+0000 is found", arguments: TestBackend.all)
    func zeros(_ backend: TestBackend) async throws {
        let store = try await backend.makeKeyValues(KeyValueStoreConfiguration(index: ItemIndex(fields: ["text"])))
        try await store.put(["text": .string("apple\0pie")], for: "k", in: ["a"])
        for query in ["apple", "pie"] {
            let found = try await store.search(ItemSearch(prefix: ["a"], query: query))
            #expect(found.first?.score != nil && found.first?.item.value == ["text": .string("apple\0pie")])
        }
    }

    @Test("An embedder's failure is not swallowed", arguments: TestBackend.all)
    func embedderFails(_ backend: TestBackend) async throws {
        let embedder = AxisEmbedder()
        let store = try await backend.makeKeyValues(
            KeyValueStoreConfiguration(index: ItemIndex(embedder: embedder.embedder)))
        embedder.fails.withLock { $0 = true }
        #expect(await keyValueCode { try await store.put(["x": .string("y")], for: "k", in: ["a"]) } == "unavailable")
        #expect(try await store.get("k", in: ["a"]) == nil)
        #expect(await keyValueCode { _ = try await store.search(ItemSearch(query: "x")) } == "unavailable")
    }

    @Test("Paths into values") func paths() throws {
        let value: JSONValue = .object([
            "a": .object(["b": .string("deep"), "c": .int(3)]), "none": .null, "empty": .string(""),
            "list": .array([.object(["t": .string("x")]), .object(["t": .string("y")]), .string("z")]),
        ])
        func texts(_ path: String) throws -> [String] { try FieldPathText(path).texts(in: value) }
        #expect(try texts("$") == [value.canonical])
        #expect(try texts("a.b") == ["deep"])
        #expect(try texts("a.c") == ["3"])
        #expect(try texts("a") == [#"{"b":"deep","c":3}"#])
        #expect(try texts("list[*].t") == ["x", "y"])
        #expect(try texts("list[0].t") == ["x"])
        #expect(try texts("list[-1]") == ["z"])
        #expect(try texts("list[9]").isEmpty)
        #expect(try texts("a.*") == ["deep", "3"])
        #expect(try texts("{a.b,a.c}") == ["deep", "3"])
        #expect(try texts("list[*].{t}") == ["x", "y"])
        #expect(try texts("none").isEmpty && texts("empty").isEmpty && texts("missing.x").isEmpty)
        for wrong in ["", "a[", "a[x]", "{a", String(repeating: "x", count: 513)] {
            #expect(throws: KeyValueError.self) { try FieldPathText(wrong) }
        }
    }
}
