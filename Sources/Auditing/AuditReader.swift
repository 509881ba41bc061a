import Digests
package import Memories
package import Records

/// Reads and checks the audit log of a store.
package struct AuditReader: Sendable {
    private let records: any RecordStore
    private static let page = 1_000

    /// A reader of a store whose audit types are prepared.
    package init(_ records: any RecordStore) { self.records = records }

    /// What is wrong with a log.
    package struct Fault: Sendable, Hashable {
        package enum Kind: String, Sendable {
            /// An entry is not what was written.
            case changed
            /// Entries are missing before the end.
            case missing
            /// The log ends before it did.
            case truncated
            /// It is another log.
            case replaced
            /// Nothing can be said without the key, or with another.
            case unreadable
        }

        package var kind: Kind
        /// The first entry at fault; nil where it is the log as a whole.
        package var sequence: Int64?
        /// A sentence for people.
        package var reason: String
    }

    /// What was found.
    package struct Verdict: Sendable, Hashable {
        /// How many entries are there.
        package var entries: Int
        package var head: AuditHead?
        /// What is wrong; nil when every entry is as it was written, in its place.
        package var fault: Fault?
    }

    /// Entries by sequence.
    /// - Parameter after: The sequence before the first.
    /// - Throws: ``MemoryError`` `unavailable`, `corrupted`.
    package func entries(after sequence: Int64 = 0, limit: Int) async throws(MemoryError) -> [AuditEntry] {
        var entries: [AuditEntry] = []
        for record in try await page(after: sequence, limit: limit).records {
            guard let entry = AuditEntry(record) else {
                throw MemoryError(.corrupted, "an entry of the audit log cannot be read; verify tells which")
            }
            entries.append(entry)
        }
        return entries
    }

    private func page(
        after sequence: Int64, limit: Int
    ) async throws(MemoryError) -> (records: [Record], next: Cursor?) {
        let query = Query(
            AuditRecords.entry.name, .not(.atMost("sequence", .int(sequence))), limit: min(max(limit, 1), Self.page))
        return try await page(query)
    }

    private func page(_ query: Query) async throws(MemoryError) -> (records: [Record], next: Cursor?) {
        do {
            let page = try await records.read(.query(query), in: AuditRecords.partition)
            return (page.records.compactMap { $0 }, page.next)
        } catch {
            throw MemoryError(error)
        }
    }

    // MARK: Checking

    /// Checks every entry, their order, and where they end.
    /// - Parameter outside: The head that was kept outside of the store; without it a log that was cut off, together with
    ///   its end in the store, looks whole.
    /// - Throws: ``MemoryError`` `unavailable`.
    /// - Complexity: O(entries).
    package func verify(_ key: AuditKey, against outside: AuditHead? = nil) async throws(MemoryError) -> Verdict {
        var verdict = Verdict(entries: 0, head: try await head())
        guard let head = verdict.head else {
            if let outside {
                verdict.fault = Fault(
                    kind: .truncated, sequence: 1, reason: "there is none; it had \(outside.sequence) entries")
            } else if try await !page(after: 0, limit: 1).records.isEmpty {
                verdict.fault = Fault(kind: .truncated, reason: "there are entries without an end")
            }
            return verdict
        }
        if let outside, outside.log != head.log {
            verdict.fault = Fault(kind: .replaced, reason: "it is another log than the head's")
            return verdict
        }
        var code = key.beginning(of: head.log)
        var query = Query(AuditRecords.entry.name, limit: Self.page)
        repeat {
            let (records, next) = try await page(query)
            for record in records {
                let sequence = Int64(verdict.entries + 1)
                if let fault = Self.fault(of: record, sequence, after: &code, key) {
                    verdict.fault = fault
                    return verdict
                }
                verdict.entries += 1
                if let outside, outside.sequence == sequence, !Digest.areEqual(outside.code, code) {
                    verdict.fault = Fault(
                        kind: .replaced, sequence: sequence, reason: "entry \(sequence) is not the one of the head")
                    return verdict
                }
            }
            query.after = next
        } while query.after != nil
        let last = Int64(verdict.entries)
        if let outside, outside.sequence > last {
            verdict.fault = Fault(
                kind: .truncated, sequence: last + 1, reason: "it ends at \(last); the head is at \(outside.sequence)")
        } else if head.sequence != last || !Digest.areEqual(head.code, code) {
            verdict.fault = Fault(
                kind: .truncated, sequence: last + 1, reason: "it ends at \(last); its end says \(head.sequence)")
        }
        return verdict
    }

    private static func fault(
        of record: Record, _ sequence: Int64, after code: inout [UInt8], _ key: AuditKey
    ) -> Fault? {
        guard let entry = AuditEntry(record) else {
            return Fault(kind: .changed, sequence: sequence, reason: "entry \(sequence) cannot be read")
        }
        guard entry.sequence == sequence else {
            return Fault(
                kind: .missing, sequence: sequence, reason: "after \(sequence - 1) comes \(entry.sequence)")
        }
        code = key.code(of: AuditEntry.content(sequence, entry.event), after: code)
        guard Digest.areEqual(code, entry.code) else {
            return Fault(
                kind: .changed, sequence: sequence,
                reason: "entry \(sequence) is not what was written there, or the key is another")
        }
        return nil
    }

    /// What is wrong with the end of a log, whose every entry is not looked at.
    func fault(inEndAgainst outside: AuditHead) async throws(MemoryError) -> Fault? {
        guard let head = try await head() else {
            return Fault(kind: .truncated, reason: "there is none; it had \(outside.sequence) entries")
        }
        if head.log != outside.log { return Fault(kind: .replaced, reason: "it is another log") }
        if head.sequence < outside.sequence {
            return Fault(kind: .truncated, reason: "it ends at \(head.sequence), not at \(outside.sequence)")
        }
        let entry = try await page(after: outside.sequence - 1, limit: 1).records.first.flatMap(AuditEntry.init)
        guard let entry, entry.sequence == outside.sequence, Digest.areEqual(entry.code, outside.code) else {
            return Fault(kind: .replaced, reason: "entry \(outside.sequence) is another")
        }
        return nil
    }

    private func head() async throws(MemoryError) -> AuditHead? {
        let record: Record?
        do {
            record = try await records.record(AuditRecords.headKey, in: AuditRecords.partition)
        } catch {
            throw MemoryError(error)
        }
        guard let record else { return nil }
        guard let head = AuditHead(record) else {
            throw MemoryError(.corrupted, "the end of the audit log cannot be read")
        }
        return head
    }
}
