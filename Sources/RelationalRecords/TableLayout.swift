import Records
import Synchronization

/// Statements that were asked for before, by the fields they touch: callers ask for the same few again and again.
final class FieldTexts: Sendable {
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

/// The statements of one record type's table, rendered once. A class, because every write of a commit looks at one.
final class TableLayout: Sendable {
    let table: Schema.Table
    /// The table's name, quoted, and not.
    let name: String, plainName: String
    /// The columns of the fields and of the partition, quoted.
    let columns: [String], partition: String
    let dialect: SQLDialect
    /// Arguments: the row's number where rows are numbered, the partition, the fields, the revision, the stamp.
    let insert: SQLText
    let delete: SQLText
    let revision: SQLText
    let byKey: SQLText
    /// Beside ``RecordType/unique``.
    let byUnique: [SQLText]
    private let selections = FieldTexts()
    private let updates = FieldTexts()

    var type: RecordType { table.type }

    init(_ table: Schema.Table, _ prefix: String, _ dialect: SQLDialect) {
        self.table = table
        self.dialect = dialect
        plainName = prefix + table.type.name
        name = dialect.tableName(plainName)
        partition = dialect.quote("partition")
        columns = table.type.fields.map { dialect.quote($0.name) }
        let own = (dialect.numbersRows ? ["row_id"] : []) + [partition]
        let all = own + columns + ["revision", "stamp"]
        let marks = Array(repeating: "?", count: all.count).joined(separator: ", ")
        insert = SQLText(
            fixed: "INSERT INTO \(name) (\(all.joined(separator: ", "))) VALUES (\(marks))\(dialect.skipTaken ?? "")")
        let list = "revision, stamp, \(columns.joined(separator: ", "))"
        let owned = [partition]
        func condition(_ columns: some Sequence<String>) -> String {
            (owned + columns).map { "\($0) = ?" }.joined(separator: " AND ")
        }
        keyCondition = condition(columns.prefix(table.type.keyCount))
        delete = SQLText(fixed: "DELETE FROM \(name) WHERE \(keyCondition)")
        revision = SQLText(fixed: "SELECT revision FROM \(name) WHERE \(keyCondition)")
        byKey = SQLText(fixed: "SELECT \(list) FROM \(name) WHERE \(keyCondition)")
        let name = name
        byUnique = table.type.unique.map { names in
            SQLText(fixed: "SELECT \(list) FROM \(name) WHERE \(condition(names.map(dialect.quote)))")
        }
    }

    /// `partition = ? AND key = ?`.
    let keyCondition: String

    /// Changes the fields at these positions. Arguments: their values, the stamp, the partition, the key.
    func update(_ positions: [Int]) -> SQLText {
        updates.text(for: positions) {
            let changes = positions.map { "\(columns[$0]) = ?" } + ["revision = revision + 1", "stamp = ?"]
            return "UPDATE \(name) SET \(changes.joined(separator: ", ")) WHERE \(keyCondition)"
        }
    }

    /// Reads these positions of one record by its key.
    func selection(_ positions: [Int]) -> SQLText {
        if positions.count == columns.count { return byKey }
        return selections.text(for: positions) {
            "SELECT revision, stamp, \(list(positions)) FROM \(name) WHERE \(keyCondition)"
        }
    }

    /// The columns at these positions, for a SELECT.
    func list(_ positions: [Int]) -> String { positions.map { columns[$0] }.joined(separator: ", ") }

    /// A record of a row whose columns are `revision, stamp` and then the fields at these positions.
    func record(_ row: any SQLRow, _ positions: [Int]) -> Record {
        var values = [Value](repeating: .null, count: columns.count)
        for (offset, position) in positions.enumerated() {
            values[position] = row.value(2 + offset, type.fields[position].kind)
        }
        return record(row, values)
    }

    /// A record of a row whose columns are `revision, stamp` and then every field.
    func record(_ row: any SQLRow) -> Record {
        var values: [Value] = []
        values.reserveCapacity(columns.count)
        for (offset, field) in type.fields.enumerated() { values.append(row.value(2 + offset, field.kind)) }
        return record(row, values)
    }

    private func record(_ row: any SQLRow, _ values: [Value]) -> Record {
        Record(
            type: type.name, keyCount: type.keyCount, revision: row.integer(0), stamp: Stamp(row.integer(1)),
            values: values)
    }

    /// The positions that a read returns: the key and what it asked for.
    func positions(_ fields: [String]?) throws(StoreError) -> [Int] {
        guard let fields else { return Array(columns.indices) }
        var positions = Set(0..<type.keyCount)
        for field in fields { positions.insert(try table.position(of: field)) }
        return positions.sorted()
    }
}
