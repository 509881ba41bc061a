import Records
import Testing

@Suite("Values")
struct ValueTests {
    /// Each list is in ascending order.
    static let ascending: [[Value]] = [
        [.null, .bool(false), .bool(true)],
        [.null, .int(.min), .int(-1), .int(0), .int(1), .int(.max)],
        [
            .null, .double(-.infinity), .double(-1.5), .double(0), .double(.leastNonzeroMagnitude), .double(1),
            .double(.infinity),
        ],
        [
            .null, .text(""), .text("\u{1}"), .text(" "), .text("A"), .text("B"), .text("a"), .text("aa"), .text("ab"),
            .text("b"),
            .text("e\u{301}"), .text("z"), .text("é"), .text("日本"), .text("\u{FFFD}"), .text("😀"),
        ],
        [
            .null, .bytes([]), .bytes([0]), .bytes([0, 0]), .bytes([1, 255]), .bytes([2]), .bytes([127]), .bytes([128]),
        ],
        [.null, .time(.min), .time(-1), .time(0), .time(.max)],
    ]

    @Test("The order is total: null first, text and bytes by their bytes", arguments: ascending)
    func order(_ values: [Value]) {
        for (i, left) in values.enumerated() {
            for (j, right) in values.enumerated() {
                #expect(left.compare(right).signum() == (i < j ? -1 : (i == j ? 0 : 1)))
                #expect((left == right) == (i == j))
            }
        }
    }

    @Test("Equality is bytewise, never canonical equivalence")
    func bytewise() {
        #expect("é" == "e\u{301}")
        #expect(Value.text("é") != .text("e\u{301}"))
        #expect(Value.json("\"é\"") != .json("\"e\u{301}\""))
        #expect(Value.tokens(["é"]) != .tokens(["e\u{301}"]))
        #expect(Value.next("é") != .next("e\u{301}"))
        #expect(Set([Value.text("é"), .text("e\u{301}"), .text("é")]).count == 2)
        #expect(Partition("é") != Partition("e\u{301}"))
        #expect(Set([Partition("é"), Partition("e\u{301}")]).count == 2)
        #expect(Key("a", "é") != Key("a", "e\u{301}"))
    }

    @Test("Equal values hash equally")
    func hashing() {
        let pairs: [(Value, Value)] = [
            (.double(0), .double(-0.0)), (.text("a"), .text(String("ab".dropLast()))), (.bytes([1]), .bytes([1])),
            (.vector([0]), .vector([-0.0])), (.tokens(["x", "y"]), .tokens(["x", "y"])),
        ]
        for (left, right) in pairs {
            #expect(left == right)
            #expect(left.hashValue == right.hashValue)
        }
    }

    @Test("Values of different kinds are never equal")
    func kinds() {
        let values: [Value] = [
            .null, .bool(true), .int(1), .double(1), .text("1"), .bytes([49]), .time(1), .json("1"), .vector([1]),
            .tokens(["1"]), .next("1"),
        ]
        #expect(Set(values).count == values.count)
        for (i, left) in values.enumerated() {
            for (j, right) in values.enumerated() where i != j {
                #expect(left != right)
                #expect(left.compare(right).signum() == (i < j ? -1 : 1))
            }
        }
        #expect(values.filter(\.isNull) == [.null])
        #expect(values.filter(\.isJSONScalar) == [.bool(true), .int(1), .double(1), .text("1")])
    }

    @Test("Strings compare by their UTF-8 bytes")
    func strings() {
        #expect("a".hasSameBytes(as: "a") && !"é".hasSameBytes(as: "e\u{301}") && !"a".hasSameBytes(as: "aa"))
        #expect("a".compareBytes("b") < 0 && "b".compareBytes("a") > 0 && "é".compareBytes("é") == 0)
        #expect("z".compareBytes("é") < 0 && "e\u{301}".compareBytes("é") < 0)
    }
}
