/// Turns text into index terms, the same way for documents and for queries.
///
/// Steps: compatibility and case folding (NFKC with full case folding; Latin, Greek, Cyrillic, Arabic and Hebrew
/// diacritics are removed, kana voicing marks and Indic vowel signs are kept), segmentation into words, Snowball
/// "english" stemming of ASCII words that are not stop words, and overlapping bigrams (with single characters beside
/// them) for scripts written without spaces: Han, kana, Hangul, Thai, Lao, Khmer, Myanmar.
///
/// Documents keep their stop words, so that a query of nothing but stop words ("The Who") still finds something;
/// queries drop them whenever another term is left. Terms never contain white space or control characters and never
/// exceed ``longestTerm`` UTF-8 bytes, but technical names keep their symbols: `c#`, `c++`, `.net`, `at&t`.
public struct Analyzer: Sendable {
    /// Changes whenever the same text may yield other terms; terms of different versions must not be mixed.
    public static let version = 1

    /// The longest term in UTF-8 bytes; longer words are cut at a character boundary on both sides alike.
    public static let longestTerm = 64

    /// Creates an analyzer. It has no state: every analyzer of one ``version`` yields the same terms.
    public init() {}

    /// The terms of a document in the order of the text, with repetition.
    ///
    /// Runs of an unspaced script yield every character followed by the bigram that starts there.
    /// - Complexity: O(n) in the length of the text.
    public func terms(of text: String) -> [String] {
        let words = WordSegmenter.words(in: TextFolding.fold(text))
        var terms: [String] = []
        terms.reserveCapacity(words.count)
        EnglishStemmer.borrow { stemmer in
            for word in words {
                switch word.kind {
                case .verbatim: terms.append(word.text)
                case .letters: terms.append(StopWords.contains(word.text) ? word.text : stemmer.stem(word.text))
                case .unspaced: CharacterGrams.appendDocumentTerms(of: word.text, to: &terms)
                }
            }
        }
        return terms
    }

    /// The terms to search for, in the order of the query, with repetition.
    ///
    /// Stop words are left out unless nothing else is left, or unless they are written like a name ("What does Will
    /// like?", "the IT team"). Runs of an unspaced script yield bigrams; a single character, and a Han character
    /// between characters of other scripts, is searched for as itself.
    /// - Complexity: O(n) in the length of the query.
    public func queryTerms(of text: String) -> [String] {
        let words = WordSegmenter.words(in: TextFolding.fold(text))
        let names = CapitalizedWords.inside(text)
        var terms: [String] = []
        var stopWords: [String] = []
        EnglishStemmer.borrow { stemmer in
            for word in words {
                switch word.kind {
                case .verbatim: terms.append(word.text)
                case .letters where !StopWords.contains(word.text): terms.append(stemmer.stem(word.text))
                case .letters where names.contains(word.text): terms.append(word.text)
                case .letters: stopWords.append(word.text)
                case .unspaced: CharacterGrams.appendQueryTerms(of: word.text, to: &terms)
                }
            }
        }
        return terms.isEmpty ? stopWords : terms
    }

    /// Folded words without stemming, bigrams or stop-word removal: what names are compared by.
    func words(of text: String) -> [Word] {
        WordSegmenter.words(in: TextFolding.fold(text))
    }
}
