/// What a plain scalar means by the core schema (YAML 1.2.2 §10.3).
enum YAMLScalar {
    static func value(of text: String) -> JSONTree {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return .string(text) }
        if case .number(let number)? = try? JSONTree(parsing: text) { return .number(number) }
        for (prefix, radix) in [("0x", 16), ("0o", 8)] where text.hasPrefix(prefix) {
            if let number = Int64(text.dropFirst(2), radix: radix), number >= 0, !text.contains("+") {
                return .number(number)
            }
        }
        if let number = Int64(text) { return .number(number) }
        let characters = Set("+-.eE0123456789".utf8)
        if text.utf8.allSatisfy(characters.contains), let number = Double(text), number.isFinite {
            return .number(String(number))
        }
        return .string(text)
    }

    /// Whether a text may stand without quotes: words that no version of YAML reads as anything but a text.
    static func isPlain(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 200, isLetter(first) || first == 0x5f,
            isLetter(last) || isDigit(last) || last == 0x5f
        else { return false }
        let inner = Set("_ .-/".utf8)
        guard bytes.allSatisfy({ isLetter($0) || isDigit($0) || inner.contains($0) }) else { return false }
        return !["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
    }

    /// Whether a text of several lines may stand as it is: nothing in it that a reader would fold, trim or change.
    static func isLiteral(_ text: String) -> Bool {
        let lines = text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false)
        guard lines.count > 1, let first = lines.first?.first, first != 0x20, first != 0x09 else { return false }
        // At the end there is at most one line break, and no line ends with a space.
        guard lines.count < 2 || !(lines[lines.count - 1].isEmpty && lines[lines.count - 2].isEmpty) else {
            return false
        }
        return lines.allSatisfy { $0.last != 0x20 && $0.last != 0x09 }
            && text.unicodeScalars.allSatisfy { scalar in
                scalar == "\n" || (" "..."~").contains(scalar) || ("\u{a1}"..."\u{167f}").contains(scalar)
            }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
