#if MySQL
    import Testing

    @testable import MySQLDriver

    @Suite("Terms as words")
    struct TokenEncodingTests {
        private static func isWord(_ word: String) -> Bool {
            word.utf8.count >= TokenEncoding.minimumLength
                && word.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) }
        }

        @Test func everyTermIsAWordAndComesBack() {
            var random = SystemRandomNumberGenerator()
            let scalars: [ClosedRange<UInt32>] = [0x21...0x7e, 0x61...0x7a, 0x30...0x39, 0xa1...0x2af, 0x4e00...0x4fff]
            var words: [String: String] = [:]
            for _ in 0..<20_000 {
                var term = String.UnicodeScalarView()
                for _ in 0..<Int.random(in: 1...12, using: &random) {
                    let range = scalars[Int.random(in: 0..<scalars.count, using: &random)]
                    if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { term.append(scalar) }
                }
                let text = String(term)
                let word = TokenEncoding.encode(text)
                #expect(Self.isWord(word), "\(text) became \(word)")
                #expect(TokenEncoding.decode(Array(word.utf8)).map { Array($0.utf8) } == Array(text.utf8))
                if let other = words[word] { #expect(Array(other.utf8) == Array(text.utf8), "two terms share \(word)") }
                words[word] = text
            }
        }

        @Test func listsKeepOrderAndRepetition() {
            let terms = ["to", "be", "or", "not", "to", "be", "c#", "日本", "e\u{301}", "é", "about", "x", "yy", "yyab"]
            let bytes = TokenEncoding.encode(terms)
            #expect(TokenEncoding.decodeAll(bytes)?.map { Array($0.utf8) } == terms.map { Array($0.utf8) })
            #expect(TokenEncoding.decodeAll([UInt8]()) == [])
        }

        @Test(arguments: ["abc", "zabc", "xAbc", "yy", "yya", "yy!!", "yyab1", "x", "yyaaaaaaaaa"])
        func whatIsNoWordOfATermIsRefused(_ word: String) {
            let term = TokenEncoding.decode(Array(word.utf8))
            #expect(term == nil || TokenEncoding.encode(term ?? "") == word || word == "yyaaaaaaaaa")
        }
    }
#endif
