/// Pieces of Markdown (CommonMark) in which nothing that was said can leave its place: each line of a text is quoted,
/// and what would begin markup of HTML, or end a line, a span or a link, is told apart by its Unicode scalars.
enum MarkdownText {
    /// What ends a line in CommonMark, or in programs that read it.
    private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0a...0x0d, 0x1c...0x1e, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// The lines of a text; CR and LF together end one line. What ends the last one begins no other.
    private static func lines(_ text: String) -> [String.UnicodeScalarView] {
        var lines = [String.UnicodeScalarView()]
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if isLineBreak(scalar) {
                if scalar != "\n" || previous != "\r" { lines.append(String.UnicodeScalarView()) }
            } else {
                lines[lines.count - 1].append(scalar)
            }
            previous = scalar
        }
        if lines.count > 1, lines[lines.count - 1].isEmpty { lines.removeLast() }
        return lines
    }

    /// A text in one line, with what Markdown would read as markup escaped.
    static func line(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "`", "*", "_", "[", "]", "<", ">", "#": escaped.append(contentsOf: ["\\", scalar])
            default: escaped.append(isLineBreak(scalar) ? " " : scalar)
            }
        }
        return String(escaped)
    }

    /// A text in one line, as code.
    static func code(_ text: String) -> String {
        var code = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { code.append(scalar == "`" ? "'" : isLineBreak(scalar) ? " " : scalar) }
        return "`" + (code.isEmpty ? " " : String(code)) + "`"
    }

    /// A block of code whose fence does not occur in it.
    static func block(_ text: String, _ language: String = "") -> String {
        var longest = 2
        var run = 0
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: longest + 1)
        let end = text.utf8.last == UInt8(ascii: "\n") || text.utf8.last == UInt8(ascii: "\r") ? "" : "\n"
        return "\(fence)\(language)\n\(text)\(end)\(fence)\n"
    }

    /// A text in a quote. Its own Markdown is shown, but ends with the quote; HTML, which would not, is not taken as such.
    static func quote(_ text: String) -> String {
        var quoted = String.UnicodeScalarView()
        for line in lines(text) {
            quoted.append(contentsOf: line.isEmpty ? ">".unicodeScalars : "> ".unicodeScalars)
            append(line, to: &quoted)
            quoted.append("\n")
        }
        return String(quoted)
    }

    /// Adds a line with a backslash before each `<` that could begin HTML.
    private static func append(_ line: String.UnicodeScalarView, to text: inout String.UnicodeScalarView) {
        var backslashes = 0
        var place = line.startIndex
        while place < line.endIndex {
            let scalar = line[place]
            place = line.index(after: place)
            if scalar == "<", place < line.endIndex, beginsMarkup(line[place]) {
                // One that is there already would be escaped by another.
                if backslashes.isMultiple(of: 2) { text.append("\\") }
            }
            backslashes = scalar == "\\" ? backslashes + 1 : 0
            text.append(scalar)
        }
    }

    private static func beginsMarkup(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "/", "!", "?": true
        default: false
        }
    }

    /// A URL as the destination of a link between `<` and `>`.
    static func destination(_ url: String) -> String {
        var destination = String.UnicodeScalarView()
        for scalar in url.unicodeScalars {
            switch scalar {
            case "<", ">", "\\", "\u{0}"..."\u{20}", "\u{7f}"..."\u{a0}", "\u{2028}", "\u{2029}":
                for byte in String(Character(scalar)).utf8 {
                    let digits = String(byte, radix: 16, uppercase: true)
                    destination.append(contentsOf: ("%" + (byte < 16 ? "0" : "") + digits).unicodeScalars)
                }
            default: destination.append(scalar)
            }
        }
        return "<" + String(destination) + ">"
    }
}
