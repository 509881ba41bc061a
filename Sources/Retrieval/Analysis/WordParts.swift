/// Byte classes of folded ASCII.
enum ASCII {
    @inline(__always) static func isLetter(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }
    @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    @inline(__always) static func isWord(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte >= 0x80 }
}

/// Where the apostrophes of a word were, counted in bytes of the word without them.
struct Apostrophes {
    private var first: Int?
    private var last = 0

    mutating func add(at position: Int) {
        if first == nil { first = position }
        last = position
    }

    /// The part of the joined word that counts: without a clitic ending and without a French elision.
    func trimmed(_ word: [UInt8]) -> Range<Int> {
        guard let first else { return 0..<word.count }
        if Self.isClitic(word[last...]) { return 0..<last }
        if Self.isElision(word[..<first]) { return first..<word.count }
        return 0..<word.count
    }

    private static func isClitic(_ ending: ArraySlice<UInt8>) -> Bool {
        ["s", "m", "d", "ll", "re", "ve"].contains { ending.elementsEqual($0.utf8) }
    }

    private static func isElision(_ start: ArraySlice<UInt8>) -> Bool {
        ["c", "d", "j", "l", "m", "n", "s", "t", "qu"].contains { start.elementsEqual($0.utf8) }
    }
}

/// Ordinal numbers: `8th` is the term `8`, so that "May 8th" and "8 May" meet.
enum Ordinal {
    static func end(of word: [UInt8], in range: Range<Int>) -> Int {
        let end = range.upperBound
        guard range.count >= 3,
            ["st", "nd", "rd", "th"].contains(where: { word[end - 2..<end].elementsEqual($0.utf8) })
        else { return end }
        return word[range.lowerBound..<end - 2].allSatisfy(ASCII.isDigit) ? end - 2 : end
    }
}
