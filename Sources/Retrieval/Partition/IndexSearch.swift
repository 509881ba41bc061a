public import Records

/// Which signals a search uses.
public enum SearchMode: String, Sendable, Hashable, CaseIterable {
    /// Words only.
    case lexical
    /// Meaning only.
    case vector
    /// Both.
    case hybrid
}

/// A question to a ``PartitionIndex``.
public struct IndexSearch: Sendable {
    /// The question as asked, for names and dates in it.
    public var text: String
    /// Its vector, `[dimensions]`, and the space it is of; nil searches by words only.
    public var vector: [Float]?, space: String?
    /// Which signals to use.
    public var mode: SearchMode
    /// The condition, over filterable fields.
    public var filter: Filter
    /// The moment that decides what has expired, in microseconds since 1970 UTC.
    public var now: Int64
    /// The most results.
    public var limit: Int
    /// The least total score, 0 to 1.
    public var minimumScore: Double
    /// Whether near duplicates of better results are left out.
    public var suppressesDuplicates: Bool

    /// A question.
    public init(
        _ text: String, vector: [Float]? = nil, space: String? = nil, mode: SearchMode = .hybrid, filter: Filter = .all,
        now: Int64, limit: Int = 10, minimumScore: Double = 0, suppressesDuplicates: Bool = true
    ) {
        self.text = text
        self.vector = vector
        self.space = space
        self.mode = mode
        self.filter = filter
        self.now = now
        self.limit = limit
        self.minimumScore = minimumScore
        self.suppressesDuplicates = suppressesDuplicates
    }
}

/// Why a record was found: each signal that made its score.
public struct Explanation: Sendable, Hashable {
    /// Okapi BM25, 0 or more; comparable within one query only.
    public var bm25 = 0.0
    /// The share of the query's information that the record's words cover, 0 to 1.
    public var coverage = 0.0
    /// How much of the query's word order it keeps, 0 to 1.
    public var phrase = 0.0
    /// The calibrated score of the words, 0 to 1.
    public var lexical = 0.0
    /// The cosine of the vectors, −1 to 1; nil when one of them is missing.
    public var similarity: Double?
    /// The calibrated score of the meaning, 0 to 1.
    public var semantic = 0.0
    /// 1 when the query names exactly one participant and the record has that one.
    public var participant = 0.0
    /// 1 when the query names a date and the record's event time is in it.
    public var date = 0.0
    /// What the records before and after it in the same session add.
    public var neighbours = 0.0
    /// The record's relevance, which multiplies the sum.
    public var relevance = 1.0
    /// The total, 0 to 1.
    public var score = 0.0
}

/// A record that was found.
public struct IndexHit: Sendable {
    /// Its address.
    public var key: Key
    /// Why.
    public var explanation: Explanation
}
