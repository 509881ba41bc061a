internal import Foundation

/// A JSON object among a model's files, read field by field with errors that name the file and the field.
struct ModelJSON {
    let file: String
    private let members: [String: Any]

    /// - Throws: `modelNotFound` when the file cannot be read, `malformedModel` when it is not a JSON object.
    init(_ name: String, in directory: ModelDirectory) throws(EmbeddingError) {
        guard let value = try Self.value(name, in: directory) as? [String: Any] else {
            throw EmbeddingError(code: .malformedModel, message: "\(name): expected a JSON object")
        }
        self.init(file: name, members: value)
    }

    /// The object, or an empty one where there is no such file.
    init(optional name: String, in directory: ModelDirectory) throws(EmbeddingError) {
        if Self.exists(name, in: directory) {
            try self.init(name, in: directory)
        } else {
            self.init(file: name, members: [:])
        }
    }

    private init(file: String, members: [String: Any]) {
        self.file = file
        self.members = members
    }

    static func exists(_ name: String, in directory: ModelDirectory) -> Bool {
        FileManager.default.fileExists(atPath: directory.file(name))
    }

    /// The JSON value of a whole file.
    static func value(_ name: String, in directory: ModelDirectory) throws(EmbeddingError) -> Any {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: directory.file(name)))
        } catch {
            throw EmbeddingError(
                code: .modelNotFound, message: "cannot read \(directory.file(name))", underlying: error)
        }
        do {
            return try JSONSerialization.jsonObject(with: data)
        } catch {
            throw EmbeddingError(code: .malformedModel, message: "\(name): not valid JSON", underlying: error)
        }
    }

    /// The value of a field; nil where it is absent or null.
    func value<Value>(_ field: String, as type: Value.Type = Value.self) throws(EmbeddingError) -> Value? {
        guard let value = members[field], !(value is NSNull) else { return nil }
        guard let typed = value as? Value else {
            throw EmbeddingError(code: .malformedModel, message: "\(file): \(field): expected \(type)")
        }
        return typed
    }

    /// A field that must be there, within a range.
    func integer(_ field: String, in range: ClosedRange<Int>) throws(EmbeddingError) -> Int {
        guard let value = try value(field, as: Int.self) else {
            throw EmbeddingError(code: .malformedModel, message: "\(file): \(field) is missing")
        }
        guard range.contains(value) else {
            throw EmbeddingError(
                code: .malformedModel,
                message: "\(file): \(field): \(value) is not within \(range.lowerBound)...\(range.upperBound)")
        }
        return value
    }
}
