import Records
import Testing

@Suite("Filters")
struct CompiledFilterTests {
    private func accepts(_ filter: Filter, _ fields: [String: Value], revision: Int64 = 3, stamp: Int64 = 9) throws
        -> Bool
    {
        let table = try sampleSchema().table("sample")
        let compiled = try CompiledFilter(filter, table)
        let record = Record(
            type: "sample", keyCount: 2, revision: revision, stamp: Stamp(stamp), values: sample(fields))
        #expect(compiled.accepts(record) == compiled.accepts(record.values, revision: revision, stamp: Stamp(stamp)))
        return compiled.accepts(record)
    }

    @Test("A comparison with a missing value is false, and not inverts it")
    func missing() throws {
        let filters: [Filter] = [
            .equal("count", .int(0)), .less("count", .int(1)), .atMost("count", .int(1)), .isIn("count", [.int(0)]),
            .exists("count"), .has("terms", anyOf: ["x"]), .hasSubstring("title", ""), .contains("body", .int(1)),
            .equal(FieldPath("body", ["k"]), .int(1)), .exists("body"),
        ]
        for filter in filters {
            #expect(try !accepts(filter, [:]))
            #expect(try accepts(.not(filter), [:]))
        }
    }

    @Test("And is true, or and in are false when empty")
    func empty() throws {
        #expect(try accepts(.all, [:]) && accepts(.and([]), [:]))
        #expect(try !accepts(.or([]), [:]) && !accepts(.isIn("number", []), [:]))
        #expect(try !accepts(.and([.all, .or([])]), [:]) && accepts(.or([.not(.all), .all]), [:]))
    }

