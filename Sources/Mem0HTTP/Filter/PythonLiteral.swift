import Memories
import Records

/// A Python literal such as `{'user_id': 'alice', 'n': None}` as JSON: clients send a dictionary's `repr` in a query.
enum PythonLiteral {
    /// The document that a text is, as JSON or else as a Python literal.
    /// - Throws: ``MemoryError`` `invalid`, naming the field.
    static func parse(_ text: String, _ field: String) throws(MemoryError) -> JSONValue {
        if let document = try? JSONValue(parsing: text) { return document }
        if let json = json(of: text), let document = try? JSONValue(parsing: json) { return document }
        throw MemoryError(.invalid, "\(field) is neither JSON nor a Python literal")
    }

    private static func json(of text: String) -> String? {
        var output = ""
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "'", "\"":
                guard let string = string(&rest, until: scalar) else { return nil }
                output += JSONValue.string(string).canonical
            case "(": output += "["
            case ")": output += "]"
            case _ where scalar.properties.isAlphabetic:
                var word = String(scalar)
                while let next = rest.first, next.properties.isAlphabetic {
                    rest.removeFirst()
                    word.unicodeScalars.append(next)
                }
                switch word {
                case "True": output += "true"
                case "False": output += "false"
                case "None": output += "null"
                default: output += word
                }
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    private static func string(
        _ rest: inout String.UnicodeScalarView.SubSequence, until quote: Unicode.Scalar
    ) -> String? {
        var string = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar == quote { return String(string) }
            guard scalar == "\\" else {
                string.append(scalar)
                continue
            }
            guard let escaped = rest.popFirst() else { return nil }
            let digits: Int
            switch escaped {
            case "x": digits = 2
            case "u": digits = 4
            case "U": digits = 8
            default:
                string.append(["n": "\n", "t": "\t", "r": "\r"][escaped] ?? escaped)
                continue
            }
            let code = String(String.UnicodeScalarView(rest.prefix(digits)))
            guard code.unicodeScalars.count == digits, let number = UInt32(code, radix: 16),
                let decoded = Unicode.Scalar(number)
            else { return nil }
            rest = rest.dropFirst(digits)
            string.append(decoded)
        }
        return nil
    }
}
