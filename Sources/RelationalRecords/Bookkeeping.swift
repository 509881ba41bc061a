import Records

/// The tables beside the record types: heads, counters, deletions, batch ledger, schema. Shared, as every commit has it.
final class Bookkeeping: Sendable {
    /// The tables' names, quoted.
    let partitions: String, counters: String, deletions: String, batches: String, schema: String
    /// Answers `number, stamp, next_row, horizon` of a head, the first and third 0 where rows are not numbered.
    let head: SQLText
    /// The same, and makes other writers of the partition wait.
    let lockedHead: SQLText
    let addHead: SQLText, setHead: SQLText, setHorizon: SQLText
    let counter: SQLText, setCounter: SQLText
    let batch: SQLText, addBatch: SQLText, pruneBatches: SQLText
    let pruneDeletions: SQLText, deletionAt: SQLText, logDeletion: SQLText
    private let dialect: SQLDialect
    private let prefix: String

    init(_ prefix: String, _ dialect: SQLDialect) {
        self.dialect = dialect
        self.prefix = prefix
        func table(_ name: String) -> String { dialect.tableName(prefix + name) }
        let partition = dialect.quote("partition")
        partitions = table("partitions")
        counters = table("counters")
        deletions = table("deletions")
        batches = table("batches")
        schema = table("schema")
        let numbers = dialect.numbersRows
        let selection = "SELECT \(numbers ? "number, stamp, next_row" : "0, stamp, 0"), horizon FROM \(partitions) "
        head = SQLText(fixed: selection + "WHERE \(partition) = ?")
        lockedHead = SQLText(fixed: selection + "WHERE \(partition) = ?\(dialect.lockClause)")
        if numbers {
            addHead = SQLText(
                fixed: "INSERT INTO \(partitions) (\(partition), number, stamp, next_row, horizon) "
                    + "SELECT ?, COALESCE(MAX(number), 0) + 1, 0, 0, 0 FROM \(partitions)")
        } else {
            addHead = SQLText(
                fixed: "INSERT INTO \(partitions) (\(partition), stamp, horizon) VALUES (?, 0, 0)"
                    + (dialect.skipTaken ?? ""))
        }
        setHead = SQLText(
            fixed: "UPDATE \(partitions) SET stamp = ?\(numbers ? ", next_row = ?" : "") WHERE \(partition) = ?")
        setHorizon = SQLText(fixed: "UPDATE \(partitions) SET horizon = ? WHERE \(partition) = ?")
        counter = SQLText(fixed: "SELECT value FROM \(counters) WHERE \(partition) = ? AND name = ?")
        setCounter = SQLText(fixed: dialect.upsert(counters, [partition, "name", "value"], [partition, "name"]))
        batch = SQLText(
            fixed: "SELECT stamp, results FROM \(batches) WHERE \(partition) = ? AND id = ? AND recorded_at > ?")
        addBatch = SQLText(
            fixed: dialect.upsert(
                batches, [partition, "id", "stamp", "results", "recorded_at"], [partition, "id"]))
        pruneBatches = SQLText(fixed: "DELETE FROM \(batches) WHERE recorded_at <= ?")
        deletionAt = SQLText(
            fixed: "SELECT stamp FROM \(deletions) WHERE \(partition) = ? ORDER BY stamp DESC LIMIT 1 OFFSET ?")
        pruneDeletions = SQLText(fixed: "DELETE FROM \(deletions) WHERE \(partition) = ? AND stamp <= ?")
        logDeletion = SQLText(
            fixed: "INSERT INTO \(deletions) (\(partition), stamp, type, record_key) VALUES (?, ?, ?, ?)")
    }

    /// Every table and index, in the order of their making.
    func definitions() -> [SQLDialect.Definition] {
        let text = dialect.columnType(.text(maximumBytes: 512), true)
        let short = dialect.columnType(.text(maximumBytes: 64), true)
        let words = dialect.columnType(.text(maximumBytes: 1 << 20), false)
        let integer = dialect.columnType(.int, true)
        let bytes = dialect.columnType(.bytes, false)
        let partition = dialect.quote("partition")
        func table(_ name: String, _ columns: String) -> SQLDialect.Definition {
            .init(
                prefix + name,
                ["CREATE TABLE IF NOT EXISTS \(dialect.tableName(prefix + name)) (\(columns))\(dialect.tableOptions)"])
        }
        func index(_ name: String, on owner: String, _ columns: [String]) -> SQLDialect.Definition {
            let shape = SQLDialect.IndexShape(
                name: prefix + name, table: prefix + owner, columns: columns, isUnique: false, presentColumns: [])
            return .init(prefix + name, [dialect.createIndex(shape)])
        }
        let numbers = dialect.numbersRows ? "number \(integer) NOT NULL UNIQUE, next_row \(integer) NOT NULL, " : ""
        return [
            table(
                "partitions",
                "\(partition) \(text) NOT NULL PRIMARY KEY, \(numbers)stamp \(integer) NOT NULL, "
                    + "horizon \(integer) NOT NULL"),
            table(
                "counters",
                "\(partition) \(text) NOT NULL, name \(text) NOT NULL, value \(integer) NOT NULL, "
                    + "PRIMARY KEY (\(partition), name)"),
            table(
                "deletions",
                "\(partition) \(text) NOT NULL, stamp \(integer) NOT NULL, type \(short) NOT NULL, "
                    + "record_key \(bytes) NOT NULL"),
            index("deletions_stamp", on: "deletions", [partition, "stamp"]),
            table(
                "batches",
                "\(partition) \(text) NOT NULL, id \(integer) NOT NULL, stamp \(integer) NOT NULL, "
                    + "results \(words) NOT NULL, recorded_at \(integer) NOT NULL, PRIMARY KEY (\(partition), id)"),
            index("batches_time", on: "batches", ["recorded_at"]),
            table(
                "schema",
                "type \(short) NOT NULL PRIMARY KEY, version \(integer) NOT NULL, declaration \(words) NOT NULL"),
        ]
    }

    /// The tables that must be there.
    var tables: [String] { ["partitions", "counters", "deletions", "batches", "schema"].map { prefix + $0 } }
}
