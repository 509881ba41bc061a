/// Splits folded text into words: runs of letters, digits and the marks that belong to them.
///
/// - Apostrophes: possessive and clitic endings go (`caroline's` → `caroline`, `we'll` → `we`), French elisions go
///   (`l'amour` → `amour`), otherwise the halves join (`don't` → `dont`, `o'brien` → `obrien`).
/// - Numbers keep decimal points (`3.14`), lose thousands separators (`1,000` → `1000`) and ordinal endings
///   (`8th` → `8`).
/// - Technical names keep their symbols, see ``TechnicalName``.
struct WordSegmenter {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var words: [Word] = []
    private var scratch: [UInt8] = []

    static func words(in folded: [UInt8]) -> [Word] {
        folded.withUnsafeBufferPointer { bytes in
            var segmenter = WordSegmenter(bytes: bytes)
            segmenter.run()
            return segmenter.words
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        words.reserveCapacity(bytes.count / 6 + 1)
    }

    private mutating func run() {
        while index < bytes.count {
            let byte = bytes[index]
            if ASCII.isLetter(byte) {
                asciiWord()
            } else if ASCII.isDigit(byte) {
                mixedWord(from: index)
            } else if byte >= 0x80 {
                unicodeWord()
            } else {
                index += 1
            }
        }
    }

    /// A word that starts with an ASCII letter; nearly every word of English text ends here.
    private mutating func asciiWord() {
        let start = index
        var end = start + 1
        while end < bytes.count, ASCII.isLetter(bytes[end]) { end += 1 }
        let following: UInt8 = end < bytes.count ? bytes[end] : 0x20
        if let name = TechnicalName.starting(at: start, letterEnd: end, in: bytes) {
            if name.keepsPlainWord { append(start, end, .letters) }
            append(name.start, name.end, .verbatim)
            index = name.end
            skipClitic()
        } else if following >= 0x80 || following == 0x27 || ASCII.isDigit(following) {
            mixedWord(from: start)
        } else {
            append(start, end, .letters)
            index = end
        }
    }

    private mutating func unicodeWord() {
        let (scalar, length) = UTF8Scalar.decode(bytes, at: index)
        switch CharacterClass.of(scalar) {
        case .letter, .digit: mixedWord(from: index)
        case .unspaced: unspacedRun()
        case .pictograph:
            append(index, index + length, .verbatim)
            index += length
        case .mark, .separator: index += length
        }
    }

    private mutating func unspacedRun() {
        let start = index
        while index < bytes.count, bytes[index] >= 0x80 {
            let (scalar, length) = UTF8Scalar.decode(bytes, at: index)
            // A mark that survived folding (a stray voicing mark, an ideographic tone) stays in its run.
            guard CharacterClass.isUnspaced(scalar) || CharacterClass.of(scalar) == .mark else { break }
            index += length
        }
        words.append(
            Word(
                text: String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self),
                kind: .unspaced))
    }

    /// A word with anything beside ASCII letters, assembled in `scratch`.
    private mutating func mixedWord(from start: Int) {
        scratch.removeAll(keepingCapacity: true)
        var apostrophes = Apostrophes()
        var onlyLetters = true
        var previousIsDigit = false
        index = start
        scan: while index < bytes.count {
            let byte = bytes[index]
            if ASCII.isLetter(byte) {
                previousIsDigit = false
                scratch.append(byte)
                index += 1
            } else if ASCII.isDigit(byte) {
                previousIsDigit = true
                onlyLetters = false
                scratch.append(byte)
                index += 1
            } else if byte == 0x27 {
                guard !scratch.isEmpty, startsLetter(at: index + 1) else { break scan }
                apostrophes.add(at: scratch.count)
                index += 1
            } else if byte == 0x2E, previousIsDigit, index + 1 < bytes.count, ASCII.isDigit(bytes[index + 1]) {
                scratch.append(byte)
                index += 1
            } else if byte == 0x2C, previousIsDigit, isThousandsSeparator(at: index) {
                index += 1
            } else if byte >= 0x80 {
                let (scalar, length) = UTF8Scalar.decode(bytes, at: index)
                let kind = CharacterClass.of(scalar)
                guard kind == .letter || kind == .digit || kind == .mark else { break scan }
                previousIsDigit = false
                onlyLetters = false
                scratch.append(contentsOf: bytes[index..<index + length])
                index += length
            } else {
                break scan
            }
        }
        var range = apostrophes.trimmed(scratch)
        if !onlyLetters { range = range.lowerBound..<Ordinal.end(of: scratch, in: range) }
        guard !range.isEmpty else { return }
        let isLetters = onlyLetters || scratch[range].allSatisfy(ASCII.isLetter)
        scratch.withUnsafeBufferPointer { buffer in
            Self.append(buffer, range.lowerBound, range.upperBound, isLetters ? .letters : .verbatim, to: &words)
        }
    }

    private func startsLetter(at position: Int) -> Bool {
        guard position < bytes.count else { return false }
        guard bytes[position] >= 0x80 else { return ASCII.isLetter(bytes[position]) }
        return CharacterClass.of(UTF8Scalar.decode(bytes, at: position).scalar) == .letter
    }

    /// Whether the comma is followed by exactly three digits.
    private func isThousandsSeparator(at comma: Int) -> Bool {
        guard comma + 3 < bytes.count else { return false }
        guard (1...3).allSatisfy({ ASCII.isDigit(bytes[comma + $0]) }) else { return false }
        return comma + 4 >= bytes.count || !ASCII.isDigit(bytes[comma + 4])
    }

    /// Passes over the possessive ending after a technical name: "AT&T's".
    private mutating func skipClitic() {
        guard index + 1 < bytes.count, bytes[index] == 0x27, bytes[index + 1] == 0x73 else { return }
        guard index + 2 >= bytes.count || !ASCII.isWord(bytes[index + 2]) else { return }
        index += 2
    }

    private mutating func append(_ start: Int, _ end: Int, _ kind: Word.Kind) {
        Self.append(bytes, start, end, kind, to: &words)
    }

    private static func append(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ kind: Word.Kind, to words: inout [Word]
    ) {
        var end = end
        if end - start > Analyzer.longestTerm {
            end = UTF8Scalar.boundary(bytes, atOrBelow: start + Analyzer.longestTerm)
        }
        words.append(
            Word(text: String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self), kind: kind))
    }
}