    @Test("Less and at most follow the order of values", arguments: ValueTests.ascending)
    func order(_ values: [Value]) throws {
        let fields = ["flag", "count", "score", "title", "data", "due"]
        let field = FieldPath(fields[try #require(ValueTests.ascending.firstIndex(of: values))])
        for (i, bound) in values.enumerated().dropFirst() {
            for (j, value) in values.enumerated().dropFirst() {
                let fields = [field.field: value]
                #expect(try accepts(.less(field, bound), fields) == (j < i))
                #expect(try accepts(.atMost(field, bound), fields) == (j <= i))
                #expect(try accepts(.equal(field, bound), fields) == (j == i))
                #expect(try accepts(.isIn(field, [bound]), fields) == (j == i))
            }
        }
    }

    @Test("Terms and parts of texts are compared bytewise")
    func bytewise() throws {
        let fields: [String: Value] = ["terms": .tokens(["e\u{301}", "c#"]), "title": .text("xe\u{301}%y")]
        #expect(try accepts(.has("terms", anyOf: ["no", "e\u{301}"]), fields))
        #expect(try !accepts(.has("terms", anyOf: ["é", "c", "C#"]), fields))
        #expect(try !accepts(.has("terms", anyOf: []), fields))
        for part in ["", "e", "\u{301}", "e\u{301}%", "xe\u{301}%y"] {
            #expect(try accepts(.hasSubstring("title", part), fields))
        }
        for part in ["é", "%%", "_", "X", "xe\u{301}%yz"] {
            #expect(try !accepts(.hasSubstring("title", part), fields))
        }
    }

    @Test(
        "Numbers inside JSON compare by value, exactly",
        arguments: [
            ("1", .int(1), 0), ("1", .double(1), 0), ("1.5", .int(1), 1), ("1.5", .int(2), -1), ("-1.5", .int(-1), -1),
            ("9007199254740993", .double(9_007_199_254_740_992), 1),
            ("9007199254740992", .double(9_007_199_254_740_992), 0),
            ("9223372036854775807", .double(9.223372036854775807e18), -1),
            ("-9223372036854775808", .double(-0x1p63), 0),
            ("-9223372036854775808", .double(-1e300), 1), ("1e300", .int(.max), 1), ("0", .double(-.infinity), 1),
            ("1", .double(0.5), 1), ("-1", .double(-0.5), -1), ("0", .double(-0.0), 0),
        ] as [(String, Value, Int)])
    func jsonNumbers(_ text: String, _ bound: Value, _ order: Int) throws {
        let fields: [String: Value] = ["body": .json("{\"k\":\(text)}")]
        let path = FieldPath("body", ["k"])
        #expect(try accepts(.less(path, bound), fields) == (order < 0))
        #expect(try accepts(.atMost(path, bound), fields) == (order <= 0))
        #expect(try accepts(.equal(path, bound), fields) == (order == 0))
    }

    @Test("Inside JSON only equal types compare, and null is missing")
    func jsonTypes() throws {
        let operands: [Value] = [.bool(true), .int(1), .text("1")]
        for (i, text) in ["true", "1", "\"1\"", "null", "[1]", "{}"].enumerated() {
            let fields: [String: Value] = ["body": .json("{\"k\":\(text)}")]
            for (j, operand) in operands.enumerated() {
                #expect(try accepts(.equal(FieldPath("body", ["k"]), operand), fields) == (i == j))
                #expect(try accepts(.atMost(FieldPath("body", ["k"]), operand), fields) == (i == j))
            }
            #expect(try accepts(.exists(FieldPath("body", ["k"])), fields) == (text != "null"))
            #expect(try !accepts(.exists(FieldPath("body", ["k", "k"])), fields))
        }
    }

    @Test("An array contains scalars, and its texts have parts")
    func arrays() throws {
        let fields: [String: Value] = [
            "body": .json("{\"k\":[1.0,\"axb\",true,[2]],\"t\":\"axb\"}"), "title": .text("[1]"),
        ]
        let path = FieldPath("body", ["k"])
        #expect(try accepts(.contains(path, .int(1)), fields) && accepts(.contains(path, .bool(true)), fields))
        #expect(try !accepts(.contains(path, .int(2)), fields) && !accepts(.contains(path, .text("x")), fields))
        #expect(try !accepts(.contains("title", .int(1)), fields) && !accepts(.contains("body", .int(1)), fields))
        #expect(
            try accepts(.hasSubstring(path, "x"), fields)
                && accepts(.hasSubstring(FieldPath("body", ["t"]), "x"), fields))
        #expect(try !accepts(.hasSubstring(path, "1"), fields) && !accepts(.hasSubstring("body", "x"), fields))
    }

    @Test("Revision and stamp are fields")
    func positions() throws {
        #expect(try accepts(.equal("revision", .int(3)), [:]) && accepts(.less("stamp", .int(10)), [:]))
        #expect(try !accepts(.equal("stamp", .int(3)), [:]) && !accepts(.isIn("revision", [.int(1)]), [:]))
        #expect(try accepts(.exists("stamp"), [:]))
    }

    @Test("Only filters over ordered fields are scalar")
    func scalar() throws {
        let table = try sampleSchema().table("sample")
        let scalar: [Filter] = [
            .all, .equal("count", .int(1)), .not(.and([.exists("title"), .or([.less("due", .time(1))])])),
            .equal("stamp", .int(1)), .isIn("data", [.bytes([])]),
        ]
        let others: [Filter] = [
            .has("terms", anyOf: []), .hasSubstring("title", "x"), .contains("body", .int(1)), .exists("body"),
            .not(.or([.exists("count"), .exists(FieldPath("body", ["k"]))])), .equal("vec", .vector([1])),
        ]
        for filter in scalar { #expect(try CompiledFilter(filter, table).isScalar) }
        for filter in others { #expect(try !CompiledFilter(filter, table).isScalar) }
        #expect(try CompiledFilter(.all, table).acceptsAll && !CompiledFilter(.and([]), table).acceptsAll)
    }

    @Test(
        "What cannot be meant is refused with invalid",
        arguments: [
            .equal("nothing", .int(1)), .equal("count", .null), .isIn("count", [.int(1), .null]),
            .equal("count", .double(1)),
            .less("body", .json("1")), .atMost("vec", .vector([1])), .less("terms", .tokens([])),
            .equal(FieldPath("title", ["k"]), .int(1)), .equal(FieldPath("body", ["k"]), .time(1)),
            .less(FieldPath("body", ["k"]), .null), .has("title", anyOf: []), .has("nothing", anyOf: []),
            .contains("body", .null),
            .contains("body", .bytes([])), .equal("revision", .double(1)), .less("stamp", .null),
            .equal("score", .double(.nan)),
            .equal("title", .text("\u{0}")), .equal("axis", .vector([1])), .not(.and([.or([.exists("nothing")])])),
            .exists(FieldPath("revision", ["k"])), .equal("count", .next("n")),
        ] as [Filter])
    func refusals(_ filter: Filter) throws {
        let table = try sampleSchema().table("sample")
        let error = #expect(throws: StoreError.self) { try CompiledFilter(filter, table) }
        #expect(error?.code == .invalid)
    }
}
