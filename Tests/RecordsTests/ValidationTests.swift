import Records
import Testing

@Suite("Validation")
struct ValidationTests {
    private let partition = Partition("p")
    private let key = Key("sample", [.text("o"), .int(1)])

    private func refusal(_ batch: Batch, _ capabilities: Capabilities = Capabilities()) throws -> StoreError? {
        let schema = try sampleSchema()
        do {
            try schema.validate(batch, capabilities)
            return nil
        } catch {
            #expect(error.code == .invalid)
            return error
        }
    }

    @Test("Values that fields can hold pass")
    func right() throws {
        let values = sample([
            "flag": .bool(true), "score": .double(.infinity), "title": .text(String(repeating: "é", count: 10)),
            "data": .bytes([0]), "due": .time(.min), "body": .json("{}"), "vec": .vector([1]), "axis": .vector([1, 2]),
            "terms": .tokens(["c#", "日本"]), "count": .next("n"),
        ])
        #expect(
            try refusal(Batch(partition, [.insert("sample", values), .put("sample", sample()), .delete(key)])) == nil)
        let changes: [Change] = [
            .set("body", .null), .add("count", .max), .least("title", .text("")), .greatest("score", .double(-0.0)),
        ]
        let guards: [Guard] = [.absent(key), .matches(key, .less("due", .time(1)))]
        #expect(
            try refusal(Batch(partition, guards: guards, [.patch(key, changes), .count("c", .min, atMost: .max)]))
                == nil)
        #expect(try refusal(Batch(partition, [])) == nil)
    }

    @Test(
        "A wrong value is refused by its field's name and the write's index",
        arguments: [
            ("title", .text(String(repeating: "é", count: 10) + "a")), ("title", .text("a\u{0}")),
            ("title", .bytes([])),
            ("score", .double(.nan)), ("count", .double(1)), ("flag", .int(0)), ("due", .int(0)), ("data", .text("")),
            ("body", .text("{}")), ("body", .json("\u{0}")), ("body", .json("")), ("body", .json("{")),
            ("body", .json("{\"a\":1,}")),
            ("body", .json("{} {}")), ("body", .json("{\"a\":1,\"a\":2}")), ("vec", .vector([])),
            ("vec", .vector([.infinity])),
            ("axis", .vector([1])), ("terms", .tokens([""])), ("terms", .tokens(["a b"])), ("terms", .tokens(["a\n"])),
            ("owner", .null), ("number", .null), ("owner", .text("123456789")), ("due", .next("n")),
            ("title", .next("n")),
        ] as [(String, Value)])
    func wrong(_ field: String, _ value: Value) throws {
        let values = sample([field: value])
        for write in [Write.insert("sample", values), .put("sample", values)] {
            let error = try #require(try refusal(Batch(partition, [.delete(key), write])))
            #expect(error.index == 1)
            #expect(error.message.contains("field \(field)"))
        }
    }

    @Test("A length is refused with the limit")
    func limits() throws {
        let text = try #require(
            try refusal(Batch(partition, [.put("sample", sample(["title": .text(String(repeating: "a", count: 21))]))]))
        )
        #expect(text.message.contains("21") && text.message.contains("20"))
        var capabilities = Capabilities()
        capabilities.maximumValueBytes = 4
        capabilities.maximumWrites = 2
        for (field, value) in [
            ("title", .text("12345")), ("data", .bytes([1, 2, 3, 4, 5])), ("body", .json("12345")),
            ("vec", .vector([1, 2])),
        ] as [(String, Value)] {
            #expect(try refusal(Batch(partition, [.put("sample", sample([field: value]))])) == nil)
            let error = try #require(
                try refusal(Batch(partition, [.put("sample", sample([field: value]))]), capabilities))
            #expect(error.message.contains(field))
            let patch = try #require(try refusal(Batch(partition, [.patch(key, [.set(field, value)])]), capabilities))
            #expect(patch.message.contains(field))
        }
        let many = try #require(
            try refusal(Batch(partition, [.delete(key), .delete(key), .delete(key)]), capabilities))
        #expect(many.message.contains("3") && many.message.contains("2"))
    }

    @Test("A store-assigned number is one and belongs to an insert")
    func numbers() throws {
        #expect(try refusal(Batch(partition, [.put("sample", sample(["count": .next("n")]))])) != nil)
        #expect(
            try refusal(Batch(partition, [.insert("sample", sample(["count": .next("n"), "number": .next("n")]))]))
                != nil)
        #expect(try refusal(Batch(partition, [.insert("sample", sample(["number": .next("n")]))])) == nil)
        #expect(try refusal(Batch(partition, [.patch(key, [.set("count", .next("n"))])])) != nil)
    }

    @Test("Names, keys, changes and guards are checked")
    func addresses() throws {
        let long = String(repeating: "é", count: 257)
        for name in ["", "a\u{0}", long] {
            #expect(try refusal(Batch(Partition(name), [])) != nil)
            #expect(try refusal(Batch(partition, [.count(name, 1, atMost: nil)])) != nil)
        }
        let keys = [
            Key("nothing", "a"), Key("sample", "o"), Key("sample", [.text("o"), .null]),
            Key("sample", [.int(1), .int(1)]),
            Key("sample", []), Key("sample", [.text("o"), .int(1), .int(1)]), Key("sample", [.text("o"), .next("n")]),
        ]
        for key in keys {
            #expect(try refusal(Batch(partition, [.delete(key)]))?.index == 0)
            #expect(try refusal(Batch(partition, [.patch(key, [])]))?.index == 0)
            #expect(try refusal(Batch(partition, guards: [.absent(key)], []))?.index == 0)
            #expect(try refusal(Batch(partition, guards: [.matches(key, .all)], []))?.index == 0)
        }
        let changes: [Change] = [
            .set("owner", .text("x")), .add("number", 1), .set("nothing", .null), .add("score", 1), .add("due", 1),
            .least("count", .null), .greatest("body", .json("1")), .least("terms", .tokens([])),
            .set("count", .text("1")),
        ]
        for change in changes { #expect(try refusal(Batch(partition, [.patch(key, [change])])) != nil) }
        let scalar = try refusal(
            Batch(partition, guards: [.absent(key), .matches(key, .has("terms", anyOf: ["x"]))], []))
        #expect(scalar?.index == 1)
        for values in [[], sample() + [.null], Array(sample().dropLast())] {
            #expect(try refusal(Batch(partition, [.insert("sample", values)]))?.index == 0)
        }
    }

    @Test("Queries are checked")
    func queries() throws {
        let schema = try sampleSchema()
        let right = [
            Query("sample"), Query("sample", order: .field("title"), limit: 1),
            Query("sample", limit: 10_000, fields: []),
            Query("sample", order: .nearest("vec", to: [1])), Query("sample", order: .nearest("axis", to: [1, 0])),
            Query("sample", order: .field("due"), isDescending: true, fields: ["body"]),
        ]
        for query in right { try schema.validate(query) }
        let cursor = Cursor(after: [], of: Query("sample"), in: nil)
        let wrong = [
            Query("nothing"), Query("sample", .exists("nothing")), Query("sample", limit: 0),
            Query("sample", limit: 10_001),
            Query("sample", order: .field("count")), Query("sample", order: .field("nothing")),
            Query("sample", order: .field("flag")), Query("sample", fields: ["nothing"]),
            Query("sample", order: .nearest("title", to: [1])), Query("sample", order: .nearest("nothing", to: [1])),
            Query("sample", order: .nearest("axis", to: [1])), Query("sample", order: .nearest("vec", to: [])),
            Query("sample", order: .nearest("vec", to: [.nan])),
            Query("sample", order: .nearest("vec", to: [1]), isDescending: true),
            Query("sample", order: .nearest("vec", to: [1]), after: cursor),
        ]
        for query in wrong {
            let error = #expect(throws: StoreError.self) { try schema.validate(query) }
            #expect(error?.code == .invalid)
        }
        try schema.validate(Query("sample", order: .field("due")), isSurvey: true)
        for order in [.key, .field("title"), .nearest("vec", to: [1])] as [Query.Order] {
            #expect(throws: StoreError.self) { try schema.validate(Query("sample", order: order), isSurvey: true) }
        }
    }
}
