public import Records

extension RelationalRecords: MigratingStore {
    /// What was made and what preparing would make; see ``MigratingStore/migrations(for:)``.
    /// - Throws: ``StoreError`` `schema`, `invalid`, `unavailable`, `closed`.
    public func migrations(for types: [RecordType]) async throws(StoreError) -> [Migration] {
        let layouts = try layouts(types)
        return try await withPreparation { (preparation, connection) async throws(StoreError) in
            var result: [Migration] = []
            let log = MigrationLog(preparation.prefix, preparation.dialect)
            let objects = try await preparation.objects(connection)
            let isLogged = objects.contains(log.definition.name)
            let entries = isLogged ? try await log.loaded(connection).entries : []
            for entry in entries {
                result.append(
                    Migration(
                        name: entry.name, state: entry.isApplied ? .applied : .unfinished, checksum: entry.checksum,
                        appliedAt: entry.isApplied ? entry.time : nil))
            }
            let isStored = objects.isSuperset(of: preparation.bookkeeping.tables)
            for layout in layouts {
                let stored = isStored ? try await preparation.stored(layout.type.name, connection) : nil
                if let stored { try preparation.check(layout, stored.version, stored.declaration) }
                let name = "\(layout.type.name)@\(layout.type.version)"
                guard !entries.contains(where: { $0.name == name }) else { continue }
                let after = Declaration(layout.type)
                let isMade = stored?.declaration == after
                result.append(
                    Migration(
                        name: name, state: isMade ? .applied : .pending,
                        checksum: Declaration.checksum(
                            before: isMade ? nil : stored?.declaration.text, after: after.text)))
            }
            return result
        }
    }

    /// Undoes the newest migrations; see ``MigratingStore/revert(_:)``.
    /// - Throws: ``StoreError`` `invalid`, `schema`, `unavailable`, `closed`.
    public func revert(_ count: Int) async throws(StoreError) -> [String] {
        let names = try await withPreparation { (preparation, connection) async throws(StoreError) in
            try await preparation.locked(connection) { () async throws(StoreError) in
                let log = try await preparation.openLog(connection)
                guard count >= 1, count <= log.entries.count else {
                    throw StoreError(
                        .invalid, "count must be 1 to the number of migrations, which is \(log.entries.count)")
                }
                var names: [String] = []
                for entry in log.entries.suffix(count).reversed() {
                    try await preparation.undo(entry, connection)
                    try await log.remove(entry, connection)
                    names.append(entry.name)
                }
                return names
            }
        }
        forgetTypes(Set(names.map { String($0.prefix { $0 != "@" }) }))
        return names
    }
}

extension Preparation {
    /// Takes back what a migration made. Every step may have been done before.
    fileprivate func undo(_ entry: MigrationLog.Entry, _ connection: any SQLConnection) async throws(StoreError) {
        let type = String(entry.name.prefix { $0 != "@" })
        let table = dialect.tableName(prefix + type)
        if let before = entry.before {
            // Indexes are made again by the next preparation; one that lost a column would be taken for the right one.
            for name in try await objects(connection)
            where ["_by_", "_all_", "_unique_"].contains(where: { name.hasPrefix(prefix + type + $0) }) {
                try await connection.execute([dialect.dropIndex(name, prefix + type)])
            }
            let added = entry.after.names.filter { !before.declaration.names.contains($0) }
            var columns: Set<String> = []
            try await connection.query(SQLCall(dialect.listColumns, [.text(prefix + type)])) { row in
                if case .text(let name) = row.value(0, .text(maximumBytes: .max)) { columns.insert(name) }
            }
            for name in added where columns.contains(name) {
                try await connection.execute(dialect.dropColumn(prefix + type, name))
            }
            let sql = dialect.upsert(bookkeeping.schema, ["type", "version", "declaration"], ["type"])
            try await connection.run(
                SQLText(dynamic: sql), [.text(type), .int(before.version), .text(before.declaration.text)])
            return
        }
        for name in try await objects(connection) where dialect.isCompanion(name, prefix + type) {
            try await connection.execute(["DROP TABLE IF EXISTS \(dialect.tableName(name))"])
        }
        try await connection.execute(["DROP TABLE IF EXISTS \(table)"])
        try await connection.run(
            SQLText(dynamic: "DELETE FROM \(bookkeeping.schema) WHERE type = ?"), [.text(type)])
        try await connection.run(
            SQLText(dynamic: "DELETE FROM \(bookkeeping.deletions) WHERE type = ?"), [.text(type)])
    }
}
