/// Looks for the query's word order in documents.
struct PhraseMatcher {
    /// Order is looked for in this many terms from the start of a field.
    static let mostTerms = 1024
    /// A term that follows within this many positions is as good as next to it: a stop word, or the single characters
    /// between bigrams, may stand between.
    static let nearest = 3

    private let positionOfTerm: [UInt8]
    private let queryLength: Int

    /// `termCapacity` is one more than the largest term number of the index.
    init(plan: QueryPlan, termCapacity: Int) {
        var positions = [UInt8](repeating: .max, count: termCapacity)
        for (position, term) in plan.terms.enumerated() {
            if let number = term.number { positions[Int(number)] = UInt8(position) }
        }
        positionOfTerm = positions
        queryLength = plan.terms.count
    }

    /// The phrase signal of a document, see ``LexicalScore``.
    func phrase(of document: TextIndex.Document, in index: TextIndex) -> Float {
        guard queryLength > 1 else { return 0 }
        var best: Float = 0
        for field in TextField.allCases {
            let weight = min(index.options.weight(of: field), 1)
            let range = document.range(of: field)
            guard range.count > 1, weight > best else { continue }
            best = max(best, weight * phrase(in: index.sequences, range.prefix(Self.mostTerms)))
        }
        return best
    }

    private func phrase(in sequence: [Int32], _ range: Range<Int>) -> Float {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: queryLength) { last in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: queryLength) { credit in
                last.update(repeating: -1)
                credit.update(repeating: 0)
                for place in range {
                    let position = Int(positionOfTerm[Int(sequence[place])])
                    guard position < queryLength else { continue }
                    last[position] = place
                    guard position > 0, last[position - 1] >= 0 else { continue }
                    let isNear = place - last[position - 1] <= Self.nearest
                    credit[position] = max(credit[position], isNear ? 1 : 0.5)
                }
                return credit.reduce(0, +) / Float(queryLength - 1)
            }
        }
    }
}
