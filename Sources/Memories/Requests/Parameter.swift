package import Records

/// A named argument of a request: what it is, what is said of it, and how it is read. One declaration, so that the
/// schema that a client sees and the check that it meets cannot differ.
package struct Parameter<Value: Sendable>: AnyParameter {
    package let name: String
    package let schema: JSONSchema
    package let isRequired: Bool
    /// Whether null is a value rather than an absence.
    let readsNull: Bool
    /// The value of a JSON value that is there; nil when it reads as absent.
    private let decode: @Sendable (JSONValue) throws(MemoryError) -> Value?

    package init(
        _ name: String, _ schema: JSONSchema, isRequired: Bool = false, readsNull: Bool = false,
        decode: @escaping @Sendable (JSONValue) throws(MemoryError) -> Value?
    ) {
        self.name = name
        self.schema = schema
        self.isRequired = isRequired
        self.readsNull = readsNull
        self.decode = decode
    }

    package func value(of json: JSONValue) throws(MemoryError) -> (any Sendable)? { try decode(json) }

    func read(_ json: JSONValue) throws(MemoryError) -> Value? { try decode(json) }

    /// The same, required.
    package var required: Parameter {
        Parameter(name, schema, isRequired: true, readsNull: readsNull, decode: decode)
    }

    /// The same with another description.
    package func described(_ text: String) -> Parameter {
        var schema = schema
        schema.description = text
        return Parameter(name, schema, isRequired: isRequired, readsNull: readsNull, decode: decode)
    }

    /// The same under another name.
    package func named(_ name: String) -> Parameter {
        Parameter(name, schema, isRequired: isRequired, readsNull: readsNull, decode: decode)
    }
}

extension Parameter where Value: Hashable {
    /// The same in an update by a model, where absent keeps what is there and blank text clears it.
    var clearedByBlank: Parameter<FieldUpdate<Value>> {
        let decode = decode
        return Parameter<FieldUpdate<Value>>(name, schema) { (json) throws(MemoryError) in
            if case .string(let text) = json, text.trimmed.isEmpty { return .clear }
            return try decode(json).map { .set($0) }
        }
    }

    /// The same in an update, where absent keeps what is there and null clears it.
    package var clearable: Parameter<FieldUpdate<Value>> {
        let decode = decode
        return Parameter<FieldUpdate<Value>>(name, schema.orNull, readsNull: true) { (json) throws(MemoryError) in
            if json == .null { return .clear }
            return try decode(json).map { .set($0) }
        }
    }
}

/// A parameter of any value.
package protocol AnyParameter: Sendable {
    var name: String { get }
    var schema: JSONSchema { get }
    var isRequired: Bool { get }
    func value(of json: JSONValue) throws(MemoryError) -> (any Sendable)?
    func isAbsent(_ json: JSONValue) -> Bool
}

extension Parameter {
    package func isAbsent(_ json: JSONValue) -> Bool { !readsNull && json == .null }
}

extension [any AnyParameter] {
    /// The schema of an object of these.
    /// - Parameter isNullable: Whether optional members are said to allow null, which reads as absent.
    package func schema(isNullable: Bool = false) -> JSONSchema {
        JSONSchema(
            .object(
                map {
                    .init(
                        $0.name, isNullable && !$0.isRequired ? $0.schema.orNull : $0.schema,
                        isRequired: $0.isRequired)
                }, rest: nil))
    }
}
