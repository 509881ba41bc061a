/// A set of slots (the numbers a partition's index gives its documents), one bit each.
package struct SlotSet: Sendable, Equatable {
    /// Bit `slot & 63` of word `slot >> 6`; what lies beyond the last word is absent.
    private(set) var words: [UInt64]
    /// How many slots are in the set.
    package private(set) var count = 0

    /// An empty set with room for the slots below `capacity`; it grows as needed.
    package init(capacity: Int = 0) {
        words = [UInt64](repeating: 0, count: (max(capacity, 0) + 63) >> 6)
    }

    /// The set of the given slots; negative ones are ignored.
    package init(_ slots: some Sequence<Int32>) {
        self.init()
        for slot in slots { insert(slot) }
    }

    /// Adds a slot; a negative one is ignored. Returns whether it was absent.
    @discardableResult
    package mutating func insert(_ slot: Int32) -> Bool {
        guard slot >= 0 else { return false }
        let word = Int(slot) >> 6
        if word >= words.count { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
        let bit: UInt64 = 1 << UInt64(slot & 63)
        guard words[word] & bit == 0 else { return false }
        words[word] |= bit
        count += 1
        return true
    }

    /// Removes a slot. Returns whether it was present.
    @discardableResult
    package mutating func remove(_ slot: Int32) -> Bool {
        guard contains(slot) else { return false }
        words[Int(slot) >> 6] &= ~(1 << UInt64(slot & 63))
        count -= 1
        return true
    }

    /// Whether the slot is in the set. Constant time.
    @inline(__always)
    package func contains(_ slot: Int32) -> Bool {
        let word = Int(slot) >> 6
        return slot >= 0 && word < words.count && words[word] >> UInt64(slot & 63) & 1 == 1
    }

    /// Calls `body` with every slot in ascending order.
    package func forEach(_ body: (Int32) -> Void) {
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                body(Int32(index << 6 + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
    }

    /// Sets of the same slots are equal, whatever room they have.
    package static func == (left: SlotSet, right: SlotSet) -> Bool {
        guard left.count == right.count else { return false }
        let shared = min(left.words.count, right.words.count)
        return left.words[..<shared] == right.words[..<shared]
    }
}
