/// How well the words of a document match a query, with the signals that make up the score.
///
/// For a query of the distinct terms `q`, in a partition of `N` documents of which `df(t)` contain the term `t`:
///
/// - ``bm25`` = Σ idf(t) · Σ_field weight · tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / averageLength)) with
///   idf(t) = ln(1 + (N − df + ½) / (df + ½)) (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
///   Beyond", 2009; the "+ 1" keeps idf positive). The average length of a field is taken over the documents that have
///   the field.
/// - ``strength`` = x / (1 + x) with x = bm25 / Σ idf(t) over *all* query terms, unknown ones included: ½ when every
///   term occurs once in a text of average length. Strictly monotone in bm25, so it never produces ties of its own.
/// - ``coverage`` = Σ w(matched) / Σ w(all), w(t) = ln(1 + (N + 100 − df + ½) / (df + ½)). The 100 imagined documents
///   that contain none of the terms keep a partition of a few documents from calling all its words worthless.
/// - ``phrase`` = mean over neighbouring query terms of: 1 when the second follows the first within three positions,
///   ½ when it follows later, 0 otherwise; the best field counts, times its weight (at most 1).
/// - ``score`` = (0.25 · coverage + 0.65 · strength + 0.10 · phrase), divided by 0.90 for a query of one term.
package struct LexicalScore: Sendable, Equatable {
    /// Okapi BM25 summed over the fields; 0 or more, comparable only within one query.
    package var bm25: Float
    /// Where `bm25` lies in this query's range, 0 ..< 1.
    package var strength: Float
    /// The share of the query's information the document contains, 0 ... 1.
    package var coverage: Float
    /// How much of the query's word order the document keeps, 0 ... 1.
    package var phrase: Float
    /// The calibrated score, 0 ..< 1, comparable between queries.
    package var score: Float
}

/// A document found by its words.
package struct TextMatch: Sendable, Equatable {
    /// The number the caller gave the document.
    package var slot: Int32
    /// Why it was found.
    package var score: LexicalScore
}

/// The shares of the signals in ``LexicalScore/score``.
enum LexicalWeights {
    static let coverage: Float = 0.25
    static let strength: Float = 0.65
    static let phrase: Float = 0.10
    /// Documents without any query term that are imagined when the rarity of terms is judged for coverage.
    static let imaginedDocuments: Float = 100
}
