#if MongoDB
    import Foundation
    @testable import MongoRecords
    import Records
    import Testing

    @Suite("Documents and keys")
    struct CodingTests {
        private static let document: Document = [
            "text": "e\u{301} é \u{1}", "empty": "", "no": .bool(false), "small": .int32(-7), "large": .int64(.min),
            "real": .double(-0.0), "infinite": .double(.infinity), "bytes": .bytes(.generic, [0, 255]),
            "vector": .bytes(.vector, [0x27, 0, 1, 2, 3, 4]), "none": .null, "at": .date(-1),
            "list": ["a", .document(["deep": [1, 2]])], "inner": ["a.b": 1, "$c": 2],
        ]

        private func decode(_ bytes: [UInt8]) throws -> Document {
            try bytes.withUnsafeBytes { try Document($0) }
        }

        @Test func documentsRoundTrip() throws {
            let bytes = Self.document.encoded
            #expect(try decode(bytes).encoded == bytes)
        }

        /// Whatever arrives, reading it ends with a document or an error.
        @Test func damagedDocumentsAreRefusedOrReadWithinTheirBytes() throws {
            let bytes = Self.document.encoded
            var refused = 0
            for length in 0..<bytes.count {
                if (try? decode(Array(bytes.prefix(length)))) == nil { refused += 1 }
            }
            #expect(refused == bytes.count)
            for place in bytes.indices {
                for value in [0, 1, 0x7f, 0x80, 0xff] as [UInt8] where bytes[place] != value {
                    var damaged = bytes
                    damaged[place] = value
                    _ = try? decode(damaged)
                }
            }
        }

        @Test func aBottomlessDocumentIsRefused() {
            var bytes: [UInt8] = [5, 0, 0, 0, 0]
            for _ in 0..<300 {
                let length = Int32(bytes.count + 8)
                bytes = withUnsafeBytes(of: length.littleEndian) { Array($0) } + [3, 97, 0] + bytes + [0]
            }
            #expect(throws: BSONDamage.self) { _ = try decode(bytes) }
        }

        @Test func theTextOfAKeySortsAsPartitionThenKeyDo() {
            let texts = [
                "", "\u{1}", "\u{1}\u{1}", "\u{2}", "a", "a\u{1}", "a\u{2}", "a\u{1}b", "ab", "é", "\u{10ffff}",
            ]
            let numbers: [Int64] = [.min, -1, 0, 1, .max]
            var keys: [(partition: String, key: [Value])] = []
            for partition in texts where !partition.isEmpty {
                for text in texts {
                    for number in numbers {
                        for bytes in [[], [0], [0, 0], [1], [255]] as [[UInt8]] {
                            keys.append(
                                (partition, [.text(text), .int(number), .bytes(bytes), .bool(number > 0), .text(text)]))
                        }
                    }
                }
            }
            func precedes(_ left: (partition: String, key: [Value]), _ right: (partition: String, key: [Value])) -> Bool
            {
                for (a, b) in zip([.text(left.partition)] + left.key, [.text(right.partition)] + right.key) {
                    let order = a.compare(b)
                    if order != 0 { return order < 0 }
                }
                return false
            }
            var random = SystemRandomNumberGenerator()
            for _ in 0..<50_000 {
                let (left, right) = (keys.randomElement(using: &random)!, keys.randomElement(using: &random)!)
                let texts = [left, right].map { KeyText.identifier(Partition($0.partition), $0.key) }
                #expect(precedes(left, right) == (texts[0].compareBytes(texts[1]) < 0))
                let start = KeyText.start(of: Partition(left.partition))
                let end = KeyText.end(of: Partition(left.partition))
                let isInside = texts[1].compareBytes(start) >= 0 && texts[1].compareBytes(end) < 0
                #expect(isInside == left.partition.hasSameBytes(as: right.partition))
            }
        }
    }
#endif
