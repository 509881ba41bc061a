public import Records
import Synchronization

/// A store that breaks its contract in one chosen way: what the kit is tested with. Every case names the faults that
/// must make it fail, so that no case can pass whatever the store does.
public final class FaultyRecords: RecordStore {
    /// A way to break the contract.
    public enum Fault: String, Sendable, CaseIterable {
        case dropsWrites, answersZero, splitsBatches, joinsBatches, reversesWrites, repeatsStamps,
            forgetsBatchIdentifiers
        case overwrites, forgetsUniqueKeys, hidesHolder, limitsFirst, dropsGuards, ignoresBounds, skipsNumbers
        case acceptsAnything, altersText, altersNumbers
        case reversesPages, losesLast, losesCursors, ignoresProjections, ignoresFilters, negatesNothing, splitsReads
        case readsEmpty, mergesPartitions, surveysOnePartition
        case silencesFeed, feedForgetsDeletions, stopsFeed, splitsStamps, neverHints
        case forgetsOnPrepare, preparesAnything, forgetsOnReopen, scrubsSilently, neverCloses
    }

    private let base: Mutex<any RecordStore>
    private let fault: Fault
    private let makeEmpty: @Sendable () -> any RecordStore

    /// Breaks what a good store does.
    /// - Parameter makeEmpty: Makes another empty store, for faults that forget everything.
    public init(_ base: any RecordStore, _ fault: Fault, makeEmpty: @escaping @Sendable () -> any RecordStore) {
        self.base = Mutex(base)
        self.fault = fault
        self.makeEmpty = makeEmpty
    }

    private var store: any RecordStore { base.withLock { $0 } }

    /// What the good store can do.
    public var capabilities: Capabilities { store.capabilities }

    /// Prepares, or not.
    public func prepare(_ types: [RecordType]) async throws(StoreError) {
        if fault == .forgetsOnPrepare {
            let empty = makeEmpty()
            base.withLock { $0 = empty }
        }
        do {
            try await store.prepare(types)
        } catch {
            if fault != .preparesAnything { throw error }
        }
    }

