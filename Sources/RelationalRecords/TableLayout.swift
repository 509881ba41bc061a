import Records
import Synchronization

/// The selections of some fields that were asked for before: callers ask for the same few again and again.
final class SelectionTexts: Sendable {
    private let texts = Mutex<[[Int]: SQLText]>([:])
    /// Beyond so many, texts are made for one call.
    private static let limit = 32

    func text(for positions: [Int], _ make: () -> String) -> SQLText {
        texts.withLock { texts in
            if let known = texts[positions] { return known }
            guard texts.count < Self.limit else { return SQLText(dynamic: make()) }
            let text = SQLText(fixed: make())
            texts[positions] = text
            return text
        }
    }
}

/// The statements of one record type's table, rendered once.
struct TableLayout: Sendable {
    let table: Schema.Table
    /// The table's name, quoted, and not.
    let name: String, plainName: String
    let columns: [String]
    let dialect: SQLDialect
    let insert: SQLText
    let delete: SQLText
    let revision: SQLText
    let byKey: SQLText
    let logDeletion: SQLText
    let selections = SelectionTexts()

    var type: RecordType { table.type }

    init(_ table: Schema.Table, _ prefix: String, _ dialect: SQLDialect) {
        self.table = table
        self.dialect = dialect
        plainName = prefix + table.type.name
        name = dialect.quote(plainName)
        columns = table.type.fields.map { dialect.quote($0.name) }
        let placeholders = Array(repeating: "?", count: columns.count + 4).joined(separator: ", ")
        let keyCondition = (["partition"] + columns.prefix(table.type.keyCount)).map { "\($0) = ?" }
            .joined(separator: " AND ")
        insert = SQLText(
            fixed: "INSERT INTO \(name) (row_id, partition, \(columns.joined(separator: ", ")), revision, stamp) "
                + "VALUES (\(placeholders))")
        delete = SQLText(fixed: "DELETE FROM \(name) WHERE \(keyCondition)")
        revision = SQLText(fixed: "SELECT revision FROM \(name) WHERE \(keyCondition)")
        byKey = SQLText(
            fixed: "SELECT revision, stamp, \(columns.joined(separator: ", ")) FROM \(name) WHERE \(keyCondition)")
        logDeletion = SQLText(
            fixed: "INSERT INTO \(dialect.quote(prefix + "deletions")) (partition, stamp, type, record_key) "
                + "VALUES (?, ?, ?, ?)")
    }

    /// `partition = ? AND key = ?`.
    var keyCondition: String {
        (["partition"] + columns.prefix(type.keyCount)).map { "\($0) = ?" }.joined(separator: " AND ")
    }

    /// Reads a row whose columns are `revision, stamp` and then the fields at these positions.
    func record(_ statement: any SQLStatement, _ positions: [Int], from column: Int32 = 0) -> Record {
        var values = [Value](repeating: .null, count: columns.count)
        for (offset, position) in positions.enumerated() {
            values[position] = statement.value(column + 2 + Int32(offset), type.fields[position].kind)
        }
        return Record(
            type: type.name, keyCount: type.keyCount, revision: statement.integer(column),
            stamp: Stamp(statement.integer(column + 1)), values: values)
    }

    /// The positions that a read returns: the key and what it asked for.
    func positions(_ fields: [String]?) throws(StoreError) -> [Int] {
        guard let fields else { return Array(columns.indices) }
        var positions = Set(0..<type.keyCount)
        for field in fields { positions.insert(try table.position(of: field)) }
        return positions.sorted()
    }

    /// Every statement that makes the table, its indexes and its token search; each may run again.
    func definition() -> [String] {
        var columnDefinitions = [
            "row_id \(dialect.rowNumberType)", "partition \(dialect.columnType(.text(maximumBytes: 512))) NOT NULL",
        ]
        for (position, field) in type.fields.enumerated() {
            let isKey = position < type.keyCount
            columnDefinitions.append(
                "\(columns[position]) \(dialect.columnType(field.kind))\(isKey ? " NOT NULL" : "")")
        }
        columnDefinitions += [
            "revision \(dialect.columnType(.int)) NOT NULL", "stamp \(dialect.columnType(.int)) NOT NULL",
        ]
        var statements = ["CREATE TABLE IF NOT EXISTS \(name) (\(columnDefinitions.joined(separator: ", ")))"]
        statements += indexDefinitions()
        for field in type.fields where field.kind == .tokens {
            statements += dialect.tokenIndex.definition(plainName, field.name)
        }
        return statements
    }

    private func indexDefinitions() -> [String] {
        let key = Array(columns.prefix(type.keyCount))
        var statements: [String] = []
        func add(_ suffix: String, _ columns: [String], isUnique: Bool = false, where condition: String = "") {
            var seen: Set<String> = []
            let distinct = columns.filter { seen.insert($0).inserted }
            statements.append(
                "CREATE \(isUnique ? "UNIQUE " : "")INDEX IF NOT EXISTS \(dialect.quote("\(plainName)_\(suffix)")) "
                    + "ON \(name) (\(distinct.joined(separator: ", ")))\(condition)")
        }
        add("key", ["partition"] + key, isUnique: true)
        for names in type.unique {
            add("unique_" + names.joined(separator: "_"), ["partition"] + names.map(dialect.quote), isUnique: true)
        }
        for index in type.indexes {
            let equal = index.equal.map(dialect.quote)
            let order = index.order.map { [dialect.quote($0)] } ?? []
            let suffix = (index.equal + (index.order.map { [$0] } ?? ["key"])).joined(separator: "_")
            if index.isGlobal {
                // A survey never asks for missing order values, so rows without one cost nothing.
                add(
                    "all_" + suffix, equal + order + ["partition"] + key,
                    where: order.first.map { " WHERE \($0) IS NOT NULL" } ?? "")
            } else {
                add("by_" + suffix, ["partition"] + equal + order + key)
            }
        }
        if type.isTracked { add("stamp", ["partition", "stamp"]) }
        return statements
    }
}
