import Memories
import Records
import Retrieval

/// Typed access to the members of a JSON object; `null` reads as absent.
struct MemberReader {
    private let members: [String: JSONValue]

    init(_ members: [String: JSONValue]) { self.members = members }

    func allow(_ names: Set<String>) throws(MemoryError) {
        if let unknown = members.keys.sorted().first(where: { !names.contains($0) }) {
            throw MemoryError(
                .invalid, "unknown member \(unknown.prefix(64)); known are \(names.sorted().joined(separator: ", "))")
        }
    }

    func value(_ name: String) -> JSONValue? {
        guard let value = members[name], value != .null else { return nil }
        return value
    }

    func text(_ name: String) throws(MemoryError) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else { throw MemoryError(.invalid, "\(name) must be a string") }
        return text
    }

    func bool(_ name: String) throws(MemoryError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let bool) = value else { throw MemoryError(.invalid, "\(name) must be true or false") }
        return bool
    }

    func integer(_ name: String) throws(MemoryError) -> Int? {
        guard let value = value(name) else { return nil }
        guard case .int(let number) = value else { throw MemoryError(.invalid, "\(name) must be an integer") }
        return Int(number)
    }

    func number(_ name: String) throws(MemoryError) -> Double? {
        switch value(name) {
        case nil: return nil
        case .int(let number): return Double(number)
        case .double(let number): return number
        default: throw MemoryError(.invalid, "\(name) must be a number")
        }
    }

    func texts(_ name: String) throws(MemoryError) -> [String]? {
        guard let value = value(name) else { return nil }
        guard case .array(let elements) = value else {
            throw MemoryError(.invalid, "\(name) must be a list of strings")
        }
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element else {
                throw MemoryError(.invalid, "\(name) must be a list of strings")
            }
            texts.append(text)
        }
        return texts
    }

    func object(_ name: String) throws(MemoryError) -> [String: JSONValue]? {
        guard let value = value(name) else { return nil }
        guard case .object(let object) = value else { throw MemoryError(.invalid, "\(name) must be a JSON object") }
        return object
    }

    func vector(_ name: String) throws(MemoryError) -> [Float]? {
        guard let value = value(name) else { return nil }
        guard case .array(let elements) = value else {
            throw MemoryError(.invalid, "\(name) must be a list of numbers")
        }
        var vector: [Float] = []
        vector.reserveCapacity(elements.count)
        for element in elements {
            switch element {
            case .int(let number): vector.append(Float(number))
            case .double(let number): vector.append(Float(number))
            default: throw MemoryError(.invalid, "\(name) must be a list of numbers")
            }
        }
        return vector
    }

    func kind(_ name: String) throws(MemoryError) -> MemoryKind? {
        guard let text = try text(name) else { return nil }
        guard let kind = MemoryKind(rawValue: text) else {
            throw MemoryError(
                .invalid, "\(name) must be one of \(MemoryKind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return kind
    }

    func type(_ name: String) throws(MemoryError) -> MemoryType? {
        guard let text = try text(name) else { return nil }
        guard let type = MemoryType(rawValue: text) else {
            throw MemoryError(
                .invalid, "\(name) must be one of \(MemoryType.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return type
    }

    func time(_ name: String) throws(MemoryError) -> Timestamp? { try flexibleTime(name)?.start }

    /// The end of the period that was written.
    func endTime(_ name: String) throws(MemoryError) -> Timestamp? { try flexibleTime(name)?.end }

    private func flexibleTime(_ name: String) throws(MemoryError) -> FlexibleTime? {
        guard let text = try text(name) else { return nil }
        guard let time = FlexibleTime(text) else {
            throw MemoryError(.invalid, "\(name) must be a time such as 2024-05-07T09:30:00Z or 2024-05-07")
        }
        return time
    }
}
