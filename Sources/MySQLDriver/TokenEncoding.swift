#if MySQL
    /// Terms as words of lower-case letters and digits, one to one, so that no tokenizer splits them, no minimum length
    /// drops them and no list of stop words knows them.
    ///
    /// A term of `a-z` and `0-9` with at least three characters gets an `x` before it, and stays readable. Any other is
    /// `yy` and the base 32 of its UTF-8 (RFC 4648's alphabet in lower case, without padding).
    enum TokenEncoding {
        /// The fewest characters of a word.
        static let minimumLength = 4
        private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

        /// The word of a term.
        static func encode(_ term: String) -> String {
            String(decoding: word(term), as: UTF8.self)
        }

        /// The words of terms in order, separated by single spaces.
        static func encode(_ terms: [String]) -> [UInt8] {
            var bytes: [UInt8] = []
            for (number, term) in terms.enumerated() {
                if number > 0 { bytes.append(0x20) }
                bytes += word(term)
            }
            return bytes
        }

        /// The term of a word; nil when no term has it.
        static func decode(_ word: some Collection<UInt8>) -> String? {
            guard word.count >= minimumLength else { return nil }
            if word.first == UInt8(ascii: "x") {
                let term = word.dropFirst()
                return term.allSatisfy(isPlain) ? String(decoding: term, as: UTF8.self) : nil
            }
            guard word.prefix(2).elementsEqual([UInt8(ascii: "y"), UInt8(ascii: "y")]) else { return nil }
            var bytes: [UInt8] = []
            var bits: UInt32 = 0
            var count = 0
            for character in word.dropFirst(2) {
                guard let value = value(of: character) else { return nil }
                bits = bits << 5 | UInt32(value)
                count += 5
                if count >= 8 {
                    count -= 8
                    bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                }
                bits &= (1 << UInt32(count)) - 1
            }
            guard bits == 0, count < 5 else { return nil }
            return String(validating: bytes, as: UTF8.self)
        }

        /// The terms of words that single spaces separate; nil when one is no term's.
        static func decodeAll(_ bytes: some Collection<UInt8>) -> [String]? {
            var terms: [String] = []
            for word in bytes.split(separator: 0x20) {
                guard let term = decode(word) else { return nil }
                terms.append(term)
            }
            return terms
        }

        private static func word(_ term: String) -> [UInt8] {
            let bytes = Array(term.utf8)
            if bytes.count >= minimumLength - 1, bytes.allSatisfy(isPlain) { return [UInt8(ascii: "x")] + bytes }
            var word: [UInt8] = [UInt8(ascii: "y"), UInt8(ascii: "y")]
            var bits: UInt32 = 0
            var count = 0
            for byte in bytes {
                bits = bits << 8 | UInt32(byte)
                count += 8
                while count >= 5 {
                    count -= 5
                    word.append(alphabet[Int(bits >> UInt32(count) & 31)])
                }
                bits &= (1 << UInt32(count)) - 1
            }
            if count > 0 { word.append(alphabet[Int(bits << UInt32(5 - count) & 31)]) }
            return word
        }

        private static func isPlain(_ byte: UInt8) -> Bool {
            (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte)
        }

        private static func value(of character: UInt8) -> UInt8? {
            switch character {
            case 0x61...0x7a: character - 0x61
            case 0x32...0x37: character - 0x32 + 26
            default: nil
            }
        }
    }
#endif
