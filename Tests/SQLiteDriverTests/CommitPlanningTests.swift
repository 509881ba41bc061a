import RecordStoreConformance
import Testing

@testable import RelationalRecords

/// What a commit keeps in memory about its own earlier writes.
@Suite("Planning of commits")
struct CommitPlanningTests {
    @Test("A small map answers as a dictionary", arguments: 0..<20) func map(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var map = SmallMap<String, Int>()
        var reference: [String: Int] = [:]
        var order: [String] = []
        for step in 0..<200 {
            let key = "k\(Int.random(in: 0..<(seed + 2), using: &random))"
            if Bool.random(using: &random) {
                if reference[key] == nil { order.append(key) }
                map.set(step, for: key)
                reference[key] = step
            } else {
                map.change(key) { $0 += 1 }
                if let value = reference[key] { reference[key] = value + 1 }
            }
            #expect(map[key] == reference[key])
        }
        #expect(map.keys == order)
        #expect(zip(map.keys, map.values).allSatisfy { reference[$0] == $1 })
        #expect(map["other"] == nil)
    }
}
