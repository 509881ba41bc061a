/// A dictionary of bounded size that gives up what was used longest ago.
///
/// Every operation is O(1): the slots are a doubly linked list by index, the newest at the head.
struct LeastRecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        var key: Key
        var value: Value
        var newer: Int?
        var older: Int?
    }

    let capacity: Int
    private var slots: [Slot] = []
    private var positions: [Key: Int] = [:]
    private var newest: Int?
    private var oldest: Int?

    /// - Parameter capacity: Entries at most, at least 1.
    init(capacity: Int) {
        precondition(capacity >= 1)
        self.capacity = capacity
    }

    var count: Int { slots.count }

    /// The value of a key, which becomes the newest.
    mutating func value(for key: Key) -> Value? {
        guard let position = positions[key] else { return nil }
        unlink(position)
        link(position)
        return slots[position].value
    }

    /// Stores a value as the newest, in the place of the oldest where there is no room.
    mutating func insert(_ value: Value, for key: Key) {
        if let position = positions[key] {
            slots[position].value = value
            unlink(position)
            link(position)
        } else if slots.count < capacity {
            slots.append(Slot(key: key, value: value))
            positions[key] = slots.count - 1
            link(slots.count - 1)
        } else if let position = oldest {
            unlink(position)
            positions[slots[position].key] = nil
            slots[position] = Slot(key: key, value: value)
            positions[key] = position
            link(position)
        }
    }

    private mutating func unlink(_ position: Int) {
        let (newer, older) = (slots[position].newer, slots[position].older)
        if let newer { slots[newer].older = older } else { newest = older }
        if let older { slots[older].newer = newer } else { oldest = newer }
    }

    private mutating func link(_ position: Int) {
        slots[position].newer = nil
        slots[position].older = newest
        if let newest { slots[newest].newer = position }
        newest = position
        if oldest == nil { oldest = position }
    }
}
