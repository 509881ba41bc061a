#if PostgreSQL
    import Records
    import RelationalRecords
    import Synchronization

    /// Tells other processes by NOTIFY that partitions changed: on a connection of its own, after the commits, and
    /// everything that waits at once, because each notifying commit takes a lock of the whole server.
    final class PostgresAnnouncer: Sendable {
        private struct State {
            var waiting: Set<Partition> = []
            var isRunning = false
            var isClosed = false
            var connection: PostgresConnection?
            var finished: [CheckedContinuation<Void, Never>] = []
        }

        /// Beyond so many partitions one empty payload says that anything may have changed.
        private static let limit = 100
        /// The server refuses payloads of 8,000 bytes.
        private static let payloadLimit = 7_900
        private static let attempts = 3
        private static let notify = SQLText(fixed: "SELECT pg_catalog.pg_notify(?, ?)")

        private let client: PostgresClient
        private let channel: String
        private let state = Mutex(State())
        private let process = Atomic<Int32>(0)

        init(_ client: PostgresClient, channel: String) {
            self.client = client
            self.channel = channel
        }

        /// The server process that sends; its notifications are known here already.
        var processIdentifier: Int32 { process.load(ordering: .relaxed) }

        func announce(_ partitions: [Partition]) {
            let starts = state.withLock { state in
                guard !state.isClosed else { return false }
                state.waiting.formUnion(partitions)
                defer { state.isRunning = true }
                return !state.isRunning
            }
            if starts { Task.detached(priority: .userInitiated) { await self.send() } }
        }

        /// Sends what waits, and ends the connection.
        func close() async {
            await withCheckedContinuation { continuation in
                let isIdle = state.withLock { state in
                    state.isClosed = true
                    if state.isRunning { state.finished.append(continuation) }
                    return !state.isRunning
                }
                if isIdle { continuation.resume() }
            }
            let connection = state.withLock { state in
                defer { state.connection = nil }
                return state.connection
            }
            await connection?.close()
        }

        private func send() async {
            var failures = 0
            while true {
                let (waiting, finished) = state.withLock { state in
                    defer { state.waiting = [] }
                    guard state.waiting.isEmpty else { return (state.waiting, [CheckedContinuation<Void, Never>]()) }
                    state.isRunning = false
                    defer { state.finished = [] }
                    return ([], state.finished)
                }
                if waiting.isEmpty {
                    for continuation in finished { continuation.resume() }
                    return
                }
                do throws(StoreError) {
                    let connection = try await connection()
                    _ = try await connection.run(
                        payloads(waiting).map { SQLCall(Self.notify, [.text(channel), .text($0)]) })
                    failures = 0
                } catch {
                    // A hint: listeners look at everything when their connection was lost, too.
                    failures += 1
                    let isClosed = state.withLock { $0.isClosed }
                    if failures < Self.attempts, !isClosed {
                        state.withLock { $0.waiting.formUnion(waiting) }
                    }
                    let broken = state.withLock { state in
                        defer { state.connection = nil }
                        return state.connection
                    }
                    await broken?.close()
                }
            }
        }

        private func payloads(_ partitions: Set<Partition>) -> [String] {
            let names = partitions.map(\.name)
            guard names.count <= Self.limit, names.allSatisfy({ $0.utf8.count <= Self.payloadLimit }) else {
                return [""]
            }
            return names
        }

        private func connection() async throws(StoreError) -> PostgresConnection {
            if let connection = state.withLock({ $0.connection }), !connection.isBroken { return connection }
            let connection = try await client.connect()
            process.store(connection.session.processIdentifier, ordering: .relaxed)
            state.withLock { $0.connection = connection }
            return connection
        }
    }

    /// Listens to what other processes announce, on a connection of its own that is made again when it is lost.
    final class PostgresListener: Sendable {
        private struct State {
            var task: Task<Void, Never>?
            var isClosed = false
            var session: PostgresSession?
        }

        /// How often the connection is tried while nothing comes, in seconds.
        private static let checkInterval = 15.0
        private let client: PostgresClient
        private let channel: String
        private let announcer: PostgresAnnouncer
        private let state = Mutex(State())

        init(_ client: PostgresClient, channel: String, except announcer: PostgresAnnouncer) {
            self.client = client
            self.channel = channel
            self.announcer = announcer
        }

        /// Partitions that changed, nil when anything may have; from one connection, for one taker.
        func stream() -> AsyncStream<Partition?> {
            let (stream, continuation) = AsyncStream.makeStream(
                of: Partition?.self, bufferingPolicy: .bufferingNewest(10_000))
            let isClosed = state.withLock { state in
                guard !state.isClosed, state.task == nil else { return true }
                state.task = Task.detached { await self.listen(continuation) }
                return false
            }
            if isClosed { continuation.finish() }
            return stream
        }

        func close() async {
            let (task, session) = state.withLock { state in
                state.isClosed = true
                return (state.task, state.session)
            }
            task?.cancel()
            await session?.close()
            await task?.value
        }

        private func listen(_ continuation: AsyncStream<Partition?>.Continuation) async {
            var pause = Duration.milliseconds(50)
            while !state.withLock({ $0.isClosed }) {
                do throws(StoreError) {
                    try await listenOnce(continuation)
                    pause = .milliseconds(50)
                } catch {
                    // The server is away: it is tried again, less and less often.
                    do { try await Task.sleep(for: pause) } catch { break }
                    pause = min(pause * 2, .seconds(5))
                }
            }
            continuation.finish()
        }

        /// Listens until the connection ends.
        private func listenOnce(_ continuation: AsyncStream<Partition?>.Continuation) async throws(StoreError) {
            let connection = try await client.connect()
            let session = connection.session
            let isClosed = state.withLock { state in
                state.session = session
                return state.isClosed
            }
            guard !isClosed else { return await session.close() }
            let announcer = announcer
            session.listen { payload, sender in
                guard sender != announcer.processIdentifier else { return }
                // A full buffer forgets the oldest, so whoever is behind must look at everything.
                if case .dropped = continuation.yield(payload.isEmpty ? nil : Partition(payload)) {
                    continuation.yield(nil)
                }
            }
            do throws(StoreError) {
                try await connection.execute(["LISTEN \(PostgresDialect.quote(channel))"])
            } catch {
                await session.close()
                throw error
            }
            continuation.yield(nil)
            while await !session.hasEnded(within: Self.checkInterval) {
                if await !connection.isAlive() { break }
            }
            await session.close()
        }
    }
#endif
