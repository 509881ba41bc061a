import Records

/// A typed value that runs are listed by.
public enum SearchAttribute: Sendable, Hashable {
    /// A word that is compared whole.
    case keyword(String)
    /// A truth value.
    case bool(Bool)
    /// A whole number.
    case int(Int64)
    /// A number; NaN and infinities are refused.
    case double(Double)
    /// A moment.
    case time(Timestamp)
    /// Words, any of which is compared whole.
    case keywords([String])

    /// The name of the type, as it is stored beside the value.
    var type: String {
        switch self {
        case .keyword: "keyword"
        case .bool: "bool"
        case .int: "int"
        case .double: "double"
        case .time: "time"
        case .keywords: "keywords"
        }
    }

    var document: JSONValue {
        switch self {
        case .keyword(let word): .string(word)
        case .bool(let value): .bool(value)
        case .int(let number): .int(number)
        case .double(let number): .double(number)
        case .time(let time): .int(time.microseconds)
        case .keywords(let words): .array(words.map { .string($0) })
        }
    }

    init?(_ document: JSONValue, type: String) {
        switch (type, document) {
        case ("keyword", .string(let word)): self = .keyword(word)
        case ("bool", .bool(let value)): self = .bool(value)
        case ("int", .int(let number)): self = .int(number)
        case ("double", .double(let number)): self = .double(number)
        case ("double", .int(let number)): self = .double(Double(number))
        case ("time", .int(let number)): self = .time(Timestamp(microseconds: number))
        case ("keywords", .array(let elements)):
            let words = elements.compactMap { if case .string(let word) = $0 { word } else { nil } }
            guard words.count == elements.count else { return nil }
            self = .keywords(words)
        default: return nil
        }
    }

    /// The condition that the attribute of a name is of this type, and has this value, or one of these words.
    func filter(_ name: String) -> Filter {
        let isOfType = Filter.equal(FieldPath(RunField.attributeTypes.rawValue, [name]), .text(type))
        return .and([isOfType, valueFilter(FieldPath(RunField.attributes.rawValue, [name]))])
    }

    private func valueFilter(_ place: FieldPath) -> Filter {
        switch self {
        case .keyword(let word): .equal(place, .text(word))
        case .bool(let value): .equal(place, .bool(value))
        case .int(let number): .equal(place, .int(number))
        case .double(let number): .equal(place, .double(number))
        case .time(let time): .equal(place, .int(time.microseconds))
        case .keywords(let words): .or(words.map { .contains(place, .text($0)) })
        }
    }

    static func validate(_ attributes: [String: SearchAttribute]) throws(TranscriptError) {
        guard attributes.count <= Bounds.attributes else {
            throw TranscriptError(
                .invalid, "attributes has \(attributes.count) elements; the limit is \(Bounds.attributes)")
        }
        for (name, attribute) in attributes {
            try Check.identifier(name, "an attribute's name")
            if case .double(let number) = attribute, !number.isFinite {
                throw TranscriptError(.invalid, "attribute \(name) must be finite")
            }
            try Check.size(attribute.document.canonical.utf8.count, "attribute \(name)", Bounds.attributeBytes)
            guard !attribute.document.holdsNUL else {
                throw TranscriptError(.invalid, "attribute \(name) must not contain U+0000")
            }
        }
    }
}
