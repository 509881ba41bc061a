import Foundation
import RecordStoreConformance
import Records
import Testing

@Suite("JSON documents")
struct JSONValueTests {
    @Test(
        "The canonical spelling sorts keys by bytes, drops white space and escapes only what it must",
        arguments: [
            (" { \"b\" : 1 , \"a\" : [ true , null ] } ", "{\"a\":[true,null],\"b\":1}"),
            ("{\"é\":1,\"z\":2,\"Z\":3,\"\":4}", "{\"\":4,\"Z\":3,\"z\":2,\"é\":1}"),
            ("\"\\u00e9\\/\\u0041\\ud83d\\ude00\"", "\"é/A😀\""), ("\"e\\u0301\"", "\"e\u{301}\""),
            ("\"\\u0000\\u001f\\n\\r\\t\\\"\\\\\\b\\f\"", "\"\\u0000\\u001f\\n\\r\\t\\\"\\\\\\u0008\\u000c\""),
            ("1.0", "1"), ("1e2", "100"), ("-0", "0"), ("-0.0", "0"), ("0.10", "0.1"), ("1E300", "1e+300"),
            ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
            ("9223372036854775808", "9.223372036854776e+18"), ("[]", "[]"), ("{}", "{}"), ("[[],{}]", "[[],{}]"),
        ])
    func canonical(_ text: String, _ spelling: String) throws {
        let document = try JSONValue(parsing: text)
        #expect(document.canonical.hasSameBytes(as: spelling))
        #expect(try JSONValue(parsing: spelling).canonical.hasSameBytes(as: spelling))
    }

    @Test("Spelling and parsing end where they began, for random documents")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            let document = randomDocument(depth: 3, &generator)
            let spelling = document.canonical
            let parsed = try JSONValue(parsing: spelling)
            #expect(parsed.canonical.hasSameBytes(as: spelling))
            let encoded = try JSONEncoder().encode(document)
            #expect(
                try JSONValue(parsing: String(decoding: encoded, as: UTF8.self)).canonical.hasSameBytes(as: spelling))
        }
    }

    @Test(
        "What is not JSON is refused with invalid",
        arguments: [
            "", " ", "nul", "01", "+1", ".5", "5.", "1 2", "NaN", "Infinity", "'a'", "\"", "\"\u{1}\"", "\"\\ud800\"",
            "[1", "{1:2}",
            "1e400", "{\"a\"}", "[1,]", "{\"a\":1,}", "[,1]", "{,}", "[1 2]", "{\"a\" 1}", "// a\n1", "1 // a", "tru",
            "truee",
            "\"\\x\"", "\"\\u12g4\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"a\nb\"", "-", "1e", "1.e1", "0x1",
            "\u{feff}1", "\u{0}",
        ])
    func refusals(_ text: String) {
        let error = #expect(throws: StoreError.self) { try JSONValue(parsing: text) }
        #expect(error?.code == .invalid)
        #expect(error?.message == "not a JSON document")
    }

    @Test(
        "An object that names a member twice is refused, names that Unicode holds to be equivalent too",
        arguments: ["{\"a\":1,\"a\":2}", "[{\"\\u00e9\":1,\"e\\u0301\":2}]", "{\"é\":1,\"e\u{301}\":2}"])
    func twins(_ text: String) {
        let error = #expect(throws: StoreError.self) { try JSONValue(parsing: text) }
        #expect(error?.code == .invalid)
        #expect(error?.message == "not a JSON document: an object names a member twice")
    }

    @Test("512 levels are read, more are refused")
    func depth() throws {
        let deep = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(try JSONValue(parsing: deep).canonical == deep)
        for deeper in ["[" + deep + "]", String(repeating: "[", count: 100_000)] {
            let error = #expect(throws: StoreError.self) { try JSONValue(parsing: deeper) }
            #expect(error?.code == .invalid && error?.message == "nested deeper than the limit of 512 levels")
        }
    }

    @Test("A path is made of object keys, compared bytewise")
    func paths() throws {
        let document = try JSONValue(parsing: "{\"a\":{\"b\":[1]},\"a.b\":2,\"é\":3,\"0\":null}")
        #expect(document.value(at: []) == document)
        #expect(document.value(at: ["a", "b"]) == .array([.int(1)]))
        #expect(document.value(at: ["a.b"]) == .int(2))
        #expect(document.value(at: ["0"]) == .some(.null))
        #expect(document.value(at: ["é"]) == .int(3))
        for path in [["e\u{301}"], ["a", "b", "0"], ["b"], ["a", "b", "c"], [""], ["A"]] {
            #expect(document.value(at: path) == nil)
        }
    }

    @Test("Scalars become field values")
    func scalars() {
        #expect(JSONValue.null.scalar == .null)
        #expect(JSONValue.bool(true).scalar == .bool(true))
        #expect(JSONValue.int(1).scalar == .int(1))
        #expect(JSONValue.double(0.5).scalar == .double(0.5))
        #expect(JSONValue.string("x").scalar == .text("x"))
        #expect(JSONValue.array([]).scalar == nil && JSONValue.object([:]).scalar == nil)
    }

    private func randomDocument(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
        let texts = ["", "a", "é", "e\u{301}", "\u{0}", "\n", "\"", "\\", "/", "😀", "\u{2028}", "\u{7f}", "\u{FEFF}"]
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .int(Int64.random(in: .min ... .max, using: &generator))
        case 3: return .double(Double.random(in: -1e6...1e6, using: &generator))
        case 4: return .double(Double(Int.random(in: -5...5, using: &generator)))
        case 5: return .string(texts.randomElement(using: &generator) ?? "")
        case 6:
            return .array((0..<3).map { _ in randomDocument(depth: depth - 1, &generator) })
        default:
            var members: [String: JSONValue] = [:]
            for text in texts where Bool.random(using: &generator) {
                members[text] = randomDocument(depth: depth - 1, &generator)
            }
            return .object(members)
        }
    }
}
