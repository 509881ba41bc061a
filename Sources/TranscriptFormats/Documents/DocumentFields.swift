import Foundation
import Records
import Transcripts

/// The members of an object of a document, read with errors that name them.
struct DocumentFields {
    private let tree: JSONTree
    private let name: String

    init(_ tree: JSONTree, _ name: String) throws(FormatError) {
        guard tree.members != nil else { throw FormatError("\(name): an object is expected") }
        self.tree = tree
        self.name = name
    }

    func fault(_ member: String, _ expected: String) -> FormatError {
        FormatError("\(name).\(member): \(expected) is expected")
    }

    func optional(_ member: String) -> JSONTree? {
        guard let value = tree[member], !value.isNull else { return nil }
        return value
    }

    func required(_ member: String) throws(FormatError) -> JSONTree {
        guard let value = tree[member] else { throw FormatError("\(name).\(member) is required") }
        return value
    }

    func optionalText(_ member: String) throws(FormatError) -> String? {
        guard let value = optional(member) else { return nil }
        guard let text = value.string else { throw fault(member, "a text") }
        return text
    }

    func text(_ member: String) throws(FormatError) -> String {
        guard let text = try optionalText(member) else { throw FormatError("\(name).\(member) is required") }
        return text
    }

    func optionalInt(_ member: String) throws(FormatError) -> Int64? {
        guard let value = optional(member) else { return nil }
        guard let number = value.int else { throw fault(member, "a whole number") }
        return number
    }

    func int(_ member: String) throws(FormatError) -> Int64 {
        guard let number = try optionalInt(member) else { throw FormatError("\(name).\(member) is required") }
        return number
    }

    func optionalTime(_ member: String) throws(FormatError) -> Timestamp? {
        guard let text = try optionalText(member) else { return nil }
        guard let time = DocumentTime.timestamp(text) else {
            throw fault(member, "a time such as 2026-01-31T12:00:00Z")
        }
        return time
    }

    func time(_ member: String) throws(FormatError) -> Timestamp {
        guard let time = try optionalTime(member) else { throw FormatError("\(name).\(member) is required") }
        return time
    }

    func optionalBytes(_ member: String) throws(FormatError) -> [UInt8]? {
        guard let text = try optionalText(member) else { return nil }
        guard let data = Data(base64Encoded: text) else { throw fault(member, "base64") }
        return Array(data)
    }

    func list(_ member: String) throws(FormatError) -> [JSONTree] {
        guard let value = optional(member) else { return [] }
        guard let elements = value.elements else { throw fault(member, "a list") }
        return elements
    }

    func values(_ member: String) throws(FormatError) -> [String: JSONValue] {
        guard let value = optional(member) else { return [:] }
        guard value.members != nil, case .object(let members)? = try? JSONValue(parsing: value.text) else {
            throw fault(member, "an object")
        }
        return members
    }

    func texts(_ member: String) throws(FormatError) -> [String: String] {
        var texts: [String: String] = [:]
        for (key, value) in try values(member) {
            guard case .string(let text) = value else { throw fault(member, "an object of texts") }
            texts[key] = text
        }
        return texts
    }

    /// An object; nil where it is empty.
    static func tree(_ values: [String: JSONValue]) -> JSONTree? {
        values.isEmpty ? nil : try? JSONTree(parsing: JSONValue.object(values).canonical)
    }

    static func tree(_ texts: [String: String]) -> JSONTree? { tree(texts.mapValues { JSONValue.string($0) }) }
}

extension JSONTree? {
    init(_ text: String?) { self = text.map { JSONTree.string($0) } }

    init(_ time: Timestamp?) { self = time.map { JSONTree.string(DocumentTime.text($0)) } }

    init(_ bytes: [UInt8]?) { self = bytes.map { JSONTree.string(Data($0).base64EncodedString()) } }
}
