import Records

// The kinds of parameters. What a schema says in numbers is checked here with the same numbers.

extension Parameter where Value == String {
    /// Text of at most so many UTF-8 bytes, without U+0000.
    package static func text(
        _ name: String, _ description: String, bytes: ClosedRange<Int> = 0...(.max), isBlankAllowed: Bool = true
    ) -> Parameter {
        let schema = JSONSchema(
            .text(
                bytes,
                pattern: isBlankAllowed ? (bytes.upperBound == .max ? nil : JSONSchema.noNUL) : JSONSchema.notBlank,
                format: nil), description)
        return Parameter(name, schema) { (json) throws(MemoryError) in
            guard case .string(let text) = json else { throw MemoryError(.invalid, "\(name) must be a string") }
            guard text.utf8.count <= bytes.upperBound else {
                throw MemoryError(
                    .invalid, "\(name) has \(text.utf8.count) bytes; the limit is \(bytes.upperBound)")
            }
            guard text.utf8.count >= bytes.lowerBound else {
                throw MemoryError(.invalid, "\(name) is required and must not be empty")
            }
            try refuseNUL(text, name, bytes.upperBound)
            return text
        }
    }

    /// The id of a memory: a UUID.
    package static func memoryID(_ name: String, _ description: String) -> Parameter {
        Parameter(name, JSONSchema(.text(36...36, pattern: nil, format: "uuid"), description)) {
            (json) throws(MemoryError) in
            guard case .string(let text) = json else { throw MemoryError(.invalid, "\(name) must be a string") }
            guard let id = Identifier.canonical(text) else {
                throw MemoryError(.invalid, "\(name) must be a UUID")
            }
            return id
        }
    }
}

extension Parameter where Value == Bool {
    package static func bool(_ name: String, _ description: String, default value: Bool? = nil) -> Parameter {
        Parameter(name, JSONSchema(.boolean, description, default: value.map { .bool($0) })) {
            (json) throws(MemoryError) in
            guard case .bool(let value) = json else {
                throw MemoryError(.invalid, "\(name) must be true or false")
            }
            return value
        }
    }
}

extension Parameter where Value == Int {
    package static func integer(
        _ name: String, _ description: String, _ range: ClosedRange<Int>, default value: Int? = nil
    ) -> Parameter {
        Parameter(name, JSONSchema(.integer(range), description, default: value.map { .int(Int64($0)) })) {
            (json) throws(MemoryError) in
            let bounds = "\(name) must be \(range.lowerBound) to \(range.upperBound)"
            switch json {
            case .int(let value):
                guard range.contains(Int(value)) else { throw MemoryError(.invalid, "\(bounds), not \(value)") }
                return Int(value)
            // JSON Schema counts 5.0 among the integers, and so it does what is beyond those of 64 bits: the nearest of
            // those is meant.
            case .double(let value) where value == value.rounded():
                let number = Int(exactly: value) ?? (value < 0 ? .min : .max)
                guard range.contains(number) else { throw MemoryError(.invalid, bounds) }
                return number
            default: throw MemoryError(.invalid, "\(name) must be an integer")
            }
        }
    }
}

extension Parameter where Value == Double {
    package static func number(
        _ name: String, _ description: String, _ range: ClosedRange<Double>, default value: Double? = nil
    ) -> Parameter {
        Parameter(name, JSONSchema(.number(range), description, default: value.map { .double($0) })) {
            (json) throws(MemoryError) in
            let number: Double
            switch json {
            case .int(let value): number = Double(value)
            case .double(let value): number = value
            default: throw MemoryError(.invalid, "\(name) must be a number")
            }
            guard range.contains(number) else {
                throw MemoryError(
                    .invalid, "\(name) must be between \(shown(range.lowerBound)) and \(shown(range.upperBound))")
            }
            return number
        }
    }
}

/// What has a limit is stored or compared with what is, and no store holds U+0000.
private func refuseNUL(_ text: String, _ name: String, _ limit: Int) throws(MemoryError) {
    guard limit == .max || !text.utf8.contains(0) else {
        throw MemoryError(.invalid, "\(name) must not contain U+0000")
    }
}

private func shown(_ number: Double) -> String { Int(exactly: number).map { String($0) } ?? String(number) }

extension Parameter where Value == [String] {
    /// A list of texts, each of at most so many bytes.
    package static func texts(
        _ name: String, _ description: String, count: ClosedRange<Int> = 0...(.max), bytes: Int = .max
    ) -> Parameter {
        let element = JSONSchema(
            .text(0...bytes, pattern: bytes == .max ? nil : JSONSchema.noNUL, format: nil))
        return Parameter(name, JSONSchema(.list(element, count), description)) { (json) throws(MemoryError) in
            let failure = MemoryError(.invalid, "\(name) must be a list of strings")
            guard case .array(let elements) = json else { throw failure }
            guard count.contains(elements.count) else {
                throw MemoryError(
                    .invalid, "\(name) has \(elements.count) elements; the limit is \(count.upperBound)")
            }
            var texts: [String] = []
            for element in elements {
                guard case .string(let text) = element else { throw failure }
                guard text.utf8.count <= bytes else {
                    throw MemoryError(.invalid, "\(name) has \(text.utf8.count) bytes; the limit is \(bytes)")
                }
                try refuseNUL(text, name, bytes)
                texts.append(text)
            }
            return texts
        }
    }
}

