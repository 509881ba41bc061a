#if MongoDB
    import Foundation
    import Records
    import Synchronization

    /// Hears of commits, other processes' included, while somebody watches: a change stream on the heads.
    ///
    /// It has a thread and a client of its own. A stream that fails is opened again, and then everybody is told, because
    /// hints may have been missed.
    final class HeadWatcher: Sendable {
        private struct State {
            var isRunning = false
            var isStopped = false
            var stopping: [UnsafeContinuation<Void, Never>] = []
        }

        /// How long the server may hold an answer without news, in milliseconds: how long `stop` may take.
        private static let wait: Int32 = 250
        /// How long to wait before a failed stream is opened again, in microseconds.
        private static let pause: UInt32 = 250_000

        private let pool: MongoPool
        private let collection: String
        private let hints: ChangeHints
        private let state = Mutex(State())

        init(_ pool: MongoPool, _ collection: String, _ hints: ChangeHints) {
            self.pool = pool
            self.collection = collection
            self.hints = hints
        }

        /// Begins to listen, unless it does already.
        func start() {
            let starts = state.withLock { state in
                guard !state.isRunning, !state.isStopped else { return false }
                state.isRunning = true
                return true
            }
            guard starts else { return }
            let thread = Thread { self.listen() }
            thread.name = "records.mongo.watch"
            thread.start()
        }

        /// Ends the listening and waits until the client is back in the pool.
        func stop() async {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                let isRunning = state.withLock { state in
                    state.isStopped = true
                    if state.isRunning { state.stopping.append(continuation) }
                    return state.isRunning
                }
                if !isRunning { continuation.resume() }
            }
        }

        /// Whether to go on; where nobody watches any more, the thread ends and the next watcher starts another.
        private func goesOn() -> Bool {
            state.withLock { state in
                if state.isStopped || hints.isEmpty { state.isRunning = false }
                return state.isRunning
            }
        }

        private func listen() {
            while goesOn() {
                do throws(StoreError) {
                    try pool.withConnection { (connection) throws(StoreError) in try follow(connection) }
                } catch {
                    // A deployment that cannot be reached for now. Whoever watches reads later; a hint does no harm.
                    hints.notify(nil)
                    usleep(Self.pause)
                }
            }
            let waiting = state.withLock { state in
                defer { state.stopping = [] }
                return state.stopping
            }
            for continuation in waiting { continuation.resume() }
        }

        private func follow(_ connection: MongoConnection) throws(StoreError) {
            guard let events = connection.events(of: collection, waitMilliseconds: Self.wait) else {
                throw StoreError(.unsupported, "the client library cannot make a change stream")
            }
            // Opening it sends the question; what was committed before the answer is covered by this hint.
            let first = try events.next()
            hints.notify(nil)
            if let first { notify(first) }
            while state.withLock({ !$0.isStopped }), !hints.isEmpty {
                if let event = try events.next() { notify(event) }
            }
        }

        private func notify(_ event: Document) {
            // An event without a document's key concerns the collection as a whole.
            hints.notify(event["documentKey"]?.document?["_id"]?.text.map(Partition.init))
        }
    }
#endif
