#if Redis
    import Records
    import Testing

    @testable import RedisRecords

    @Suite("Redis: encodings, slots and errors")
    struct PureTests {
        @Test func checksumsAndSlotsAreThoseOfTheSpecification() {
            #expect(HashSlot.checksum("123456789".utf8) == 0x31c3)
            #expect(HashSlot.of("foo") == 12_182)
            #expect(HashSlot.of("{user1000}.following") == HashSlot.of("user1000"))
            #expect(HashSlot.of("foo{}{bar}") == HashSlot.checksum("foo{}{bar}".utf8) % 16_384, "an empty tag is none")
            #expect(HashSlot.of("foo{{bar}}zap") == HashSlot.of("{bar"))
            #expect(HashSlot.of("foo{bar}{zap}") == HashSlot.of("bar"))
            #expect(HashSlot.of("a{b") == HashSlot.checksum("a{b".utf8) % 16_384)
        }

        @Test func everyKeyOfAPartitionLiesInItsSlot() {
            let keys = KeyLayout(prefix: "p/x", buckets: 7)
            for name in ["app/user", "a}b", "{x}", "a:b", "%", "%3A", "日本"] {
                let partition = Partition(name)
                let slot = HashSlot.of(keys.head(partition))
                let bucket = keys.bucket(of: partition)
                #expect(HashSlot.of(keys.base(partition) + ":r:memory:{other}") == slot)
                #expect(HashSlot.of(keys.tag(bucket) + "#g:memory:>due") == slot)
                #expect(HashSlot.of(keys.partitions(bucket)) == slot)
            }
            let names = ["a:b", "a%3Ab", "a%253Ab", "a", "a:", "%"]
            #expect(Set(names.map { keys.base(Partition($0)).split(separator: "}")[1] }).count == names.count)
        }

        /// The order of the bytes is the order of the values, whatever follows them.
        @Test func sortableBytesSortAsTheValuesDo() throws {
            let kinds: [(Field.Kind, [Value])] = [
                (.bool, [.null, .bool(false), .bool(true)]),
                (.int, [.null] + Self.integers.map { .int($0) }), (.time, [.null] + Self.integers.map { .time($0) }),
                (
                    .double,
                    [.null]
                        + ([
                            -.infinity, -1e308, -2, -1.5, -.leastNonzeroMagnitude, 0, .leastNonzeroMagnitude, 0.1, 1,
                            1.5, 1e308, .infinity,
                        ] as [Double])
                        .map { .double($0) }
                ),
                (
                    .text(maximumBytes: 99),
                    [.null] + ["", "a", "a\u{1}", "aa", "b", "e\u{301}", "z", "é", "日"].map { .text($0) }
                ),
                (
                    .bytes,
                    [.null]
                        + ([[], [0], [0, 0], [0, 1], [0, 255], [1], [1, 0], [255], [255, 0], [255, 255]] as [[UInt8]])
                        .map { .bytes($0) }
                ),
            ]
            for (kind, values) in kinds {
                for (left, a) in values.enumerated() {
                    var reader = SortableReader(SortableCoding.bytes(of: [a])[...])
                    #expect(reader.take(kind) == a)
                    for (right, b) in values.enumerated() {
                        for (tail, other) in [([], [0xff]), ([0xff], []), ([1], [2]), ([2], [1])]
                            as [([UInt8], [UInt8])]
                        {
                            let isLess = (SortableCoding.bytes(of: [a]) + tail)
                                .lexicographicallyPrecedes(SortableCoding.bytes(of: [b]) + other)
                            if left != right { #expect(isLess == (left < right), "\(kind): \(a) and \(b)") }
                        }
                    }
                }
            }
            #expect(SortableCoding.bytes(of: [.double(-0.0)]) == SortableCoding.bytes(of: [.double(0)]))
        }

        private static let integers: [Int64] = [
            .min, .min + 1, -9_007_199_254_740_993, -1_000, -999, -100, -10, -9, -1, 0, 1, 9, 10, 11, 99, 100, 1_000,
            9_007_199_254_740_992, 9_007_199_254_740_993, .max - 1, .max,
        ]

        @Test func keysRoundTripAndEndInThePlainIdentifier() throws {
            let id = SortableCoding.key([.text("0190-abc")])
            #expect(String(decoding: id, as: UTF8.self) == "0190-abc")
            let kinds: [Field.Kind] = [.text(maximumBytes: 9), .bytes, .time, .bool, .bytes]
            let values: [Value] = [.text("a"), .bytes([0, 1, 255]), .time(-5), .bool(true), .bytes([0, 0])]
            var reader = SortableReader(SortableCoding.key(values)[...])
            #expect(reader.takeKey(kinds) == values)
            var damaged = SortableReader(SortableCoding.key(values).dropLast(4))
            #expect(damaged.takeKey(kinds) == nil)
        }

        @Test func theSuccessorOfAPrefixIsAboveAllItBegins() {
            #expect(SortableCoding.successor([1, 2]) == [1, 3])
            #expect(SortableCoding.successor([1, 255, 255]) == [2])
            #expect(SortableCoding.successor([255]) == nil)
            #expect(SortableCoding.successor([]) == nil)
        }

        @Test func storedValuesRoundTrip() throws {
            let values: [(Field.Kind, Value)] = [
                (.bool, .bool(true)), (.int, .int(.min)), (.double, .double(-0.0)), (.double, .double(.infinity)),
                (.double, .double(0.1)), (.text(maximumBytes: 9), .text("")), (.bytes, .bytes([0, 13, 10])),
                (.time, .time(-1)), (.json, .json("{\"a\":1}")), (.vector(dimensions: nil), .vector([.pi, -0.0])),
                (.tokens, .tokens([])), (.tokens, .tokens(["c#", "日本", "c#"])), (.int, .null),
            ]
            for (kind, value) in values {
                let bytes = StoredValue.bytes(of: value)
                #expect(try StoredValue.value(of: bytes, Field("f", kind)) == value)
            }
            for (kind, bytes) in [
                (.int, [97]), (.bool, [50]), (.text(maximumBytes: 9), [255]), (.vector(dimensions: 1), [0]),
            ]
                as [(Field.Kind, [UInt8])]
            {
                let error = #expect(throws: StoreError.self) { try StoredValue.value(of: bytes, Field("secret", kind)) }
                #expect(error?.code == .corrupted)
                #expect(error?.message.contains("secret") == true)
            }
        }

        @Test func theSlotMapFollowsTheCluster() throws {
            let asked = SlotMap.Node(host: "10.0.0.9", port: 7_000)
            let a = SlotMap.Node(host: "10.0.0.1", port: 7_001)
            let b = SlotMap.Node(host: "10.0.0.2", port: 7_002)
            func node(_ host: String, _ port: Int64) -> RESPValue {
                .array([.bytes(Array(host.utf8)), .integer(port), .bytes([])])
            }
            let reply = RESPValue.array([
                .array([.integer(0), .integer(8_191), node("10.0.0.1", 7_001), node("10.0.0.3", 7_003)]),
                .array([.integer(8_192), .integer(16_383), node("", 7_000)]),
            ])
            var map = try #require(SlotMap(reply, askedAs: asked))
            #expect(map.isComplete)
            #expect(SlotMap.replicas(reply) == 1)
            #expect(map.node(of: 0) == a)
            #expect(map.node(of: 16_383) == asked, "a node without a name has the one it was asked by")
            guard case .moved(let slot, let owner)? = SlotMap.redirection("MOVED 42 10.0.0.2:7002", askedAs: asked)
            else {
                Issue.record("not understood")
                return
            }
            map.move(slot, to: owner)
            #expect(map.node(of: 42) == b)
            #expect(map.node(of: 43) == a)
            #expect(Set(map.masters) == [a, b, asked])
            #expect(
                SlotMap.redirection("MOVED 1 :7005", askedAs: asked)
                    == .moved(slot: 1, .init(host: "10.0.0.9", port: 7_005)))
            #expect(
                SlotMap.redirection("MOVED 1 ::1:7005", askedAs: asked)
                    == .moved(slot: 1, .init(host: "::1", port: 7_005)))
            #expect(SlotMap.redirection("ASK 1 10.0.0.2:7002", askedAs: asked) == .migrating)
            for error in ["MOVED", "MOVED 99999 a:1", "MOVED x a:1", "MOVED 1 a", "ERR MOVED 1 a:1"] {
                #expect(SlotMap.redirection(error, askedAs: asked) == nil)
            }
            #expect(SlotMap(.array([.integer(1)]), askedAs: asked) == nil)
            #expect(SlotMap(.array([.array([.integer(5), .integer(20_000), node("a", 1)])]), askedAs: asked) == nil)
            #expect(SlotMap(.array([]), askedAs: asked)?.isComplete == false)
        }

        @Test func faultsAreToldApartAndQuoteNothing() {
            let node = SlotMap.Node(host: "h", port: 1)
            let cases: [(String, ServerFault)] = [
                ("NOSCRIPT No matching script.", .unknownScript), ("TRYAGAIN Multiple keys", .passing),
                ("ASK 1 a:1", .redirected(.migrating)), ("CLUSTERDOWN Hash slot not served", .passing),
                ("LOADING Redis is loading", .passing), ("READONLY You can't write", .readOnly),
                ("ERR Error running script: @user_script: -READONLY You can't", .readOnly),
                ("ERR Script attempted to access a non local key in a cluster node script: 1", .passing),
                ("OOM command not allowed", .full), ("WRONGPASS invalid", .refused),
                ("NOAUTH Authentication", .refused),
                ("NOPERM this user", .refused), ("ERR something", .other),
            ]
            for (text, fault) in cases { #expect(ServerFault(text, askedAs: node) == fault, "\(text)") }
            let text = "ERR unknown command 'SECRET', with args beginning with: 'SECRET'"
            let error = ServerFault(text, askedAs: node).storeError(text)
            #expect(!"\(error) \(error.underlying.map { "\($0)" } ?? "")".contains("SECRET"))
        }

        @Test func declarationsRoundTrip() throws {
            let type = RecordType(
                "t", version: 3, keyCount: 2,
                fields: [
                    Field("a", .text(maximumBytes: 7)), Field("b", .int), Field("c", .double), Field("d", .bool),
                    Field("e", .bytes), Field("f", .time), Field("g", .json), Field("h", .vector(dimensions: 4)),
                    Field("i", .vector(dimensions: nil)), Field("j", .tokens),
                ], unique: [["c"], ["d", "e"]],
                indexes: [Index(equal: ["d"], order: "c", isGlobal: true), Index(equal: ["e"], order: nil)],
                isTracked: true)
            #expect(try Declaration.type(of: Declaration.text(of: type)) == type)
            #expect(throws: StoreError.self) { try Declaration.type(of: "{\"name\":1}") }
        }

        @Test func aFilterThatAScriptCannotEvaluateAcceptsMore() throws {
            let table = try Schema([
                RecordType("t", fields: [Field("id", .int), Field("data", .json), Field("words", .tokens)])
            ]).table("t")
            func words(_ filter: Filter) -> [String] {
                FilterProgram(filter, table).arguments.map { String(decoding: $0, as: UTF8.self) }
            }
            let path = Filter.equal(FieldPath("data", ["a"]), .int(1))
            #expect(FilterProgram(.equal("id", .int(1)), table).isExact)
            #expect(!FilterProgram(path, table).isExact)
            #expect(words(path) == ["yes"])
            #expect(words(.not(path)) == ["no", "not"])
            #expect(words(.not(.not(path))) == ["yes", "not", "not"])
            #expect(words(.has("words", anyOf: ["a b", "", "c"])) == ["has", "words", "1", "c"])
        }
    }
#endif
