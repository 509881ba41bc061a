import Records

/// The tables beside the record types: heads, counters, deletions, batch ledger, schema.
struct Bookkeeping: Sendable {
    let partitions: String, counters: String, deletions: String, batches: String, schema: String
    let head: SQLText, addHead: SQLText, setHead: SQLText
    let counter: SQLText, setCounter: SQLText
    let batch: SQLText, addBatch: SQLText, pruneBatches: SQLText
    let pruneDeletions: SQLText, deletionAt: SQLText, setHorizon: SQLText
    let definition: [String]

    init(_ prefix: String, _ dialect: SQLDialect) {
        func table(_ name: String) -> String { dialect.quote(prefix + name) }
        partitions = table("partitions")
        counters = table("counters")
        deletions = table("deletions")
        batches = table("batches")
        schema = table("schema")
        head = SQLText(fixed: "SELECT number, stamp, next_row, horizon FROM \(partitions) WHERE partition = ?")
        addHead = SQLText(
            fixed: "INSERT INTO \(partitions) (partition, number, stamp, next_row, horizon) "
                + "SELECT ?, COALESCE(MAX(number), 0) + 1, 0, 0, 0 FROM \(partitions)")
        setHead = SQLText(fixed: "UPDATE \(partitions) SET stamp = ?, next_row = ? WHERE partition = ?")
        counter = SQLText(fixed: "SELECT value FROM \(counters) WHERE partition = ? AND name = ?")
        setCounter = SQLText(
            fixed: "INSERT INTO \(counters) (partition, name, value) VALUES (?, ?, ?) "
                + "ON CONFLICT (partition, name) DO UPDATE SET value = excluded.value")
        batch = SQLText(
            fixed: "SELECT stamp, results FROM \(batches) WHERE partition = ? AND id = ? AND recorded_at > ?")
        addBatch = SQLText(
            fixed: "INSERT INTO \(batches) (partition, id, stamp, results, recorded_at) VALUES (?, ?, ?, ?, ?) "
                + "ON CONFLICT (partition, id) DO UPDATE SET stamp = excluded.stamp, results = excluded.results, "
                + "recorded_at = excluded.recorded_at")
        pruneBatches = SQLText(fixed: "DELETE FROM \(batches) WHERE recorded_at <= ?")
        deletionAt = SQLText(
            fixed: "SELECT stamp FROM \(deletions) WHERE partition = ? ORDER BY stamp DESC LIMIT 1 OFFSET ?")
        pruneDeletions = SQLText(fixed: "DELETE FROM \(deletions) WHERE partition = ? AND stamp <= ?")
        setHorizon = SQLText(fixed: "UPDATE \(partitions) SET horizon = ? WHERE partition = ?")
        let text = dialect.columnType(.text(maximumBytes: 512))
        let integer = dialect.columnType(.int)
        let bytes = dialect.columnType(.bytes)
        definition = [
            "CREATE TABLE IF NOT EXISTS \(partitions) (partition \(text) NOT NULL PRIMARY KEY, number \(integer) NOT NULL "
                + "UNIQUE, stamp \(integer) NOT NULL, next_row \(integer) NOT NULL, horizon \(integer) NOT NULL)",
            "CREATE TABLE IF NOT EXISTS \(counters) (partition \(text) NOT NULL, name \(text) NOT NULL, "
                + "value \(integer) NOT NULL, PRIMARY KEY (partition, name))",
            "CREATE TABLE IF NOT EXISTS \(deletions) (partition \(text) NOT NULL, stamp \(integer) NOT NULL, "
                + "type \(text) NOT NULL, record_key \(bytes) NOT NULL)",
            "CREATE INDEX IF NOT EXISTS \(dialect.quote(prefix + "deletions_stamp")) ON \(deletions) (partition, stamp)",
            "CREATE TABLE IF NOT EXISTS \(batches) (partition \(text) NOT NULL, id \(integer) NOT NULL, "
                + "stamp \(integer) NOT NULL, results \(text) NOT NULL, recorded_at \(integer) NOT NULL, "
                + "PRIMARY KEY (partition, id))",
            "CREATE INDEX IF NOT EXISTS \(dialect.quote(prefix + "batches_time")) ON \(batches) (recorded_at)",
            "CREATE TABLE IF NOT EXISTS \(schema) (type \(text) NOT NULL PRIMARY KEY, version \(integer) NOT NULL, "
                + "declaration \(text) NOT NULL)",
        ]
    }
}
