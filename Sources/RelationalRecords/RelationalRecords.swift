public import Records
import Synchronization

/// A record store over a relational engine: one implementation, any dialect.
///
/// Every record type is a table of typed columns that may be queried with SQL. One writer groups what is waiting into
/// one transaction; readers see snapshots beside it.
public final class RelationalRecords: RecordStore {
    private struct State {
        var types: [String: RecordType] = [:]
        var tables: [String: TableLayout] = [:]
        var schema: Schema?
    }

    /// What this deployment can do.
    public let capabilities: Capabilities
    private let dialect: SQLDialect
    private let prefix: String
    private let skipsSetUp: Bool
    private let bookkeeping: Bookkeeping
    private let clock: @Sendable () -> Int64
    private let state = Mutex(State())
    private let hints = ChangeHints()
    private let writer: WriterQueue
    private let readers: ReaderPool?
    private let tablesBox: TablesBox
    private let releasesWriter: Bool
    private let poller: HintPoller?

    /// The tables, as the writer's thread sees them.
    private final class TablesBox: Sendable {
        let tables = Mutex<[String: TableLayout]>([:])
    }

    /// A store over connections of one engine.
    /// - Parameters:
    ///   - writer: The connection that writes.
    ///   - readers: Connections that read beside it; without any, reads go through the writer.
    ///   - poller: A connection that looks for commits of other processes while somebody watches.
    ///   - releasesWriter: Whether ``close()`` releases the writer's connection: false where it was handed in.
    package init(
        writer: any SQLConnection, readers: [any SQLConnection], poller: (any SQLConnection)?, dialect: SQLDialect,
        prefix: String, skipsSetUp: Bool, capabilities: Capabilities, releasesWriter: Bool,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.dialect = dialect
        self.prefix = prefix
        self.skipsSetUp = skipsSetUp
        self.capabilities = capabilities
        self.releasesWriter = releasesWriter
        self.clock = clock
        let bookkeeping = Bookkeeping(prefix, dialect)
        self.bookkeeping = bookkeeping
        let box = TablesBox()
        tablesBox = box
        let dialect = dialect
        self.writer = WriterQueue(writer) { connection, calls in
            Self.commit(calls, connection, box.tables.withLock { $0 }, bookkeeping, dialect, now: clock())
        }
        self.readers = readers.isEmpty ? nil : ReaderPool(readers)
        let hints = hints
        self.poller = poller.map { HintPoller($0, hints) }
    }

    /// How many transactions were committed for batches.
    package var transactions: Int { writer.transactions }

    /// Creates or migrates the types; see ``RecordStore/prepare(_:)``.
    /// - Throws: ``StoreError`` `schema`, `invalid`, `unavailable`, `closed`.
    public func prepare(_ types: [RecordType]) async throws(StoreError) {
        _ = try Schema(types)
        let layouts = types.isEmpty ? [] : try layouts(types)
        let preparation = Preparation(bookkeeping, dialect, prefix)
        let skipsSetUp = skipsSetUp
        try await writer.run { (connection) throws(StoreError) in
            try preparation.run(connection, layouts, skipsSetUp: skipsSetUp)
        }
        let schema: Result<Schema, StoreError> = state.withLock { state in
            for type in types { state.types[type.name] = type }
            for layout in layouts { state.tables[layout.type.name] = layout }
            do throws(StoreError) {
                let schema = try Schema(Array(state.types.values))
                state.schema = schema
                return .success(schema)
            } catch {
                return .failure(error)
            }
        }
        _ = try schema.get()
        let tables = state.withLock { $0.tables }
        tablesBox.tables.withLock { $0 = tables }
    }

    private func layouts(_ types: [RecordType]) throws(StoreError) -> [TableLayout] {
        let schema = try Schema(types)
        var layouts: [TableLayout] = []
        for type in types { layouts.append(TableLayout(try schema.table(type.name), prefix, dialect)) }
        return layouts
    }

