extension JSONTree {
    /// The document in one line without spaces.
    public var text: String {
        var output: [UInt8] = []
        write(to: &output, indentation: nil)
        return String(decoding: output, as: UTF8.self)
    }

    /// The document for people: two spaces a level.
    public var indentedText: String {
        var output: [UInt8] = []
        write(to: &output, indentation: 0)
        return String(decoding: output, as: UTF8.self)
    }

    private func write(to output: inout [UInt8], indentation: Int?) {
        switch self {
        case .null: output += Array("null".utf8)
        case .bool(let value): output += Array((value ? "true" : "false").utf8)
        case .number(let text): output += Array(text.utf8)
        case .string(let text): Self.write(text, to: &output)
        case .array(let elements):
            Self.write(elements, "[", "]", to: &output, indentation) { element, output, inner in
                element.write(to: &output, indentation: inner)
            }
        case .object(let members):
            Self.write(members, "{", "}", to: &output, indentation) { member, output, inner in
                Self.write(member.name, to: &output)
                output.append(UInt8(ascii: ":"))
                if inner != nil { output.append(UInt8(ascii: " ")) }
                member.value.write(to: &output, indentation: inner)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], _ start: Unicode.Scalar, _ end: Unicode.Scalar, to output: inout [UInt8],
        _ indentation: Int?, _ body: (Element, inout [UInt8], Int?) -> Void
    ) {
        func breakLine(_ level: Int) {
            output.append(UInt8(ascii: "\n"))
            output += Array(repeating: UInt8(ascii: " "), count: 2 * level)
        }
        output.append(UInt8(ascii: start))
        for (place, element) in elements.enumerated() {
            if place > 0 { output.append(UInt8(ascii: ",")) }
            if let indentation { breakLine(indentation + 1) }
            body(element, &output, indentation.map { $0 + 1 })
        }
        if let indentation, !elements.isEmpty { breakLine(indentation) }
        output.append(UInt8(ascii: end))
    }

    /// Writes a string with only the escapes that RFC 8259 §7 requires.
    private static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case 0x0a: output += Array("\\n".utf8)
            case 0x0d: output += Array("\\r".utf8)
            case 0x09: output += Array("\\t".utf8)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                output += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
