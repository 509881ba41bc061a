import Memories
import Records
import TestStores
import Testing

/// One grammar on every verb: what a filter lists is what it finds, exports and deletes.
@Suite("mem0's filters") struct FilterTests {
    /// A filter, and the memories that pass it.
    struct Row: Sendable, CustomTestStringConvertible {
        var filter: String
        var passes: String

        init(_ filter: String, _ passes: String) {
            self.filter = filter
            self.passes = passes
        }

        var testDescription: String { filter }
    }

    /// Memories by a letter, each with the word that searches ask for.
    private static func fill(_ test: Mem0Service) async throws {
        let memories = [
            ("a", #""user_id":"alice","metadata":{"n":1,"tag":"red","tags":["x","y"]},"categories":["Food","travel"]"#),
            ("b", #""user_id":"alice","agent_id":"bot","metadata":{"n":2,"tag":"blue"}"#),
            ("c", #""user_id":"alice","agent_id":"bot","run_id":"r1","app_id":"web","expiration_date":"2030-01-31""#),
            ("d", #""user_id":"bob","run_id":"r1","metadata":{"n":10,"tag":"red"},"timestamp":1600000000"#),
            ("e", #""agent_id":"bot","metadata":{"ok":true}"#),
            ("f", #""app_id":"web","categories":["food"]"#),
            ("g", #""run_id":"r1""#),
        ]
        for (letter, members) in memories {
            test.clock.advance(seconds: 1)
            _ = try await test.add("Thing \(letter)", members)
        }
    }

    static let rows = [
        Row(#"{"user_id":"alice"}"#, "abc"), Row(#"{"user_id":{"eq":"alice"}}"#, "abc"),
        Row(#"{"user_id":{"in":["alice","bob"]}}"#, "abcd"), Row(#"{"user_id":"*"}"#, "abcd"),
        Row(#"{"user_id":"nobody"}"#, ""), Row(#"{"agent_id":"bot"}"#, "bce"), Row(#"{"agent_id":"*"}"#, "bce"),
        Row(#"{"app_id":"web"}"#, "cf"), Row(#"{"run_id":"r1"}"#, "cdg"), Row(#"{"run_id":"*"}"#, "cdg"),
        // Both must be there.
        Row(#"{"AND":[{"user_id":"alice"},{"agent_id":"bot"}]}"#, "bc"),
        Row(#"{"user_id":"alice","agent_id":"bot","run_id":"r1"}"#, "c"),
        Row(#"{"OR":[{"user_id":"bob"},{"agent_id":"bot"}]}"#, "bcde"),
        Row(#"{"OR":[{"user_id":"*"},{"agent_id":"*"},{"app_id":"*"},{"run_id":"*"}]}"#, "abcdefg"),
        // What has none is not equal either.
        Row(#"{"AND":[{"user_id":"alice"},{"agent_id":{"ne":"bot"}}]}"#, "a"),
        Row(#"{"OR":[{"run_id":"*"},{"AND":[{"user_id":{"ne":"alice"}},{"app_id":"*"}]}]}"#, "cdfg"),
        // AND with an OR beside it: both hold.
        Row(#"{"AND":[{"user_id":"alice"}],"OR":[{"metadata":{"tag":"red"}},{"run_id":"r1"}]}"#, "ac"),
        Row(#"{"AND":[{"user_id":"*"}],"NOT":[{"user_id":"bob"},{"agent_id":"bot"}]}"#, "a"),
        Row(#"{"AND":[{"user_id":"alice"},{"NOT":{"metadata":{"tag":"red"}}}]}"#, "bc"),
        Row(#"{"user_id":"*","metadata":{"tag":"red"}}"#, "ad"),
        Row(#"{"user_id":"*","metadata":{"tag":{"ne":"red"}}}"#, "bc"),
        Row(#"{"user_id":"*","metadata":{"tag":{"contains":"lu"}}}"#, "b"),
        Row(#"{"user_id":"*","metadata":{"tags":{"contains":"y"}}}"#, "a"),
        Row(#"{"user_id":"*","metadata":{"n":{"gte":2}}}"#, "bd"), Row(#"{"user_id":"*","metadata":{"n":1.0}}"#, "a"),
        Row(#"{"agent_id":"*","metadata":{"ok":true}}"#, "e"),
        Row(#"{"user_id":"*","metadata":{"n":{"in":[1,10]}}}"#, "ad"),
        Row(#"{"user_id":"*","metadata":{"tag":"*"}}"#, "abd"),
        Row(#"{"OR":[{"user_id":"*"},{"app_id":"*"}],"categories":{"in":["food","travel"]}}"#, "af"),
        Row(#"{"OR":[{"user_id":"*"},{"app_id":"*"}],"categories":{"contains":"FOO"}}"#, "af"),
        Row(#"{"user_id":"*","created_at":{"lt":"2021-01-01"}}"#, "d"),
        Row(#"{"user_id":"*","created_at":{"gte":"2023-11-14"}}"#, "abc"),
        Row(#"{"user_id":"*","created_at":{"gt":"2023-11-14"}}"#, ""),
        Row(#"{"user_id":"*","timestamp":"2020-09-13"}"#, "d"), Row(#"{"user_id":"*","updated_at":"2023"}"#, "abcd"),
        Row(#"{"user_id":"*","created_at":{"ne":"2020-09-13"}}"#, "abc"),
        Row(#"{"user_id":"*","expiration_date":{"lte":"2030-01-31"}}"#, "c"),
        Row(#"{"user_id":"*","expiration_date":null}"#, "abd"),
        Row(#"{"user_id":"alice","keywords":{"contains":"Thing b"}}"#, "b"),
        Row(#"{"user_id":"alice","keywords":{"contains":"thing b"}}"#, ""),
        Row(#"{"user_id":"alice","keywords":{"icontains":"thing B"}}"#, "b"),
        Row(#"{"user_id":"alice","NOT":{"text":{"icontains":"g A"}}}"#, "bc"),
    ]

    /// On every backend, because each decides other parts of a filter itself.
    @Test(arguments: TestBackend.all) func sameOnEveryVerb(_ backend: TestBackend) async throws {
        let made = try await backend.make()
        let test = try await Mem0Service(over: made.store)
        try await Self.fill(test)
        for row in Self.rows {
            let expected = row.passes.map { "Thing \($0)" }
            #expect(
                try await test.texts("POST", "/v3/memories/", #"{"filters":\#(row.filter)}"#) == expected,
                "list \(row.filter)")
            #expect(
                try await test.texts(
                    "POST", "/v3/memories/search/", #"{"query":"thing","top_k":50,"filters":\#(row.filter)}"#)
                    == expected, "search \(row.filter)")
            let export = try await test.ask("POST", "/v1/exports/", #"{"schema":"{}","filters":\#(row.filter)}"#)
            let id = try #require(export["id"]?.text)
            #expect(
                try await test.texts("POST", "/v1/exports/get/", #"{"memory_export_id":"\#(id)"}"#) == expected,
                "export \(row.filter)")
        }
        await made.store.close()
    }

    @Test(arguments: rows) func deletesWhatItLists(_ row: Row) async throws {
        let test = try await Mem0Service()
        try await Self.fill(test)
        let filter = row.filter.utf8.map { "%" + String(UInt16($0) + 256, radix: 16).suffix(2) }.joined()
        let answer = try await test.ask("DELETE", "/v1/memories/?filters=\(filter)")
        #expect(answer["count"] == .int(Int64(row.passes.count)), "\(answer.json)")
        let left = try await test.texts(
            "POST", "/v3/memories/",
            #"{"filters":{"OR":[{"user_id":"*"},{"agent_id":"*"},{"app_id":"*"},{"run_id":"*"}]}}"#)
        #expect(left == "abcdefg".filter { !row.passes.contains($0) }.map { "Thing \($0)" })
    }

    @Test func idsSelect() async throws {
        let test = try await Mem0Service()
        let first = try await test.add("Thing one", #""user_id":"alice""#)
        let second = try await test.add("Thing two", #""user_id":"bob""#)
        _ = try await test.add("Thing three", #""user_id":"alice""#)
        let filter = #"{"user_id":"*","memory_ids":["\#(first)","\#(second)"]}"#
        #expect(
            try await test.texts("POST", "/v3/memories/", #"{"filters":\#(filter)}"#) == ["Thing one", "Thing two"])
        #expect(
            try await test.texts("POST", "/v3/memories/search/", #"{"query":"thing","filters":\#(filter)}"#)
                == ["Thing one", "Thing two"])
    }

    @Test(arguments: [
        #"{"colour":"red"}"#, #"{"user_id":{"gt":"a"}}"#, #"{"user_id":["a",{}]}"#, #"{"created_at":{"gte":"soon"}}"#,
        #"{"user_id":"a","categories":{"eq":"food"}}"#, #"{"AND":["alice"]}"#, #"[]"#, #""user_id""#,
        #"{"user_id":"a","metadata":{"_mem0":"x"}}"#, #"{"user_id":"a","metadata":{"n":{"near":1}}}"#, #"{}"#,
        #"{"user_id":{"ne":"alice"}}"#, #"{"NOT":{"user_id":"alice"}}"#, #"{"categories":["food"]}"#,
    ]) func refused(_ filter: String) async throws {
        let test = try await Mem0Service()
        for (target, body) in [("/v3/memories/", ""), ("/v3/memories/search/", #""query":"thing","#)] {
            let answer = try await test.ask("POST", target, #"{\#(body)"filters":\#(filter)}"#)
            #expect(answer.status == 400)
            #expect(answer["detail"]?.text != nil && answer["detail"] == answer["error"])
        }
    }

    @Test func selfHostedGrammarTakesAnyKey() async throws {
        let test = try await Mem0Service()
        _ = try await test.add("Thing a", #""user_id":"alice","metadata":{"n":1,"tag":"red"}"#)
        _ = try await test.add("Thing b", #""user_id":"alice","metadata":{"n":2,"tag":"blue"}"#)
        for (filter, passes) in [
            (#"{"user_id":"alice","n":{"gt":1}}"#, ["Thing b"]), (#"{"user_id":"alice","tag":"red"}"#, ["Thing a"]),
            (#"{"user_id":"alice","tag":{"nin":["red"]}}"#, ["Thing b"]),
            (#"{"user_id":"alice","tag":{"icontains":"LUE"}}"#, ["Thing b"]),
        ] {
            #expect(
                try await test.texts("POST", "/search", #"{"query":"thing","filters":\#(filter)}"#) == passes,
                "\(filter)")
        }
    }

    @Test func pythonReprIsRead() async throws {
        let test = try await Mem0Service()
        _ = try await test.add("Thing a", #""user_id":"al'ice""#)
        _ = try await test.add("Thing b", #""user_id":"bob""#)
        // {"user_id": "al'ice"}, {'user_id': 'bob', 'x': None} as httpx sends them
        let answer = try await test.ask("DELETE", "/v1/memories/?filters=%7B%27user_id%27%3A+%22al%27ice%22%7D")
        #expect(answer["count"] == .int(1))
        let wrong = try await test.ask("DELETE", "/v1/memories/?filters=%7B%27user_id%27%3A+open%28%29%7D")
        #expect(wrong.status == 400)
        let last = try await test.ask(
            "DELETE", "/v1/memories/?filters=%7B%27OR%27%3A+%5B%7B%27user_id%27%3A+%27b%5Cx6fb%27%7D%5D%7D")
        #expect(last["count"] == .int(1))
    }
}
