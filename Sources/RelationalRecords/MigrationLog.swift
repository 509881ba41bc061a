import Records

/// The table of migrations: what was made, in which order, from what to what.
struct MigrationLog: Sendable {
    /// One migration.
    struct Entry: Sendable {
        var sequence: Int64
        var name: String
        var checksum: String
        /// The version and declaration before it; nil when it made the type's table.
        var before: (version: Int64, declaration: Declaration)?
        var after: Declaration
        var isApplied: Bool
        var time: Int64
    }

    private let table: String
    private let plainName: String
    private let dialect: SQLDialect
    /// Oldest first.
    private(set) var entries: [Entry] = []

    init(_ prefix: String, _ dialect: SQLDialect) {
        plainName = prefix + "migrations"
        table = dialect.tableName(plainName)
        self.dialect = dialect
    }

    /// The log's own table.
    var definition: SQLDialect.Definition {
        let integer = dialect.columnType(.int, true)
        let short = dialect.columnType(.text(maximumBytes: 96), true)
        let words = dialect.columnType(.text(maximumBytes: 1 << 20), false)
        return .init(
            plainName,
            [
                "CREATE TABLE IF NOT EXISTS \(table) (sequence \(integer) NOT NULL PRIMARY KEY, name \(short) NOT NULL, "
                    + "checksum \(short) NOT NULL, old_version \(integer) NOT NULL, old_declaration \(words), "
                    + "declaration \(words) NOT NULL, applied \(integer) NOT NULL, changed_at \(integer) NOT NULL)"
                    + dialect.tableOptions
            ])
    }

    /// The log as it is stored; its table is there.
    func loaded(_ connection: any SQLConnection) async throws(StoreError) -> MigrationLog {
        var log = self
        log.entries = []
        let sql =
            "SELECT sequence, name, checksum, old_version, old_declaration, declaration, applied, changed_at "
            + "FROM \(table) ORDER BY sequence"
        try await connection.query(SQLCall(sql)) { (row) throws(StoreError) in
            func text(_ column: Int) -> String? {
                if case .text(let text) = row.value(column, .text(maximumBytes: .max)) { return text }
                return nil
            }
            guard let name = text(1), let checksum = text(2), let after = text(5) else {
                throw StoreError(.corrupted, "the table of migrations is damaged")
            }
            let before = text(4).map { (version: row.integer(3), declaration: Declaration($0)) }
            log.entries.append(
                Entry(
                    sequence: row.integer(0), name: name, checksum: checksum, before: before, after: Declaration(after),
                    isApplied: row.integer(6) != 0, time: row.integer(7)))
        }
        return log
    }

    /// Whether a migration was finished.
    func isApplied(_ name: String) -> Bool { entries.contains { $0.name == name && $0.isApplied } }

    /// Refuses a migration that was made with other content under the same name.
    func check(_ name: String, _ after: Declaration) throws(StoreError) {
        guard let entry = entries.last(where: { $0.name == name }) else { return }
        guard entry.checksum == Declaration.checksum(before: entry.before?.declaration.text, after: after.text) else {
            throw StoreError(.schema, "migration \(name) was made with other content than this program's")
        }
    }

    /// Notes that a migration begins, unless it was begun before.
    mutating func begin(
        _ name: String, before: (version: Int64, declaration: Declaration)?, after: Declaration, at time: Int64,
        _ connection: any SQLConnection
    ) async throws(StoreError) {
        if entries.contains(where: { $0.name == name && !$0.isApplied }) { return }
        let entry = Entry(
            sequence: (entries.last?.sequence ?? 0) + 1, name: name,
            checksum: Declaration.checksum(before: before?.declaration.text, after: after.text), before: before,
            after: after, isApplied: false, time: time)
        let columns = "sequence, name, checksum, old_version, old_declaration, declaration, applied, changed_at"
        try await connection.run(
            SQLText(dynamic: "INSERT INTO \(table) (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
            [
                .int(entry.sequence), .text(name), .text(entry.checksum), .int(before?.version ?? 0),
                before.map { .text($0.declaration.text) } ?? .null, .text(after.text), .int(0), .int(time),
            ])
        entries.append(entry)
    }

    /// Notes that a migration is finished.
    mutating func finish(
        _ name: String, at time: Int64, _ connection: any SQLConnection
    ) async throws(StoreError) {
        try await connection.run(
            SQLText(dynamic: "UPDATE \(table) SET applied = ?, changed_at = ? WHERE name = ?"),
            [.int(1), .int(time), .text(name)])
        for index in entries.indices where entries[index].name == name { entries[index].isApplied = true }
    }

    /// Forgets a migration that was undone.
    func remove(_ entry: Entry, _ connection: any SQLConnection) async throws(StoreError) {
        try await connection.run(
            SQLText(dynamic: "DELETE FROM \(table) WHERE sequence = ?"), [.int(entry.sequence)])
    }
}
