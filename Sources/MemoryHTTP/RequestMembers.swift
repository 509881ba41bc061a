package import HTTPServer
package import Memories
import MemoryAPI
package import Records

/// The arguments of a request as JSON members, from its body or its query.
package enum RequestMembers {
    /// The members of a JSON object in the body; none for no body.
    /// - Throws: ``MemoryError`` `invalid`.
    package static func body(of request: HTTPRequest) throws(MemoryError) -> [String: JSONValue] {
        let text = try text(of: request)
        if text.isEmpty { return [:] }
        do throws(StoreError) {
            guard case .object(let members) = try JSONValue(parsing: text) else {
                throw StoreError(.invalid, "not a JSON object")
            }
            return members
        } catch {
            throw MemoryError(.invalid, "the body is \(error.message)")
        }
    }

    /// The body as text.
    /// - Throws: ``MemoryError`` `invalid`.
    package static func text(of request: HTTPRequest) throws(MemoryError) -> String {
        if let coding = request.header("content-encoding"), coding.lowercased() != "identity" {
            throw MemoryError(.invalid, "Content-Encoding is not supported; send the body as it is")
        }
        guard let text = String(validating: request.body, as: UTF8.self) else {
            throw MemoryError(.invalid, "the body is not UTF-8")
        }
        return text
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
            members[name] = try ArgumentText.value(text, form, name)
        }
        return members
    }
}
