import Records

/// Creates and migrates the tables of record types, under one lock. Every step looks first whether it was done, so that
/// a preparation that was killed half way is finished by the next.
struct Preparation: Sendable {
    let bookkeeping: Bookkeeping
    let dialect: SQLDialect
    let prefix: String
    let now: Int64

    /// Prepares; the connection is used by nobody else meanwhile.
    func run(_ connection: any SQLConnection, _ layouts: [TableLayout], skipsSetUp: Bool) async throws(StoreError) {
        for layout in layouts where layout.plainName.utf8.count > dialect.maximumName {
            throw StoreError(
                .invalid,
                "the table name \(layout.plainName) is longer than \(dialect.maximumName) bytes; use a shorter prefix")
        }
        if skipsSetUp { return try await verify(connection, layouts) }
        try await locked(connection) { () async throws(StoreError) in
            var log = try await openLog(connection)
            for layout in layouts { try await prepare(layout, connection, &log) }
        }
    }

    /// Runs something that no other preparation runs beside, in one transaction where the engine can.
    func locked<T>(
        _ connection: any SQLConnection, _ body: () async throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        if dialect.definesInTransactions { try await connection.begin(dialect.beginWriting) }
        do throws(StoreError) {
            try await connection.execute(dialect.lockPreparation.take)
            let result = try await body()
            try await connection.execute(dialect.lockPreparation.give)
            if dialect.definesInTransactions { try await connection.commit() }
            return result
        } catch {
            if dialect.definesInTransactions {
                await connection.rollBack()
            } else if !connection.isBroken {
                do throws(StoreError) { try await connection.execute(dialect.lockPreparation.give) } catch let second {
                    throw StoreError(error.code, "\(error.message); then: \(second.message)", underlying: error)
                }
            }
            throw error
        }
    }

    /// Makes the tables beside the types, and reads what was migrated.
    func openLog(_ connection: any SQLConnection) async throws(StoreError) -> MigrationLog {
        let objects = try await objects(connection)
        let log = MigrationLog(prefix, dialect)
        for definition in bookkeeping.definitions() + dialect.ownTables + [log.definition]
        where !objects.contains(definition.name) {
            try await connection.execute(definition.statements)
        }
        return try await log.loaded(connection)
    }

    /// The names of all tables and other objects.
    func objects(_ connection: any SQLConnection) async throws(StoreError) -> Set<String> {
        var names: Set<String> = []
        try await connection.query([SQLCall(dialect.listTables), SQLCall(dialect.listObjects)]) { _, row in
            if case .text(let name) = row.value(0, .text(maximumBytes: .max)) { names.insert(name) }
        }
        return names
    }

    private func prepare(
        _ layout: TableLayout, _ connection: any SQLConnection, _ log: inout MigrationLog
    ) async throws(StoreError) {
        let declaration = Declaration(layout.type)
        let version = Int64(layout.type.version)
        let stored = try await stored(layout.type.name, connection)
        if let stored { try check(layout, stored.version, stored.declaration) }
        let isCurrent = stored?.version == version && stored?.declaration == declaration
        let name = "\(layout.type.name)@\(version)"
        if !isCurrent {
            try await log.begin(name, before: stored, after: declaration, at: now, connection)
        } else if !log.isApplied(name) {
            // A store from before migrations were logged, or a migration that was killed at its last step.
            try await log.begin(name, before: nil, after: declaration, at: now, connection)
            try await log.finish(name, at: now, connection)
        } else {
            try log.check(name, declaration)
        }
        let objects = try await objects(connection)
        if !objects.contains(layout.plainName) {
            try await connection.execute(layout.tableDefinition().statements)
        } else if !isCurrent {
            var columns: Set<String> = []
            try await connection.query(SQLCall(dialect.listColumns, [.text(layout.plainName)])) { row in
                if case .text(let name) = row.value(0, .text(maximumBytes: .max)) { columns.insert(name) }
            }
            for (position, field) in layout.type.fields.enumerated() where !columns.contains(field.name) {
                try await connection.execute([
                    "ALTER TABLE \(layout.name) ADD COLUMN \(layout.columnDefinition(position))"
                ])
            }
        }
        for definition in layout.definitions() where !objects.contains(definition.name) {
            try await connection.execute(definition.statements)
        }
        guard !isCurrent else { return }
        let sql = dialect.upsert(bookkeeping.schema, ["type", "version", "declaration"], ["type"])
        try await connection.run(
            SQLText(dynamic: sql), [.text(layout.type.name), .int(version), .text(declaration.text)])
        try await log.finish(name, at: now, connection)
    }

    /// A newer schema is refused, and so is a change that adding columns cannot make.
    func check(_ layout: TableLayout, _ version: Int64, _ declaration: Declaration) throws(StoreError) {
        let type = layout.type
        guard version <= type.version else {
            throw StoreError(
                .schema, "\(type.name): the store has version \(version), this program knows \(type.version); update it"
            )
        }
        let old = declaration.lines
        let new = Declaration(type).lines
        if version == type.version, old == new { return }
        guard version < type.version, new.count >= old.count, old.allSatisfy(new.contains) else {
            throw StoreError(
                .schema, "\(type.name): the store's version \(version) has other fields than this program's")
        }
    }

    func stored(
        _ type: String, _ connection: any SQLConnection
    ) async throws(StoreError) -> (version: Int64, declaration: Declaration)? {
        try await connection.first(
            SQLText(dynamic: "SELECT version, declaration FROM \(bookkeeping.schema) WHERE type = ?"), [.text(type)]
        ) { (row) throws(StoreError) in
            guard case .text(let text) = row.value(1, .text(maximumBytes: .max)) else {
                throw StoreError(.corrupted, "the declaration of \(type) is missing")
            }
            return (row.integer(0), Declaration(text))
        }
    }

    /// Without the right to create tables: everything must be there.
    private func verify(_ connection: any SQLConnection, _ layouts: [TableLayout]) async throws(StoreError) {
        let found = try await objects(connection)
        let missing = (bookkeeping.tables + layouts.map(\.plainName)).filter { !found.contains($0) }
        guard missing.isEmpty else {
            throw StoreError(
                .schema, "set-up is skipped, but these tables are missing: \(missing.joined(separator: ", "))")
        }
        for layout in layouts {
            guard let stored = try await stored(layout.type.name, connection) else {
                throw StoreError(.schema, "set-up is skipped, but \(layout.type.name) was never prepared")
            }
            try check(layout, stored.version, stored.declaration)
            guard stored.version == layout.type.version else {
                throw StoreError(
                    .schema, "set-up is skipped, but \(layout.type.name) needs version \(layout.type.version)")
            }
        }
    }
}
