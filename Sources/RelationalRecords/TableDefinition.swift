import Records

/// What makes a type's table, its indexes, and what the engine needs to search it.
extension TableLayout {
    /// The table itself.
    func tableDefinition() -> SQLDialect.Definition {
        var parts = dialect.numbersRows ? ["row_id \(dialect.rowNumberType)"] : []
        parts.append("\(partition) \(dialect.columnType(.text(maximumBytes: 512), true)) NOT NULL")
        for position in columns.indices {
            parts.append(columnDefinition(position) + (position < type.keyCount ? " NOT NULL" : ""))
        }
        parts += [
            "revision \(dialect.columnType(.int, false)) NOT NULL", "stamp \(dialect.columnType(.int, true)) NOT NULL",
        ]
        if !dialect.numbersRows {
            let key = [partition] + columns.prefix(type.keyCount)
            parts.append("PRIMARY KEY (\(key.joined(separator: ", ")))")
        }
        return .init(
            plainName,
            ["CREATE TABLE IF NOT EXISTS \(name) (\(parts.joined(separator: ", ")))\(dialect.tableOptions)"])
    }

    /// A field's column with its type.
    func columnDefinition(_ position: Int) -> String {
        let field = type.fields[position]
        return "\(columns[position]) \(dialect.columnType(field.kind, indexedFields.contains(field.name)))"
    }

    /// Fields in the key, a unique key or an index.
    private var indexedFields: Set<String> {
        var names = Set(type.fields.prefix(type.keyCount).map(\.name))
        for unique in type.unique { names.formUnion(unique) }
        for index in type.indexes { names.formUnion(index.equal + (index.order.map { [$0] } ?? [])) }
        return names
    }

    /// Everything beside the table, in the order of its making.
    func definitions() -> [SQLDialect.Definition] {
        var definitions: [SQLDialect.Definition] = []
        func add(_ suffix: String, _ columns: [String], isUnique: Bool = false, present: [String] = []) {
            var seen: Set<String> = []
            let shape = SQLDialect.IndexShape(
                name: dialect.indexName("\(plainName)_\(suffix)"), table: plainName,
                columns: columns.filter { seen.insert($0).inserted }, isUnique: isUnique, presentColumns: present)
            definitions.append(.init(shape.name, [dialect.createIndex(shape)]))
        }
        let key = Array(columns.prefix(type.keyCount))
        if dialect.numbersRows { add("key", [partition] + key, isUnique: true) }
        for names in type.unique {
            add("unique_" + names.joined(separator: "_"), [partition] + names.map(dialect.quote), isUnique: true)
        }
        for index in type.indexes {
            let equal = index.equal.map(dialect.quote)
            let order = index.order.map { [dialect.quote($0)] } ?? []
            let suffix = (index.equal + (index.order.map { [$0] } ?? ["key"])).joined(separator: "_")
            if index.isGlobal {
                // A survey never asks for missing values, neither of the order nor of an equality, so rows without one
                // cost nothing. Key columns always have one.
                let present = (equal + order).filter { !key.contains($0) }
                add("all_" + suffix, equal + order + [partition] + key, present: present)
            } else {
                add("by_" + suffix, [partition] + equal + order + key)
            }
        }
        if type.isTracked { add("stamp", [partition, "stamp"]) }
        for field in type.fields {
            switch field.kind {
            case .tokens: definitions += dialect.tokenIndex(plainName, field.name)
            case .vector(let dimensions):
                definitions += dialect.nearest?.definition(plainName, field.name, dimensions) ?? []
            case .bool, .int, .double, .text, .bytes, .time, .json: break
            }
        }
        return definitions
    }
}
