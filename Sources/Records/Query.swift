/// Records of one type that a filter accepts, in a total order, a page at a time.
public struct Query: Sendable {
    /// The order; every one ends in the key, so no record is skipped or repeated where values tie.
    public enum Order: Sendable, Hashable {
        /// By key.
        case key
        /// By the order field of a declared index, null first, then by key.
        case field(String)
        /// By descending cosine similarity of a vector field; records without a vector of this dimension are left out.
        /// One page only, whose ``Page/scores`` are the cosines; ``Query/isDescending`` and ``Query/after`` are refused.
        case nearest(String, to: [Float])
    }

    /// The record type.
    public var type: String
    /// The condition.
    public var filter: Filter
    /// The order.
    public var order: Order
    /// Whether the order, key included, is reversed.
    public var isDescending: Bool
    /// The most records in a page, 1 to 10,000.
    public var limit: Int
    /// Continue after this cursor of the same query.
    public var after: Cursor?
    /// The fields to return, nil for all; key fields always are, others are null when not asked for.
    public var fields: [String]?

    /// A query; by default 100 records by key.
    public init(
        _ type: String, _ filter: Filter = .all, order: Order = .key, isDescending: Bool = false, limit: Int = 100,
        after: Cursor? = nil, fields: [String]? = nil
    ) {
        self.type = type
        self.filter = filter
        self.order = order
        self.isDescending = isDescending
        self.limit = limit
        self.after = after
        self.fields = fields
    }
}

/// One question to a partition.
public enum Read: Sendable {
    /// Records by key, in the order asked for; nil where there is none.
    case keys([Key], fields: [String]? = nil)
    /// A page of a query.
    case query(Query)
    /// How many records a filter accepts: ``Page/count``.
    case count(String, Filter)
    /// The value of a counter, 0 when it was never changed: ``Page/count``.
    case counter(String)
}

/// An answer to a ``Read``.
///
/// A page may be short, even empty, while ``next`` is set; only `next == nil` means the end.
public struct Page: Sendable {
    /// The records; nil only for keys that have none.
    public var records: [Record?]
    /// Cosine similarities beside the records of a `nearest` query, −1 to 1; otherwise empty.
    public var scores: [Double]
    /// The answer of a count or a counter.
    public var count: Int
    /// Where to continue.
    public var next: Cursor?

    /// A page.
    public init(records: [Record?] = [], scores: [Double] = [], count: Int = 0, next: Cursor? = nil) {
        self.records = records
        self.scores = scores
        self.count = count
        self.next = next
    }
}

/// What happened to one tracked type since a stamp. Apply ``deleted`` before ``put``.
public struct Changes: Sendable {
    /// Records written after the stamp, as they are now, by stamp.
    public var put: [Record]
    /// Keys deleted after the stamp.
    public var deleted: [Key]
    /// Everything up to and including this stamp is covered.
    public var upTo: Stamp
    /// Whether there is more after ``upTo``.
    public var hasMore: Bool

    /// A piece of the feed.
    public init(put: [Record], deleted: [Key], upTo: Stamp, hasMore: Bool) {
        self.put = put
        self.deleted = deleted
        self.upTo = upTo
        self.hasMore = hasMore
    }
}

/// A page across partitions.
public struct SurveyPage: Sendable {
    /// The records and the cursor.
    public var page: Page
    /// The partition of each record.
    public var partitions: [Partition]

    /// A page and its records' partitions.
    public init(page: Page, partitions: [Partition]) {
        self.page = page
        self.partitions = partitions
    }
}
