import Foundation
import HTTPServer
import Memories
import MemoryHTTP
import Records

/// The members of a body, or the items of a query, by the names that a call knows; `null` reads as absent.
struct RequestFields {
    private let members: [String: JSONValue]

    /// What everybody may say in a query: whose data is meant, and what the client library adds.
    private static let common: Set<String> = ["app", "user", "beta"]

    /// - Throws: ``MemoryError`` `invalid` for a member of another name.
    init(bodyOf request: HTTPRequest, _ names: Set<String>) throws(MemoryError) {
        try self.init(try RequestMembers.body(of: request), names, "member")
    }

    /// - Throws: ``MemoryError`` `invalid` for an item of another name. A name that is given twice is a list.
    init(queryOf request: HTTPRequest, _ names: Set<String> = []) throws(MemoryError) {
        var members: [String: JSONValue] = [:]
        for (name, value) in request.queryItems {
            switch members[name] {
            case nil: members[name] = .string(value)
            case .array(let values)?: members[name] = .array(values + [.string(value)])
            case let first?: members[name] = .array([first, .string(value)])
            }
        }
        try self.init(members, names.union(Self.common), "parameter")
    }

    init(_ members: [String: JSONValue], _ names: Set<String>, _ kind: String) throws(MemoryError) {
        if let unknown = members.keys.sorted().first(where: { !names.contains($0) }) {
            throw MemoryError(
                .invalid,
                "unknown \(kind) \(unknown.prefix(64)); known are \(names.sorted().joined(separator: ", "))")
        }
        self.members = members
    }

    func has(_ name: String) -> Bool { members[name] != nil }

    func value(_ name: String) -> JSONValue? {
        guard let value = members[name], value != .null else { return nil }
        return value
    }

    func text(_ name: String) throws(MemoryError) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else { throw MemoryError(.invalid, "\(name) must be one string") }
        return text
    }

    func required(_ name: String) throws(MemoryError) -> String {
        guard let text = try text(name) else { throw MemoryError(.invalid, "\(name) is required") }
        return text
    }

    func integer(_ name: String) throws(MemoryError) -> Int? {
        switch value(name) {
        case nil: return nil
        case .int(let number): return Int(number)
        case .string(let text):
            if let number = Int(text) { return number }
        default: break
        }
        throw MemoryError(.invalid, "\(name) must be an integer")
    }

    func integer(_ name: String, in range: ClosedRange<Int>, default fallback: Int) throws(MemoryError) -> Int {
        let number = try integer(name) ?? fallback
        guard range.contains(number) else {
            throw MemoryError(.invalid, "\(name) must be \(range.lowerBound) to \(range.upperBound), not \(number)")
        }
        return number
    }

    func bool(_ name: String) throws(MemoryError) -> Bool? {
        switch value(name) {
        case nil: return nil
        case .bool(let bool): return bool
        case .string("true"): return true
        case .string("false"): return false
        default: throw MemoryError(.invalid, "\(name) must be true or false")
        }
    }

    /// One of a few words.
    func word(_ name: String, _ words: [String]) throws(MemoryError) -> String? {
        guard let text = try text(name) else { return nil }
        guard words.contains(text) else {
            throw MemoryError(.invalid, "\(name) must be \(words.joined(separator: " or "))")
        }
        return text
    }

    func object(_ name: String) throws(MemoryError) -> [String: JSONValue]? {
        guard let value = value(name) else { return nil }
        guard case .object(let object) = value else { throw MemoryError(.invalid, "\(name) must be a JSON object") }
        return object
    }

    /// Texts; one text counts as a list of one.
    func texts(_ name: String) throws(MemoryError) -> [String]? {
        guard let value = value(name) else { return nil }
        let elements: [JSONValue] = if case .array(let elements) = value { elements } else { [value] }
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element else {
                throw MemoryError(.invalid, "\(name) must be a list of strings")
            }
            texts.append(text)
        }
        return texts
    }

    /// Microseconds since 1970 UTC.
    func time(_ name: String) throws(MemoryError) -> Int64? {
        guard let text = try text(name) else { return nil }
        guard let time = FlexibleTime(text) else {
            throw MemoryError(.invalid, "\(name) must be a time such as 2024-05-07T09:30:00Z")
        }
        return time.start.microseconds
    }

    /// Where a page begins.
    func page(_ name: String) throws(MemoryError) -> Cursor? {
        guard let text = try text(name) else { return nil }
        let base64 = text.dropFirst(PageText.prefix.count).replacing("-", with: "+").replacing("_", with: "/")
        guard text.hasPrefix(PageText.prefix), let data = Data(base64Encoded: String(base64)) else {
            throw MemoryError(.invalid, "\(name) is not one that this server gave")
        }
        return Cursor(bytes: Array(data))
    }
}

/// A cursor as a client keeps it.
enum PageText {
    static let prefix = "page_"

    static func json(_ cursor: Cursor?) -> JSONValue {
        guard let cursor else { return .null }
        let base64 = Data(cursor.bytes).base64EncodedString()
        return .string(prefix + base64.replacing("+", with: "-").replacing("/", with: "_"))
    }
}

extension JSONValue {
    init(_ text: String?) { self = text.map { .string($0) } ?? .null }
    init(_ number: Int?) { self = number.map { .int(Int64($0)) } ?? .null }
    init(time microseconds: Int64?) {
        self = microseconds.map { .string(Timestamp(microseconds: $0).description) } ?? .null
    }
}
