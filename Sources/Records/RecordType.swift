/// A field of a record type.
public struct Field: Sendable, Hashable {
    /// What a field holds.
    public enum Kind: Sendable, Hashable {
        /// ``Value/bool(_:)``.
        case bool
        /// ``Value/int(_:)``.
        case int
        /// ``Value/double(_:)``.
        case double
        /// ``Value/text(_:)`` of at most so many UTF-8 bytes; a longer one is refused by the field's name.
        case text(maximumBytes: Int)
        /// ``Value/bytes(_:)``.
        case bytes
        /// ``Value/time(_:)``.
        case time
        /// ``Value/json(_:)``.
        case json
        /// ``Value/vector(_:)`` of this dimension; nil takes any (a row then says in another field what space it is of).
        case vector(dimensions: Int?)
        /// ``Value/tokens(_:)``: the terms that ``Filter/has(_:anyOf:)`` finds.
        case tokens
    }

    /// The name: lower-case letters, digits and `_`, starting with a letter, at most 48 characters.
    public var name: String
    /// What it holds; every field may also be null, key fields excepted.
    public var kind: Kind

    /// A field of this name and kind.
    public init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// An index: equality fields, then one order field, then the key, so that every order is total.
public struct Index: Sendable, Hashable {
    /// The fields that a query fixes by equality.
    public var equal: [String]
    /// The field the index sorts by; nil sorts by the key.
    public var order: String?
    /// Whether the index also serves ``RecordStore/survey(_:)``, across partitions.
    public var isGlobal: Bool

    /// Declares an index.
    public init(equal: [String] = [], order: String?, isGlobal: Bool = false) {
        self.equal = equal
        self.order = order
        self.isGlobal = isGlobal
    }
}

/// A declared kind of record: its fields, key, uniqueness and indexes.
public struct RecordType: Sendable, Hashable {
    /// The name: same rules as a field's.
    public var name: String
    /// The version of this declaration, from 1; a store that holds a greater one refuses to prepare.
    public var version: Int
    /// The fields; the first ``keyCount`` are the key.
    public var fields: [Field]
    /// How many leading fields form the key (at least 1), unique in the partition.
    public var keyCount: Int
    /// Further unique combinations inside the partition; one with a null component never conflicts.
    public var unique: [[String]]
    /// The declared indexes: what queries may order by.
    public var indexes: [Index]
    /// Whether the type appears in ``RecordStore/changes(of:in:after:limit:fields:)``.
    public var isTracked: Bool

    /// Declares a record type; ``Schema`` checks it.
    public init(
        _ name: String, version: Int = 1, keyCount: Int = 1, fields: [Field], unique: [[String]] = [],
        indexes: [Index] = [], isTracked: Bool = false
    ) {
        self.name = name
        self.version = version
        self.fields = fields
        self.keyCount = keyCount
        self.unique = unique
        self.indexes = indexes
        self.isTracked = isTracked
    }
}

/// A stored record.
public struct Record: Sendable, Hashable {
    /// The record type's name.
    public var type: String
    /// How many leading values form the key.
    public var keyCount: Int
    /// How often the record was written since it was inserted, from 1.
    public var revision: Int64
    /// The commit that wrote it last.
    public var stamp: Stamp
    /// The values in declared order; fields that a read did not ask for are null.
    public var values: [Value]

    /// A record as a store returns it.
    public init(type: String, keyCount: Int, revision: Int64, stamp: Stamp, values: [Value]) {
        self.type = type
        self.keyCount = keyCount
        self.revision = revision
        self.stamp = stamp
        self.values = values
    }

    /// Its address.
    public var key: Key { Key(type, Array(values.prefix(keyCount))) }
}
