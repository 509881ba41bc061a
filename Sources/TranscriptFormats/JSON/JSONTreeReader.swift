extension JSONTree {
    /// Reads a document (RFC 8259).
    /// - Throws: ``FormatError`` with the byte at which it is not JSON; also for unpaired surrogates, which no text can
    ///   hold, for an object that names a member twice, and for more than 512 levels.
    /// - Complexity: O(length).
    public init(parsing text: String) throws(FormatError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Reads a document of UTF-8 bytes.
    /// - Throws: ``FormatError``, as ``init(parsing:)-(String)``.
    public init(parsing bytes: [UInt8]) throws(FormatError) {
        var reader = JSONTreeReader(bytes: bytes)
        reader.skipSpace()
        self = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.place == bytes.count else { throw reader.fault }
    }
}

extension JSONTree {
    /// What is wrong with an object of which nobody can tell what it says.
    static let twin = "an object names a member twice"
}

extension [JSONTree.Member] {
    /// Whether no name is there twice, compared bytewise.
    var areOfDifferentNames: Bool { count < 2 || Set(map { Array<UInt8>($0.name.utf8) }).count == count }
}

/// A reader of JSON that keeps the order of members and the spelling of numbers.
private struct JSONTreeReader {
    let bytes: [UInt8]
    var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private static let maximumDepth = 512

    var fault: FormatError { FormatError("byte \(place): not JSON") }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { place += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    mutating func value(depth: Int) throws(FormatError) -> JSONTree {
        guard depth <= Self.maximumDepth else { throw FormatError("more than \(Self.maximumDepth) levels") }
        guard let byte = next else { throw fault }
        switch byte {
        case UInt8(ascii: "{"): return .object(try members(depth))
        case UInt8(ascii: "["): return .array(try elements(depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ word: String, _ value: JSONTree) throws(FormatError) -> JSONTree {
        guard bytes[place...].starts(with: word.utf8) else { throw fault }
        place += word.utf8.count
        return value
    }

    private mutating func members(_ depth: Int) throws(FormatError) -> [JSONTree.Member] {
        place += 1
        var members: [JSONTree.Member] = []
        skipSpace()
        if take("}") { return members }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw fault }
            let name = try string()
            skipSpace()
            guard take(":") else { throw fault }
            skipSpace()
            members.append(JSONTree.Member(name, try value(depth: depth + 1)))
            skipSpace()
            if take("}") {
                guard members.areOfDifferentNames else { throw FormatError("byte \(place): \(JSONTree.twin)") }
                return members
            }
            guard take(",") else { throw fault }
        }
    }

    private mutating func elements(_ depth: Int) throws(FormatError) -> [JSONTree] {
        place += 1
        var elements: [JSONTree] = []
        skipSpace()
        if take("]") { return elements }
        while true {
            skipSpace()
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return elements }
            guard take(",") else { throw fault }
        }
    }

    private mutating func number() throws(FormatError) -> String {
        let start = place
        _ = take("-")
        let whole = place
        digits()
        guard place > whole, place == whole + 1 || bytes[whole] != UInt8(ascii: "0") else { throw fault }
        if take(".") {
            let fraction = place
            digits()
            guard place > fraction else { throw fault }
        }
        if take("e") || take("E") {
            if !take("-") { _ = take("+") }
            let exponent = place
            digits()
            guard place > exponent else { throw fault }
        }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func digits() {
        while let byte = next, (0x30...0x39).contains(byte) { place += 1 }
    }

    private mutating func string() throws(FormatError) -> String {
        place += 1
        var content: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                place += 1
                guard let text = String(validating: content, as: UTF8.self) else { throw fault }
                return text
            case UInt8(ascii: "\\"):
                place += 1
                content += try escaped()
            case 0..<0x20: throw fault
            default:
                content.append(byte)
                place += 1
            }
        }
        throw fault
    }

    private mutating func escaped() throws(FormatError) -> [UInt8] {
        guard let byte = next else { throw fault }
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            let unit = try codeUnit()
            guard (0xd800..<0xe000).contains(unit) else { return Self.utf8(unit) }
            guard unit < 0xdc00, take("\\"), take("u") else { throw fault }
            let second = try codeUnit()
            guard (0xdc00..<0xe000).contains(second) else { throw fault }
            return Self.utf8(0x10000 + (unit - 0xd800) << 10 + (second - 0xdc00))
        default: throw fault
        }
    }

    private mutating func codeUnit() throws(FormatError) -> UInt32 {
        guard place + 4 <= bytes.count else { throw fault }
        var unit: UInt32 = 0
        for byte in bytes[place..<place + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw fault }
            unit = unit << 4 | UInt32(digit)
        }
        place += 4
        return unit
    }

    private static func utf8(_ value: UInt32) -> [UInt8] {
        Unicode.Scalar(value).map { Array(String(Character($0)).utf8) } ?? []
    }
}
