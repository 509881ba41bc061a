import Foundation
import Memories
import Records
import Retrieval

/// Something that requests are made of.
protocol ClientValue {
    var json: JSONValue { get }
}

extension ClientValue where Self: RawRepresentable, RawValue == String {
    var json: JSONValue { .string(rawValue) }
}

extension String: ClientValue { var json: JSONValue { .string(self) } }
extension Int: ClientValue { var json: JSONValue { .int(Int64(self)) } }
extension Double: ClientValue { var json: JSONValue { .double(self) } }
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
        guard let data = try? JSONEncoder().encode(self),
            let value = try? JSONValue(parsing: String(decoding: data, as: UTF8.self))
        else { return .null }
        return value
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