    /// Commits, more or less.
    public func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] {
        if fault == .joinsBatches, let first = batches.first, batches.count > 1 {
            let joined = Batch(first.partition, guards: batches.flatMap(\.guards), batches.flatMap(\.writes))
            let result = await store.commit([joined])[0]
            return batches.map { _ in result }
        }
        var results: [Result<Receipt, StoreError>] = []
        for batch in batches { results.append(await commitOne(batch)) }
        return results
    }

    private func commitOne(_ original: Batch) async -> Result<Receipt, StoreError> {
        var batch = original
        switch fault {
        case .dropsWrites:
            batch.writes = batch.writes.map { write in
                if case .count = write { return write }
                return .count("dropped", 0, atMost: nil)
            }
        case .dropsGuards: batch.guards = []
        case .forgetsBatchIdentifiers: batch.id = nil
        case .reversesWrites: batch.writes.reverse()
        case .mergesPartitions: batch.partition = Partition("merged")
        case .overwrites:
            batch.writes = batch.writes.map { write in
                if case .insert(let type, let values) = write, type == "item" { return .put(type, values) }
                return write
            }
        case .forgetsUniqueKeys: batch.writes = batch.writes.map { Self.withoutTag($0) }
        case .ignoresBounds:
            batch.writes = batch.writes.map { write in
                if case .count(let name, let change, _) = write { return .count(name, change, atMost: nil) }
                return write
            }
        case .altersText: batch.writes = batch.writes.map { Self.changingValues($0, Self.fold) }
        case .altersNumbers: batch.writes = batch.writes.map { Self.changingValues($0, Self.round) }
        case .skipsNumbers:
            if batch.writes.contains(where: { if case .insert("event", _) = $0 { true } else { false } }) {
                _ = await store.commit([Batch(batch.partition, [.insert("event", [.text("skip"), .next("n"), .null])])])
            }
        case .splitsBatches:
            var results: [Int64] = []
            var stamp = Stamp.zero
            for write in batch.writes {
                switch await store.commit([Batch(batch.partition, guards: batch.guards, [write])])[0] {
                case .success(let receipt):
                    results += receipt.results
                    stamp = receipt.stamp
                case .failure(let error): return .failure(error)
                }
            }
            return .success(Receipt(stamp: stamp, results: results))
        default: break
        }
        return altered(await store.commit([batch])[0], of: original)
    }

    private func altered(_ result: Result<Receipt, StoreError>, of batch: Batch) -> Result<Receipt, StoreError> {
        switch (result, fault) {
        case (.success(var receipt), .answersZero):
            receipt.results = receipt.results.map { _ in 0 }
            return .success(receipt)
        case (.success(var receipt), .repeatsStamps):
            receipt.stamp = Stamp(1)
            return .success(receipt)
        case (.failure(var error), .hidesHolder):
            error.record = nil
            return .failure(error)
        case (.failure(let error), .limitsFirst)
        where error.code == .exists
            && batch.writes.contains(where: { if case .count(_, _, .some) = $0 { true } else { false } }):
            return .failure(StoreError(.limit, "limit first"))
        case (.failure, .acceptsAnything):
            return .success(Receipt(stamp: Stamp(1), results: batch.writes.map { _ in 0 }))
        default: return result
        }
    }

    private static func withoutTag(_ write: Write) -> Write {
        switch write {
        case .insert("item", var values):
            values[11] = .null
            return .insert("item", values)
        case .put("item", var values):
            values[11] = .null
            return .put("item", values)
        case .patch(let key, let changes):
            return .patch(key, changes.filter { if case .set("tag", _) = $0 { false } else { true } })
        default: return write
        }
    }

    private static func changingValues(_ write: Write, _ change: (Value) -> Value) -> Write {
        switch write {
        case .insert(let type, let values): .insert(type, values.map(change))
        case .put(let type, let values): .put(type, values.map(change))
        default: write
        }
    }

    /// What an engine with a careless collation or padded columns does.
    private static func fold(_ value: Value) -> Value {
        guard case .text(let text) = value else { return value }
        var folded = text.replacing("e\u{301}", with: "é")
        while folded.last == " " { folded.removeLast() }
        return .text(folded)
    }

    /// What a detour over floating point or milliseconds does.
    private static func round(_ value: Value) -> Value {
        switch value {
        case .int(let number): .int(Int64(exactly: Double(number)) ?? .max - 1)
        case .time(let time): .time(time / 1_000 * 1_000)
        default: value
        }
    }

    /// Reads, more or less.
    public func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page] {
        let partition = fault == .mergesPartitions ? Partition("merged") : partition
        do {
            if fault == .splitsReads {
                var pages: [Page] = []
                for read in reads {
                    pages += try await store.read([read], in: partition, atLeast: nil)
                    try await waitForCommit(partition)
                }
                return pages
            }
            return try await store.read(reads.map(changed), in: partition, atLeast: atLeast).map(altered)
        } catch {
            guard fault == .acceptsAnything else { throw error }
            return reads.map { _ in Page() }
        }
    }

    /// Gives a writer the time that a torn snapshot needs.
    private func waitForCommit(_ partition: Partition) async throws(StoreError) {
        let start = try await store.changes(of: "item", in: partition, after: .zero, limit: 1_000, fields: []).upTo
        for _ in 0..<200 {
            await Task.yield()
            if try await store.changes(of: "item", in: partition, after: .zero, limit: 1_000, fields: []).upTo != start
            {
                return
            }
        }
    }

    private func changed(_ read: Read) -> Read {
        switch (read, fault) {
        case (.count(let type, _), .ignoresFilters): return .count(type, .all)
        case (.count(let type, let filter), .negatesNothing): return .count(type, Self.withoutNot(filter))
        case (.keys(let keys, _), .ignoresProjections): return .keys(keys)
        case (.query(var query), _):
            if fault == .ignoresFilters { query.filter = .all }
            if fault == .negatesNothing { query.filter = Self.withoutNot(query.filter) }
            if fault == .ignoresProjections { query.fields = nil }
            // A cursor is bound to its query, so a changed one starts anew.
            if fault == .ignoresFilters || fault == .negatesNothing { query.after = nil }
            return .query(query)
        default: return read
        }
    }

    private static func withoutNot(_ filter: Filter) -> Filter {
        switch filter {
        case .not(let part): withoutNot(part)
        case .and(let parts): .and(parts.map(withoutNot))
        case .or(let parts): .or(parts.map(withoutNot))
        default: filter
        }
    }

    private func altered(_ page: Page) -> Page {
        var page = page
        switch fault {
        case .reversesPages: page.records.reverse()
        case .losesLast: if page.next != nil || page.records.count > 20 { page.records = page.records.dropLast() }
        case .losesCursors, .ignoresFilters, .negatesNothing: page.next = nil
        case .readsEmpty: page.records = page.records.map { _ in nil }
        default: break
        }
        return page
    }

    /// The feed, more or less.
    public func changes(
        of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
    ) async throws(StoreError) -> Changes {
        var changes: Changes
        do {
            changes = try await store.changes(
                of: type, in: fault == .mergesPartitions ? Partition("merged") : partition, after: after, limit: limit,
                fields: fault == .ignoresProjections ? nil : fields)
        } catch {
            guard fault == .acceptsAnything else { throw error }
            return Changes(put: [], deleted: [], upTo: after, hasMore: false)
        }
        switch fault {
        case .silencesFeed: changes.put = []
        case .feedForgetsDeletions: changes.deleted = []
        case .stopsFeed: if changes.put.isEmpty { changes.upTo = after }
        case .splitsStamps: changes.put = changes.put.dropLast()
        default: break
        }
        return changes
    }

    /// A survey, more or less.
    public func survey(_ query: Query) async throws(StoreError) -> SurveyPage {
        var survey = try await store.survey(query)
        if fault == .surveysOnePartition, let first = survey.partitions.first {
            let kept = survey.partitions.indices.filter { survey.partitions[$0] == first }
            survey.page.records = kept.map { survey.page.records[$0] }
            survey.partitions = kept.map { survey.partitions[$0] }
        }
        if fault == .losesLast, !survey.partitions.isEmpty {
            survey.page.records.removeLast()
            survey.partitions.removeLast()
        }
        return survey
    }

    /// Hints, or none.
    public func watch(_ partition: Partition) -> AsyncStream<Void> {
        guard fault == .neverHints else { return store.watch(partition) }
        return AsyncStream { $0.finish() }
    }

    /// Scrubs, and says so or not.
    public func scrub(within seconds: Double) async throws(StoreError) -> [String] {
        let remaining = try await store.scrub(within: seconds)
        return fault == .scrubsSilently ? remaining + [""] : remaining
    }

    /// Closes, or not.
    public func close() async {
        if fault != .neverCloses { await store.close() }
    }
}
