/// Short names whose symbols are part of the name: `c#`, `c++`, `a+`, `.net`, `at&t`.
struct TechnicalName {
    let start: Int
    let end: Int
    /// Whether the letters alone are a term too: `.gitignore` is found by "gitignore", but `c#` is not found by "C".
    let keepsPlainWord: Bool

    /// Recognises a name around the letters in `start..<letterEnd`.
    static func starting(at start: Int, letterEnd end: Int, in bytes: UnsafeBufferPointer<UInt8>) -> TechnicalName? {
        let length = end - start
        if end < bytes.count {
            switch bytes[end] {
            case 0x23 where length <= 2 && !isWord(end + 1, bytes):  // c#
                return TechnicalName(start: start, end: end + 1, keepsPlainWord: false)
            case 0x23 where length <= 2 && isDigit(end + 1, bytes):  // c#12
                return TechnicalName(start: start, end: end + 1, keepsPlainWord: false)
            case 0x2B where isPlus(end + 1, bytes) && !isLetter(end + 2, bytes):  // c++, c++17, notepad++
                guard length + 2 <= Analyzer.longestTerm else { return nil }
                return TechnicalName(start: start, end: end + 2, keepsPlainWord: length > 3)
            case 0x2B where length <= 2 && !isWord(end + 1, bytes) && !isPlus(end + 1, bytes):  // o+
                return TechnicalName(start: start, end: end + 1, keepsPlainWord: false)
            case 0x26 where length <= 3:
                if let compoundEnd = compound(from: end, in: bytes) {
                    return TechnicalName(start: start, end: compoundEnd, keepsPlainWord: false)
                }
            default: break
            }
        }
        // .net, but neither "end.Next" nor "...and".
        if start > 0, bytes[start - 1] == 0x2E, length < Analyzer.longestTerm, isOpening(start - 2, bytes) {
            return TechnicalName(start: start - 1, end: end, keepsPlainWord: true)
        }
        return nil
    }

    /// The end of `&x&y…` where every part has at most three letters and nothing of a word follows.
    private static func compound(from ampersand: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var end = ampersand
        var parts = 0
        while end < bytes.count, bytes[end] == 0x26, isLetter(end + 1, bytes), parts < 4 {
            var next = end + 1
            while next < bytes.count, ASCII.isLetter(bytes[next]) { next += 1 }
            guard next - end <= 4 else { return nil }
            end = next
            parts += 1
        }
        guard parts > 0, !isWord(end, bytes) else { return nil }
        let endsEntity = end < bytes.count && bytes[end] == 0x3B  // "&amp;"
        return endsEntity ? nil : end
    }

    private static func isWord(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        index < bytes.count && ASCII.isWord(bytes[index])
    }

    private static func isLetter(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        index < bytes.count && (ASCII.isLetter(bytes[index]) || bytes[index] >= 0x80)
    }

    private static func isDigit(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        index < bytes.count && ASCII.isDigit(bytes[index])
    }

    private static func isPlus(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        index < bytes.count && bytes[index] == 0x2B
    }

    private static func isOpening(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard index >= 0 else { return true }
        // white space " ' ( , / [ ` {
        switch bytes[index] {
        case 0x09, 0x0A, 0x0D, 0x20, 0x22, 0x27, 0x28, 0x2C, 0x2F, 0x5B, 0x60, 0x7B: return true
        default: return false
        }
    }
}
