/// Words of a query that are written like names, which saves names such as Will or IT from being taken for stop words.
enum CapitalizedWords {
    /// The lower-cased ASCII words that start with a capital inside a sentence.
    ///
    /// Empty when no other word inside a sentence starts with a small letter: in a title or in capitals throughout,
    /// the case says nothing. "I" never counts.
    static func inside(_ text: String) -> Set<String> {
        var text = text
        var found: Set<String> = []
        var hasSmallWord = false
        text.withUTF8 { bytes in
            var index = 0
            var startsSentence = true
            while index < bytes.count {
                let byte = bytes[index]
                guard isLetter(byte) else {
                    if endsSentence(byte) { startsSentence = true }
                    index += 1
                    continue
                }
                let start = index
                while index < bytes.count, isLetter(bytes[index]) { index += 1 }
                // The rest of a contraction or of a word with letters outside ASCII is no word of its own.
                let continues = start > 0 && (bytes[start - 1] >= 0x80 || bytes[start - 1] == 0x27)
                if !startsSentence, !continues {
                    if byte & 0x20 != 0 {
                        hasSmallWord = true
                    } else if index - start > 1 || byte != 0x49 {
                        found.insert(String(decoding: bytes[start..<index].lazy.map { $0 | 0x20 }, as: UTF8.self))
                    }
                }
                startsSentence = false
            }
        }
        return hasSmallWord ? found : []
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    private static func endsSentence(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x0A, 0x0D, 0x21, 0x22, 0x2E, 0x3A, 0x3F: true  // line ends ! " . : ?
        default: false
        }
    }
}
