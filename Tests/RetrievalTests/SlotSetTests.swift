import Retrieval
import Testing

@Suite struct SlotSetTests {
    @Test func behavesLikeASet() {
        var generator = SeededGenerator(seed: 3)
        var slots = SlotSet(capacity: 10)
        var expected: Set<Int32> = []
        for _ in 0..<2_000 {
            let slot = Int32.random(in: -3..<200, using: &generator)
            if Bool.random(using: &generator) {
                let inserted = slots.insert(slot)
                let isNew = slot >= 0 && expected.insert(slot).inserted
                #expect(inserted == isNew)
            } else {
                let removed = slots.remove(slot)
                #expect(removed == (expected.remove(slot) != nil))
            }
            #expect(slots.count == expected.count)
        }
        var listed: [Int32] = []
        slots.forEach { listed.append($0) }
        #expect(listed == expected.sorted())
        #expect((Int32(-5)..<300).allSatisfy { slots.contains($0) == expected.contains($0) })
        #expect(slots == SlotSet(expected))
    }

    @Test func roomDoesNotMatterToEquality() {
        var slots = SlotSet([1, 500])
        slots.remove(500)
        #expect(slots == SlotSet([1]))
        #expect(slots != SlotSet([2]))
    }
}
