public import Records
import Synchronization

/// A record store over a relational engine: one implementation, any dialect.
///
/// Every record type is a table of typed columns that may be queried with SQL. Lanes commit beside each other, each
/// grouping what is waiting into one transaction; readers see snapshots beside them, on a replica where there is one.
public final class RelationalRecords: RecordStore {
    private struct State {
        var types: [String: RecordType] = [:]
        var tables: [String: TableLayout] = [:]
        var schema: Schema?
        var isClosed = false
    }

    let engine: any SQLEngine
    private let prefix: String
    private let skipsSetUp: Bool
    let bookkeeping: Bookkeeping
    private let clock: @Sendable () -> Int64
    private let state: Mutex<State>
    private let hints = ChangeHints()
    private let lanes: [CommitLane]
    private let looker: ChangeLooker
    private let recent = RecentWrites()

    /// A store over an engine.
    package init(engine: any SQLEngine, prefix: String, skipsSetUp: Bool, clock: @escaping @Sendable () -> Int64) {
        self.engine = engine
        self.prefix = prefix
        self.skipsSetUp = skipsSetUp
        self.clock = clock
        let bookkeeping = Bookkeeping(prefix, engine.dialect)
        self.bookkeeping = bookkeeping
        state = Mutex(State())
        let box = TablesBox()
        tables = box
        lanes = (0..<max(1, engine.lanes)).map { lane in
            @Sendable func atOnce(_ batches: [Batch]) async -> [Result<Receipt, StoreError>]? {
                let group = GroupCommit(engine: engine, lane: lane, bookkeeping: bookkeeping, now: clock())
                return await group.commitAtOnce(batches, box.value.withLock { $0 })
            }
            return CommitLane(executor: engine.executor, atOnce: engine.commitsBriefly ? atOnce : nil) { calls in
                let group = GroupCommit(engine: engine, lane: lane, bookkeeping: bookkeeping, now: clock())
                return await group.commit(calls, box.value.withLock { $0 })
            }
        }
        looker = ChangeLooker(engine, bookkeeping, hints)
    }

    /// The tables, as the lanes see them.
    private final class TablesBox: Sendable {
        let value = Mutex<[String: TableLayout]>([:])
    }

    private let tables: TablesBox

    /// What this deployment can do; known after ``prepare(_:)``.
    public var capabilities: Capabilities { engine.capabilities }

    /// How many transactions were made for batches.
    package var transactions: Int { lanes.reduce(0) { $0 + $1.transactions } }

    /// Creates or migrates the types; see ``RecordStore/prepare(_:)``.
    /// - Throws: ``StoreError`` `schema`, `invalid`, `unsupported`, `unavailable`, `closed`.
    public func prepare(_ types: [RecordType]) async throws(StoreError) {
        _ = try Schema(types)
        guard !state.withLock({ $0.isClosed }) else { throw .closedStore }
        // What the server can do decides how columns are made.
        try await engine.start()
        let layouts = try layouts(types)
        let skipsSetUp = skipsSetUp
        try await withPreparation { (preparation, connection) async throws(StoreError) in
            try await preparation.run(connection, layouts, skipsSetUp: skipsSetUp)
        }
        let schema: Result<[String: TableLayout], StoreError> = state.withLock { state in
            for type in types { state.types[type.name] = type }
            for layout in layouts { state.tables[layout.type.name] = layout }
            do throws(StoreError) {
                state.schema = try Schema(Array(state.types.values))
                return .success(state.tables)
            } catch {
                return .failure(error)
            }
        }
        let prepared = try schema.get()
        tables.value.withLock { $0 = prepared }
    }

    func layouts(_ types: [RecordType]) throws(StoreError) -> [TableLayout] {
        let schema = try Schema(types)
        var layouts: [TableLayout] = []
        for type in types { layouts.append(TableLayout(try schema.table(type.name), prefix, engine.dialect)) }
        return layouts
    }

    /// Runs something in the first lane that concerns the tables themselves.
    func withPreparation<T: Sendable>(
        _ body: @escaping @Sendable (Preparation, any SQLConnection) async throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        guard !state.withLock({ $0.isClosed }) else { throw .closedStore }
        try await engine.start()
        let preparation = Preparation(bookkeeping: bookkeeping, dialect: engine.dialect, prefix: prefix, now: clock())
        return try await lanes[0].run { [engine] () async throws(StoreError) in
            try await Self.with(engine, .writing(lane: 0)) { (connection) async throws(StoreError) in
                try await body(preparation, connection)
            }
        }
    }

    /// Forgets types whose tables are gone or older now.
    func forgetTypes(_ names: Set<String>) {
        let left = state.withLock { state in
            for name in names {
                state.types[name] = nil
                state.tables[name] = nil
            }
            state.schema = nil
            return state.tables
        }
        tables.value.withLock { $0 = left }
    }

