public import Records

/// The limits that inputs are checked against. Keys are short enough for every engine's index.
package enum KeyValueBounds {
    package static let tenantBytes = 64
    /// One label.
    package static let labelBytes = 255
    /// All labels of a namespace, each with its end.
    package static let namespaceBytes = 768
    package static let labels = 64
    package static let keyBytes = 512
    package static let spaceBytes = 255
    /// Texts that one item is indexed by, and the bytes of each; longer ones are cut.
    package static let passages = 500
    package static let passageBytes = 1 << 20
    package static let queryBytes = 65_536
    package static let indexFields = 64
    package static let indexPathBytes = 512
    package static let offset = 100_000
    package static let operations = 10_000
    /// How often a call starts again because others changed the item meanwhile.
    package static let attempts = 16
    /// Roots that one question is put to when it is asked everywhere.
    package static let roots = 10_000

    /// - Throws: ``KeyValueError`` `invalid`, naming the part and the limit.
    static func check(_ text: String, _ name: String, _ limit: Int, mayBeEmpty: Bool = false) throws(KeyValueError) {
        guard mayBeEmpty || !text.isEmpty else { throw KeyValueError(.invalid, "\(name) must not be empty") }
        guard text.utf8.count <= limit else {
            throw KeyValueError(.invalid, "\(name) has \(text.utf8.count) bytes; the limit is \(limit)")
        }
        guard !text.utf8.contains(0) else { throw KeyValueError(.invalid, "\(name) must not contain U+0000") }
    }
}

/// A namespace as one text: every label followed by U+0001, which no label holds. So the bytes' order is the labels'
/// order, and a prefix of labels is a range of texts.
struct NamespacePath: Sendable, Hashable {
    let labels: [String]
    let text: String

    /// - Throws: ``KeyValueError`` `invalid`, naming the label's fault.
    init(_ labels: [String], mayBeEmpty: Bool = false) throws(KeyValueError) {
        guard mayBeEmpty || !labels.isEmpty else { throw KeyValueError(.invalid, "namespace must not be empty") }
        guard labels.count <= KeyValueBounds.labels else {
            throw KeyValueError(.invalid, "namespace has \(labels.count) labels; the limit is \(KeyValueBounds.labels)")
        }
        var text = ""
        for label in labels {
            try KeyValueBounds.check(label, "a namespace's label", KeyValueBounds.labelBytes)
            guard !label.utf8.contains(1) else {
                throw KeyValueError(.invalid, "a namespace's label must not contain U+0001")
            }
            text += label + "\u{1}"
        }
        guard text.utf8.count <= KeyValueBounds.namespaceBytes else {
            throw KeyValueError(
                .invalid, "namespace has \(text.utf8.count) bytes; the limit is \(KeyValueBounds.namespaceBytes)")
        }
        self.labels = labels
        self.text = text
    }

    /// The labels of a stored text.
    static func labels(of text: String) -> [String] {
        text.utf8.split(separator: 1).map { String(Substring($0)) }
    }

    /// What the texts of this namespace and all below it satisfy.
    func range(_ field: String) -> Filter {
        guard !labels.isEmpty else { return .all }
        let end = String(text.unicodeScalars.dropLast()) + "\u{2}"
        return .and([.not(.less(FieldPath(field), .text(text))), .less(FieldPath(field), .text(end))])
    }
}

/// The record types of the key–value store. Everything below one first label is one partition.
public enum KeyValueRecords {
    /// An item.
    public static let item = RecordType(
        "kv_item", version: 2, keyCount: 2,
        fields: [
            Field("namespace", .text(maximumBytes: KeyValueBounds.namespaceBytes)),
            Field("item", .text(maximumBytes: KeyValueBounds.keyBytes)),
            Field("tenant", .text(maximumBytes: KeyValueBounds.tenantBytes)), Field("value", .json),
            Field("created_at", .time), Field("updated_at", .time), Field("lifetime", .int),
            Field("expires_at", .time), Field("passages", .int),
        ],
        indexes: [
            Index(order: "updated_at"), Index(equal: ["tenant"], order: "updated_at", isGlobal: true),
            Index(equal: ["tenant"], order: "expires_at", isGlobal: true),
            // Since version 2: what has expired, of whatever tenant.
            Index(order: "expires_at", isGlobal: true),
        ])

    /// A text that an item is found by.
    public static let passage = RecordType(
        "kv_passage", keyCount: 3,
        fields: [
            Field("namespace", .text(maximumBytes: KeyValueBounds.namespaceBytes)),
            Field("item", .text(maximumBytes: KeyValueBounds.keyBytes)), Field("number", .int),
            Field("content", .text(maximumBytes: KeyValueBounds.passageBytes)),
            Field("vector", .vector(dimensions: nil)),
            Field("space", .text(maximumBytes: KeyValueBounds.spaceBytes)),
        ], isTracked: true)

    /// A namespace that has, or had, items: every put into it changes this.
    public static let namespace = RecordType(
        "kv_namespace",
        fields: [
            Field("path", .text(maximumBytes: KeyValueBounds.namespaceBytes)),
            Field("tenant", .text(maximumBytes: KeyValueBounds.tenantBytes)),
        ], indexes: [Index(equal: ["tenant"], order: "path", isGlobal: true)])

    /// Every type.
    public static let all = [item, passage, namespace]

    static func key(_ namespace: NamespacePath, _ key: String) -> Key {
        Key(item.name, [.text(namespace.text), .text(key)])
    }
}

/// An item's record, decoded.
struct StoredItem {
    var item: Item
    var lifetime: Int64?
    var passages: Int64
    var revision: Int64
    var key: Key

    /// - Throws: ``KeyValueError`` `corrupted` when the record lacks a required field.
    init(_ record: Record) throws(KeyValueError) {
        let values = record.values
        guard case .text(let namespace) = values[0], case .text(let key) = values[1], case .json(let json) = values[3],
            case .time(let createdAt) = values[4], case .time(let updatedAt) = values[5],
            case .object(let value)? = try? JSONValue(parsing: json)
        else { throw KeyValueError(.corrupted, "a stored item lacks a required field") }
        var expiresAt: Int64?
        if case .time(let time) = values[7] { expiresAt = time }
        item = Item(
            namespace: NamespacePath.labels(of: namespace), key: key, value: value, createdAt: createdAt,
            updatedAt: updatedAt, expiresAt: expiresAt)
        if case .int(let number) = values[6] { lifetime = number }
        if case .int(let number) = values[8] { passages = number } else { passages = 0 }
        revision = record.revision
        self.key = record.key
    }
}
