/// The declared record types, checked once, and the checks of everything that refers to them.
///
/// Every store validates through this value, so that bad input is refused with the same sentence on every database.
public struct Schema: Sendable {
    /// One record type with its look-ups.
    public struct Table: Sendable {
        /// The declaration.
        public let type: RecordType
        /// The position of each field.
        public let positions: [String: Int]

        /// The position of a field.
        /// - Throws: ``StoreError`` `invalid` when the type has no such field.
        public func position(of field: String) throws(StoreError) -> Int {
            guard let position = positions[field] else {
                throw StoreError(.invalid, "record type \(type.name) has no field \(field)")
            }
            return position
        }

        /// The key of a record with these values.
        public func key(of values: [Value]) -> Key { Key(type.name, Array(values.prefix(type.keyCount))) }
    }

    /// The types by name.
    public let tables: [String: Table]

    /// No types: what a store knows before it is prepared.
    public init() { tables = [:] }

    /// Checks the declarations.
    /// - Throws: ``StoreError`` `invalid`, naming the type and field.
    public init(_ types: [RecordType]) throws(StoreError) {
        var tables: [String: Table] = [:]
        for type in types {
            try Self.check(type)
            guard tables[type.name] == nil else {
                throw StoreError(.invalid, "record type \(type.name) is declared twice")
            }
            var positions: [String: Int] = [:]
            for (position, field) in type.fields.enumerated() { positions[field.name] = position }
            tables[type.name] = Table(type: type, positions: positions)
        }
        self.tables = tables
    }

    /// The table of a type.
    /// - Throws: ``StoreError`` `invalid` when the type was not prepared.
    public func table(_ name: String) throws(StoreError) -> Table {
        guard let table = tables[name] else {
            throw StoreError(.invalid, "record type \(name) was not prepared")
        }
        return table
    }

    private static func check(_ type: RecordType) throws(StoreError) {
        func fail(_ reason: String) -> StoreError { StoreError(.invalid, "record type \(type.name): \(reason)") }
        guard isName(type.name) else { throw fail("the name must be a-z, 0-9 and _, at most 48 characters") }
        guard type.version >= 1 else { throw fail("version must be at least 1") }
        guard type.keyCount >= 1, type.keyCount <= type.fields.count else {
            throw fail("keyCount must be 1 to the number of fields")
        }
        var kinds: [String: Field.Kind] = [:]
        for field in type.fields {
            guard isName(field.name), !reserved.contains(field.name) else {
                throw fail("the field name \(field.name) is not allowed")
            }
            // A full-text table has a hidden column of this name.
            guard field.kind != .tokens || field.name != "rank" else {
                throw fail("the tokens field \(field.name) needs another name")
            }
            guard kinds.updateValue(field.kind, forKey: field.name) == nil else {
                throw fail("field \(field.name) is declared twice")
            }
        }
        for field in type.fields.prefix(type.keyCount) where !field.kind.isOrdered || field.kind == .double {
            throw fail("key field \(field.name) must be bool, int, text, bytes or time")
        }
        for names in type.unique {
            guard !names.isEmpty else { throw fail("a unique key has no fields") }
            for name in names where kinds[name]?.isOrdered != true {
                throw fail("unique field \(name) must be a declared scalar field")
            }
        }
        for index in type.indexes {
            for name in index.equal + (index.order.map { [$0] } ?? []) where kinds[name]?.isOrdered != true {
                throw fail("index field \(name) must be a declared scalar field")
            }
        }
    }

    /// Names of the columns that every stored record has beside its fields.
    public static let reserved: Set<String> = ["partition", "revision", "stamp", "row_id", "row_number", "rowid"]

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first >= UInt8(ascii: "a"), first <= UInt8(ascii: "z") else { return false }
        return name.utf8.count <= 48
            && name.utf8.allSatisfy {
                ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z"))
                    || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
                    || $0 == UInt8(ascii: "_")
            }
    }
}

extension Field.Kind {
    /// Whether values of this kind have an order that indexes and comparisons use.
    public var isOrdered: Bool {
        switch self {
        case .bool, .int, .double, .text, .bytes, .time: true
        case .json, .vector, .tokens: false
        }
    }
}
