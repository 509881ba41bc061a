#if MySQL
    import Records

    /// Statements with their arguments written into them, for the text protocol: several travel together, and proxies that
    /// do not know preparations are served.
    ///
    /// Texts and bytes are written in hexadecimal, so that no quoting, mode or character set can turn one into something
    /// else.
    enum MySQLText {
        private static let digits = Array("0123456789abcdef".utf8)

        /// Appends a statement; placeholders outside of quotes are replaced in order.
        /// - Throws: ``StoreError`` `invalid` when an argument cannot be held.
        static func append(_ text: String, _ arguments: [Value], to bytes: inout [UInt8]) throws(StoreError) {
            var quote: UInt8 = 0
            var next = 0
            for byte in text.utf8 {
                if quote != 0 {
                    if byte == quote { quote = 0 }
                } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") {
                    quote = byte
                } else if byte == UInt8(ascii: "?") {
                    guard next < arguments.count else {
                        throw StoreError(.invalid, "a statement has fewer arguments than placeholders")
                    }
                    try append(arguments[next], to: &bytes)
                    next += 1
                    continue
                }
                bytes.append(byte)
            }
        }

        /// About how many bytes the arguments need in hexadecimal.
        static func size(of arguments: [Value]) -> Int {
            arguments.reduce(0) { sum, value in
                switch value {
                case .text(let text), .json(let text): sum + 2 * text.utf8.count
                case .bytes(let bytes): sum + 2 * bytes.count
                case .vector(let vector): sum + 8 * vector.count
                case .tokens(let terms): sum + terms.reduce(0) { $0 + 2 * $1.utf8.count + 8 }
                case .null, .bool, .int, .double, .time, .next: sum + 8
                }
            }
        }

        private static func append(_ value: Value, to bytes: inout [UInt8]) throws(StoreError) {
            switch value {
            case .null: bytes += "NULL".utf8
            case .bool(let value): bytes.append(value ? UInt8(ascii: "1") : UInt8(ascii: "0"))
            case .int(let number), .time(let number): bytes += String(number).utf8
            case .double(let number):
                let text = "\(try MySQLValues.stored(number))"
                bytes += text.utf8
                // With an exponent it is a double and not a decimal number.
                if !text.contains("e") { bytes += "e0".utf8 }
            case .text(let text), .json(let text): appendHexadecimal(text.utf8, to: &bytes)
            case .bytes(let value): appendHexadecimal(value, to: &bytes)
            case .vector(let vector): appendHexadecimal(MySQLValues.bytes(of: vector), to: &bytes)
            case .tokens(let terms):
                bytes.append(UInt8(ascii: "'"))
                bytes += TokenEncoding.encode(terms)
                bytes.append(UInt8(ascii: "'"))
            case .next: throw StoreError(.invalid, "a store-assigned number is no argument")
            }
        }

        private static func appendHexadecimal(_ source: some Collection<UInt8>, to bytes: inout [UInt8]) {
            bytes.append(UInt8(ascii: "X"))
            bytes.append(UInt8(ascii: "'"))
            for byte in source {
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
            bytes.append(UInt8(ascii: "'"))
        }
    }
#endif
