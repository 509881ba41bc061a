public import Records

/// A fact that connects two entities, on two time axes.
///
/// ``validFrom`` and ``validUntil`` say when it was true in the world. ``recordedAt`` and ``retractedAt`` say when this
/// store believed it. A relation is never changed but for being retracted and its episodes growing: a correction is
/// another relation, so that a question about what was believed earlier is answered as it would have been then. (Only
/// merging entities rewrites which entity a relation means.)
public struct Relation: Sendable, Hashable {
    /// UUID version 7, lower case.
    public var id: String
    /// The entity it begins at.
    public var source: String
    /// What it says: `lives_in`, `works_at`, …; compared bytewise.
    public var kind: String
    /// The entity it leads to.
    public var target: String
    /// The fact as a sentence; may be empty.
    public var fact: String
    /// What else is known about it, as values.
    public var properties: [String: JSONValue]
    /// The ids of the memories or events that it was learned from, the first 1,000 of them.
    public var episodes: [String]
    /// Since when it is true; nil where that is not known.
    public var validFrom: Timestamp?
    /// The first moment at which it is no longer true; nil while no end is known.
    public var validUntil: Timestamp?
    /// Since when the store believes it.
    public var recordedAt: Timestamp
    /// The first moment at which the store no longer believed it; nil while it does.
    public var retractedAt: Timestamp?
    /// The corrected relation that took its place; nil where there is none.
    public var replacedBy: String?

    /// A relation as a graph answers it.
    public init(
        id: String, source: String, kind: String, target: String, fact: String = "",
        properties: [String: JSONValue] = [:], episodes: [String] = [], validFrom: Timestamp? = nil,
        validUntil: Timestamp? = nil, recordedAt: Timestamp, retractedAt: Timestamp? = nil, replacedBy: String? = nil
    ) {
        self.id = id
        self.source = source
        self.kind = kind
        self.target = target
        self.fact = fact
        self.properties = properties
        self.episodes = episodes
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.recordedAt = recordedAt
        self.retractedAt = retractedAt
        self.replacedBy = replacedBy
    }

    /// Whether the store believes it.
    public var isBelieved: Bool { retractedAt == nil }
}

/// A relation to record.
public struct NewRelation: Sendable, Hashable {
    /// The id of the entity it begins at.
    public var source: String
    /// What it says, 1 to 255 UTF-8 bytes.
    public var kind: String
    /// The id of the entity it leads to; another one than ``source``.
    public var target: String
    /// The fact as a sentence, at most 65,536 bytes.
    public var fact: String
    /// What else is known about it, at most 1 MiB of JSON.
    public var properties: [String: JSONValue]
    /// The ids of the memories or events that it was learned from, at most 1,000, each 1 to 255 bytes.
    public var episodes: [String]
    /// Since when it is true; nil where that is not known.
    public var validFrom: Timestamp?
    /// The first moment at which it is no longer true, after ``validFrom``; nil while no end is known.
    public var validUntil: Timestamp?
    /// Whether the source can have only one target of this kind at a time, as with `lives_in`.
    public var isExclusive: Bool

    /// A relation.
    public init(
        source: String, kind: String, target: String, fact: String = "", properties: [String: JSONValue] = [:],
        episodes: [String] = [], validFrom: Timestamp? = nil, validUntil: Timestamp? = nil, isExclusive: Bool = false
    ) {
        self.source = source
        self.kind = kind
        self.target = target
        self.fact = fact
        self.properties = properties
        self.episodes = episodes
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.isExclusive = isExclusive
    }
}

/// What recording a relation did.
public struct RelationOutcome: Sendable, Hashable {
    /// The relation as it is now. Its times may be narrower than those asked for where it is exclusive.
    public var relation: Relation
    /// Whether the store did not believe it before.
    public var created: Bool
    /// The relations that it corrected: retracted now, each with ``Relation/replacedBy`` where something of it is left.
    public var superseded: [Relation]

    /// An outcome.
    public init(relation: Relation, created: Bool, superseded: [Relation] = []) {
        self.relation = relation
        self.created = created
        self.superseded = superseded
    }
}
