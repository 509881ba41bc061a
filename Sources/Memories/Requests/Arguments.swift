package import Records

/// The arguments of a request, checked against its parameters once and for all: afterwards every read succeeds.
package struct Arguments: Sendable {
    private var values: [String: any Sendable] = [:]

    /// Checks that nothing is unknown, nothing required is missing, and everything is what its parameter says. Null reads
    /// as absent, but where it means something.
    /// - Throws: ``MemoryError`` `invalid`, naming the argument and the limit.
    package init(_ members: [String: JSONValue], _ parameters: [any AnyParameter]) throws(MemoryError) {
        if let unknown = members.keys.sorted().first(where: { name in !parameters.contains { $0.name == name } }) {
            throw Self.unknown(unknown, known: parameters.map(\.name))
        }
        for parameter in parameters {
            if let json = members[parameter.name], !parameter.isAbsent(json),
                let value = try parameter.value(of: json)
            {
                values[parameter.name] = value
            } else if parameter.isRequired {
                throw Self.missing(parameter.name)
            }
        }
    }

    /// The value of an argument; nil when it was not given.
    package subscript<Value>(_ parameter: Parameter<Value>) -> Value? { values[parameter.name] as? Value }

    /// The value of an argument that is required.
    /// - Throws: ``MemoryError`` `invalid`, which the check before makes impossible.
    package func required<Value>(_ parameter: Parameter<Value>) throws(MemoryError) -> Value {
        guard let value = self[parameter] else { throw Self.missing(parameter.name) }
        return value
    }

    /// The arguments of a tool, as a model gave them.
    init(tool arguments: JSONValue, _ parameters: [any AnyParameter]) throws(MemoryError) {
        try self.init(Self.members(ofTool: arguments), parameters)
    }

    static func members(ofTool arguments: JSONValue) throws(MemoryError) -> [String: JSONValue] {
        switch arguments {
        case .object(let members): return members
        case .null: return [:]
        default: throw MemoryError(.invalid, "the arguments must be a JSON object")
        }
    }

    static func unknown(_ name: String, known: [String]) -> MemoryError {
        let names = known.isEmpty ? "there are none" : "known are " + known.sorted().joined(separator: ", ")
        return MemoryError(.invalid, "unknown argument \(name.prefix(64)); \(names)")
    }

    static func missing(_ name: String) -> MemoryError { MemoryError(.invalid, "\(name) is required") }
}
