package import Memories
package import Records

/// Arguments that are written as text: in the query of a URL, on a command line.
package enum ArgumentText {
    /// The JSON that a text means to a parameter: a number, a truth value, JSON where the parameter is a structure, and
    /// otherwise the text itself. What is none of these stays a text, which the parameter then refuses.
    /// - Throws: ``MemoryError`` `invalid` for text that is not JSON where JSON is meant.
    package static func value(
        _ text: String, _ form: JSONSchema.Form?, _ name: String
    ) throws(MemoryError) -> JSONValue {
        switch form {
        case .integer:
            if let number = Int64(text) { return .int(number) }
            // A whole number of more digits is one nevertheless.
            let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
            guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Double(text)
            else { return .string(text) }
            return .double(number)
        case .number: return Double(text).map { .double($0) } ?? .string(text)
        case .boolean where text == "true" || text == "false": return .bool(text == "true")
        case .object, .reference, .anyOf:
            guard let value = try? JSONValue(parsing: text) else {
                throw MemoryError(.invalid, "\(name) must be JSON")
            }
            return value
        default: return .string(text)
        }
    }
}
