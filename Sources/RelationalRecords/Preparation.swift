import Records

/// Creates and migrates the tables of record types, in one transaction.
struct Preparation: Sendable {
    let bookkeeping: Bookkeeping
    let dialect: SQLDialect
    let prefix: String

    init(_ bookkeeping: Bookkeeping, _ dialect: SQLDialect, _ prefix: String) {
        self.bookkeeping = bookkeeping
        self.dialect = dialect
        self.prefix = prefix
    }

    func run(_ connection: any SQLConnection, _ layouts: [TableLayout], skipsSetUp: Bool) throws(StoreError) {
        if skipsSetUp { return try verify(connection, layouts) }
        try connection.execute(dialect.beginWriting)
        do throws(StoreError) {
            for statement in bookkeeping.definition { try connection.execute(statement) }
            for layout in layouts { try prepare(layout, connection) }
            try connection.execute("COMMIT")
        } catch {
            connection.rollBack()
            throw error
        }
    }

    private func prepare(_ layout: TableLayout, _ connection: any SQLConnection) throws(StoreError) {
        let declaration = Self.declaration(layout.type)
        if let stored = try stored(layout.type.name, connection) {
            if stored.version == layout.type.version, stored.declaration == declaration { return }
            try check(layout, stored.version, stored.declaration)
            let known = Set(stored.declaration.split(separator: "\n").map { String($0.split(separator: " ")[0]) })
            for (position, field) in layout.type.fields.enumerated() where !known.contains(field.name) {
                try connection.execute(
                    "ALTER TABLE \(layout.name) ADD COLUMN \(layout.columns[position]) \(dialect.columnType(field.kind))"
                )
            }
        }
        for statement in layout.definition() { try connection.execute(statement) }
        try connection.prepare(
            SQLText(
                dynamic: "INSERT INTO \(bookkeeping.schema) (type, version, declaration) VALUES (?, ?, ?) "
                    + "ON CONFLICT (type) DO UPDATE SET version = excluded.version, declaration = excluded.declaration"),
            [.text(layout.type.name), .int(Int64(layout.type.version)), .text(declaration)]
        ).run()
    }

    /// A newer schema is refused, and so is a change that adding columns cannot make.
    private func check(_ layout: TableLayout, _ version: Int64, _ declaration: String) throws(StoreError) {
        let type = layout.type
        guard version <= type.version else {
            throw StoreError(
                .schema, "\(type.name): the store has version \(version), this program knows \(type.version); update it"
            )
        }
        let old = declaration.split(separator: "\n").map(String.init)
        let new = Self.declaration(type).split(separator: "\n").map(String.init)
        guard version < type.version, new.count >= old.count, old.allSatisfy(new.contains) else {
            throw StoreError(
                .schema, "\(type.name): the store's version \(version) has other fields than this program's")
        }
    }

    private func stored(
        _ type: String, _ connection: any SQLConnection
    ) throws(StoreError) -> (version: Int64, declaration: String)? {
        let statement = try connection.prepare(
            SQLText(dynamic: "SELECT version, declaration FROM \(bookkeeping.schema) WHERE type = ?"), [.text(type)])
        defer { statement.reset() }
        guard try statement.step(), case .text(let text) = statement.value(1, .text(maximumBytes: .max)) else {
            return nil
        }
        return (statement.integer(0), text)
    }

    /// Without the right to create tables: everything must be there.
    private func verify(_ connection: any SQLConnection, _ layouts: [TableLayout]) throws(StoreError) {
        var found: Set<String> = []
        let statement = try connection.prepare(SQLText(dynamic: dialect.listTables), [])
        while try statement.step() {
            if case .text(let name) = statement.value(0, .text(maximumBytes: .max)) { found.insert(name) }
        }
        statement.reset()
        let wanted = ["partitions", "counters", "deletions", "batches", "schema"] + layouts.map(\.type.name)
        let missing = wanted.map { prefix + $0 }.filter { !found.contains($0) }
        guard missing.isEmpty else {
            throw StoreError(
                .schema, "set-up is skipped, but these tables are missing: \(missing.joined(separator: ", "))")
        }
        for layout in layouts {
            guard let stored = try stored(layout.type.name, connection) else {
                throw StoreError(.schema, "set-up is skipped, but \(layout.type.name) was never prepared")
            }
            if stored.version != layout.type.version || stored.declaration != Self.declaration(layout.type) {
                try check(layout, stored.version, stored.declaration)
                throw StoreError(
                    .schema, "set-up is skipped, but \(layout.type.name) needs version \(layout.type.version)")
            }
        }
    }

    /// A type's fields, a line each, in the form that is compared.
    static func declaration(_ type: RecordType) -> String {
        type.fields.enumerated().map { position, field in
            "\(field.name) \(kind(field.kind))\(position < type.keyCount ? " key" : "")"
        }.joined(separator: "\n")
    }

    private static func kind(_ kind: Field.Kind) -> String {
        switch kind {
        case .bool: "bool"
        case .int: "int"
        case .double: "double"
        case .text: "text"
        case .bytes: "bytes"
        case .time: "time"
        case .json: "json"
        case .vector(let dimensions): "vector(\(dimensions.map(String.init) ?? "any"))"
        case .tokens: "tokens"
        }
    }
}
