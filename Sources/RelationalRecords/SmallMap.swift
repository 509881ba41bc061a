/// A dictionary in the order of its keys' coming. Most commits have a handful of keys: those are compared, not hashed.
struct SmallMap<Key: Hashable, Value> {
    private(set) var keys: [Key] = []
    private(set) var values: [Value] = []
    /// The places of the keys, once there are more than ``comparedKeys``.
    private var places: [Key: Int] = [:]

    /// So many keys are found by comparing.
    private static var comparedKeys: Int { 8 }

    /// The value of a key; nil when it is not there.
    subscript(key: Key) -> Value? { place(of: key).map { values[$0] } }

    /// Sets the value of a key.
    mutating func set(_ value: Value, for key: Key) {
        if let place = place(of: key) {
            values[place] = value
            return
        }
        keys.append(key)
        values.append(value)
        if keys.count == Self.comparedKeys + 1 {
            for (place, key) in keys.enumerated() { places[key] = place }
        } else if keys.count > Self.comparedKeys {
            places[key] = keys.count - 1
        }
    }

    /// Changes the value of a key; nothing when it is not there.
    mutating func change(_ key: Key, _ body: (inout Value) -> Void) {
        if let place = place(of: key) { body(&values[place]) }
    }

    private func place(of key: Key) -> Int? { places.isEmpty ? keys.firstIndex(of: key) : places[key] }
}
