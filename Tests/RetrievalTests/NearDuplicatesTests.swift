import Retrieval
import Testing

@Suite struct NearDuplicatesTests {
    struct Item: Equatable {
        var name: String
        var score: Float
        var terms: Set<Int>
    }

    func kept(_ items: [Item], threshold: Double = 0.80) -> [String] {
        NearDuplicates(threshold: threshold).keepingBest(of: items, score: \.score, terms: \.terms).map(\.name)
    }

    @Test func theBestScoredStaysAndOrderIsKept() {
        let items = [
            Item(name: "a", score: 0.2, terms: [1, 2, 3, 4, 5]), Item(name: "b", score: 0.1, terms: [9]),
            Item(name: "c", score: 0.9, terms: [1, 2, 3, 4, 5]),
        ]
        #expect(kept(items) == ["b", "c"])
    }

    @Test func thresholdIsInclusive() {
        let items = [
            Item(name: "a", score: 2, terms: [1, 2, 3, 4]), Item(name: "b", score: 1, terms: [1, 2, 3, 4, 5]),
            Item(name: "c", score: 0, terms: [1, 2, 3, 6]),
        ]
        #expect(kept(items) == ["a", "c"])
        #expect(kept(items, threshold: 0.81) == ["a", "b", "c"])
        #expect(kept(items, threshold: 0.6) == ["a"])
    }

    /// b resembles a and is dropped; c resembles only b, so nothing like it is shown: it stays.
    @Test func droppedItemsDropNothing() {
        let items = [
            Item(name: "a", score: 3, terms: Set(0..<10)), Item(name: "b", score: 2, terms: Set(1..<11)),
            Item(name: "c", score: 1, terms: Set(2..<12)),
        ]
        #expect(kept(items) == ["a", "c"])
    }

    @Test func emptySetsResembleNothing() {
        #expect(kept([Item(name: "a", score: 1, terms: []), Item(name: "b", score: 1, terms: [])]) == ["a", "b"])
        #expect(kept([]).isEmpty)
    }

    @Test func amongEqualScoresTheFirstStays() {
        #expect(kept([Item(name: "a", score: 1, terms: [1]), Item(name: "b", score: 1, terms: [1])]) == ["a"])
    }
}
