internal import CUTF8Proc

/// What a scalar means to the segmentation of folded text into words.
enum CharacterClass {
    case separator
    case letter
    case digit
    /// Continues a word but cannot start one: vowel signs and other combining marks.
    case mark
    /// A letter of a script written without spaces between words.
    case unspaced
    /// A pictograph, a term by itself.
    case pictograph

    /// The class of a scalar outside ASCII.
    static func of(_ scalar: UInt32) -> CharacterClass {
        if isUnspaced(scalar) { return .unspaced }
        if isPictograph(scalar) { return .pictograph }
        switch utf8proc_category(Int32(bitPattern: scalar)) {
        case UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_LL, UTF8PROC_CATEGORY_LT, UTF8PROC_CATEGORY_LM,
            UTF8PROC_CATEGORY_LO:
            return .letter
        case UTF8PROC_CATEGORY_ND, UTF8PROC_CATEGORY_NL, UTF8PROC_CATEGORY_NO: return .digit
        case UTF8PROC_CATEGORY_MN, UTF8PROC_CATEGORY_MC, UTF8PROC_CATEGORY_ME: return .mark
        default: return .separator
        }
    }

    static func isHan(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x3FFFD, 0xF900...0xFAFF, 0x2E80...0x2FDF, 0x3005, 0x3007: true
        default: false
        }
    }

    static func isUnspaced(_ scalar: UInt32) -> Bool {
        switch scalar {
        case ..<0x0E01: false
        case 0x0E01...0x0E3A, 0x0E40...0x0E4E, 0x0E81...0x0EDF: true  // Thai, Lao (their digits are digits)
        case 0x1000...0x103F, 0x1050...0x108F: true  // Myanmar
        case 0x1100...0x11FF, 0x3131...0x318E, 0xA960...0xA97C, 0xAC00...0xD7FB: true  // Hangul
        case 0x1780...0x17D3: true  // Khmer
        case 0x3041...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF, 0x31F0...0x31FF: true  // kana
        case 0x3105...0x312F, 0x31A0...0x31BF: true  // Bopomofo
        default: isHan(scalar)
        }
    }

    private static func isPictograph(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x1F3FB...0x1F3FF: false  // skin tones
        case 0x1F1E6...0x1F1FF, 0x1F300...0x1FAFF, 0x2600...0x27BF: true
        default: false
        }
    }
}
