import RecordStoreConformance
import Records
import Testing

@Suite("Cursors")
struct CursorTests {
    private let query = Query("sample", .equal("count", .int(1)), order: .field("title"), limit: 5)
    private let partition = Partition("p")

    @Test(
        "A position comes back as it was",
        arguments: [
            [], [.null], [.text("")], [.text("é"), .text("e\u{301}"), .text("😀")], [.int(.min), .int(.max), .int(0)],
            [.bool(true), .bool(false)], [.double(-.infinity), .double(0.1), .double(.leastNonzeroMagnitude)],
            [.bytes([]), .bytes([0, 255])], [.time(-1)], [.null, .text("p"), .text("k"), .int(1)],
            [.text(String(repeating: "x", count: 100_000))],
        ] as [[Value]])
    func roundTrip(_ position: [Value]) throws {
        for partition in [partition, nil] {
            let cursor = Cursor(bytes: Cursor(after: position, of: query, in: partition).bytes)
            #expect(try cursor.position(of: query, in: partition) == position)
        }
    }

    @Test("A cursor belongs to its type, filter, order, direction and partition, not to its limit and fields")
    func binding() throws {
        let cursor = Cursor(after: [.text("t")], of: query, in: partition)
        func refused(_ other: Query, _ partition: Partition?) -> Bool {
            do {
                _ = try cursor.position(of: other, in: partition)
                return false
            } catch {
                return error.code == .invalid
            }
        }
        var others = Array(repeating: query, count: 6)
        others[0].type = "other"
        others[1].filter = .equal("count", .int(2))
        others[2].filter = .equal("title", .text("é"))
        others[3].order = .key
        others[4].order = .field("due")
        others[5].isDescending = true
        for other in others { #expect(refused(other, partition)) }
        #expect(refused(query, nil) && refused(query, Partition("q")))
        var same = query
        same.limit = 9
        same.fields = []
        same.after = cursor
        #expect(!refused(same, partition))
        let composed = Cursor(after: [], of: Query("sample", .equal("title", .text("é"))), in: partition)
        #expect(composed != Cursor(after: [], of: Query("sample", .equal("title", .text("e\u{301}"))), in: partition))
    }

    @Test("Damage is refused or read as another position, and never crashes")
    func damage() throws {
        var generator = SeededGenerator(seed: 7)
        let whole = Cursor(
            after: [.text("title"), .int(5), .null, .bytes([1, 2]), .double(1)], of: query, in: partition
        ).bytes
        var refused = 0
        for round in 0..<20_000 {
            var bytes = whole
            switch round % 4 {
            case 0: bytes.removeLast(Int.random(in: 1...whole.count, using: &generator))
            case 1: bytes[Int.random(in: 0..<whole.count, using: &generator)] = .random(in: 0...255, using: &generator)
            case 2:
                bytes.insert(
                    .random(in: 0...255, using: &generator), at: Int.random(in: 0...whole.count, using: &generator))
            default:
                bytes =
                    whole.prefix(8)
                    + (0..<Int.random(in: 0..<40, using: &generator)).map { _ in .random(in: 0...255, using: &generator)
                    }
            }
            do {
                _ = try Cursor(bytes: bytes).position(of: query, in: partition)
            } catch {
                #expect(error.code == .invalid)
                refused += 1
            }
        }
        #expect(refused > 10_000)
        for bytes in [[], [0], Array(repeating: 255, count: 100)] as [[UInt8]] {
            #expect(throws: StoreError.self) { try Cursor(bytes: bytes).position(of: query, in: partition) }
        }
        let huge = Array(whole.prefix(8)) + [4, 255, 255, 255, 255, 1, 2, 3]
        #expect(throws: StoreError.self) { try Cursor(bytes: huge).position(of: query, in: partition) }
    }
}
