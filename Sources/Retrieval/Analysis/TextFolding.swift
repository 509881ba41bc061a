internal import CUTF8Proc

/// Unicode compatibility and case folding with removal of diacritics, UTF-8 in and out.
///
/// Every scalar is decomposed by itself and marks are *not* put into canonical order: sorting long runs of combining
/// marks takes quadratic time, which hostile text would exploit. Composition afterwards restores Hangul syllables and
/// voiced kana.
enum TextFolding {
    static func fold(_ text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { bytes in
            var isASCII = true
            let folded = [UInt8](unsafeUninitializedCapacity: bytes.count) { output, count in
                var seen: UInt8 = 0
                for index in 0..<bytes.count {
                    let byte = bytes[index]
                    seen |= byte
                    output[index] = byte &- 0x41 < 26 ? byte | 0x20 : byte
                }
                isASCII = seen < 0x80
                count = bytes.count
            }
            return isASCII ? folded : foldUnicode(bytes)
        }
    }

    private static func foldUnicode(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var scalars: [Int32] = []
        scalars.reserveCapacity(bytes.count)
        var needsComposition = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x80 {
                scalars.append(Int32(byte &- 0x41 < 26 ? byte | 0x20 : byte))
                index += 1
                continue
            }
            let (scalar, length) = UTF8Scalar.decode(bytes, at: index)
            index += length
            switch scalar {
            case 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0x3041...0x3096, 0x30A1...0x30FE:
                scalars.append(Int32(scalar))  // already folded; composition below may still join a voicing mark
            default:
                needsComposition = true
                appendFolded(scalar, to: &scalars)
            }
        }
        if needsComposition {
            let count = scalars.withUnsafeMutableBufferPointer { buffer in
                utf8proc_normalize_utf32(
                    buffer.baseAddress, buffer.count, utf8proc_option_t(rawValue: composition))
            }
            if count >= 0, count < scalars.count { scalars.removeLast(scalars.count - count) }
        }
        return encode(scalars)
    }

    private static let composition = UTF8PROC_COMPOSE.rawValue | UTF8PROC_STABLE.rawValue
    private static let decomposition =
        UTF8PROC_DECOMPOSE.rawValue | UTF8PROC_COMPAT.rawValue | UTF8PROC_CASEFOLD.rawValue | UTF8PROC_IGNORE.rawValue

    private static func appendFolded(_ scalar: UInt32, to scalars: inout [Int32]) {
        // A single character, the ligature U+FDFA, decomposes to more than eight (18). It stays as it is: text of nothing
        // else would grow twelvefold.
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 8) { buffer in
            var boundary: Int32 = 0
            let count = utf8proc_decompose_char(
                Int32(scalar), buffer.baseAddress, buffer.count, utf8proc_option_t(rawValue: decomposition), &boundary)
            guard count <= buffer.count else { return scalars.append(Int32(scalar)) }
            guard count > 0 else { return }
            for index in 0..<count {
                let part = UInt32(bitPattern: buffer[index])
                if isRemovedMark(part) { continue }
                if let plain = plainLetters(for: part) {
                    scalars.append(contentsOf: plain)
                } else {
                    scalars.append(Int32(bitPattern: part))
                }
            }
        }
    }

    /// Accents of alphabets, Hebrew points, Arabic vowel signs and the Arabic tatweel: spelling without them is usual.
    private static func isRemovedMark(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x0300...0x036F: true
        case 0x0591...0x05BD, 0x05BF, 0x05C1, 0x05C2, 0x05C4, 0x05C5, 0x05C7: true
        case 0x0610...0x061A, 0x0640, 0x064B...0x065F, 0x0670, 0x06D6...0x06DC, 0x06DF...0x06E4, 0x06E7, 0x06E8,
            0x06EA...0x06ED:
            true
        default: false
        }
    }

    /// Letters Unicode does not decompose but people type without their stroke, and the apostrophe's variants.
    private static func plainLetters(for scalar: UInt32) -> [Int32]? {
        switch scalar {
        case 0x00E6: [0x61, 0x65]  // æ
        case 0x0153: [0x6F, 0x65]  // œ
        case 0x00F8: [0x6F]  // ø
        case 0x0111: [0x64]  // đ
        case 0x0127: [0x68]  // ħ
        case 0x0131: [0x69]  // ı
        case 0x0142: [0x6C]  // ł
        case 0x0167: [0x74]  // ŧ
        case 0x2018, 0x2019, 0x201B, 0x02BC: [0x27]
        default: nil
        }
    }

    private static func encode(_ scalars: [Int32]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: scalars.count * 4) { output, count in
            for value in scalars {
                let scalar = UInt32(bitPattern: value)
                if scalar < 0x80 {
                    output[count] = UInt8(scalar)
                    count += 1
                } else {
                    count += UTF8Scalar.encode(scalar, into: output, at: count)
                }
            }
        }
    }
}
