internal import Records

/// A record type's declaration as a JSON document, as the store keeps it.
enum Declaration {
    static func text(of type: RecordType) -> String {
        JSONValue.object([
            "name": .string(type.name),
            "version": .int(Int64(type.version)),
            "key_count": .int(Int64(type.keyCount)),
            "fields": .array(
                type.fields.map { field in
                    let (kind, size) = spelling(of: field.kind)
                    return .array([.string(field.name), .string(kind)] + (size.map { [.int(Int64($0))] } ?? []))
                }),
            "unique": .array(type.unique.map { .array($0.map { .string($0) }) }),
            "indexes": .array(
                type.indexes.map { index in
                    .object([
                        "equal": .array(index.equal.map { .string($0) }),
                        "order": index.order.map { .string($0) } ?? .null,
                        "global": .bool(index.isGlobal),
                    ])
                }),
            "tracked": .bool(type.isTracked),
        ]).canonical
    }

    /// - Throws: ``StoreError`` `corrupted` when it is not a declaration.
    static func type(of text: String) throws(StoreError) -> RecordType {
        let damaged = StoreError(.corrupted, "a stored declaration is damaged")
        let document: JSONValue
        do throws(StoreError) { document = try JSONValue(parsing: text) } catch { throw damaged }
        guard case .string(let name)? = document.value(at: ["name"]),
            case .int(let version)? = document.value(at: ["version"]),
            case .int(let keyCount)? = document.value(at: ["key_count"]),
            case .array(let fields)? = document.value(at: ["fields"]),
            case .array(let unique)? = document.value(at: ["unique"]),
            case .array(let indexes)? = document.value(at: ["indexes"]),
            case .bool(let isTracked)? = document.value(at: ["tracked"])
        else { throw damaged }
        var type = RecordType(name, version: Int(version), keyCount: Int(keyCount), fields: [], isTracked: isTracked)
        for field in fields {
            guard case .array(let parts) = field, parts.count >= 2, case .string(let name) = parts[0],
                case .string(let spelling) = parts[1]
            else { throw damaged }
            var size: Int?
            if parts.count > 2, case .int(let number) = parts[2] { size = Int(number) }
            guard let kind = kind(of: spelling, size) else { throw damaged }
            type.fields.append(Field(name, kind))
        }
        for names in unique {
            guard let names = strings(names) else { throw damaged }
            type.unique.append(names)
        }
        for index in indexes {
            guard let equal = index.value(at: ["equal"]).flatMap(strings),
                case .bool(let isGlobal)? = index.value(at: ["global"])
            else { throw damaged }
            var order: String?
            if case .string(let name)? = index.value(at: ["order"]) { order = name }
            type.indexes.append(Index(equal: equal, order: order, isGlobal: isGlobal))
        }
        return type
    }

    /// Whether a stored declaration must be migrated to another; false when they are the same.
    /// - Throws: ``StoreError`` `schema` when the store's is newer or the change is not an addition.
    static func isMigration(from stored: RecordType, to type: RecordType) throws(StoreError) -> Bool {
        func refuse(_ reason: String) -> StoreError { StoreError(.schema, "record type \(type.name): \(reason)") }
        guard type.version >= stored.version else {
            throw refuse("the store holds version \(stored.version), newer than \(type.version)")
        }
        if type == stored { return false }
        guard type.version > stored.version else {
            throw refuse("the declaration of version \(type.version) differs from the stored one")
        }
        guard type.keyCount == stored.keyCount,
            type.fields.prefix(type.keyCount).map(\.name) == stored.fields.prefix(type.keyCount).map(\.name)
        else { throw refuse("a key cannot change") }
        for field in stored.fields {
            guard let successor = type.fields.first(where: { $0.name == field.name }) else {
                throw refuse("field \(field.name) cannot be removed")
            }
            guard successor.kind.canHold(field.kind) else { throw refuse("field \(field.name) cannot change its kind") }
        }
        return true
    }

    private static func strings(_ value: JSONValue) -> [String]? {
        guard case .array(let elements) = value else { return nil }
        let strings = elements.compactMap { element -> String? in
            if case .string(let text) = element { text } else { nil }
        }
        return strings.count == elements.count ? strings : nil
    }

    private static func spelling(of kind: Field.Kind) -> (String, Int?) {
        switch kind {
        case .bool: ("bool", nil)
        case .int: ("int", nil)
        case .double: ("double", nil)
        case .text(let limit): ("text", limit)
        case .bytes: ("bytes", nil)
        case .time: ("time", nil)
        case .json: ("json", nil)
        case .vector(let dimensions): ("vector", dimensions)
        case .tokens: ("tokens", nil)
        }
    }

    private static func kind(of spelling: String, _ size: Int?) -> Field.Kind? {
        switch spelling {
        case "bool": .bool
        case "int": .int
        case "double": .double
        case "text": size.map { .text(maximumBytes: $0) }
        case "bytes": .bytes
        case "time": .time
        case "json": .json
        case "vector": .vector(dimensions: size)
        case "tokens": .tokens
        default: nil
        }
    }
}

extension Field.Kind {
    /// Whether every value of a field of the other kind fits.
    fileprivate func canHold(_ other: Field.Kind) -> Bool {
        switch (self, other) {
        case (.text(let new), .text(let old)): new >= old
        case (.vector(let new), .vector(let old)): new == nil || new == old
        default: self == other
        }
    }
}
