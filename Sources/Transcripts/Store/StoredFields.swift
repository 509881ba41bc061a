import Records

/// The fields of a record type, by name, in declared order.
protocol StoredField: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// The record type's name.
    static var recordType: String { get }
    /// The position of each field.
    static var positions: [Self: Int] { get }
    /// What the field holds.
    var kind: Field.Kind { get }
}

extension StoredField {
    static var fields: [Field] { allCases.map { Field($0.rawValue, $0.kind) } }

    static func makePositions() -> [Self: Int] {
        Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
    }

    static func equal(_ field: Self, _ value: Value) -> Filter { .equal(FieldPath(field.rawValue), value) }

    static func equal(_ field: Self, _ text: String) -> Filter { equal(field, .text(text)) }

    /// The value is absent or equal, as `text` says.
    static func same(_ field: Self, _ text: String?) -> Filter {
        text.map { equal(field, $0) } ?? .not(.exists(FieldPath(field.rawValue)))
    }
}

/// The values of a record to write.
struct FieldValues<F: StoredField>: Sendable {
    var values = [Value](repeating: .null, count: F.allCases.count)

    subscript(_ field: F) -> Value {
        get { values[F.positions[field] ?? 0] }
        set { values[F.positions[field] ?? 0] = newValue }
    }

    var insertion: Write { .insert(F.recordType, values) }
    var replacement: Write { .put(F.recordType, values) }

    /// The changes that make stored values equal to these.
    func changes(from old: FieldValues<F>) -> [Change] {
        F.allCases.compactMap { self[$0] == old[$0] ? nil : .set($0.rawValue, self[$0]) }
    }
}

/// The values of a record that was read.
struct StoredRow<F: StoredField> {
    let record: Record

    init(_ record: Record) throws(TranscriptError) {
        guard record.values.count == F.allCases.count else {
            throw TranscriptError(.corrupted, "a stored \(F.recordType) has \(record.values.count) fields")
        }
        self.record = record
    }

    func value(_ field: F) -> Value { record.values[F.positions[field] ?? 0] }

    func text(_ field: F) -> String? { if case .text(let text) = value(field) { text } else { nil } }

    func int(_ field: F) -> Int64? { if case .int(let number) = value(field) { number } else { nil } }

    func bytes(_ field: F) -> [UInt8]? { if case .bytes(let bytes) = value(field) { bytes } else { nil } }

    func time(_ field: F) -> Timestamp? {
        if case .time(let time) = value(field) { Timestamp(microseconds: time) } else { nil }
    }

    /// What a stored record must have.
    func required<T>(_ found: T?, _ field: F) throws(TranscriptError) -> T {
        guard let found else {
            throw TranscriptError(.corrupted, "a stored \(F.recordType) lacks its \(field.rawValue)")
        }
        return found
    }

    func document(_ field: F) throws(TranscriptError) -> [String: JSONValue] {
        guard case .json(let text) = value(field) else { return [:] }
        guard case .object(let members)? = try? JSONValue(parsing: text) else {
            throw TranscriptError(.corrupted, "a stored \(field.rawValue) is not a JSON object")
        }
        return members
    }

    func labels(_ field: F) throws(TranscriptError) -> [String: String] {
        var labels: [String: String] = [:]
        for (name, value) in try document(field) {
            guard case .string(let text) = value else {
                throw TranscriptError(.corrupted, "a stored label is not a text")
            }
            labels[name] = text
        }
        return labels
    }
}

extension Value {
    init(_ document: [String: JSONValue]) {
        self = document.isEmpty ? .null : .json(JSONValue.object(document).canonical)
    }

    init(_ labels: [String: String]) { self.init(labels.mapValues { JSONValue.string($0) }) }
}
