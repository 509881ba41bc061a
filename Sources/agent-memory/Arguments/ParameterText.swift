import Memories
import MemoryAPI
import Records

/// A parameter of an operation in the words of the command line: what help says of it, and what its text means.
enum ParameterText {
    /// What stands for the value in help; nil for a flag.
    static func placeholder(_ form: JSONSchema.Form) -> String? {
        switch form {
        case .boolean: nil
        case .integer: "N"
        case .number(let range): range == 0...1 ? "0…1" : "X"
        case .choice(let words): words.joined(separator: "|")
        case .text(_, _, "date-time"): "TIME"
        case .text(_, _, "uuid"): "ID"
        case .text: "TEXT"
        case .list(let element, _): if case .number = element.form { "JSON" } else { placeholder(element.form) }
        default: "JSON"
        }
    }

    /// What a parameter's description says, as a part of a sentence.
    static func sentence(_ schema: JSONSchema) -> String {
        var text = schema.description
        if let first = text.first, text.dropFirst().first?.isUppercase != true {
            text = first.lowercased() + text.dropFirst()
        }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// The limits that the placeholder does not say; nil where there are none to speak of.
    static func limits(_ form: JSONSchema.Form) -> String? {
        switch form {
        case .integer(let range) where range.upperBound < 1 << 52:
            "\(number(range.lowerBound)) to \(number(range.upperBound))"
        // What is an identifier has 255 bytes everywhere.
        case .text(let bytes, _, nil) where bytes.upperBound != .max && bytes.upperBound > 255:
            "up to \(number(bytes.upperBound)) bytes"
        case .list(let element, let count) where count.upperBound != .max:
            if case .number = element.form { nil } else { "up to \(number(count.upperBound))" }
        default: nil
        }
    }

    /// What a text means to a form.
    /// - Throws: ``MemoryError`` `invalid` for text that is not JSON where JSON is meant.
    static func value(_ text: String, _ form: JSONSchema.Form, _ name: String) throws(MemoryError) -> JSONValue {
        if case .list = form {
            guard let value = try? JSONValue(parsing: text) else {
                throw MemoryError(.invalid, "\(name) must be JSON")
            }
            return value
        }
        return try ArgumentText.value(text, form, name)
    }

    /// A value that a parameter accepts. What it refuses is told under the name that was typed.
    /// - Throws: ``MemoryError``, as the parameter does.
    static func checked(
        _ json: JSONValue, _ parameter: any AnyParameter, as typed: String
    ) throws(MemoryError) -> JSONValue {
        do throws(MemoryError) {
            _ = try parameter.value(of: json)
        } catch {
            guard error.message.hasPrefix(parameter.name) else { throw error }
            throw MemoryError(error.code, typed + error.message.dropFirst(parameter.name.count), underlying: error)
        }
        return json
    }

    /// A value as text.
    static func text(_ value: JSONValue) -> String {
        if case .string(let text) = value { text } else { value.canonical }
    }

    /// A number with its thousands apart.
    private static func number(_ value: Int) -> String {
        var groups: [Substring] = []
        var digits = String(value)[...]
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits = digits.dropLast(3)
        }
        return ([digits] + groups).joined(separator: ",")
    }
}
