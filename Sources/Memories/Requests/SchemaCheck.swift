package import Records

extension JSONSchema {
    /// Checks a value against the schema: where the schema is all that says what a value must be, what is published and
    /// what is enforced is the same. The error names the place and the limit, never the content.
    /// - Parameters:
    ///   - place: What the value is called in an error.
    ///   - named: What a name stands for, where it is not what the schema says instead.
    /// - Throws: ``MemoryError`` `invalid`.
    package func check(
        _ value: JSONValue, _ place: String, named: (String) -> JSONSchema? = { _ in nil }
    ) throws(MemoryError) {
        if value == .null, isNullable { return }
        switch form {
        case .any: return
        case .boolean:
            guard case .bool = value else { throw Self.fault(place, "true or false") }
        case .integer(let range):
            let number: Int?
            switch value {
            case .int(let value): number = Int(value)
            case .double(let value): number = Int(exactly: value)
            default: number = nil
            }
            guard let number else { throw Self.fault(place, "an integer") }
            guard range.contains(number) else {
                throw Self.fault(place, "\(range.lowerBound) to \(range.upperBound), not \(number)")
            }
        case .number(let range):
            let number: Double
            switch value {
            case .int(let value): number = Double(value)
            case .double(let value): number = value
            default: throw Self.fault(place, "a number")
            }
            guard range.contains(number) else {
                throw Self.fault(place, "between \(range.lowerBound) and \(range.upperBound)")
            }
        case .text(let count, let pattern, _):
            guard case .string(let text) = value else { throw Self.fault(place, "a string") }
            try Self.check(text, place, count, pattern)
        case .choice(let words):
            guard case .string(let text) = value, words.contains(text) else {
                throw Self.fault(place, "one of \(words.joined(separator: ", "))")
            }
        case .constant(let constant):
            guard value == constant else { throw Self.fault(place, constant.canonical) }
        case .list(let element, let count):
            guard case .array(let elements) = value else { throw Self.fault(place, "a list") }
            guard count.contains(elements.count) else {
                throw MemoryError(
                    .invalid,
                    "\(place) has \(elements.count) elements; \(count.lowerBound) to \(count.upperBound) are allowed")
            }
            for (index, each) in elements.enumerated() {
                try element.check(each, "\(place)[\(index)]", named: named)
            }
        case .tuple(let schemas):
            guard case .array(let elements) = value, elements.count == schemas.count else {
                throw Self.fault(place, "a list of \(schemas.count)")
            }
            for (index, each) in elements.enumerated() {
                try schemas[index].check(each, "\(place)[\(index)]", named: named)
            }
        case .object(let properties, let rest):
            guard case .object(let members) = value else { throw Self.fault(place, "an object") }
            try check(members, place, properties, rest, named)
        case .anyOf(let schemas):
            var first: MemoryError?
            for schema in Self.fitting(schemas, value) {
                do {
                    return try schema.check(value, place, named: named)
                } catch {
                    first = first ?? error
                }
            }
            throw first ?? Self.fault(place, "what the documentation of the operation says")
        case .reference(let name, let instead):
            try (named(name) ?? instead).check(value, place, named: named)
        }
    }

    private func check(
        _ members: [String: JSONValue], _ place: String, _ properties: [Property], _ rest: JSONSchema?,
        _ named: (String) -> JSONSchema?
    ) throws(MemoryError) {
        for property in properties {
            if let member = members[property.name] {
                try property.schema.check(member, "\(place).\(property.name)", named: named)
            } else if property.isRequired {
                throw MemoryError(.invalid, "\(place).\(property.name) is required")
            }
        }
        let known = Set(properties.map(\.name))
        for (name, member) in members where !known.contains(name) {
            guard let rest else {
                throw MemoryError(
                    .invalid,
                    "\(place): unknown member \(name.prefix(64)); known are "
                        + properties.map(\.name).sorted().joined(separator: ", "))
            }
            try Self.check(name, "\(place): a member's name", 0...(.max), memberNames)
            try rest.check(member, "\(place).\(name.prefix(64))", named: named)
        }
    }

    /// Of schemas whose `type` is one of a few words, those whose word it is: their errors say more.
    private static func fitting(_ schemas: [JSONSchema], _ value: JSONValue) -> [JSONSchema] {
        guard case .object(let members) = value, let type = members["type"] else { return schemas }
        let fitting = schemas.filter { schema in
            guard case .object(let properties, _) = schema.form,
                let property = properties.first(where: { $0.name == "type" })
            else { return true }
            return (try? property.schema.check(type, "type")) != nil
        }
        // The one that has the most of the members is the one that was meant.
        func unknown(_ schema: JSONSchema) -> Int {
            guard case .object(let properties, _) = schema.form else { return 0 }
            return members.keys.count { name in !properties.contains { $0.name == name } }
        }
        return (fitting.isEmpty ? schemas : fitting).sorted { unknown($0) < unknown($1) }
    }

    private static func check(
        _ text: String, _ place: String, _ count: ClosedRange<Int>, _ pattern: String?
    ) throws(MemoryError) {
        // Bytes, as everywhere: a text of many-byte characters may be short and yet too long.
        guard text.utf8.count <= count.upperBound else {
            throw MemoryError(.invalid, "\(place) has \(text.utf8.count) bytes; the limit is \(count.upperBound)")
        }
        guard text.utf8.count >= count.lowerBound else {
            throw MemoryError(.invalid, "\(place) must not be empty")
        }
        guard let pattern else { return }
        if pattern != base64, text.utf8.contains(0) {
            throw MemoryError(.invalid, "\(place) must not contain U+0000")
        }
        switch pattern {
        case noNUL: return
        case notBlank:
            guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
                throw MemoryError(.invalid, "\(place) must not be blank")
            }
        case notEmpty:
            guard !text.isEmpty else { throw MemoryError(.invalid, "\(place) must not be empty") }
        case base64:
            guard isBase64(text.utf8) else { throw fault(place, "base64 with padding") }
        case _ where pattern.hasPrefix("^(?!("):
            let words = pattern.dropFirst(5).prefix { $0 != ")" }.split(separator: "|")
            guard !text.isEmpty, !words.contains(where: { $0 == text }) else {
                throw MemoryError(.invalid, "\(place) must be another word than \(words.joined(separator: ", "))")
            }
        default: return
        }
    }

    private static func isBase64(_ text: String.UTF8View) -> Bool {
        let bytes = Array(text)
        guard bytes.count % 4 == 0 else { return false }
        let padding = bytes.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return false }
        return bytes.dropLast(padding).allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
        }
    }

    private static func fault(_ place: String, _ expected: String) -> MemoryError {
        MemoryError(.invalid, "\(place) must be \(expected)")
    }

    /// Text of at least one character, without U+0000.
    package static let notEmpty = "^[^\\u0000]+$"
    /// Bytes in base64 (RFC 4648 §4).
    package static let base64 = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"

    /// Text that is none of these words, not empty and without U+0000.
    package static func noneOf(_ words: [String]) -> String {
        "^(?!(\(words.joined(separator: "|")))$)[^\\u0000]+$"
    }
}
