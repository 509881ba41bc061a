public import Records

/// Which fields of a tracked record type are searched, and how.
public struct IndexedType: Sendable {
    /// The record type; its key is one text.
    public var type: RecordType
    /// The text field that is searched.
    public var content: String
    /// JSON arrays of labels and of names that are searched beside it.
    public var topics: String?, participants: String?
    /// The vector field and the text field that names its embedding space.
    public var vector: String?, space: String?
    /// The text field that groups records that follow each other, and the integer field that orders them.
    public var thread: String?, sequence: String?
    /// The time field from which a record is invisible, the one that hides it when set, and the one that dates it.
    public var expiry: String?, deletion: String?, eventTime: String?
    /// The number field that multiplies the score.
    public var relevance: String?
    /// Fields that filters may use.
    public var filterable: [String]

    /// Describes a type; everything but the content is optional.
    public init(
        _ type: RecordType, content: String, topics: String? = nil, participants: String? = nil, vector: String? = nil,
        space: String? = nil, thread: String? = nil, sequence: String? = nil, expiry: String? = nil,
        deletion: String? = nil, eventTime: String? = nil, relevance: String? = nil, filterable: [String] = []
    ) {
        self.type = type
        self.content = content
        self.topics = topics
        self.participants = participants
        self.vector = vector
        self.space = space
        self.thread = thread
        self.sequence = sequence
        self.expiry = expiry
        self.deletion = deletion
        self.eventTime = eventTime
        self.relevance = relevance
        self.filterable = filterable
    }

    /// Every field the index reads.
    var fields: [String] {
        let named = [
            content, topics, participants, vector, space, thread, sequence, expiry, deletion, eventTime, relevance,
        ]
        return Array(Set(named.compactMap { $0 } + filterable)).sorted()
    }
}
