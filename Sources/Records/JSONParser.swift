/// Parses JSON texts (RFC 8259), strictly: no trailing comma, no comment, nothing after the value. As RFC 7493 asks, an
/// object must not name a member twice; names that are canonically equivalent are one to a Swift dictionary, so they are
/// refused too instead of losing one of them.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    /// Deeper documents are refused: each level is a call.
    private static let maximumDepth = 512

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The value of a text.
    /// - Throws: ``StoreError`` `invalid`.
    static func value(of text: String) throws(StoreError) -> JSONValue {
        var text = text
        let result: Result<JSONValue, StoreError> = text.withUTF8 { bytes in
            var parser = JSONParser(bytes)
            do throws(StoreError) {
                let value = try parser.value(depth: 0)
                parser.skipWhiteSpace()
                guard parser.position == bytes.count else { throw Self.notJSON }
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static let notJSON = StoreError(.invalid, "not a JSON document")
    private static let tooDeep = StoreError(.invalid, "nested deeper than the limit of \(maximumDepth) levels")
    private static let twin = StoreError(.invalid, "not a JSON document: an object names a member twice")

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipWhiteSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    /// The next byte that is no white space.
    private mutating func significant() throws(StoreError) -> UInt8 {
        skipWhiteSpace()
        guard let byte = next else { throw Self.notJSON }
        return byte
    }

    private mutating func value(depth: Int) throws(StoreError) -> JSONValue {
        guard depth < Self.maximumDepth else { throw Self.tooDeep }
        switch try significant() {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try array(depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(StoreError) -> JSONValue {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count else { throw Self.notJSON }
        for index in 0..<word.utf8CodeUnitCount where bytes[position + index] != word.utf8Start[index] {
            throw Self.notJSON
        }
        position = end
        return value
    }

    private mutating func object(_ depth: Int) throws(StoreError) -> JSONValue {
        position += 1
        var members: [String: JSONValue] = [:]
        if try significant() == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            guard try significant() == UInt8(ascii: "\"") else { throw Self.notJSON }
            let name = try string()
            guard try significant() == UInt8(ascii: ":") else { throw Self.notJSON }
            position += 1
            let value = try value(depth: depth + 1)
            guard members.updateValue(value, forKey: name) == nil else { throw Self.twin }
            let separator = try significant()
            position += 1
            if separator == UInt8(ascii: "}") { return .object(members) }
            guard separator == UInt8(ascii: ",") else { throw Self.notJSON }
        }
    }

    private mutating func array(_ depth: Int) throws(StoreError) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        if try significant() == UInt8(ascii: "]") {
            position += 1
            return .array(elements)
        }
        while true {
            elements.append(try value(depth: depth + 1))
            let separator = try significant()
            position += 1
            if separator == UInt8(ascii: "]") { return .array(elements) }
            guard separator == UInt8(ascii: ",") else { throw Self.notJSON }
        }
    }

    private mutating func string() throws(StoreError) -> String {
        position += 1
        let start = position
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        // The text was a Swift string, so what stands between two ASCII bytes is UTF-8.
        if next == UInt8(ascii: "\"") {
            defer { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
        var unescaped = Array(bytes[start..<position])
        while true {
            guard let byte = next, byte >= 0x20 else { throw Self.notJSON }
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: unescaped, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &unescaped)
            default: unescaped.append(byte)
            }
        }
    }

    /// What stands behind a backslash.
    private mutating func escape(into output: inout [UInt8]) throws(StoreError) {
        guard let byte = next else { throw Self.notJSON }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0c)
        case UInt8(ascii: "n"): output.append(0x0a)
        case UInt8(ascii: "r"): output.append(0x0d)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xd800..<0xdc00).contains(code) {
                guard next == UInt8(ascii: "\\"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "u")
                else { throw Self.notJSON }
                position += 2
                let low = try hexadecimal()
                guard (0xdc00..<0xe000).contains(low) else { throw Self.notJSON }
                code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw Self.notJSON }
            output.append(contentsOf: Array(String(Character(scalar)).utf8))
        default: throw Self.notJSON
        }
    }

    private mutating func hexadecimal() throws(StoreError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw Self.notJSON }
        var code: UInt32 = 0
        for byte in bytes[position..<(position + 4)] {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw Self.notJSON
            }
            code = code << 4 | UInt32(digit)
        }
        position += 4
        return code
    }

    /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
    private mutating func number() throws(StoreError) -> JSONValue {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        let isZero = next == UInt8(ascii: "0")
        let whole = try digits()
        guard !isZero || whole == 1 else { throw Self.notJSON }
        var isWhole = true
        if next == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            _ = try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isWhole = false
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            _ = try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let number = Int64(text) { return .int(number) }
        guard let number = Double(text), number.isFinite else { throw Self.notJSON }
        if let whole = Int64(exactly: number) { return .int(whole) }
        return .double(number)
    }

    /// Skips one digit or more, and answers how many.
    private mutating func digits() throws(StoreError) -> Int {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw Self.notJSON }
        return position - start
    }
}