    /// Commits batches; see ``RecordStore/commit(_:)``.
    public func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] {
        let (schema, isClosed) = state.withLock { ($0.schema, $0.isClosed) }
        guard !isClosed else { return batches.map { _ in .failure(.closedStore) } }
        guard let schema else { return batches.map { _ in .failure(StoreError(.invalid, "prepare was not called")) } }
        var results = [Result<Receipt, StoreError>?](repeating: nil, count: batches.count)
        var accepted: [Int: (batches: [Batch], places: [Int])] = [:]
        let capabilities = capabilities
        for (place, batch) in batches.enumerated() {
            do throws(StoreError) {
                try schema.validate(batch, capabilities)
                let lane = lane(of: batch.partition)
                accepted[lane, default: ([], [])].batches.append(batch)
                accepted[lane]?.places.append(place)
            } catch {
                results[place] = .failure(error)
            }
        }
        if accepted.count <= 1 {
            if let (lane, group) = accepted.first {
                for (place, result) in zip(group.places, await lanes[lane].commit(group.batches)) {
                    results[place] = result
                }
            }
        } else {
            await withTaskGroup(of: (places: [Int], results: [Result<Receipt, StoreError>]).self) { tasks in
                for (lane, group) in accepted {
                    tasks.addTask { [lanes] in (group.places, await lanes[lane].commit(group.batches)) }
                }
                for await part in tasks {
                    for (place, result) in zip(part.places, part.results) { results[place] = result }
                }
            }
        }
        await tell(batches, results)
        return results.map { $0 ?? .failure(.closedStore) }
    }

    /// After a commit: hints here and elsewhere, and stamps for reads from a replica.
    private func tell(_ batches: [Batch], _ results: [Result<Receipt, StoreError>?]) async {
        let isWatched = !hints.isEmpty
        guard isWatched || engine.isRemote else { return }
        var changed: Set<Partition> = []
        for (batch, result) in zip(batches, results) {
            switch result {
            case .success(let receipt):
                changed.insert(batch.partition)
                if engine.hasReplica { recent.note(batch.partition, receipt.stamp) }
            case .failure(let error) where error.code == .outcomeUnknown: changed.insert(batch.partition)
            default: break
            }
        }
        guard !changed.isEmpty else { return }
        if isWatched { for partition in changed { hints.notify(partition) } }
        if engine.isRemote { await engine.announce(Array(changed)) }
    }

    private func lane(of partition: Partition) -> Int {
        guard lanes.count > 1 else { return 0 }
        // FNV-1a: the same partition goes to the same lane for the life of the store.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in partition.name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int(hash % UInt64(lanes.count))
    }

    /// Answers reads; see ``RecordStore/read(_:in:atLeast:)``.
    /// - Throws: ``StoreError`` `invalid`, `unavailable`, `closed`.
    public func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page] {
        try partition.validate()
        let (schema, tables) = try prepared()
        var isShort = true
        var isSnapshot = reads.count > 1
        for read in reads {
            switch read {
            case .keys(let keys, let fields):
                for key in keys { try schema.validate(key) }
                for field in fields ?? [] {
                    for type in Set(keys.map(\.type)) { _ = try schema.table(type).position(of: field) }
                }
                isShort = isShort && keys.count <= 64
                isSnapshot = isSnapshot || keys.count > 1
            case .counter: break
            case .query(let query):
                try schema.validate(query)
                isShort = false
                isSnapshot = true
            case .count(let type, let filter):
                _ = try CompiledFilter(filter, schema.table(type))
                isShort = false
            }
        }
        let bookkeeping = bookkeeping
        let isRemote = engine.isRemote
        // A single statement is a snapshot by itself.
        let beginReading = engine.dialect.beginReading
        let begin = isSnapshot || !isShort ? beginReading : nil
        // A function, not a closure: it runs on the caller's executor, and a short read never leaves it.
        @Sendable func answer(_ connection: any SQLConnection, _ least: Int64) async throws(StoreError) -> [Page]? {
            let reader = SnapshotReader(
                connection: connection, tables: tables, bookkeeping: bookkeeping, isRemote: isRemote)
            return try await Self.snapshot(connection, least > 0 ? beginReading : begin) {
                () async throws(StoreError) in
                if least > 0, try await reader.head(partition).stamp < least { return nil }
                var pages: [Page] = []
                for read in reads { pages.append(try await reader.answer(read, in: partition)) }
                return pages
            }
        }
        let asked = atLeast?.number ?? 0
        if engine.hasReplica {
            let least = max(asked, recent.least(partition))
            if let pages = try await lagging({ (connection) async throws(StoreError) in
                try await answer(connection, least)
            }) {
                return pages
            }
        }
        let pages = try await read(isShort: isShort) { (connection) async throws(StoreError) in
            try await answer(connection, asked)
        }
        guard let pages else {
            throw StoreError(.unavailable, "the partition has not reached stamp \(asked)")
        }
        return pages
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
        let isRemote = engine.isRemote
        let begin = engine.dialect.beginReading
        // Mostly nothing is new, and one look at the head tells.
        let newest = try await read(isShort: true) { (connection) async throws(StoreError) in
            try await SnapshotReader(
                connection: connection, tables: tables, bookkeeping: bookkeeping, isRemote: isRemote
            ).head(partition).stamp
        }
        if newest <= after.number {
            return Changes(put: [], deleted: [], upTo: Stamp(newest), hasMore: false)
        }
        return try await read(isShort: false) { (connection) async throws(StoreError) in
            let reader = SnapshotReader(
                connection: connection, tables: tables, bookkeeping: bookkeeping, isRemote: isRemote)
            return try await Self.snapshot(connection, begin) { () async throws(StoreError) in
                try await reader.changes(of: type, in: partition, after: after, limit: limit, fields: fields)
            }
        }
    }

    /// Asks across partitions; see ``RecordStore/survey(_:)``.
    /// - Throws: ``StoreError`` `invalid`, `unavailable`, `closed`.
    public func survey(_ query: Query) async throws(StoreError) -> SurveyPage {
        let (schema, tables) = try prepared()
        try schema.validate(query, isSurvey: true)
        let bookkeeping = bookkeeping
        let isRemote = engine.isRemote
        let begin = engine.dialect.beginReading
        return try await read(isShort: false) { (connection) async throws(StoreError) in
            let reader = SnapshotReader(
                connection: connection, tables: tables, bookkeeping: bookkeeping, isRemote: isRemote)
            return try await Self.snapshot(connection, begin) { () async throws(StoreError) in
                let (page, partitions) = try await reader.page(query, tables.layout(query.type), nil)
                return SurveyPage(page: page, partitions: partitions)
            }
        }
    }

    /// Hints after commits, of this process and of others.
    public func watch(_ partition: Partition) -> AsyncStream<Void> {
        let stream = hints.stream(for: partition)
        looker.start()
        return stream
    }

    /// Makes deletions physical; see ``RecordStore/scrub(within:)``.
    /// - Throws: ``StoreError`` `unavailable`, `closed`.
    public func scrub(within seconds: Double) async throws(StoreError) -> [String] {
        let prefix = prefix
        return try await lanes[0].run { [engine] () async throws(StoreError) in
            try await Self.with(engine, .writing(lane: 0)) { (connection) async throws(StoreError) in
                try await connection.scrub(prefix: prefix, seconds: seconds)
            }
        }
    }

    /// Releases what was opened here; a second call does nothing.
    public func close() async {
        let wasClosed = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed
        }
        guard !wasClosed else { return }
        hints.finish()
        await looker.stop()
        for lane in lanes { await lane.close() }
        await engine.close()
    }

    private func prepared() throws(StoreError) -> (Schema, [String: TableLayout]) {
        let (schema, tables, isClosed) = state.withLock { ($0.schema, $0.tables, $0.isClosed) }
        guard !isClosed else { throw .closedStore }
        guard let schema else { throw StoreError(.invalid, "prepare was not called") }
        return (schema, tables)
    }

    /// Reads the newest state: at once where that is short, else where the thread may be held.
    func read<T: Sendable>(
        isShort: Bool, _ body: @escaping @Sendable (any SQLConnection) async throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        if engine.readsThroughWriter {
            return try await lanes[0].run { [engine] () async throws(StoreError) in
                try await Self.with(engine, .writing(lane: 0), body)
            }
        }
        if !isShort, let executor = engine.executor {
            return try await Self.on(executor) { [engine] () async throws(StoreError) in
                try await Self.with(engine, .reading, body)
            }
        }
        // The writer's pages are warm: another connection forgets its own with every commit.
        if engine.commitsBriefly,
            let answer = try await lanes[0].runAtOnce({ () async throws(StoreError) in
                try await Self.with(engine, .writing(lane: 0), body)
            })
        {
            return answer
        }
        return try await Self.with(engine, .reading, body)
    }

    /// Reads from a replica; nil when that is behind or out of reach.
    private func lagging<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) async throws(StoreError) -> T?
    ) async throws(StoreError) -> T? {
        do throws(StoreError) {
            return try await Self.with(engine, .lagging, body)
        } catch {
            guard error.code == .unavailable || error.code == .conflict else { throw error }
            return nil
        }
    }

    private static func on<T: Sendable>(
        _ executor: any TaskExecutor, _ body: @escaping @Sendable () async throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        let result: Result<T, StoreError> = await withTaskExecutorPreference(executor) {
            do throws(StoreError) { return .success(try await body()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Lends a connection.
    static func with<T>(
        _ engine: any SQLEngine, _ use: SQLUse, _ body: (any SQLConnection) async throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        let connection = try await engine.take(use)
        do throws(StoreError) {
            let result = try await body(connection)
            await engine.give(connection, use)
            return result
        } catch {
            await engine.give(connection, use)
            throw error
        }
    }

    private static func snapshot<T>(
        _ connection: any SQLConnection, _ begin: String?, _ body: () async throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        guard let begin else { return try await body() }
        try await connection.begin(begin)
        do throws(StoreError) {
            let result = try await body()
            try await connection.endReading()
            return result
        } catch {
            await connection.rollBack()
            throw error
        }
    }
}
