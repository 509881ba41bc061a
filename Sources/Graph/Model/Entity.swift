public import Records

/// Somebody or something that an owner's memories speak of.
///
/// An entity is known by its type and its primary name, folded: case, Unicode form and white space make no difference.
/// Nothing in ``properties`` can change who it is.
public struct Entity: Sendable, Hashable {
    /// UUID version 7, lower case, stable for the entity's life.
    public var id: String
    /// What it is called, as it was spelled first.
    public var name: String
    /// What it is: `person`, `place`, …; compared bytewise.
    public var type: String
    /// Other names it is found by; none folds to the same as another one or as ``name``.
    public var aliases: [String]
    /// What is known about it, in words; may be empty.
    public var description: String
    /// What is known about it, as values.
    public var properties: [String: JSONValue]
    /// When it was added.
    public var createdAt: Timestamp
    /// When it was changed last.
    public var updatedAt: Timestamp
    /// How often it was written, from 1. Relations do not count.
    public var revision: Int64

    /// An entity as a graph answers it.
    public init(
        id: String, name: String, type: String, aliases: [String] = [], description: String = "",
        properties: [String: JSONValue] = [:], createdAt: Timestamp, updatedAt: Timestamp, revision: Int64
    ) {
        self.id = id
        self.name = name
        self.type = type
        self.aliases = aliases
        self.description = description
        self.properties = properties
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.revision = revision
    }
}

/// An entity to add.
public struct NewEntity: Sendable, Hashable {
    /// What it is called, 1 to 512 UTF-8 bytes, not only white space.
    public var name: String
    /// What it is, 1 to 255 bytes.
    public var type: String
    /// Other names, at most 256, each like ``name``. Those that fold to a name it has are left out.
    public var aliases: [String]
    /// What is known about it, at most 65,536 bytes.
    public var description: String
    /// What is known about it, at most 1 MiB of JSON.
    public var properties: [String: JSONValue]

    /// An entity.
    public init(
        name: String, type: String, aliases: [String] = [], description: String = "",
        properties: [String: JSONValue] = [:]
    ) {
        self.name = name
        self.type = type
        self.aliases = aliases
        self.description = description
        self.properties = properties
    }
}

/// What adding an entity did.
public struct EntityOutcome: Sendable, Hashable {
    /// The entity as it is now.
    public var entity: Entity
    /// Whether there was none of this type and name before.
    public var created: Bool

    /// An outcome.
    public init(entity: Entity, created: Bool) {
        self.entity = entity
        self.created = created
    }
}

/// What changes about an entity; everything else stays.
public struct EntityUpdate: Sendable, Hashable {
    /// Its new primary name; nil keeps it. The old one is no longer a name, unless ``aliases`` has it.
    public var name: String?
    /// Its new type; nil keeps it.
    public var type: String?
    /// All of its other names; nil keeps them.
    public var aliases: [String]?
    /// Its new description; nil keeps it.
    public var description: String?
    /// What happens to single properties; those without a mention stay.
    public var properties: [String: FieldUpdate<JSONValue>]
    /// Only where the entity has this revision; nil changes any.
    public var expectedRevision: Int64?

    /// A change, of nothing by default.
    public init(
        name: String? = nil, type: String? = nil, aliases: [String]? = nil, description: String? = nil,
        properties: [String: FieldUpdate<JSONValue>] = [:], expectedRevision: Int64? = nil
    ) {
        self.name = name
        self.type = type
        self.aliases = aliases
        self.description = description
        self.properties = properties
        self.expectedRevision = expectedRevision
    }
}
