internal import Records

/// What one owner owns: a serial log with a head.
final class StoredPartition {
    let name: Partition
    private(set) var head = Stamp.zero
    var tables: [String: StoredTable] = [:]
    var counters: [String: Int64] = [:]
    private var receipts: [UInt64: Receipt] = [:]
    /// The ids of ``receipts`` in the order of their commits; `expired` of them are already gone.
    private var ledger: [(committed: Int64, id: UInt64)] = []
    private var expired = 0

    init(_ name: Partition) { self.name = name }

    func stored(_ table: Schema.Table) -> StoredTable {
        if let stored = tables[table.type.name] { return stored }
        let stored = StoredTable(table)
        tables[table.type.name] = stored
        return stored
    }

    /// The receipt of an id that was committed within the ledger's time, in microseconds.
    func receipt(of id: UInt64, now: Int64, keeping time: Int64) -> Receipt? {
        while expired < ledger.count, now.subtractingReportingOverflow(ledger[expired].committed).partialValue > time {
            receipts[ledger[expired].id] = nil
            expired += 1
        }
        if expired > 1_000, expired > ledger.count / 2 {
            ledger.removeFirst(expired)
            expired = 0
        }
        return receipts[id]
    }

    func finish(_ receipt: Receipt, id: UInt64?, now: Int64) {
        head = receipt.stamp
        guard let id else { return }
        receipts[id] = receipt
        ledger.append((now, id))
    }
}
