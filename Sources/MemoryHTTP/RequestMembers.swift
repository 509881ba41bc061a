package import HTTPServer
package import Memories
package import Records

/// The arguments of a request as JSON members, from its body or its query.
package enum RequestMembers {
    /// The members of a JSON object in the body; none for no body.
    /// - Throws: ``MemoryError`` `invalid`.
    package static func body(of request: HTTPRequest) throws(MemoryError) -> [String: JSONValue] {
        if let coding = request.header("content-encoding"), coding.lowercased() != "identity" {
            throw MemoryError(.invalid, "Content-Encoding is not supported; send the body as it is")
        }
        if request.body.isEmpty { return [:] }
        guard let text = String(validating: request.body, as: UTF8.self) else {
            throw MemoryError(.invalid, "the body is not UTF-8")
        }
        do throws(StoreError) {
            guard case .object(let members) = try JSONValue(parsing: text) else {
                throw StoreError(.invalid, "not a JSON object")
            }
            return members
        } catch {
            throw MemoryError(.invalid, "the body is \(error.message)")
        }
    }

    /// The members of a query, read as their parameters say: numbers, booleans, lists by repetition, JSON.
    /// - Throws: ``MemoryError`` `invalid` for a name that is given twice where one is meant, or text that is not JSON.
    package static func query(
        of request: HTTPRequest, _ parameters: [any AnyParameter]
    ) throws(MemoryError) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for (name, text) in request.queryItems {
            let form = parameters.first { $0.name == name }?.schema.form
            if case .list? = form {
                var elements: [JSONValue] = []
                if case .array(let known)? = members[name] { elements = known }
                members[name] = .array(elements + [.string(text)])
                continue
            }
            guard members[name] == nil else { throw MemoryError(.invalid, "\(name.prefix(64)) is given twice") }
            members[name] = try value(text, form, name)
        }
        return members
    }

    private static func value(
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