    /// Commits batches; see ``RecordStore/commit(_:)``.
    public func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] {
        guard let schema = state.withLock({ $0.schema }) else {
            return batches.map { _ in .failure(StoreError(.invalid, "prepare was not called")) }
        }
        var results = [Result<Receipt, StoreError>?](repeating: nil, count: batches.count)
        var accepted: [Batch] = []
        var places: [Int] = []
        accepted.reserveCapacity(batches.count)
        for (place, batch) in batches.enumerated() {
            do throws(StoreError) {
                try schema.validate(batch, capabilities)
                accepted.append(batch)
                places.append(place)
            } catch {
                results[place] = .failure(error)
            }
        }
        if !accepted.isEmpty {
            let committed = await writer.commit(accepted)
            for (place, result) in zip(places, committed) { results[place] = result }
            if !hints.isEmpty {
                for partition in Set(accepted.map(\.partition)) { hints.notify(partition) }
            }
        }
        return results.map { $0 ?? .failure(.closedStore) }
    }

    /// Answers reads; see ``RecordStore/read(_:in:atLeast:)``.
    /// - Throws: ``StoreError`` `invalid`, `unavailable`, `closed`.
    public func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page] {
        try partition.validate()
        let (schema, tables) = try prepared()
        var isShort = true
        for read in reads {
            switch read {
            case .keys(let keys, let fields):
                for key in keys { try schema.validate(key) }
                for field in fields ?? [] {
                    for type in Set(keys.map(\.type)) { _ = try schema.table(type).position(of: field) }
                }
                isShort = isShort && keys.count <= 64
            case .counter: break
            case .query(let query):
                try schema.validate(query)
                isShort = false
            case .count(let type, let filter):
                _ = try CompiledFilter(filter, schema.table(type))
                isShort = false
            }
        }
        let bookkeeping = bookkeeping
        let begin = reads.count > 1 || !isShort ? dialect.beginReading : nil
        // Not @Sendable: the inline path runs it on this thread.
        @Sendable func answer(_ connection: any SQLConnection) throws(StoreError) -> [Page] {
            let reader = SnapshotReader(connection: connection, tables: tables, bookkeeping: bookkeeping)
            return try Self.snapshot(connection, begin) { () throws(StoreError) in
                if let atLeast, try reader.head(partition).stamp < atLeast.number {
                    throw StoreError(.unavailable, "the partition has not reached stamp \(atLeast.number)")
                }
                var pages: [Page] = []
                for read in reads { pages.append(try reader.answer(read, in: partition)) }
                return pages
            }
        }
        if isShort, let pages = try readers?.readInline(answer) { return pages }
        return try await read(answer)
    }

    /// The change feed; see ``RecordStore/changes(of:in:after:limit:fields:)``.
    /// - Throws: ``StoreError`` `tooOld`, `invalid`, `unavailable`, `closed`.
    public func changes(
        of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
    ) async throws(StoreError) -> Changes {
        try partition.validate()
        let (schema, tables) = try prepared()
        let table = try schema.table(type)
        guard table.type.isTracked else { throw StoreError(.invalid, "record type \(type) is not tracked") }
        guard limit >= 1 else { throw StoreError(.invalid, "limit must be at least 1, not \(limit)") }
        for field in fields ?? [] { _ = try table.position(of: field) }
        let bookkeeping = bookkeeping
        // Mostly nothing is new, and one look at the head tells.
        let newest = try readers?.readInline { (connection) throws(StoreError) in
            try SnapshotReader(connection: connection, tables: tables, bookkeeping: bookkeeping).head(partition).stamp
        }
        if let newest, newest <= after.number {
            return Changes(put: [], deleted: [], upTo: Stamp(newest), hasMore: false)
        }
        let begin = dialect.beginReading
        return try await read { (connection) throws(StoreError) in
            let reader = SnapshotReader(connection: connection, tables: tables, bookkeeping: bookkeeping)
            return try Self.snapshot(connection, begin) { () throws(StoreError) in
                try reader.changes(of: type, in: partition, after: after, limit: limit, fields: fields)
            }
        }
    }

    /// Asks across partitions; see ``RecordStore/survey(_:)``.
    /// - Throws: ``StoreError`` `invalid`, `unavailable`, `closed`.
    public func survey(_ query: Query) async throws(StoreError) -> SurveyPage {
        let (schema, tables) = try prepared()
        try schema.validate(query, isSurvey: true)
        let bookkeeping = bookkeeping
        let begin = dialect.beginReading
        return try await read { (connection) throws(StoreError) in
            let reader = SnapshotReader(connection: connection, tables: tables, bookkeeping: bookkeeping)
            return try Self.snapshot(connection, begin) { () throws(StoreError) in
                let (page, partitions) = try reader.page(query, reader.layout(query.type), nil)
                return SurveyPage(page: page, partitions: partitions)
            }
        }
    }

    /// Hints after commits, of this process and, where the engine can tell, of others.
    public func watch(_ partition: Partition) -> AsyncStream<Void> {
        let stream = hints.stream(for: partition)
        poller?.start()
        return stream
    }

    /// Makes deletions physical; see ``RecordStore/scrub(within:)``.
    /// - Throws: ``StoreError`` `unavailable`, `closed`.
    public func scrub(within seconds: Double) async throws(StoreError) -> [String] {
        try await writer.run { (connection) throws(StoreError) in try connection.scrub(seconds: seconds) }
    }

    /// Releases what was opened here; a second call does nothing.
    public func close() async {
        await poller?.stop()
        hints.finish()
        readers?.close()
        await writer.close(releasing: releasesWriter)
    }

    private func prepared() throws(StoreError) -> (Schema, [String: TableLayout]) {
        let (schema, tables) = state.withLock { ($0.schema, $0.tables) }
        guard let schema else { throw StoreError(.invalid, "prepare was not called") }
        return (schema, tables)
    }

    private func read<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        if let readers { return try await readers.read(body) }
        return try await writer.run(body)
    }

    private static func snapshot<T>(
        _ connection: any SQLConnection, _ begin: String?, _ body: () throws(StoreError) -> T
    ) throws(StoreError) -> T {
        guard let begin else { return try body() }
        try connection.execute(begin)
        do throws(StoreError) {
            let result = try body()
            try connection.execute("COMMIT")
            return result
        } catch {
            connection.rollBack()
            throw error
        }
    }

    /// One transaction for everything that was waiting; each batch has its own outcome.
    private static func commit(
        _ calls: [[Batch]], _ connection: any SQLConnection, _ tables: [String: TableLayout],
        _ bookkeeping: Bookkeeping,
        _ dialect: SQLDialect, now: Int64
    ) -> [[Result<Receipt, StoreError>]] {
        func all(_ error: StoreError) -> [[Result<Receipt, StoreError>]] {
            calls.map { $0.map { _ in .failure(error) } }
        }
        do throws(StoreError) {
            try connection.execute(dialect.beginWriting)
        } catch {
            return all(error)
        }
        var results: [[Result<Receipt, StoreError>]] = []
        var transaction = CommitTransaction(connection, tables, bookkeeping, now: now)
        for batches in calls {
            results.append(
                batches.map { batch in
                    do throws(StoreError) { return .success(try transaction.apply(batch)) } catch {
                        return .failure(error)
                    }
                })
        }
        do throws(StoreError) {
            try transaction.finish()
        } catch {
            connection.rollBack()
            return all(error)
        }
        do throws(StoreError) {
            try connection.execute("COMMIT")
            return results
        } catch {
            connection.rollBack()
            return all(error)
        }
    }
}
