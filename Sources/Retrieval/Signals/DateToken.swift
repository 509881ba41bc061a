/// The parts of a text a date can be made of.
struct DateToken {
    enum Kind: Equatable {
        case word(String)
        case number(Int, digits: Int)
        case symbol(UInt32)
    }

    let kind: Kind
    /// Whether the token follows the previous one without white space.
    let isAttached: Bool

    /// The tokens of folded text. Numbers of more than nine digits and words of more than twelve letters are symbols.
    static func tokens(of folded: [UInt8]) -> [DateToken] {
        var tokens: [DateToken] = []
        folded.withUnsafeBufferPointer { bytes in
            var index = 0
            var isAttached = false
            while index < bytes.count {
                let start = index
                let byte = bytes[index]
                if byte <= 0x20 {
                    index += 1
                    isAttached = false
                    continue
                }
                let kind: Kind
                if ASCII.isDigit(byte) {
                    while index < bytes.count, ASCII.isDigit(bytes[index]) { index += 1 }
                    kind = number(bytes[start..<index])
                    if isOrdinalEnding(bytes, at: index) { index += 2 }
                } else if ASCII.isLetter(byte) {
                    while index < bytes.count, ASCII.isLetter(bytes[index]) { index += 1 }
                    kind =
                        index - start <= 12 ? .word(String(decoding: bytes[start..<index], as: UTF8.self)) : .symbol(0)
                } else {
                    let (scalar, length) = UTF8Scalar.decode(bytes, at: index)
                    index += length
                    kind = .symbol(scalar)
                }
                tokens.append(DateToken(kind: kind, isAttached: isAttached))
                isAttached = true
            }
        }
        return tokens
    }

    private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Kind {
        guard digits.count <= 9 else { return .symbol(0) }
        return .number(digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }, digits: digits.count)
    }

    private static func isOrdinalEnding(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        guard index + 1 < bytes.count, index + 2 >= bytes.count || !ASCII.isWord(bytes[index + 2]) else { return false }
        switch (bytes[index], bytes[index + 1]) {
        case (0x73, 0x74), (0x6E, 0x64), (0x72, 0x64), (0x74, 0x68): return true  // st nd rd th
        default: return false
        }
    }
}
