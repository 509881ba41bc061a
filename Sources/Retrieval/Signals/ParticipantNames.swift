/// The names of known participants, ready to be looked for in a query.
struct ParticipantNames {
    private struct Name {
        let spelling: String
        let parts: [Word]
        let folded: [UInt8]
    }

    private var names: [Name] = []
    private var ownersOfPart: [String: Int] = [:]

    init(_ spellings: [String]) {
        var seen: Set<[String]> = []
        for spelling in spellings {
            let folded = TextFolding.fold(spelling)
            let parts = WordSegmenter.words(in: folded)
            guard !parts.isEmpty, seen.insert(parts.map(\.text)).inserted else { continue }
            let start = folded.firstIndex { $0 != 0x20 } ?? 0
            let end = folded.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? 0
            names.append(Name(spelling: spelling, parts: parts, folded: Array(folded[start..<end])))
            for part in Set(parts.map(\.text)) { ownersOfPart[part, default: 0] += 1 }
        }
    }

    /// The names in the query; a month that is among its `dates` is not taken for a person.
    func named(in query: String, dates: [DateMention]) -> [String] {
        let folded = TextFolding.fold(query)
        let words = WordSegmenter.words(in: folded).map(\.text)
        let capitalized = CapitalizedWords.inside(query)
        var places: [String: [Int]] = [:]
        for (place, word) in words.enumerated() { places[word, default: []].append(place) }

        func isNamed(_ name: Name) -> Bool {
            if name.parts.contains(where: { $0.kind == .unspaced }) {
                return name.folded.count > 3 && Self.contains(folded, name.folded)
            }
            if name.parts.count > 1 {
                let full = name.parts.map(\.text)
                let starts = places[full[0]] ?? []
                if starts.contains(where: { words[$0...].starts(with: full) }) { return true }
            }
            return name.parts.contains { part in
                guard part.text.utf8.count > 1, ownersOfPart[part.text] == 1, !Self.titles.contains(part.text),
                    places[part.text] != nil
                else { return false }
                let month = Month.named(part.text)
                if let month, dates.contains(where: { $0.month == month }) { return false }
                let isCommonWord = StopWords.contains(part.text) || month != nil
                return !isCommonWord || capitalized.contains(part.text)
            }
        }
        return names.filter(isNamed).map(\.spelling)
    }

    private static let titles: Set<String> = [
        "dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "sir", "jr", "sr", "the", "of", "von", "van", "de",
    ]

    private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        guard let first = part.first, text.count >= part.count else { return false }
        return (0...text.count - part.count).contains { start in
            text[start] == first && text[start..<start + part.count].elementsEqual(part)
        }
    }
}
