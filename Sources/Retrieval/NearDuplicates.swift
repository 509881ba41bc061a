/// Drops near-duplicates: of items whose term sets are nearly the same, only the best-scored one stays.
///
/// Two sets are nearly the same when their Jaccard similarity |A ∩ B| / |A ∪ B| reaches the threshold. An item is
/// compared with the items *kept* so far only, so what resembles nothing but a dropped item stays. Empty sets resemble
/// nothing.
package struct NearDuplicates: Sendable {
    /// The similarity from which two items are near-duplicates, above 0 up to 1 (equal sets).
    package let threshold: Double

    /// A threshold of 0 or less or above 1 is a programming error.
    package init(threshold: Double = 0.80) {
        precondition(threshold > 0 && threshold <= 1, "threshold: above 0, at most 1")
        self.threshold = threshold
    }

    /// The items that stay, in the order given; among equal scores the earlier item wins.
    /// - Complexity: O(n log n + terms shared between items).
    package func keepingBest<Item, Term: Hashable>(
        of items: [Item], score: (Item) -> Float, terms: (Item) -> Set<Term>
    ) -> [Item] {
        let scores = items.map(score)
        let order = items.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
        var keptWithTerm: [Term: [Int]] = [:]
        var keptSizes: [Int] = []
        var isKept = [Bool](repeating: false, count: items.count)
        for index in order {
            let set = terms(items[index])
            var shared = [Int](repeating: 0, count: keptSizes.count)
            for term in set {
                for kept in keptWithTerm[term] ?? [] { shared[kept] += 1 }
            }
            let isDuplicate = shared.indices.contains { kept in
                let union = set.count + keptSizes[kept] - shared[kept]
                return shared[kept] > 0 && Double(shared[kept]) >= threshold * Double(union)
            }
            if isDuplicate { continue }
            isKept[index] = true
            for term in set { keptWithTerm[term, default: []].append(keptSizes.count) }
            keptSizes.append(set.count)
        }
        return items.indices.filter { isKept[$0] }.map { items[$0] }
    }
}
