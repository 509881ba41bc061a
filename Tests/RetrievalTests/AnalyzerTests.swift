import Retrieval
import Testing

@Suite struct AnalyzerTests {
    let analyzer = Analyzer()

    /// Whether a query for `query` shares a term with the document `text`.
    func finds(_ query: String, in text: String) -> Bool {
        !Set(analyzer.queryTerms(of: query)).isDisjoint(with: analyzer.terms(of: text))
    }

    @Test func documentTermsKeepOrderAndRepetition() {
        #expect(
            analyzer.terms(of: "Running, the runner runs; she ran.") == ["run", "the", "runner", "run", "she", "ran"])
    }

    @Test func documentsKeepStopWordsAndQueriesDropThem() {
        #expect(analyzer.terms(of: "the cat") == ["the", "cat"])
        #expect(analyzer.queryTerms(of: "Where did the cat sleep?") == ["cat", "sleep"])
    }

    @Test func queryOfOnlyStopWordsStillFinds() {
        #expect(analyzer.queryTerms(of: "to be or not to be") == ["to", "be", "or", "not", "to", "be"])
        #expect(finds("the who", in: "I saw The Who in concert"))
    }

    @Test func stopWordsWrittenLikeNamesAreKept() {
        #expect(analyzer.queryTerms(of: "What does Will like?") == ["will", "like"])
        #expect(analyzer.queryTerms(of: "who works in the IT team") == ["work", "it", "team"])
        #expect(analyzer.queryTerms(of: "Will it rain?") == ["rain"])
        #expect(analyzer.queryTerms(of: "WHAT DOES CAROLINE LIKE") == ["carolin", "like"])
        #expect(analyzer.queryTerms(of: "Do you know what I bought? It broke.") == ["know", "bought", "broke"])
    }

    @Test(arguments: [
        ("Caroline's painting", "Caroline"), ("Caroline’s painting", "caroline"), ("the parents' house", "parents"),
        ("O'Brien called", "OBrien"), ("O’Brien called", "o'brien"), ("l'amour", "amour"), ("d’Artagnan", "Artagnan"),
        ("rock'n'roll", "rock'n'roll"), ("it’s John’s", "john"),
    ])
    func apostrophes(text: String, query: String) {
        #expect(finds(query, in: text))
    }

    @Test func contractionsAreStopWords() {
        #expect(analyzer.queryTerms(of: "I don't know, he'll say they can’t dance") == ["know", "say", "danc"])
        #expect(analyzer.terms(of: "don't") == analyzer.terms(of: "dont"))
    }

    @Test(arguments: [
        "C#", "C++", "F#", ".NET", "R&D", "AT&T", "g++", "Q&A", "C", "notepad++", "O+", "C++17", "Ｃ＃", "H&M's",
    ])
    func technicalNamesFindThemselves(name: String) {
        #expect(finds(name, in: "My favourite is \(name), of course."))
        #expect(finds(name, in: "(\(name))"))
    }

    @Test(arguments: [
        ("C#", "C"), ("C", "C#"), ("C++", "C"), ("C", "C++"), ("C#", "C++"), ("F#", "F"), ("AT&T", "T"), ("R&D", "D"),
    ])
    func technicalNamesAreNotTheirLetters(query: String, text: String) {
        #expect(!finds(query, in: "\(text)"))
    }

    @Test func technicalNameTerms() {
        #expect(analyzer.terms(of: "C# c++17 .NET AT&T's") == ["c#", "c++", "17", "net", ".net", "at&t"])
        #expect(finds("gitignore", in: "add it to .gitignore"))
        #expect(analyzer.terms(of: "end.Next") == ["end", "next"])
        #expect(analyzer.terms(of: "wait...what") == ["wait", "what"])
        #expect(analyzer.terms(of: "issue#5 R&amp;D") == ["issu", "5", "r", "amp", "d"])
    }

    @Test func numbers() {
        #expect(
            analyzer.terms(of: "1,000 3.14 8th 2023. 10,20 5pm v1.2") == [
                "1000", "3.14", "8", "2023", "10", "20", "5pm", "v1.2",
            ])
        #expect(finds("May 8", in: "on the 8th of May"))
    }

    @Test(arguments: [
        ("Müller in Zürich", "muller zurich"), ("CAFÉ", "café"), ("cafe\u{301}", "CAFÉ"), ("STRASSE", "Straße"),
        ("İstanbul", "istanbul"), ("Søren Kierkegård", "soren"), ("Łódź", "lodz"), ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ("Ёлка", "елка"), ("ﬁne", "fine"), ("①", "1"), ("Ｈｅｌｌｏ", "hello"), ("مُحَمَّد", "محمد"), ("שָׁלוֹם", "שלום"),
        ("pea\u{200B}nut", "peanut"), ("soft\u{AD}ware", "software"), ("a\u{202E}bc", "abc"), ("m²", "m2"),
    ])
    func folding(text: String, query: String) {
        #expect(Set(analyzer.terms(of: text)).isSuperset(of: analyzer.terms(of: query)))
    }

    @Test func voicingMarksAndVowelSignsMatter() {
        #expect(analyzer.terms(of: "か") != analyzer.terms(of: "が"))
        #expect(analyzer.terms(of: "ｶﾞ") == analyzer.terms(of: "ガ"))
        #expect(analyzer.terms(of: "か\u{3099}") == analyzer.terms(of: "が"))
        #expect(analyzer.terms(of: "हिन्दी") == ["हिन्दी"])
        #expect(analyzer.terms(of: "कि") != analyzer.terms(of: "का"))
        #expect(analyzer.terms(of: "한국") == analyzer.terms(of: "\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}"))
    }

    @Test func unspacedScripts() {
        #expect(analyzer.terms(of: "花生酱") == ["花", "花生", "生", "生酱", "酱"])
        #expect(analyzer.queryTerms(of: "花生酱") == ["花生", "生酱"])
        #expect(analyzer.queryTerms(of: "花") == ["花"])
        #expect(analyzer.queryTerms(of: "猫が好き") == ["猫", "猫が", "が好", "好", "好き"])
        #expect(analyzer.terms(of: "5月8日 iPhone手机") == ["5", "月", "8", "日", "iphon", "手", "手机", "机"])
    }

    @Test(arguments: [
        ("我对花生过敏", "花生"), ("我对花生过敏", "敏"), ("アレルギーがある", "アレルギー"), ("ｱﾚﾙｷﾞｰ", "アレルギー"), ("알레르기가 있다", "알레르기"),
        ("猫は可愛い", "猫が好き"), ("ฉันชอบกาแฟ", "กาแฟ"), ("I ❤️ 🍕!", "🍕"), ("𠮷野家", "𠮷"),
    ])
    func findsInManyScripts(text: String, query: String) {
        #expect(finds(query, in: text))
    }

    @Test(arguments: [
        "", " ", "\0", "\u{200B}\u{FEFF}", "...!?", "'", "''''", "\u{301}\u{302}", "\u{FE0F}", "\u{10FFFF}",
    ])
    func nothingToIndex(text: String) {
        #expect(analyzer.terms(of: text).isEmpty)
        #expect(analyzer.queryTerms(of: text).isEmpty)
    }

    @Test func controlCharactersSeparate() {
        #expect(analyzer.terms(of: "a1\0b2\u{7}c3\u{85}d4") == ["a1", "b2", "c3", "d4"])
    }

    @Test func longWordsAreCutAlike() {
        let word = String(repeating: "x", count: 1_000)
        #expect(analyzer.terms(of: word).map(\.utf8.count) == [Analyzer.longestTerm])
        #expect(finds(word, in: word))
        let accented = "x" + String(repeating: "ж", count: 1_000)
        #expect(analyzer.terms(of: accented).map(\.utf8.count) == [Analyzer.longestTerm - 1])
    }

    /// Quadratic behaviour would take minutes here.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            "a\u{315}\u{300}\u{59A}\u{302A}\u{327}", "\u{FDFA}", "a'", "a&", "1,000.", "\u{1112}\u{1161}\u{11AB}", "花生",
            "\0", "👩‍👩‍👧",
            "C++", "x", ".", "é ",
        ])
    func hostileTextTakesLinearTime(unit: String) {
        let text = String(repeating: unit, count: 1_000_000 / unit.utf8.count)
        let terms = analyzer.terms(of: text)
        #expect(terms.reduce(0) { $0 + $1.utf8.count } <= 4 * text.utf8.count)
    }

    /// Whatever the text: terms are well-formed, and every query term of a text is among its document terms.
    @Test(arguments: 0..<20)
    func randomText(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let ranges: [ClosedRange<UInt32>] = [
            0...0x7F, 0x20...0x7E, 0x20...0x7E, 0x80...0x24F, 0x300...0x36F, 0x370...0x6FF, 0x900...0x109F,
            0x1100...0x11FF,
            0x2000...0x206F, 0x3000...0x30FF, 0x4E00...0x4EFF, 0xAC00...0xACFF, 0xF900...0xFFFD, 0x1F300...0x1FAFF,
            0xE0000...0xE01EF, 0...0x10FFFF,
        ]
        for _ in 0..<200 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0..<60, using: &generator) {
                let range = ranges[Int.random(in: 0..<ranges.count, using: &generator)]
                if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) { text.append(scalar) }
                if let symbol = "'&+#.aB5 ".unicodeScalars.randomElement(using: &generator) { text.append(symbol) }
            }
            let terms = analyzer.terms(of: String(text))
            for term in terms {
                #expect(!term.isEmpty && term.utf8.count <= Analyzer.longestTerm)
                #expect(!term.unicodeScalars.contains { $0.properties.isWhitespace || $0.value < 0x20 })
            }
            #expect(Set(analyzer.queryTerms(of: String(text))).isSubset(of: terms))
        }
    }

    @Test func analysesAtTheSameTimeAgree() async {
        let text = "Caroline's friends were running happily through beautiful national parks in 2023"
        let expected = analyzer.terms(of: text)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 {
                group.addTask { (0..<50).allSatisfy { _ in Analyzer().terms(of: text) == expected } }
            }
            for await agrees in group { #expect(agrees) }
        }
    }
}
