import HTTPServer
import Memories
import MemoryHTTP
import Records

/// The words of a request, wherever its client puts them. What nobody knows is left alone, as clients of every age send
/// members that others do not.
struct Mem0Request: Sendable {
    let http: HTTPRequest
    /// The members of the body.
    var body: [String: JSONValue]

    /// - Throws: ``MemoryError`` `invalid` when the body is no JSON object.
    init(_ http: HTTPRequest) throws(MemoryError) {
        self.http = http
        body = try RequestMembers.body(of: http)
    }

    /// Whether a member was sent, null included.
    func has(_ name: String) -> Bool { body[name] != nil }

    /// A text under the first of these names that there is; nil for none.
    /// - Throws: ``MemoryError`` `invalid`.
    func text(_ names: String...) throws(MemoryError) -> String? {
        for name in names {
            switch body[name] {
            case nil, .null: continue
            case .string(let text): return text
            default: throw MemoryError(.invalid, "\(name) must be a string")
            }
        }
        return nil
    }

    /// A truth value; nil for none.
    func bool(_ name: String) throws(MemoryError) -> Bool? {
        switch body[name] {
        case nil, .null: return nil
        case .bool(let value): return value
        default: throw MemoryError(.invalid, "\(name) must be true or false")
        }
    }

    /// A whole number under the first of these names that there is, in the body or else the query; nil for none.
    func integer(_ names: String...) throws(MemoryError) -> Int? {
        for name in names {
            switch body[name] {
            case .int(let number): return Int(number)
            case nil, .null:
                guard let text = http.queryValue(name) else { continue }
                guard let number = Int(text) else { throw MemoryError(.invalid, "\(name) must be a whole number") }
                return number
            default: throw MemoryError(.invalid, "\(name) must be a whole number")
            }
        }
        return nil
    }

    /// A list of texts, where one text is a list too.
    func texts(_ name: String) throws(MemoryError) -> [String]? {
        switch body[name] {
        case nil, .null: return nil
        case .string(let text): return [text]
        case .array(let elements):
            var texts: [String] = []
            for element in elements {
                guard case .string(let text) = element else {
                    throw MemoryError(.invalid, "\(name) must be a list of strings")
                }
                texts.append(text)
            }
            return texts
        default: throw MemoryError(.invalid, "\(name) must be a list of strings")
        }
    }

    /// The members of an object; nil for none.
    func object(_ name: String) throws(MemoryError) -> [String: JSONValue]? {
        switch body[name] {
        case nil, .null: return nil
        case .object(let members): return members
        default: throw MemoryError(.invalid, "\(name) must be an object")
        }
    }

    /// The ids of a memory to add: at the top level, or else in `filters`.
    func ids() throws(MemoryError) -> EntityIDs {
        var ids = EntityIDs()
        let filters = try object("filters") ?? [:]
        for kind in EntityKind.allCases {
            switch body[kind.field] ?? filters[kind.field] {
            case .string(let id)?: ids[kind] = id
            case .int(let id)?: ids[kind] = String(id)
            case nil, .null?: continue
            default: throw MemoryError(.invalid, "\(kind.field) must be a string")
            }
        }
        return ids
    }

    /// The condition that top-level ids stand for, all of which hold; `*` is anybody.
    func idFilter(query: Bool = false) throws(MemoryError) -> Mem0Filter? {
        var members: [String: JSONValue] = [:]
        for kind in EntityKind.allCases {
            if query {
                members[kind.field] = http.queryValue(kind.field).map { .string($0) }
            } else if let id = body[kind.field], id != .null {
                members[kind.field] = id
            }
        }
        // As mem0 says: everything of a project is what all four wildcards mean.
        if members.count == 4, members.values.allSatisfy({ $0 == .string("*") }) {
            return .or(EntityKind.allCases.map { .entity($0, .isPresent) })
        }
        return members.isEmpty ? nil : try Mem0Filter(.object(members))
    }

    /// The flag of a query: `true`, `True` or `1`.
    func flag(_ name: String) -> Bool {
        ["true", "1"].contains((http.queryValue(name) ?? "").lowercased()) || body[name] == .bool(true)
    }
}
