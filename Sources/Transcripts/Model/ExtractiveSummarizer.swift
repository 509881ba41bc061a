/// Takes the sentences that say most of what the others say, in their order, without a model.
///
/// A sentence is worth the mean frequency of its words among all (SumBasic, Nenkova and Vanderwende 2005); what was taken
/// lowers the worth of its words, so that the next sentence says something else. Short words count for nothing, so
/// sentences that have no others come last; characters of Chinese and Japanese are words.
public struct ExtractiveSummarizer: Summarizer {
    /// `extractive`.
    public var identifier: String { "extractive" }
    /// The most UTF-8 bytes of a summary; 2,000 by default.
    public var maximumBytes: Int

    /// A summarizer.
    public init(maximumBytes: Int = 2_000) { self.maximumBytes = max(1, maximumBytes) }

    /// The sentences that say most; where not one fits, the beginning of the best.
    public func summary(of events: [Event], after earlier: String?) -> String {
        var sentences: [(text: String, words: [String])] = []
        func add(_ text: String, _ author: String) {
            for sentence in Self.sentences(text) { sentences.append((author + sentence, Self.words(sentence))) }
        }
        if let earlier { add(earlier, "") }
        for event in events {
            guard let text = event.payload.text else { continue }
            add(text, (event.author ?? event.type.rawValue) + ": ")
        }
        var worth: [String: Double] = [:]
        for sentence in sentences { for word in sentence.words { worth[word, default: 0] += 1 } }
        func value(_ place: Int) -> Double {
            let words = sentences[place].words
            return words.isEmpty ? 0 : words.reduce(0) { $0 + (worth[$1] ?? 0) } / Double(words.count)
        }
        func best(_ places: [Int]) -> Int? { places.max { (value($0), -$0) < (value($1), -$1) } }
        var taken: Set<Int> = []
        var said: Set<String> = []
        var room = maximumBytes
        while let next = best(
            sentences.indices.filter {
                sentences[$0].text.utf8.count <= room && !taken.contains($0) && !said.contains(sentences[$0].text)
            })
        {
            taken.insert(next)
            said.insert(sentences[next].text)
            // The line break before the next one counts, too.
            room -= sentences[next].text.utf8.count + 1
            for word in sentences[next].words { worth[word, default: 0] /= 2 }
        }
        if taken.isEmpty, let best = best(Array(sentences.indices)) {
            return Self.beginning(of: sentences[best].text, bytes: maximumBytes)
        }
        return taken.sorted().map { sentences[$0].text }.joined(separator: "\n")
    }

    /// The sentences of a text, each with the mark that ends it. A point within a number or a name ends none.
    static func sentences(_ text: String) -> [String] {
        var sentences: [String] = []
        var sentence = ""
        func finish() {
            let said = trimmed(sentence)
            if !said.isEmpty { sentences.append(said) }
            sentence = ""
        }
        let characters = text.map { $0 }
        var place = 0
        while place < characters.count {
            let character = characters[place]
            place += 1
            if character.isNewline {
                finish()
                continue
            }
            sentence.append(character)
            let isWide = wideMarks.contains(character)
            guard isWide || marks.contains(character) else { continue }
            // What closes a quotation belongs to the sentence within it.
            var end = place
            while end < characters.count, closing.contains(characters[end]) { end += 1 }
            let isLast = end == characters.count || characters[end].isWhitespace
            let isFollowedByMark = end < characters.count && wideMarks.contains(characters[end])
            guard isLast || isWide && !isFollowedByMark else { continue }
            sentence += String(characters[place..<end])
            place = end
            finish()
        }
        finish()
        return sentences
    }

    private static let marks: Set<Character> = [".", "!", "?", "…"]
    private static let wideMarks: Set<Character> = ["。", "！", "？", "．", "｡"]
    private static let closing: Set<Character> = ["\"", "'", ")", "]", "”", "’", "»", "」", "』", "）", "】"]

    /// The words that tell sentences from one another.
    private static func words(_ sentence: String) -> [String] {
        let lower = sentence.lowercased()
        var words: [String] = []
        for run in lower.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            var word = ""
            for character in run {
                guard isIdeographic(character) else {
                    word.append(character)
                    continue
                }
                words.append(String(character))
                if word.count > 3 { words.append(word) }
                word = ""
            }
            if word.count > 3 { words.append(word) }
        }
        return words
    }

    /// Whether a character is of a script that is written without spaces between words: ideographs and kana.
    private static func isIdeographic(_ character: Character) -> Bool {
        guard let scalar = character.unicodeScalars.first else { return false }
        return scalar.properties.isIdeographic || (0x3040...0x30ff).contains(scalar.value)
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }

    /// The longest beginning of at most so many UTF-8 bytes that ends on a whole character.
    private static func beginning(of text: String, bytes: Int) -> String {
        var size = 0
        return String(
            text.prefix { character in
                size += character.utf8.count
                return size <= bytes
            })
    }
}
