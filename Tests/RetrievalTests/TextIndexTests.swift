import Foundation
import Testing

@testable import Retrieval

@Suite struct TextIndexTests {
    /// BM25 as the formula says it, from the documents themselves.
    func bm25(_ query: [String], documents: [Int32: [[String]]], slot: Int32) -> Double {
        let options = TextIndexOptions()
        let weights = [options.contentWeight, options.topicsWeight, options.participantsWeight].map(Double.init)
        var sum = 0.0
        for term in Set(query) {
            let frequency = Double(documents.values.filter { $0.contains { $0.contains(term) } }.count)
            let idf = log(1 + (Double(documents.count) - frequency + 0.5) / (frequency + 0.5))
            for field in 0..<3 {
                let lengths = documents.values.map { $0[field].count }.filter { $0 > 0 }
                let average = Double(lengths.reduce(0, +)) / Double(max(lengths.count, 1))
                let terms = documents[slot, default: [[], [], []]][field]
                let count = Double(terms.filter { $0 == term }.count)
                guard count > 0 else { continue }
                sum +=
                    weights[field] * idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * Double(terms.count) / average))
            }
        }
        return sum
    }

    func randomDocument(_ generator: inout SeededGenerator) -> [[String]] {
        [0..<12, 0..<3, 0..<2].map { range in
            (0..<Int.random(in: range, using: &generator)).map { _ in
                // The product of two numbers makes small ones common, like words.
                "t\(Int.random(in: 0..<8, using: &generator) * Int.random(in: 0..<8, using: &generator))"
            }
        }
    }

    func insert(_ document: [[String]], _ slot: Int32, into index: inout TextIndex) {
        index.insert(slot, content: document[0], topics: document[1], participants: document[2])
    }

    @Test func scoresFollowTheFormula() {
        var generator = SeededGenerator(seed: 1)
        var index = TextIndex()
        var documents: [Int32: [[String]]] = [:]
        for slot in 0..<Int32(60) {
            documents[slot] = randomDocument(&generator)
            insert(documents[slot, default: []], slot, into: &index)
        }
        for _ in 0..<50 {
            let query = randomDocument(&generator)[0]
            let matches = index.search(query, limit: 100)
            let matching = documents.filter { !Set($0.value.joined()).isDisjoint(with: query) }
            #expect(Set(matches.map(\.slot)) == Set(matching.keys))
            for match in matches {
                let expected = bm25(query, documents: documents, slot: match.slot)
                #expect(abs(Double(match.score.bm25) - expected) < 1e-4 * max(1, expected))
            }
        }
    }

    /// After any sequence of additions, replacements and removals the index answers like one built from scratch.
    @Test(arguments: 0..<8)
    func removalLeavesNoTrace(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var index = TextIndex()
        var documents: [Int32: [[String]]] = [:]
        for step in 0..<1_200 {
            let slot = Int32.random(in: 0..<90, using: &generator)
            if Int.random(in: 0..<3, using: &generator) == 0 {
                let removed = index.remove(slot)
                #expect(removed == (documents.removeValue(forKey: slot) != nil))
            } else {
                documents[slot] = randomDocument(&generator)
                insert(documents[slot, default: []], slot, into: &index)
            }
            guard step % 100 == 99 else { continue }
            var rebuilt = TextIndex()
            for slot in documents.keys.sorted() { insert(documents[slot, default: []], slot, into: &rebuilt) }
            #expect(index.count == documents.count)
            for _ in 0..<10 {
                let query = randomDocument(&generator)[0]
                let limit = Int.random(in: 1..<100, using: &generator)
                #expect(index.search(query, limit: limit) == rebuilt.search(query, limit: limit))
            }
        }
        for slot in Array(documents.keys) { index.remove(slot) }
        #expect(index.count == 0)
        #expect(index.fields == TextIndex.FieldStatistics())
        #expect(index.terms.byteCount == 0)
    }

    /// Leaving out documents before phrases are looked for must not change what is found.
    @Test func smallLimitIsPrefixOfAll() {
        var generator = SeededGenerator(seed: 5)
        var index = TextIndex()
        for slot in 0..<Int32(300) { insert(randomDocument(&generator), slot, into: &index) }
        for _ in 0..<60 {
            let query = randomDocument(&generator)[0]
            let all = index.search(query, limit: 300)
            for limit in [1, 3, 10, 50] { #expect(index.search(query, limit: limit) == Array(all.prefix(limit))) }
            for (better, worse) in zip(all, all.dropFirst()) {
                #expect((better.score.score, -better.slot) > (worse.score.score, -worse.slot))
            }
        }
    }

    @Test func coverageRarityAndOrderMatter() throws {
        var index = TextIndex()
        index.insert(0, content: ["caroline", "plays", "violin"])
        index.insert(1, content: ["caroline", "reads", "books"])
        index.insert(2, content: ["violin", "caroline", "plays"])
        for slot in 3..<Int32(20) { index.insert(slot, content: ["caroline", "walks", "dogs"]) }
        let matches = index.search(["caroline", "plays", "violin"], limit: 20)
        #expect(matches.map(\.slot).prefix(2) == [0, 2])
        #expect(matches[0].score.phrase == 1)
        #expect(matches[1].score.phrase == 0.5)
        #expect(matches[0].score.coverage == 1)
        #expect(matches[2].score.coverage < 0.3)
        #expect(matches[0].score.score > 0.6)
    }

    @Test func unknownTermsLowerTheScore() throws {
        var index = TextIndex()
        index.insert(0, content: ["green", "tea"])
        let known = try #require(index.search(["tea"], limit: 1).first)
        let half = try #require(index.search(["tea", "quantum"], limit: 1).first)
        #expect(half.score.score < known.score.score)
        #expect(half.score.coverage > 0.3 && half.score.coverage < 0.5)
        #expect(index.search(["quantum"], limit: 1).isEmpty)
    }

    @Test func phraseToleratesAStopWordBetween() throws {
        var index = TextIndex()
        index.insert(0, content: ["capital", "of", "france"])
        index.insert(1, content: ["capital", "a", "b", "c", "france"])
        index.insert(2, content: ["france", "a", "capital"])
        index.insert(3, content: ["x"], topics: ["capital", "france"])
        let matches = index.search(["capital", "france"], limit: 4)
        let phrases = Dictionary(uniqueKeysWithValues: matches.map { ($0.slot, $0.score.phrase) })
        #expect(phrases == [0: 1, 1: 0.5, 2: 0, 3: 0.65])
    }

    @Test func contentWeighsMoreThanParticipantsThanTopics() {
        var index = TextIndex()
        index.insert(0, content: ["x"], topics: ["tea"])
        index.insert(1, content: ["x"], participants: ["tea"])
        index.insert(2, content: ["tea"])
        #expect(index.search(["tea"], limit: 3).map(\.slot) == [2, 1, 0])
    }

    @Test func scoresStayInRangeAndTiesGoBySlot() {
        var index = TextIndex()
        for slot in [Int32(9), 4, 7] {
            index.insert(
                slot, content: Array(repeating: "tea", count: 70_000), topics: ["tea"], participants: ["tea"])
        }
        let matches = index.search(["tea", "tea"], limit: 3)
        #expect(matches.map(\.slot) == [4, 7, 9])
        #expect(matches.allSatisfy { (0..<1).contains($0.score.score) && (0..<1).contains($0.score.strength) })
    }

    @Test func onlyAllowedSlotsAreFound() {
        var index = TextIndex()
        for slot in 0..<Int32(100) { index.insert(slot, content: ["tea"]) }
        #expect(index.search(["tea"], limit: 5, allowed: SlotSet([63, 64, 99, 500])).map(\.slot) == [63, 64, 99])
        #expect(index.search(["tea"], limit: 5, allowed: SlotSet()).isEmpty)
    }

    @Test func emptyQueriesAndLimitsFindNothing() {
        var index = TextIndex()
        #expect(index.search(["tea"], limit: 5).isEmpty)
        index.insert(3, content: ["tea"])
        #expect(index.search([], limit: 5).isEmpty)
        #expect(index.search(["tea"], limit: 0).isEmpty)
        #expect(index.search(["tea"], limit: -1).isEmpty)
        #expect(index.search(["tea"], limit: .max).count == 1)
        let removed = [Int32(2), -1, 4].map { index.remove($0) }
        #expect(removed == [false, false, false])
    }

    @Test func longQueriesUseTheRarestTerms() {
        var index = TextIndex()
        for slot in 0..<Int32(50) { index.insert(slot, content: (0..<100).map { "common\($0)" }) }
        index.insert(50, content: ["rare", "pearl"])
        let query = (0..<100).map { "common\($0)" } + (0..<100).map { "unknown\($0)" } + ["rare", "pearl"]
        let matches = index.search(query, limit: 51)
        #expect(matches.contains { $0.slot == 50 && $0.score.bm25 > 0 && $0.score.phrase > 0 })
        #expect(matches.count == 51)
    }

    @Test func documentsWithoutTermsCount() {
        var index = TextIndex()
        index.insert(0, content: [])
        #expect(index.count == 1 && index.contains(0))
        #expect(index.search(["tea"], limit: 1).isEmpty)
        let wasThere = index.remove(0)
        #expect(wasThere)
    }

    @Test func copiesAreIndependent() {
        var index = TextIndex()
        index.insert(0, content: ["tea"])
        let copy = index
        index.remove(0)
        #expect(copy.search(["tea"], limit: 1).count == 1)
        #expect(index.search(["tea"], limit: 1).isEmpty)
    }

    @Test func memoryIsReportedAndGivenBack() {
        var index = TextIndex()
        for slot in 0..<Int32(2_000) {
            index.insert(slot, content: (0..<15).map { "term\((Int(slot) * 7 + $0) % 900)" })
        }
        let full = index.byteCount
        #expect(full > 2_000 * 15 * 12)
        for slot in 0..<Int32(2_000) { index.remove(slot) }
        #expect(index.byteCount < full / 2)
        #expect(index.contentTerms(of: 5).isEmpty)
    }
}
