import Foundation

/// Something that requests are made of.
protocol ClientValue {
    var json: JSONValue { get }
}

extension ClientValue where Self: RawRepresentable, RawValue == String {
    var json: JSONValue { .string(rawValue) }
}

extension String: ClientValue { var json: JSONValue { .string(self) } }
extension Int: ClientValue { var json: JSONValue { .int(Int64(self)) } }
extension Double: ClientValue { var json: JSONValue { isFinite ? .double(self) : .string("\(self)") } }
extension Bool: ClientValue { var json: JSONValue { .bool(self) } }
extension JSONValue: ClientValue { var json: JSONValue { self } }
extension Timestamp: ClientValue { var json: JSONValue { .string(description) } }
extension MemoryKind: ClientValue {}
extension MemoryType: ClientValue {}
extension SearchMode: ClientValue {}

extension Array: ClientValue where Element: ClientValue {
    var json: JSONValue { .array(map(\.json)) }
}

extension Dictionary: ClientValue where Key == String, Value: ClientValue {
    var json: JSONValue { .object(mapValues(\.json)) }
}

extension FieldUpdate: ClientValue where Wrapped: ClientValue {
    /// Null clears; what is kept is not said.
    var json: JSONValue { if case .set(let value) = self { value.json } else { .null } }

    /// What a request says of it; nil where it says nothing.
    var said: JSONValue? { if case .keep = self { nil } else { json } }
}

/// A value that is made from a schema.
protocol ClientObject: ClientValue, Encodable {}

extension ClientObject {
    var json: JSONValue {
        let encoder = JSONEncoder()
        // JSON has no such numbers: said as texts they are refused by the field's name, like everything else that is wrong.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        do {
            return try JSONValue(parsing: String(decoding: try encoder.encode(self), as: UTF8.self))
        } catch {
            // Nothing of a text instead of an object is taken, so that nothing is left out in silence.
            return .string("this cannot be written as JSON")
        }
    }
}

extension Scope {
    /// Adds whose it is to a request.
    func add(to members: inout [String: JSONValue], narrows: Bool) {
        members["app"] = .string(app)
        members["user"] = .string(user)
        guard narrows else { return }
        members["agent"] = agent.map { .string($0) }
        members["session"] = session.map { .string($0) }
    }
}

// What requests carry, by its word.
extension MemoryKind: Codable {}
extension MemoryType: Codable {}