extension Parameter where Value == [Float] {
    /// A vector of finite single-precision numbers.
    package static func vector(_ name: String, _ description: String) -> Parameter {
        let most = Double(Float.greatestFiniteMagnitude)
        let schema = JSONSchema(.list(JSONSchema(.number(-most...most)), 1...65_536), description)
        return Parameter(name, schema) { (json) throws(MemoryError) in
            let failure = MemoryError(.invalid, "\(name) must be a list of numbers")
            guard case .array(let elements) = json else { throw failure }
            var vector: [Float] = []
            vector.reserveCapacity(elements.count)
            for element in elements {
                let number: Double
                switch element {
                case .int(let value): number = Double(value)
                case .double(let value): number = value
                default: throw failure
                }
                guard (-most...most).contains(number) else {
                    throw MemoryError(.invalid, "\(name): every element must be a single-precision number")
                }
                vector.append(Float(number))
            }
            guard (1...65_536).contains(vector.count) else {
                throw MemoryError(.invalid, "\(name) has \(vector.count) elements; 1 to 65536 are allowed")
            }
            return vector
        }
    }
}

extension Parameter where Value == [String: JSONValue] {
    /// A JSON object of the caller's own.
    package static func object(_ name: String, _ description: String, bytes: Int) -> Parameter {
        let schema = JSONSchema(.object([], rest: .anyJSON), description)
        return Parameter(name, schema) { (json) throws(MemoryError) in
            guard case .object(let members) = json else {
                throw MemoryError(.invalid, "\(name) must be a JSON object")
            }
            let count = members.isEmpty ? 0 : json.canonicalBytes.count
            guard count <= bytes else {
                throw MemoryError(.invalid, "\(name) has \(count) bytes; the limit is \(bytes)")
            }
            return members
        }
    }
}

extension Parameter where Value == JSONValue {
    /// A condition in the grammar of ``MemoryFilter/condition(parsing:)``.
    package static func condition(_ name: String, _ description: String) -> Parameter {
        Parameter(name, JSONSchema(.reference("Filter", JSONSchema(.object([], rest: JSONSchema(.any)))), description))
        { (json) throws(MemoryError) in
            guard !json.holdsNUL else { throw MemoryError(.invalid, "\(name) must not contain U+0000") }
            _ = try MemoryFilter.condition(json)
            return json
        }
    }
}

extension Parameter where Value == FlexibleTime {
    /// A time as people write it.
    /// - Parameter isBlankAbsent: Whether blank text reads as absent: models fill in what they have nothing to say about.
    package static func time(_ name: String, _ description: String, isBlankAbsent: Bool = false) -> Parameter {
        let schema = JSONSchema(.text(0...(.max), pattern: nil, format: isBlankAbsent ? nil : "date-time"), description)
        return Parameter(name, schema) { (json) throws(MemoryError) in
            guard case .string(let text) = json else { throw MemoryError(.invalid, "\(name) must be a string") }
            if isBlankAbsent, text.trimmed.isEmpty { return nil }
            guard let time = FlexibleTime(isBlankAbsent ? text.trimmed : text) else {
                throw MemoryError(
                    .invalid, "\(name) must be a time such as 2024-05-07T09:30:00Z, 2024-05-07, May 2024 or 2024")
            }
            return time
        }
    }
}

extension Parameter where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
    /// One of a few words.
    package static func choice(
        _ name: String, _ description: String, default value: Value? = nil
    ) -> Parameter {
        let words = Value.allCases.map(\.rawValue)
        let schema = JSONSchema(.choice(words), description, default: value.map { .string($0.rawValue) })
        return Parameter(name, schema) { (json) throws(MemoryError) in
            guard case .string(let text) = json else { throw MemoryError(.invalid, "\(name) must be a string") }
            guard let value = Value(rawValue: text) else {
                throw MemoryError(.invalid, "\(name) must be one of \(words.joined(separator: ", "))")
            }
            return value
        }
    }
}

extension JSONSchema {
    /// Any JSON that a store can hold.
    package static let anyJSON = JSONSchema(.reference("JSONValue", JSONSchema(.any)))
}

extension Parameter where Value == [Arguments] {
    /// A list of objects with arguments of their own.
    package static func objects(
        _ name: String, _ description: String, _ parameters: [any AnyParameter], count: ClosedRange<Int>
    ) -> Parameter {
        let schema = JSONSchema(.list(parameters.schema(isNullable: true), count), description)
        return Parameter(name, schema) { (json) throws(MemoryError) in
            guard case .array(let elements) = json else {
                throw MemoryError(.invalid, "\(name) must be a list of objects")
            }
            guard count.contains(elements.count) else {
                throw MemoryError(
                    .invalid,
                    "\(name) has \(elements.count) elements; \(count.lowerBound) to \(count.upperBound) are allowed")
            }
            var list: [Arguments] = []
            for (index, element) in elements.enumerated() {
                guard case .object(let members) = element else {
                    throw MemoryError(.invalid, "\(name) must be a list of objects")
                }
                do throws(MemoryError) {
                    list.append(try Arguments(members, parameters))
                } catch {
                    throw MemoryError(error.code, "\(name)[\(index)]: \(error.message)")
                }
            }
            return list
        }
    }
}
