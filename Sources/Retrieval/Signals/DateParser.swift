/// Finds dates in text, see ``DateMention/mentions(in:)``.
struct DateParser {
    private let tokens: [DateToken]
    private var index = 0

    init(_ text: String) {
        tokens = DateToken.tokens(of: TextFolding.fold(text))
    }

    mutating func mentions() -> [DateMention] {
        var found: [DateMention] = []
        while index < tokens.count, found.count < DateMention.mostPerText {
            let start = index
            if let mention = chineseDate() ?? numericDate() ?? writtenDate() ?? monthAlone() ?? yearAlone() {
                if !found.contains(mention) { found.append(mention) }
            } else {
                index = start + 1
            }
        }
        return found
    }

    /// `2023年5月8日` and its parts.
    private mutating func chineseDate() -> DateMention? {
        func part(_ place: Int, _ unit: UInt32) -> Int? {
            guard case .number(let value, _)? = kind(place), kind(place + 1) == .symbol(unit) else { return nil }
            return value
        }
        var place = index
        let year = part(place, 0x5E74)
        if year != nil { place += 2 }
        let month = part(place, 0x6708)
        if month != nil { place += 2 }
        let day = month == nil ? nil : part(place, 0x65E5)
        if day != nil { place += 2 }
        return accept(DateMention(year: year, month: month, day: day), upTo: place)
    }

    /// `2023-05-08`, `2023-05`, `25/12/2023`; the parts joined by one kind of `-`, `/` or `.`.
    private mutating func numericDate() -> DateMention? {
        guard case .number(let first, let digits)? = kind(index), !isPartOfWord(index),
            case .symbol(let separator)? = kind(index + 1), [0x2D, 0x2F, 0x2E].contains(separator),
            let second = attachedNumber(index + 2)
        else { return nil }
        let hasThird = kind(index + 3) == .symbol(separator)
        let third = hasThird ? attachedNumber(index + 4) : nil
        if digits == 4, second.digits <= 2 {
            if let third, third.digits <= 2 {
                return accept(DateMention(year: first, month: second.value, day: third.value), upTo: index + 5)
            }
            // Not `2000.50`; a date of two parts is written with a hyphen.
            guard separator == 0x2D, second.digits == 2 else { return nil }
            return accept(DateMention(year: first, month: second.value), upTo: index + 3)
        }
        guard digits <= 2, second.digits <= 2, let third, third.digits == 4 else { return nil }
        let dayFirst = DateMention(year: third.value, month: second.value, day: first)
        let monthFirst = DateMention(year: third.value, month: first, day: second.value)
        if let dayFirst, let monthFirst, dayFirst != monthFirst {
            return accept(DateMention(year: third.value), upTo: index + 5)
        }
        return accept(dayFirst ?? monthFirst, upTo: index + 5)
    }

    /// `8 May 2023`, `8-May-2023`, `8th of May`, `May 8, 2023`, `May 2023`.
    private mutating func writtenDate() -> DateMention? {
        var place = index
        var day: Int?
        if case .number(let value, let digits)? = kind(place), digits <= 2, !isPartOfWord(place) {
            day = value
            place += 1
            if kind(place) == .word("of") || kind(place) == .symbol(0x2D) { place += 1 }  // "8-May-2023"
        }
        guard let month = month(place) else { return nil }
        place += 1
        if kind(place) == .symbol(0x2E) { place += 1 }  // "Sept. 8"
        if day == nil, case .number(let value, let digits)? = kind(place), digits <= 2 {
            day = value
            place += 1
        }
        var year: Int?
        let isSeparated = kind(place) == .symbol(0x2C) || kind(place) == .symbol(0x2D)
        let yearPlace = isSeparated ? place + 1 : place
        if let value = plainYear(yearPlace) {
            year = value
            place = yearPlace + 1
        }
        guard day != nil || year != nil else { return nil }
        return accept(DateMention(year: year, month: month, day: day), upTo: place)
    }

    private mutating func monthAlone() -> DateMention? {
        guard let month = month(index), index > 0, case .word(let cue)? = kind(index - 1), Self.cues.contains(cue)
        else {
            return nil
        }
        return accept(DateMention(month: month), upTo: index + 1)
    }

    private mutating func yearAlone() -> DateMention? {
        plainYear(index).flatMap { accept(DateMention(year: $0), upTo: index + 1) }
    }

    private static let cues: Set<String> = [
        "in", "during", "since", "of", "this", "last", "next", "early", "late", "mid", "before", "after", "until",
        "till",
        "through", "throughout", "around", "every", "each", "previous", "past", "the",
    ]

    private func kind(_ place: Int) -> DateToken.Kind? {
        tokens.indices.contains(place) ? tokens[place].kind : nil
    }

    private func month(_ place: Int) -> Int? {
        guard case .word(let word)? = kind(place) else { return nil }
        return Month.named(word)
    }

    private func attachedNumber(_ place: Int) -> (value: Int, digits: Int)? {
        guard case .number(let value, let digits)? = kind(place), tokens[place].isAttached, tokens[place - 1].isAttached
        else { return nil }
        return (value, digits)
    }

    /// Whether letters or a decimal point stand directly before or after the number.
    private func isPartOfWord(_ place: Int) -> Bool {
        func joins(_ neighbour: Int) -> Bool {
            if case .word? = kind(neighbour) { return true }
            return false
        }
        return (tokens[place].isAttached && joins(place - 1))
            || (place + 1 < tokens.count && tokens[place + 1].isAttached && joins(place + 1))
    }

    /// A number of four digits that can be a year and is no amount, decimal fraction or part of a word.
    private func plainYear(_ place: Int) -> Int? {
        guard case .number(let value, 4)? = kind(place), (1900...2099).contains(value), !isPartOfWord(place) else {
            return nil
        }
        if tokens[place].isAttached, case .symbol(let before)? = kind(place - 1) {
            if [0x24, 0x20AC, 0xA3, 0xA5, 0x23].contains(before) { return nil }  // $ € £ ¥ #
            if [0x2E, 0x2C].contains(before), case .number? = kind(place - 2) { return nil }
        }
        if tokens.indices.contains(place + 1), tokens[place + 1].isAttached, case .symbol(let after)? = kind(place + 1)
        {
            if after == 0x25 { return nil }  // %
            if [0x2E, 0x2C].contains(after), attachedNumber(place + 2) != nil { return nil }
        }
        return value
    }

    private mutating func accept(_ mention: DateMention?, upTo end: Int) -> DateMention? {
        if mention != nil { index = end }
        return mention
    }
}
