#if MongoDB
    public import Records
    import Synchronization

    /// A record store in MongoDB: native documents in a collection of each record type, which anyone may query.
    ///
    /// Every commit is a transaction acknowledged by the majority, so the deployment must be a replica set, of one node
    /// at least, or a sharded cluster of such (shard key `partition` in every collection). What expires is removed by
    /// whoever uses the store; only the ledger of batch ids has a native expiry.
    public final class MongoRecords: RecordStore {
        private enum State {
            case open(StoreShape, isPrepared: Bool)
            case closed
        }

        /// What this deployment can do.
        public var capabilities: Capabilities { deployment.capabilities(usesVectorSearch: hasVectorIndexes) }

        let configuration: MongoConfiguration
        let pool: MongoPool
        private let deployment: Deployment
        private let state: Mutex<State>
        private let hints: ChangeHints
        private let watcher: HeadWatcher
        private let committer: Committer
        private let lanes: CommitLanes
        private let shapes: SharedShape

        /// The shape, as the threads of the lanes see it.
        private final class SharedShape: Sendable {
            let shape: Mutex<StoreShape>
            init(_ shape: StoreShape) { self.shape = Mutex(shape) }
        }

        /// Connects to a deployment.
        /// - Throws: ``StoreError`` `invalid` for a wrong option, `unavailable` when no server can be reached or the user
        ///   is refused, `unsupported` when the server is too old.
        public static func open(_ configuration: MongoConfiguration) async throws(StoreError) -> MongoRecords {
            try configuration.check()
            let pool = try MongoPool(configuration)
            do throws(StoreError) {
                let deployment = try await pool.run { (connection) throws(StoreError) in
                    try Deployment(connection, configuration)
                }
                return MongoRecords(configuration, pool, deployment)
            } catch {
                await pool.close()
                throw error
            }
        }

        private init(_ configuration: MongoConfiguration, _ pool: MongoPool, _ deployment: Deployment) {
            self.configuration = configuration
            self.pool = pool
            self.deployment = deployment
            let shape = StoreShape(configuration)
            state = Mutex(.open(shape, isPrepared: false))
            let shapes = SharedShape(shape)
            self.shapes = shapes
            let hints = ChangeHints()
            self.hints = hints
            watcher = HeadWatcher(pool, shape.bookkeeping.heads, hints)
            let committer = Committer(
                pool: pool, isJournaled: configuration.durability == .powerLoss,
                timeout: configuration.operationTimeout, clock: configuration.clock)
            self.committer = committer
            lanes = CommitLanes(submit: { pool.submit($0) }) { batches, partition, memory in
                committer.commit(batches, partition, shapes.shape.withLock { $0 }, memory)
            }
        }

        /// Creates or migrates the types; see ``RecordStore/prepare(_:)``.
        /// - Throws: ``StoreError`` `unsupported` for a standalone server, naming the flag that mends it; `schema`,
        ///   `invalid`, `unavailable`, `closed`.
        public func prepare(_ types: [RecordType]) async throws(StoreError) {
            let (shape, _) = try current()
            _ = try Schema(types)
            try deployment.requireTransactions()
            let next = try shape.adding(types, prefix: configuration.collectionPrefix)
            let (skips, searches) = (configuration.skipsSetUp, configuration.usesVectorSearch)
            let vectors = try await pool.run { (connection) throws(StoreError) in
                try Preparation(connection: connection, shape: next, usesVectorSearch: searches)
                    .run(types, skipsSetUp: skips)
            }
            let prefix = configuration.collectionPrefix
            let result: Result<StoreShape, StoreError> = state.withLock { state in
                // Again on what others prepared meanwhile.
                guard case .open(let shape, _) = state else { return .failure(.closedStore) }
                do throws(StoreError) {
                    var merged = try shape.adding(types, prefix: prefix)
                    merged.vectorIndexes.formUnion(vectors)
                    state = .open(merged, isPrepared: true)
                    return .success(merged)
                } catch {
                    return .failure(error)
                }
            }
            let merged = try result.get()
            shapes.shape.withLock { $0 = merged }
        }

        /// Commits batches; see ``RecordStore/commit(_:)``. A task that is cancelled before its batches are begun gets
        /// `unavailable`, and nothing of them is written.
        public func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] {
            let shape: StoreShape
            do throws(StoreError) { shape = try prepared() } catch {
                return batches.map { _ in .failure(error) }
            }
            var results = [Result<Receipt, StoreError>?](repeating: nil, count: batches.count)
            var accepted: [(place: Int, batch: Batch)] = []
            for (place, batch) in batches.enumerated() {
                do throws(StoreError) {
                    try shape.schema.validate(batch, capabilities)
                    accepted.append((place, batch))
                } catch {
                    results[place] = .failure(error)
                }
            }
            let committed = await lanes.commit(accepted.map(\.batch))
            for ((place, batch), result) in zip(accepted, committed) {
                results[place] = result
                if case .success = result { hints.notify(batch.partition) }
            }
            return results.map { $0 ?? .failure(.closedStore) }
        }

        /// Answers reads; see ``RecordStore/read(_:in:atLeast:)``.
        /// - Throws: ``StoreError`` `invalid`, `unavailable`, `closed`, `corrupted`.
        public func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page] {
            let shape = try prepared()
            try partition.validate()
            for read in reads { try shape.schema.validate(read) }
            return try await snapshot(shape, isSingle: atLeast == nil && reads.count == 1 && reads[0].isOneQuestion) {
                (reader) throws(StoreError) in
                if let atLeast, try reader.head(partition)?.stamp ?? 0 < atLeast.number {
                    throw StoreError(.unavailable, "the partition has not reached stamp \(atLeast.number)")
                }
                var pages: [Page] = []
                for read in reads { pages.append(try reader.answer(read, in: partition)) }
                return pages
            }
        }

        /// The change feed; see ``RecordStore/changes(of:in:after:limit:fields:)``.
        /// - Throws: ``StoreError`` `tooOld`, `invalid`, `unavailable`, `closed`, `corrupted`.
        public func changes(
            of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
        ) async throws(StoreError) -> Changes {
            let shape = try prepared()
            try partition.validate()
            let table = try shape.schema.table(type)
            guard table.type.isTracked else { throw StoreError(.invalid, "record type \(type) is not tracked") }
            guard limit >= 1 else { throw StoreError(.invalid, "limit must be at least 1, not \(limit)") }
            for field in fields ?? [] { _ = try table.position(of: field) }
            // Mostly nothing is new, and one look at the head tells.
            let newest = try await snapshot(shape, isSingle: true) { (reader) throws(StoreError) in
                try reader.head(partition)?.stamp ?? 0
            }
            if newest <= after.number { return Changes(put: [], deleted: [], upTo: Stamp(newest), hasMore: false) }
            return try await snapshot(shape, isSingle: false) { (reader) throws(StoreError) in
                try reader.changes(of: type, in: partition, after: after, limit: limit, fields: fields)
            }
        }

        /// Asks across partitions; see ``RecordStore/survey(_:)``.
        /// - Throws: ``StoreError`` `invalid`, `unavailable`, `closed`, `corrupted`.
        public func survey(_ query: Query) async throws(StoreError) -> SurveyPage {
            let shape = try prepared()
            try shape.schema.validate(query, isSurvey: true)
            return try await snapshot(shape, isSingle: true) { (reader) throws(StoreError) in
                let (page, partitions) = try reader.page(query, reader.layout(query.type), nil)
                return SurveyPage(page: page, partitions: partitions)
            }
        }

        /// Hints after commits, of this process and of others.
        public func watch(_ partition: Partition) -> AsyncStream<Void> {
            let stream = hints.stream(for: partition)
            watcher.start()
            return stream
        }

        /// Makes deletions physical as far as the engine can; see ``RecordStore/scrub(within:)``.
        /// - Throws: ``StoreError`` `unavailable`, `closed`.
        public func scrub(within seconds: Double) async throws(StoreError) -> [String] {
            let shape = try prepared()
            return try await pool.run { (connection) throws(StoreError) in
                try Scrubbing(connection: connection, shape: shape).run(within: seconds)
            }
        }

        /// Finishes what has begun, ends every stream and disconnects; a second call does nothing.
        public func close() async {
            let isFirst = state.withLock { state in
                guard case .open = state else { return false }
                state = .closed
                return true
            }
            guard isFirst else { return }
            hints.finish()
            await watcher.stop()
            await pool.close()
        }

        /// How often a read is tried while connections break.
        private static let readAttempts = 4

        private var hasVectorIndexes: Bool {
            state.withLock { state in
                if case .open(let shape, _) = state { !shape.vectorIndexes.isEmpty } else { false }
            }
        }

        private func current() throws(StoreError) -> (StoreShape, isPrepared: Bool) {
            let found: (StoreShape, isPrepared: Bool)? = state.withLock { state in
                if case .open(let shape, let isPrepared) = state { (shape, isPrepared) } else { nil }
            }
            guard let found else { throw .closedStore }
            return found
        }

        func prepared() throws(StoreError) -> StoreShape {
            let (shape, isPrepared) = try current()
            guard isPrepared else { throw StoreError(.invalid, "prepare was not called") }
            return shape
        }

        /// Runs reads on one snapshot.
        ///
        /// A single question is one by itself where the server has snapshot reads outside transactions; several need a
        /// transaction, whose commit makes sure that the majority has what was read.
        func snapshot<T: Sendable>(
            _ shape: StoreShape, isSingle: Bool, _ body: @escaping @Sendable (SnapshotReader) throws(StoreError) -> T
        ) async throws(StoreError) -> T {
            let concern = deployment.singleReadConcern
            let isJournaled = configuration.durability == .powerLoss
            @Sendable func once(_ connection: MongoConnection) throws(StoreError) -> T {
                if isSingle { return try body(shape.reader(connection, concern: concern)) }
                try connection.begin(isJournaled: isJournaled, maximumMilliseconds: 10_000)
                do throws(StoreError) {
                    let result = try body(shape.reader(connection, concern: nil))
                    try connection.commit()
                    return result
                } catch {
                    connection.abort()
                    throw error
                }
            }
            var attempts = 0
            while true {
                attempts += 1
                do throws(StoreError) {
                    return try await pool.run { (connection) throws(StoreError) in try once(connection) }
                } catch {
                    // Reading again, in another session of the server, is always safe.
                    guard let failure = error.failure, failure.isTransient || failure.isInterruption,
                        attempts < Self.readAttempts
                    else { throw error }
                }
                // The task may have been cancelled: then the next attempt says so.
                try? await Task.sleep(for: .milliseconds(Int64.random(in: 0...(1 << (2 * attempts)))))
            }
        }
    }
#endif
