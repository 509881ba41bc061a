internal import Foundation

/// A query translated for one index: its distinct terms with the numbers and weights they have there.
struct QueryPlan {
    /// Matched terms are kept in a bit mask; of a longer query the rarest terms are taken, in their order.
    static let mostTerms = 64

    struct Term {
        /// Nil when no document contains the term.
        var number: Int32?
        var idf: Float
        var weight: Float
    }

    let terms: [Term]
    let totalIDF: Float
    private let coverageOfByte: [Float]

    init(_ query: [String], index: TextIndex) {
        var seen: Set<String> = []
        var terms: [Term] = []
        for term in query where seen.insert(term).inserted {
            let number = index.terms.number(of: term)
            let frequency = Float(number.map { index.lists[Int($0)].count } ?? 0)
            let absent = Float(index.count) - frequency + 0.5
            terms.append(
                Term(
                    number: number,
                    idf: log(1 + absent / (frequency + 0.5)),
                    weight: log(1 + (absent + LexicalWeights.imaginedDocuments) / (frequency + 0.5))))
        }
        if terms.count > Self.mostTerms { terms = Self.rarest(of: terms) }
        self.terms = terms
        totalIDF = terms.reduce(0) { $0 + $1.idf }
        coverageOfByte = Self.coverageTable(terms)
    }

    /// The share of the query's weight in the terms of the mask.
    @inline(__always)
    func coverage(of mask: UInt64) -> Float {
        var sum = coverageOfByte[Int(mask & 255)]
        var rest = mask >> 8
        var table = 256
        while rest != 0 {
            sum += coverageOfByte[table + Int(rest & 255)]
            rest >>= 8
            table += 256
        }
        return min(sum, 1)
    }

    /// Terms that exist in the index count before unknown ones, which can match nothing.
    private static func rarest(of terms: [Term]) -> [Term] {
        let order = terms.indices.sorted { left, right in
            let (first, second) = (terms[left], terms[right])
            if (first.number == nil) != (second.number == nil) { return first.number != nil }
            return first.idf == second.idf ? left < right : first.idf > second.idf
        }
        return order.prefix(mostTerms).sorted().map { terms[$0] }
    }

    /// For every byte of a mask and each of its 256 values the share of the weight, so that a document's coverage is
    /// one look-up for queries of up to eight terms.
    private static func coverageTable(_ terms: [Term]) -> [Float] {
        let total = terms.reduce(0) { $0 + $1.weight }
        let tables = max((terms.count + 7) / 8, 1)
        var table = [Float](repeating: 0, count: tables * 256)
        guard total > 0 else { return table }
        for byte in 0..<tables {
            for value in 1..<256 {
                let term = byte * 8 + value.trailingZeroBitCount
                let share = term < terms.count ? terms[term].weight / total : 0
                table[byte * 256 + value] = table[byte * 256 + (value & (value - 1))] + share
            }
        }
        return table
    }
}
