#if SQLite
    import Dispatch
    import Records
    import RelationalRecords
    import Synchronization

    /// One file: a writer, readers beside it, and a connection that looks for the commits of other processes.
    final class SQLiteEngine: SQLEngine {
        let dialect: SQLDialect
        let capabilities: Capabilities
        let lanes = 1
        let isRemote = false
        let hasReplica = false
        let readsThroughWriter: Bool
        let commitsBriefly = true
        /// The library's calls hold the thread.
        let executor: (any TaskExecutor)? = QueueExecutor(
            DispatchQueue(label: "sqlite", qos: .userInitiated, attributes: .concurrent))

        private struct State {
            var free: [SQLiteConnection]
            var busy = 0
            var waiting: [CheckedContinuation<Void, Never>] = []
            var isClosed = false
        }

        private let writer: SQLiteConnection
        private let looker: SQLiteConnection?
        private let readers: Mutex<State>

        init(
            writer: SQLiteConnection, readers: [SQLiteConnection], looker: SQLiteConnection?,
            capabilities: Capabilities, dialect: SQLDialect
        ) {
            self.dialect = dialect
            self.writer = writer
            self.looker = looker
            self.capabilities = capabilities
            readsThroughWriter = readers.isEmpty
            self.readers = Mutex(State(free: readers))
        }

        func start() {}

        func take(_ use: SQLUse) async throws(StoreError) -> any SQLConnection {
            switch use {
            case .writing: return writer
            case .watching: return looker ?? writer
            case .reading, .lagging: break
            }
            while true {
                let taken: Result<SQLiteConnection?, StoreError> = readers.withLock { state in
                    guard !state.isClosed else { return .failure(StoreError(.closed, "the store is closed")) }
                    guard let reader = state.free.popLast() else { return .success(nil) }
                    state.busy += 1
                    return .success(reader)
                }
                if let reader = try taken.get() { return reader }
                await withCheckedContinuation { continuation in
                    let mustWait = readers.withLock { state in
                        guard state.free.isEmpty, !state.isClosed else { return false }
                        state.waiting.append(continuation)
                        return true
                    }
                    if !mustWait { continuation.resume() }
                }
            }
        }

        func give(_ connection: any SQLConnection, _ use: SQLUse) {
            switch use {
            case .writing, .watching: return
            case .reading, .lagging: break
            }
            guard let reader = connection as? SQLiteConnection else { return }
            let waiting = readers.withLock { state in
                state.busy -= 1
                state.free.append(reader)
                if state.isClosed {
                    // Whoever closes waits for the last one.
                    guard state.busy == 0 else { return [CheckedContinuation<Void, Never>]() }
                    defer { state.waiting = [] }
                    return state.waiting
                }
                return state.waiting.isEmpty ? [] : [state.waiting.removeFirst()]
            }
            for continuation in waiting { continuation.resume() }
        }

        func announce(_ partitions: [Partition]) {}

        func announcements() -> AsyncStream<Partition?>? { nil }

        /// Waits for busy readers, so that the next opener of the file meets no locks.
        func close() async {
            let waiting = readers.withLock { state in
                state.isClosed = true
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
            await withCheckedContinuation { continuation in
                let isIdle = readers.withLock { state in
                    if state.busy > 0 { state.waiting.append(continuation) }
                    return state.busy == 0
                }
                if isIdle { continuation.resume() }
            }
            for reader in readers.withLock({ $0.free }) { reader.close() }
            looker?.close()
            writer.close()
        }
    }
#endif
