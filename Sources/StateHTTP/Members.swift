import Records

/// Typed access to the members of a JSON object; `null` reads as absent.
struct Members {
    private let members: [String: JSONValue]

    /// - Throws: ``Problem`` `invalid` when a member is not one of these names.
    init(_ members: [String: JSONValue], _ names: Set<String>) throws(Problem) {
        if let unknown = members.keys.sorted().first(where: { !names.contains($0) }) {
            throw .invalid(
                "unknown member \(unknown.prefix(64)); known are \(names.sorted().joined(separator: ", "))")
        }
        self.members = members
    }

    func value(_ name: String) -> JSONValue? {
        guard let value = members[name], value != .null else { return nil }
        return value
    }

    func text(_ name: String) throws(Problem) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else { throw .invalid("\(name) must be a string") }
        return text
    }

    func required(_ name: String) throws(Problem) -> String {
        guard let text = try text(name) else { throw .invalid("\(name) is required") }
        return text
    }

    func bool(_ name: String) throws(Problem) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let bool) = value else { throw .invalid("\(name) must be true or false") }
        return bool
    }

    func integer(_ name: String) throws(Problem) -> Int? {
        guard let value = value(name) else { return nil }
        guard case .int(let number) = value else { throw .invalid("\(name) must be an integer") }
        return Int(number)
    }

    func number(_ name: String) throws(Problem) -> Double? {
        switch value(name) {
        case nil: return nil
        case .int(let number): return Double(number)
        case .double(let number): return number
        default: throw .invalid("\(name) must be a number")
        }
    }

    /// An absent list is empty.
    func list(_ name: String) throws(Problem) -> [JSONValue] {
        guard let value = value(name) else { return [] }
        guard case .array(let elements) = value else { throw .invalid("\(name) must be a list") }
        return elements
    }

    /// An absent list is empty.
    func texts(_ name: String) throws(Problem) -> [String] {
        var texts: [String] = []
        for element in try list(name) {
            guard case .string(let text) = element else { throw .invalid("\(name) must be a list of strings") }
            texts.append(text)
        }
        return texts
    }

    /// An absent object is empty.
    func object(_ name: String) throws(Problem) -> [String: JSONValue] {
        guard let value = value(name) else { return [:] }
        guard case .object(let object) = value else { throw .invalid("\(name) must be a JSON object") }
        return object
    }

    func time(_ name: String) throws(Problem) -> Int64? {
        guard let text = try text(name) else { return nil }
        guard let time = FlexibleTime(text), time.precision == .time else {
            throw .invalid("\(name) must be a time such as 2024-05-07T09:30:00.000000Z")
        }
        return time.start.microseconds
    }
}
