import AgentMemory

/// Memories made by a seeded generator: sentences of a Zipf-distributed vocabulary, and vectors around centres.
struct SyntheticMemories {
    /// SplitMix64 (Steele, Lea and Flood, 2014): the same sequence for the same seed.
    struct Generator: RandomNumberGenerator {
        private var state: UInt64

        init(seed: UInt64) { state = seed }

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    private var generator: Generator
    private let vocabulary: [String]
    private let centres: [[Float]]
    let dimensions: Int

    init(seed: UInt64, dimensions: Int) {
        generator = Generator(seed: seed)
        self.dimensions = dimensions
        let syllables = [
            "ba", "co", "di", "fe", "gu", "ha", "ji", "ko", "lu", "ma", "ne", "pi", "ro", "su", "ta", "ve",
        ]
        var words: [String] = []
        for number in 0..<4_000 {
            words.append(syllables[number & 15] + syllables[number >> 4 & 15] + syllables[number >> 8 & 15])
        }
        vocabulary = words
        var random = Generator(seed: seed)
        centres = (0..<64).map { _ in (0..<dimensions).map { _ in Float.random(in: -1...1, using: &random) } }
    }

    /// About twelve words.
    mutating func sentence(words count: Int = 12) -> String {
        (0..<count).map { _ in
            let rank = Double(vocabulary.count) * pow3(Double.random(in: 0..<1, using: &generator))
            return vocabulary[Int(rank)]
        }.joined(separator: " ")
    }

    private func pow3(_ value: Double) -> Double { value * value * value }

    /// A vector near one of the centres.
    mutating func vector() -> [Float] {
        let centre = centres[Int.random(in: 0..<centres.count, using: &generator)]
        return centre.map { $0 + Float.random(in: -0.7...0.7, using: &generator) }
    }

    /// A memory that is unlike all others.
    mutating func memory(_ number: Int, hasVector: Bool) -> NewMemory {
        NewMemory("\(sentence()) \(number)", topics: [vocabulary[number & 15]], vector: hasVector ? vector() : nil)
    }
}
