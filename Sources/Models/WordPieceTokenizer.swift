internal import Foundation

/// BERT's tokenizer: cleaning, splitting at white space and punctuation, then pieces of words.
///
/// Follows Devlin et al., "BERT" (2018) as published with the model. Names of special tokens within a text are text.
struct WordPieceTokenizer: Sendable {
    /// Words of more characters than this become [UNK] without being looked at.
    static let maximumWordLength = 100

    let vocabulary: WordPieceVocabulary
    private let lowercases: Bool
    private let stripsAccents: Bool
    private let separatesIdeographs: Bool

    /// - Throws: `modelNotFound` without vocab.txt; `malformedModel`.
    init(directory: ModelDirectory) throws(EmbeddingError) {
        vocabulary = try WordPieceVocabulary(directory: directory)
        let json = try ModelJSON(optional: ModelFile.tokenizer, in: directory)
        lowercases = try json.value("do_lower_case") ?? true
        stripsAccents = try json.value("strip_accents") ?? lowercases
        separatesIdeographs = try json.value("tokenize_chinese_chars") ?? true
    }

    /// The settings that decide which tokens a text has.
    var settings: String {
        "lowercases=\(lowercases) strips=\(stripsAccents) separates=\(separatesIdeographs)"
    }

    /// The numbers of a text's tokens, from [CLS] to [SEP], at most `limit` of them, which must be at least 2.
    ///
    /// - Complexity: O(`limit`), however long the text: what lies beyond `limit` · 256 bytes is never looked at.
    func tokens(of text: String, limit: Int) -> [Int32] {
        var numbers = [vocabulary.classification]
        let beginning = text.utf8.prefix(limit * 256)
        var word: [UInt8] = []
        var isASCII = true
        // One run between blanks at a time, so that reading stops with the last token that counts.
        var rest = beginning[...]
        while !rest.isEmpty, numbers.count < limit {
            let end = rest.firstIndex(where: Self.isBlank) ?? rest.endIndex
            word.removeAll(keepingCapacity: true)
            isASCII = true
            for byte in rest[..<end] {
                isASCII = isASCII && byte < 0x80
                word.append(byte)
            }
            if isASCII {
                appendASCII(word, to: &numbers)
            } else {
                appendUnicode(word, to: &numbers, limit: limit)
            }
            rest = rest[end...].drop(while: Self.isBlank)
        }
        if numbers.count > limit - 1 { numbers.removeSubrange((limit - 1)...) }
        numbers.append(vocabulary.separator)
        return numbers
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D
    }

    private func appendASCII(_ run: [UInt8], to numbers: inout [Int32]) {
        var word = Word()
        for byte in run {
            switch byte {
            case 0x00..<0x20, 0x7F:
                continue
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                word.append(lowercases ? byte | 0x20 : byte)
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"):
                word.append(byte)
            default:
                word.end(vocabulary, &numbers)
                word.append(byte)
                word.end(vocabulary, &numbers)
            }
        }
        word.end(vocabulary, &numbers)
    }

    /// A long run is normalized a piece at a time, cut where no combining mark can move across.
    private func appendUnicode(_ run: [UInt8], to numbers: inout [Int32], limit: Int) {
        var word = Word()
        var cleaned = String.UnicodeScalarView()
        var pending = 0
        for scalar in String(decoding: run, as: UTF8.self).unicodeScalars where !scalar.isRemoved {
            if pending >= 256, scalar.properties.canonicalCombiningClass == .notReordered {
                appendNormalizing(cleaned, to: &word, &numbers)
                if numbers.count >= limit { return }
                cleaned.removeAll(keepingCapacity: true)
                pending = 0
            }
            if separatesIdeographs, scalar.isIdeograph {
                cleaned.append(contentsOf: [" ", scalar, " "])
            } else {
                cleaned.append(scalar)
            }
            pending += 1
        }
        appendNormalizing(cleaned, to: &word, &numbers)
        word.end(vocabulary, &numbers)
    }

    private func appendNormalizing(_ text: String.UnicodeScalarView, to word: inout Word, _ numbers: inout [Int32]) {
        let text = stripsAccents ? String(text).decomposedStringWithCanonicalMapping.unicodeScalars : text
        for scalar in text {
            let properties = scalar.properties
            if stripsAccents, properties.generalCategory == .nonspacingMark { continue }
            if lowercases, properties.changesWhenLowercased {
                for lowered in properties.lowercaseMapping.unicodeScalars { append(lowered, to: &word, &numbers) }
            } else {
                append(scalar, to: &word, &numbers)
            }
        }
    }

    private func append(_ scalar: Unicode.Scalar, to word: inout Word, _ numbers: inout [Int32]) {
        if scalar.properties.isWhitespace {
            word.end(vocabulary, &numbers)
        } else if scalar.isSeparatePunctuation {
            word.end(vocabulary, &numbers)
            word.append(scalar)
            word.end(vocabulary, &numbers)
        } else {
            word.append(scalar)
        }
    }

    /// The word that is being read.
    private struct Word {
        private var bytes: [UInt8] = []
        private var length = 0

        mutating func append(_ byte: UInt8) {
            length += 1
            if length <= maximumWordLength { bytes.append(byte) }
        }

        mutating func append(_ scalar: Unicode.Scalar) {
            length += 1
            if length <= maximumWordLength { bytes.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? []) }
        }

        mutating func end(_ vocabulary: WordPieceVocabulary, _ numbers: inout [Int32]) {
            guard length > 0 else { return }
            if length > maximumWordLength {
                numbers.append(vocabulary.unknown)
            } else {
                vocabulary.append(bytes, to: &numbers)
            }
            bytes.removeAll(keepingCapacity: true)
            length = 0
        }
    }
}

extension Unicode.Scalar {
    /// Characters that BERT's cleaning drops: U+FFFD and the category "other", less what is not assigned yet, so that
    /// a character newer than this library's Unicode tables is an unknown word rather than nothing.
    fileprivate var isRemoved: Bool {
        switch properties.generalCategory {
        case .control, .format, .privateUse, .surrogate: true
        default: self == "\u{FFFD}"
        }
    }

    /// The blocks that BERT spells one character a word.
    fileprivate var isIdeograph: Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }

    /// Punctuation in BERT's sense: the category, and every ASCII symbol.
    fileprivate var isSeparatePunctuation: Bool {
        if isASCII { return (0x21...0x7E).contains(value) && !properties.isAlphabetic && properties.numericType == nil }
        switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return true
        default: return false
        }
    }
}
